"""The page of mending as a form: a bad answer stands at its field, and nothing else that was typed is lost."""

import bureau_lists
import pytest
import sound_units
import workbooks
from django.core.files.uploadedfile import SimpleUploadedFile

from sources.models import PollutionSource
from wugang_audit.imports.models import ImportJob, Recipe

UPLOAD = "/admin/sources/pollutionsource/import/"
OFFICERS = "/admin/enforcers/officer/import/"
HEADER = ["污染源编码", "单位名称", "监管类别", "行业代码", "统一社会信用代码", "生产状态", "乡镇"]
CODE = "91410481317593588N"
# The same, with letters that codes do not have.
MISWRITTEN, ANOTHER = "9I410481317593588N", "9141O481317593588N"

pytestmark = pytest.mark.usefixtures("specialities")


@pytest.fixture
def client(login, admin):
    return login(admin)


def upload(client, content, at=UPLOAD):
    page = client.post(at, {"file": SimpleUploadedFile("名录.xlsx", content)}, follow=True)
    return page.request["PATH_INFO"].removesuffix("columns/")


def units(*changes):
    return sound_units.units(*changes, header=HEADER)


def mending(client, url):
    page = client.get(f"{url}mend/")
    return page, {each.header: each for each in page.context["groups"]}


def asked_of_township_list(client):
    """A list that asks one question, with its page of columns sent as it stands."""
    url = upload(client, bureau_lists.by_township())
    form = client.get(f"{url}columns/").context["form"]
    client.post(f"{url}columns/", {name: form[name].value() or "" for name in form.fields})
    page = client.get(f"{url}mend/")
    return url, page.context["questions"][0], page.context["groups"]


def test_a_bad_industry_stands_at_its_field_and_the_other_answers_are_kept(client):
    url, asked, (group, *_) = asked_of_township_list(client)
    before = ImportJob.objects.get().corrections
    sent = {f"text-{asked.code}": "造梦业", f"choice-{asked.code}": "other", f"clear-{group.code}": "on"}
    page = client.post(f"{url}mend/", sent)
    assert page.status_code == 200
    form, html = page.context["form"], page.content.decode()
    assert list(form.errors) == [f"text-{asked.code}"]
    assert "“造梦业”不是 GB/T 4754-2017 中的行业" in form.errors[f"text-{asked.code}"][0]
    assert 'value="造梦业"' in html and "还没有重新核对：有 1 处需要改正" in html
    assert f'href="#id_text-{asked.code}"' in html
    assert form[f"clear-{group.code}"].value() is True
    assert form[f"remember-{asked.code}"].value() is False  # as it was sent
    assert ImportJob.objects.get().corrections == before
    # Once it is right, all of it is taken.
    client.post(f"{url}mend/", sent | {f"text-{asked.code}": "2669"})
    again = client.get(f"{url}mend/")
    assert not again.context["questions"]
    assert group.code not in {each.code for each in again.context["groups"]}


def test_what_a_column_does_not_take_stands_at_its_field(client):
    url = upload(client, units({"统一社会信用代码": "12345"}, {"生产状态": "半停"}))
    _, found = mending(client, url)
    code, state = found["统一社会信用代码"].code, found["生产状态"].code
    page = client.post(f"{url}mend/", {f"text-{code}": "54321", f"text-{state}": "停产"})
    errors = page.context["form"].errors
    assert list(errors) == [f"text-{code}"]
    assert errors[f"text-{code}"][0].startswith("“54321”有 5 位，应为 18 位；")
    html = page.content.decode()
    assert 'value="54321"' in html and '<option value="停产" selected>' in html
    assert not ImportJob.objects.get().corrections.get("alike")
    # A row that is not read needs no right text.
    done = client.post(
        f"{url}mend/", {f"text-{code}": "54321", f"leave-{code}": "on", f"text-{state}": "停产"}
    )
    assert done.status_code == 302
    assert not ImportJob.objects.get().stored_preview.faults


def test_a_text_that_is_too_long_is_not_cut_in_silence(client):
    url = upload(client, units({"行业代码": "9912"}))
    _, found = mending(client, url)
    code = found["行业代码"].code
    page = client.post(f"{url}mend/", {f"text-{code}": "字" * 201})
    assert page.context["form"].errors[f"text-{code}"] == ["太长，不能超过 200 个字。"]
    assert 'maxlength="200"' in page.content.decode()


def test_a_button_for_a_whole_kind_loses_nothing_that_was_typed(client):
    url = upload(client, units({"统一社会信用代码": "12345"}, {"统一社会信用代码": "1234"}))
    page = client.get(f"{url}mend/")
    kind = next(iter(page.context["kinds"]))
    group = page.context["groups"][0]
    client.post(f"{url}mend/?kind={kind}", {f"leave-{group.code}": "on", "clear_kind": "1"})
    preview = ImportJob.objects.get().stored_preview
    assert (preview.new, preview.fault_count) == (1, 0)


def test_the_name_of_the_unit_stands_beside_its_row(client):
    url = upload(client, units({"生产状态": "半停"}, {"生产状态": "半停"}, {"单位名称": 7}))
    page, found = mending(client, url)
    assert found["生产状态"].places == ["第2行 · 虚构1号厂", "第3行 · 虚构2号厂"]
    assert found["单位名称"].places == ["第4行"]  # its name is what cannot be read
    assert "第2行 · 虚构1号厂" in page.content.decode()
    for listed in (url, f"{url}rows/?kind=faults"):
        assert "第3行 F列 · 虚构2号厂</th>" in client.get(listed).content.decode()


def test_the_name_of_the_officer_stands_beside_his_row(client):
    header = ["姓名", "执法证号", "执法证有效期至"]
    content = workbooks.of_rows(header, ["虚构甲", "16041040001", "很久以后"])
    page = client.get(f"{upload(client, content, OFFICERS)}mend/")
    assert page.context["groups"][0].places == ["第2行 · 虚构甲"]


def test_a_proven_code_is_taken_by_its_button_with_all_else_that_was_typed(client):
    url = upload(client, units({"统一社会信用代码": MISWRITTEN}, {"生产状态": "半停"}))
    page, found = mending(client, url)
    group, state = found["统一社会信用代码"], found["生产状态"]
    assert (group.proven, state.proven) == (CODE, "")
    assert f'name="take" value="{group.code}"' in page.content.decode()
    # The button of a cell counts more than what was typed in its field.
    sent = {"take": group.code, f"text-{group.code}": "写错", f"text-{state.code}": "停产"}
    assert client.post(f"{url}mend/", sent).status_code == 302
    client.post(url, {"reason": "核对"})
    codes = PollutionSource.objects.order_by("number").values_list("credit_code", "operating_state")
    assert list(codes) == [(CODE, "normal"), ("", "stopped")]


def test_all_proven_codes_of_a_page_are_taken_at_once(client):
    url = upload(
        client, units({"统一社会信用代码": MISWRITTEN}, {"统一社会信用代码": "91410481105484945p-O"})
    )
    assert "都照改" not in client.get(f"{url}mend/").content.decode()  # one is
    content = units(
        {"统一社会信用代码": MISWRITTEN}, {"统一社会信用代码": ANOTHER, "单位名称": "虚构1号厂二厂区"}
    )
    url = upload(client, content)
    assert "能推算出的 2 处都照改" in client.get(f"{url}mend/").content.decode()
    client.post(f"{url}mend/", {"take": "*"})
    job = ImportJob.objects.latest("pk")
    assert not job.stored_preview.faults
    client.post(url, {"reason": "核对"})
    assert set(PollutionSource.objects.values_list("credit_code", flat=True)) == {CODE}


def test_what_was_said_of_a_cell_stands_when_all_proven_codes_are_taken(client):
    url = upload(client, units({"统一社会信用代码": MISWRITTEN}, {"统一社会信用代码": ANOTHER}))
    first = client.get(f"{url}mend/").context["groups"][0]
    client.post(f"{url}mend/", {"take": "*", f"clear-{first.code}": "on"})
    client.post(url, {"reason": "核对"})
    codes = PollutionSource.objects.order_by("number").values_list("credit_code", flat=True)
    assert list(codes) == ["", CODE]


@pytest.mark.parametrize(
    "code", ["91410481317593588M", "9I410481317593588M", "9I41048131759358", CODE, "12345", ""]
)
def test_a_code_that_could_be_another_is_never_called_proven(code):
    from sources.columns import proven_credit_code

    assert proven_credit_code(code) == ""


def test_remembering_is_offered_only_where_it_can_be_done(client):
    content = units({"统一社会信用代码": "没办"}, {"生产状态": "半停"}, {"单位名称": 7})
    url = upload(client, content)
    page, found = mending(client, url)
    form = page.context["form"]
    boxes = {header: form.fields.get(f"remember-{each.code}") for header, each in found.items()}
    assert boxes["单位名称"] is None
    assert boxes["生产状态"].label == "记住，以后都这样改"
    assert boxes["统一社会信用代码"].label == "留空的记住，以后也留空"
    code = found["统一社会信用代码"].code
    # A code that is typed belongs to one unit: the box says nothing of it, and nobody is told off.
    done = client.post(f"{url}mend/", {f"text-{code}": CODE, f"remember-{code}": "on"}, follow=True)
    assert "没有记住" not in done.content.decode()
    assert not Recipe.objects.exists()


def test_the_page_of_recipes_offers_only_columns_that_may_have_one(client):
    page = client.get(f"{UPLOAD}recipes/")
    choices = dict(page.context["form"].fields["attribute"].choices)
    assert next(iter(choices.items())) == ("", "（请选）")
    assert "township" in choices
    assert "name" not in choices  # required, and says which unit it is
    assert choices["credit_code"] == "统一社会信用代码（只能当作空格子）"
    assert list(choices)[-1] in {"number", "credit_code", "permit_number"}
    refused = client.post(f"{UPLOAD}recipes/", {"attribute": "name", "found": "甲厂", "becomes": "乙厂"})
    assert refused.context["form"].errors["attribute"]
    assert client.post(f"{UPLOAD}recipes/", {"attribute": "", "found": "甲", "becomes": "乙"}).context[
        "form"
    ].errors["attribute"] == ["请选是哪一列。"]
    client.post(f"{UPLOAD}recipes/", {"attribute": "credit_code", "found": "没办证", "becomes": ""})
    assert Recipe.objects.get().attribute == "credit_code"
    edit = client.get(f"{UPLOAD}recipes/", {"attribute": "credit_code", "found": "没办证"})
    assert '<option value="credit_code" selected>' in edit.content.decode()


def test_a_new_code_is_never_taken_together_with_leave_empty(client):
    url = upload(client, units({"污染源编码": "410481 甲"}))
    (group,) = client.get(f"{url}mend/").context["groups"]
    sent = {f"text-{group.code}": "410481-0009", f"clear-{group.code}": "on"}
    form = client.post(f"{url}mend/", sent).context["form"]
    assert form.errors[f"text-{group.code}"] == ["又改成“410481-0009”，又勾了“留空”：请只留一样。"]
    # Said alone, it stands in the preview as what it is.
    client.post(f"{url}mend/", {f"text-{group.code}": "410481-0009"})
    (used,) = client.get(url).context["preview"].applied
    assert (used.header, used.found, used.becomes) == ("污染源编码", "410481 甲", "410481-0009")
