"""The law in the admin: what is refused at which field, what a published plan holds fast, what the desk asks for."""

import datetime
import json

import pytest
from django.conf import settings
from django.core.management import call_command
from django.urls import reverse

from drawings.models import InspectionItem, LegalBasis, law_writing
from drawings.public_fields import ITEM
from wugang_audit import clock as site_clock
from wugang_audit.audit.models import AuditEntry

ADD = "/admin/drawings/legalbasis/add/"
MOMENT = datetime.datetime(2027, 1, 5, 1, tzinfo=datetime.UTC)
ROW = {"law": "某某法", "article": "第一条", "text": "要点：某事。", "in_force_from": "2020-01-01"}


@pytest.fixture
def client(login, admin, specialities):
    return login(admin)


@pytest.fixture
def made(specialities):
    return LegalBasis.objects.create(**ROW, in_force_until="2025-12-31")


def change(row):
    return reverse("admin:drawings_legalbasis_change", args=[row.pk])


def errors(page):
    assert page.status_code == 200
    return {name: list(found) for name, found in page.context["adminform"].form.errors.items()}


@pytest.mark.parametrize(
    ("fields", "name", "reason"),
    [
        ({"in_force_until": "2019-12-31"}, "in_force_until", "最后有效日早于施行日期"),
        ({"in_force_from": "2025-12-31"}, "in_force_from", "时间重叠：请先给旧的一条填最后有效日"),
        ({"in_force_from": "2019-01-01"}, "in_force_until", "时间重叠：请填到它施行的前一天"),
        ({"in_force_from": "2019-01-01", "in_force_until": "2020-01-01"}, "in_force_until", "时间重叠"),
        ({"in_force_from": "昨天"}, "in_force_from", "日期"),
        ({"law": ""}, "law", "必填"),
        ({"law": "《 》"}, "law", "不带书名号"),
        ({"law": "《某 某法》", "in_force_from": "2025-12-31"}, "in_force_from", "时间重叠"),
        ({"article": "第 1 条", "in_force_from": "2025-12-31"}, "in_force_from", "时间重叠"),
        ({"in_force_from": "1949-09-30", "in_force_until": "1950-01-01"}, "in_force_from", "核对年份"),
        ({"article": "1", "in_force_from": "2025-12-31"}, "in_force_from", "时间重叠"),
        (
            {"law": "中华人民共和国生态环境法典", "article": "2000"},
            "article",
            "《中华人民共和国生态环境法典》一共 1242 条，没有第二千条：请核对条款。",
        ),
        ({"article": "随便写"}, "article", "看不出是哪一条：请写成“第五十一条”"),
        ({"article": "第〇条"}, "article", "看不出是哪一条"),
        ({"article": "第一条、第二条"}, "article", "看不出是哪一条"),
        (
            {"law": "中华人民共和国某某法", "in_force_from": "2026-01-01"},
            "law",
            "已经登记的名称是“某某法”，请照着写",
        ),
        ({"text": "", "in_force_from": "2026-01-01"}, "text", "必填"),
        ({"replaced_by": "99999", "in_force_from": "2026-01-01"}, "replaced_by", "选择"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_written(client, made, fields, name, reason):
    rows = LegalBasis.objects.count()
    found = errors(client.post(ADD, ROW | fields))
    assert list(found) == [name]
    assert reason in found[name][0]
    assert LegalBasis.objects.count() == rows


def test_a_row_is_written_as_the_law_is_cited(client, made):
    typed = {
        "law": "《新 法》",
        "document_number": "环办[2015] 88号",
        "article": "第51条",
        "in_force_from": "1949-10-01",
    }
    assert client.post(ADD, ROW | typed).status_code == 302
    assert LegalBasis.objects.order_by("-pk")[0].cited == "《新法》（环办〔2015〕88号）第五十一条"


def test_a_row_of_an_older_site_overlaps_as_it_was_typed_and_is_shown_with_one_pair_of_book_marks(
    client, made
):
    LegalBasis.objects.filter(pk=made.pk).update(law="《某某法》", article="第1条")
    said = errors(client.post(ADD, ROW | {"in_force_from": "2025-12-31"}))["in_force_from"][0]
    assert "和已有的《某某法》第1条（2020-01-01 至 2025-12-31 有效）时间重叠" in said


def test_the_day_after_the_last_one_is_free(client, made):
    assert client.post(ADD, ROW | {"in_force_from": "2026-01-01"}).status_code == 302
    entry = AuditEntry.objects.order_by("-index").first()
    assert (entry.action, entry.actor.username) == ("新增法律依据", "admin")


def test_no_article_is_replaced_by_itself_or_in_a_circle(client, made):
    other = LegalBasis.objects.create(**ROW | {"article": "第二条"}, replaced_by=made)
    row = ROW | {"in_force_until": "2025-12-31"}
    found = errors(client.post(change(made), row | {"replaced_by": made.pk}))
    assert found == {"replaced_by": ["一条依据不能由它自己代替。"]}
    found = errors(client.post(change(made), row | {"replaced_by": other.pk}))
    assert found == {
        "replaced_by": ["《某某法》第二条最后又由这一条代替，绕成了一圈：请改选，或先改那一条。"]
    }


def test_what_is_cited_instead_must_be_law_afterwards_or_lead_to_what_is(client, made):
    row = LegalBasis.objects.create(**ROW | {"article": "第二条"})
    until = {"in_force_until": "2025-12-31", "change_reason": "废止"}
    ends = ROW | {"article": "第二条", "replaced_by": made.pk} | until
    assert "改选那以后有效的一条" in errors(client.post(change(row), ends))["replaced_by"][0]
    made.replaced_by = LegalBasis.objects.create(**ROW | {"article": "第三条"})
    made.save()
    assert client.post(change(row), ends).status_code == 302


def test_a_row_of_an_older_site_whose_article_is_none_can_still_be_ended(client, made):
    LegalBasis.objects.filter(pk=made.pk).update(article="总则", law="《某某法》")
    told = ROW | {
        "article": "总则",
        "law": "《某某法》",
        "in_force_until": "2024-12-31",
        "change_reason": "废止",
    }
    assert client.post(change(made), told).status_code == 302


def test_a_replacement_that_begins_later_than_the_end_is_only_hinted_at(client, made):
    heir = LegalBasis.objects.create(**ROW | {"article": "第二条", "in_force_from": "2026-02-01"})
    page = client.post(
        change(made), ROW | {"in_force_until": "2025-12-31", "replaced_by": heir.pk}, follow=True
    )
    said = [str(message) for message in page.context["messages"]]
    assert any("从 2026-02-01 起才施行" in each for each in said)
    made.refresh_from_db()
    assert made.replaced_by == heir


def test_what_a_public_page_shows_keeps_its_words(client, clock, plan, item):
    row = item.bases.get(article="第五十一条")
    assert client.post(change(row), ROW).status_code == 302
    kept = LegalBasis.objects.get(pk=row.pk)
    names = ("law", "document_number", "article", "text")
    assert [getattr(kept, name) for name in names] == [getattr(row, name) for name in names]
    assert kept.in_force_from == datetime.date(2020, 1, 1)
    assert client.post(reverse("admin:drawings_legalbasis_delete", args=[row.pk])).status_code == 403


def test_an_overlap_that_was_there_already_is_told_at_the_day_that_begins_later(client, clock, plan, item):
    row = item.bases.get(article="第五十一条")
    LegalBasis.objects.create(law=row.law, article=row.article, text="另一条", in_force_from="2026-01-01")
    found = errors(client.post(change(row), ROW | {"in_force_from": "2026-08-15"}))
    assert list(found) == ["in_force_from"]


# --- what an item cites -----------------------------------------------------------------------------------------


def item_form(item):
    return reverse("admin:drawings_inspectionitem_change", args=[item.pk])


def keys(item):
    return set(item.bases.values_list("pk", flat=True))


def test_an_item_of_a_published_plan_gains_law_and_loses_none(client, clock, plan, item):
    before = keys(item)
    more = LegalBasis.objects.get(article="第五十四条").pk
    sent = {"position": 1, "is_active": "on"}
    found = errors(client.post(item_form(item), sent | {"bases": [more]}))
    page = "2026-10-08 公布的计划“2026年度抽查计划”（第 1 版）按有效显示《"
    assert found["bases"][0].startswith(page)
    assert keys(item) == before
    assert client.post(item_form(item), sent | {"bases": [*before, more]}).status_code == 302
    assert keys(item) == before | {more}
    entry = AuditEntry.objects.order_by("-index").first()
    assert entry.action == "修改随机抽查事项"
    assert "第五十四条" in entry.changes["法律依据"][1]
    assert "第五十四条" not in entry.changes["法律依据"][0]


def test_what_is_added_is_cited_from_that_moment_and_what_was_there_from_the_beginning(client, plan, item):
    before, more = keys(item), LegalBasis.objects.get(article="第五十四条")
    sent = {"position": 1, "is_active": "on", "bases": [*before, more.pk]}
    for moment in (MOMENT, MOMENT + datetime.timedelta(hours=1)):
        with site_clock.at(moment):
            assert client.post(item_form(item), sent).status_code == 302
        since = dict(item.citations.values_list("basis", "cited_since"))
        assert since == dict.fromkeys(before) | {more.pk: MOMENT}


def said_on_saving(client, item, bases, **more):
    sent = {name: getattr(item, name) for name in ITEM} | {"position": 1, "is_active": "on", "bases": bases}
    page = client.post(item_form(item), sent | more, follow=True)
    return [str(each) for each in page.context["messages"] if each.level_tag == "warning"]


def test_an_item_whose_law_is_all_out_of_force_is_saved_with_a_warning(client, clock, item):
    dead = LegalBasis.objects.get(article="第二十四条", law__contains="环境保护法")
    alive = LegalBasis.objects.get(article="第五十一条")
    assert said_on_saving(client, item, [dead.pk]) == [
        "“污染源日常环境监管”选的法律依据今天都无效：《中华人民共和国环境保护法》（主席令第9号）第二十四条自 2026-08-15 起不再有效。"
        "公开的清单上会写明；请补选现行的条款，补选以前，含有这一项的计划不能公布，抽签不能冻结。"
    ]
    assert keys(item) == {dead.pk}
    assert said_on_saving(client, item, [dead.pk, alive.pk]) == []
    assert said_on_saving(client, item, [dead.pk], is_active="") == []


def test_junk_in_place_of_an_article_is_refused(client, item):
    sent = {"position": 1, "is_active": "on", "bases": ["0x1", "9" * 30]}
    assert "bases" in errors(client.post(item_form(item), sent))


def test_the_desk_and_the_checks_lead_to_items_without_law_in_force(client, clock, item):
    assert "法律依据" not in client.get("/desk/").content.decode()
    item.bases.set(LegalBasis.objects.filter(article="第二十四条", law__contains="环境保护法"))
    page = client.get("/desk/").content.decode()
    assert f'href="{item_form(item)}"' in page
    assert "改正“污染源日常环境监管”的法律依据" in page
    item.bases.clear()
    page = client.get("/desk/").content.decode()
    assert 'href="/admin/drawings/inspectionitem/?law=none"' in page
    listed = client.get("/admin/drawings/inspectionitem/?law=none")
    assert list(listed.context["cl"].result_list) == [item]
    item.bases.set(LegalBasis.objects.filter(article="第五十一条"))
    assert list(client.get("/admin/drawings/inspectionitem/?law=none").context["cl"].result_list) == []


# --- fixtures ---------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_fixtures_load_in_the_order_of_the_readme():
    order = ["specialities", "law", "inspection_items", "holidays"]
    readme = (settings.BASE_DIR / "README.md").read_text(encoding="utf-8")
    assert f"manage.py loaddata {' '.join(order)}\n" in readme
    call_command("loaddata", *order, verbosity=0)
    assert InspectionItem.objects.get().bases.count() == 5


@pytest.mark.django_db
def test_every_shipped_article_is_valid(specialities):
    for row in LegalBasis.objects.all():
        row.full_clean()
        written = law_writing.title(row.law), law_writing.article(row.article)
        assert (*written, law_writing.document_number(row.document_number)) == (
            row.law,
            row.article,
            row.document_number,
        )
        assert row.hints() == []
    code = LegalBasis.objects.filter(law="中华人民共和国生态环境法典")
    assert set(code.values_list("in_force_from", "in_force_until")) == {(datetime.date(2026, 8, 15), None)}
    assert code.count() == 16
    rows = json.loads((settings.BASE_DIR / "fixtures" / "law.json").read_text(encoding="utf-8"))
    assert [row["pk"] for row in rows] == list(range(1, len(rows) + 1))
