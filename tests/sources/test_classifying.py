"""Class and industry for many units at once: what the page says, what is written, and who is left alone."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sources import classifying
from sources.classifying import Decision
from sources.models import PollutionSource
from wugang_audit.access.roles import Role
from wugang_audit.audit.models import AuditEntry
from wugang_audit.problems import problems as found_in

LIST = "/admin/sources/pollutionsource/"
CEMENT = "3011"
SPECIAL = {
    "category": "special", "special_reason": "信访集中", "special_basis": "平舞环〔2026〕1号", "special_from": "2026-09-01",
}  # fmt: skip


@pytest.fixture
def client(login, admin):
    return login(admin)


@pytest.fixture
def bare(make_source):
    """Three units without class and industry, one key unit in the chemical industry."""
    for serial in (1, 2, 3):
        make_source(serial, category="", industry_code="", industry_name="", speciality=None)
    make_source(4, category="key")
    return PollutionSource.objects.order_by("pk")


def ask(client, units, query="", **answers):
    keys = [unit.pk for unit in units]
    sent = {"action": "classify", "_selected_action": keys, "index": "0"}
    if answers:
        answers = {"counted": len(keys), "reason": "市局名录核定"} | answers
    return client.post(f"{LIST}{query}", sent | answers)


def have(field="category"):
    return list(PollutionSource.objects.order_by("number").values_list(field, flat=True))


def problems(response):
    assert response.status_code == 200
    return {name: [str(each) for each in found] for name, found in response.context["form"].errors.items()}


def said(client, response):
    assert response.status_code == 302
    return [str(each) for each in client.get(response.url).context["messages"]]


def test_the_page_says_how_many_units_and_what_they_have_now(client, bare):
    page = ask(client, bare)
    assert page.context["title"] == "给 4 家单位定监管类别、行业"
    text = page.content.decode()
    assert "没有监管类别 3 家" in text and "重点排污单位 1 家" in text
    assert "没有行业 3 家" in text and "2669 其他专用化学产品制造 1 家" in text
    assert have() == ["", "", "", "key"]


def test_all_get_a_class_with_history_and_one_entry_of_the_trail(client, admin, bare):
    before = AuditEntry.objects.count()
    done = ask(client, bare[:3], category="general")
    assert said(client, done) == ["已改 3 家单位：监管类别定为一般排污单位。"]
    assert have() == ["general", "general", "general", "key"]
    assert AuditEntry.objects.count() == before + 1
    entry = AuditEntry.objects.order_by("-index").first()
    assert (entry.action, entry.target, entry.actor) == ("成批定类别和行业", "3 家", admin)
    assert entry.changes == {
        "count": 3, "numbers": ["410481-0001", "410481-0002", "410481-0003"], "监管类别": "一般排污单位",
        "原来的监管类别": {"没有监管类别": "3 家"}, "reason": "市局名录核定",
    }  # fmt: skip
    for unit in bare[:3]:
        last = unit.history.first()
        assert (last.category, last.history_user, last.history_change_reason) == (
            "general",
            admin,
            "市局名录核定",
        )
        assert unit.history.count() == 2
    assert bare[3].history.count() == 1


def test_another_class_is_warned_of_and_nothing_is_written_until_it_is_decided(client, bare):
    page = ask(client, bare, category="general")
    assert problems(page) == {"others": ["所选单位里已有重点排污单位 1 家，请选这些单位改不改。"]}
    assert have() == ["", "", "", "key"]
    kept = ask(client, bare, category="general", others="keep")
    assert said(client, kept) == [
        "已改 3 家单位：监管类别定为一般排污单位。1 家原来有别的类别或行业，保持不变。"
    ]
    assert have() == ["general"] * 3 + ["key"]
    assert said(client, ask(client, bare, category="general", others="replace"))[0].startswith(
        "已改 1 家单位"
    )
    assert have() == ["general"] * 4
    assert AuditEntry.objects.order_by("-index").first().changes["原来的监管类别"] == {"重点排污单位": "1 家"}


def test_another_industry_stays_unless_it_is_said_to_go(client, bare):
    assert "others" in problems(ask(client, bare, industry=CEMENT))
    ask(client, bare, industry=CEMENT, others="keep")
    assert have("industry_code") == [CEMENT] * 3 + ["2669"]
    ask(client, bare, industry=CEMENT, others="replace")
    assert have("industry_code") == [CEMENT] * 4


def test_nothing_is_asked_of_units_that_have_nothing_or_the_same(client, bare, make_source):
    assert "others" not in ask(client, bare[:3]).context["form"].fields
    assert ask(client, bare[3:], category="key").status_code == 302


@pytest.mark.parametrize("words", [CEMENT, "水泥制造", "C3011", "３０１１"])
def test_an_industry_is_given_by_its_code_or_its_name(client, bare, specialities, words):
    ask(client, bare[:3], industry=words)
    assert have("industry_code") == [CEMENT] * 3 + ["2669"]
    assert have("industry_name") == ["水泥制造"] * 3 + ["其他专用化学产品制造"]
    group = PollutionSource.objects.get(pk=bare[0].pk).speciality
    assert (
        group is not None and group.prefix_list and any(CEMENT.startswith(each) for each in group.prefix_list)
    )


def test_words_that_say_another_industry_go_with_the_code_that_they_stood_for(client, make_source):
    unit = make_source(1, industry_code="", industry_name="水泥厂", speciality=None)
    ask(client, [unit], industry=CEMENT)
    assert (have("industry_code"), have("industry_name")) == ([CEMENT], ["水泥制造"])
    ask(client, [unit], industry="2669", others="replace")
    assert have("industry_name") == ["其他专用化学产品制造"]


def test_unclear_words_are_asked_and_the_answer_counts(client, bare):
    page = ask(client, bare[:3], industry="化工")
    assert list(problems(page)) == ["industry"] and page.context["form"].asks_industry
    offered = [code for code, _ in page.context["form"].fields["pick"].widget.choices]
    assert offered and have("industry_code") == ["", "", "", "2669"]
    ask(client, bare[:3], industry="化工", pick=offered[0])
    assert have("industry_code") == [offered[0]] * 3 + ["2669"]


def test_an_answer_to_other_words_does_not_count(client, bare):
    ask(client, bare[:3], industry=CEMENT, pick="2669")
    assert have("industry_code") == [CEMENT] * 3 + ["2669"]


@pytest.mark.parametrize(
    ("answers", "field", "problem"),
    [
        ({}, "category", "请选监管类别，或在下面填行业"), ({"category": "general", "reason": " "}, "reason", "请写明为什么这样定"),
        ({"industry": "9900"}, "industry", "没有行业专业组管这个行业"), ({"industry": "天方夜谭"}, "industry", "请改填 4 位小类代码"),
        ({"category": "x"}, "category", "选择一个有效的选项"),
        (SPECIAL | {"special_until": "2026-08-31"}, "special_until", "截止日早于起始日"),
        (SPECIAL | {"special_reason": " 无 "}, "special_reason", "要写明原因"), (SPECIAL | {"special_basis": ""}, "special_basis", "要写明依据"),
        (SPECIAL | {"special_from": ""}, "special_from", "要写明从哪一天起"),
        ({"category": "general", "counted": "99"}, "__all__", "所选单位现在是 3 家"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_in_words(client, bare, answers, field, problem):
    page = ask(client, bare[:3], **{"category": ""} | answers)
    (message,) = problems(page)[field]
    assert problem in message and set(problems(page)) == {field}
    assert have() == ["", "", "", "key"] and bare[0].history.count() == 1


def test_special_supervision_brings_its_basis_and_its_end_along(client, bare):
    ask(
        client, bare[:2], **SPECIAL, special_until="2099-12-31", category_after="key",
    )  # fmt: skip
    unit = PollutionSource.objects.get(pk=bare[0].pk)
    assert (unit.category, unit.special_reason, unit.special_until, unit.category_after) == (
        "special", "信访集中", datetime.date(2099, 12, 31), "key",
    )  # fmt: skip
    assert AuditEntry.objects.order_by("-index").first().changes["特殊监管截止日"] == "2099-12-31"
    ask(client, bare[2:3], category="general", special_reason="不该写入")
    assert have("special_reason") == ["信访集中", "信访集中", "", ""]


def test_a_text_is_kept_as_an_import_would_keep_it(client, bare):
    ask(client, bare[:1], **SPECIAL | {"special_reason": " 信访　集中 "})
    assert have("special_reason")[0] == "信访 集中" and have("special_basis")[0] == "平舞环〔2026〕1号"
    page = ask(client, bare[1:2], **SPECIAL | {"special_reason": "甲\u200b乙" * 101})
    assert "special_reason" in problems(page)


def test_units_that_get_another_class_need_no_basis(client, bare):
    ask(client, bare[:3], category="general", special_reason="", special_from="")
    assert have() == ["general"] * 3 + ["key"]


def test_the_page_names_the_units_and_folds_a_long_list(client, bare, make_source):
    page = ask(client, bare)
    names = [f"{unit.name}（{unit.number}）" for unit in bare]
    assert (
        all(name in page.content.decode() for name in names)
        and '<details class="fold">' not in page.content.decode()
    )
    for serial in range(5, 22):
        make_source(serial)
    many = ask(client, PollutionSource.objects.all()).content.decode()
    folded = many.partition('<details class="fold"><summary><h2>是哪 21 家')[2].partition("</details>")[0]
    assert all(f"虚构{serial}号化工厂（" in folded for serial in range(1, 22))


def test_what_is_wrong_stands_above_what_the_units_have_now_in_the_order_of_the_fields(client, bare):
    asked = ask(client, bare).content.decode()
    assert asked.index("现在的登记") < asked.index("为什么这样定") and "data-error-summary" not in asked
    page = ask(client, bare, category="", reason="")
    text = page.content.decode()
    assert text.index("data-error-summary") < text.index("为什么这样定") < text.index("现在的登记")
    assert [each.anchor for each in found_in(page.context["form"])] == ["id_category_0", "id_reason"]


def test_a_very_long_list_says_how_many_it_does_not_name(client, source_of, specialities):
    PollutionSource.objects.bulk_create(source_of(n) for n in range(1, 504))
    sent = {"action": "classify", "_selected_action": ["1"], "select_across": "1", "index": "0"}
    page = client.post(LIST, sent).content.decode()
    assert "另有 3 家，没有一一列出" in page and "410481-0500" in page and "410481-0501" not in page


def test_all_that_a_filter_shows_are_meant_when_all_were_asked_for(client, make_source):
    for serial in range(1, 61):  # more than one page
        make_source(serial, category="")
    make_source(61, category="key")
    first = PollutionSource.objects.first()
    sent = {"action": "classify", "_selected_action": [first.pk], "select_across": "1", "index": "0"}
    query = f"{LIST}?check=no-category"
    assert client.post(query, sent).context["title"] == "给 60 家单位定监管类别、行业"
    answer = {"category": "general", "reason": "核定", "counted": "60"}
    assert client.post(query, sent | answer).status_code == 302
    assert have() == ["general"] * 60 + ["key"]
    page = client.get(query)
    assert page.context["cl"].result_count == 0


def test_a_thousand_units_take_as_many_queries_as_three(client, source_of, admin):
    counts = []
    for serials in (range(3), range(3, 300)):
        PollutionSource.objects.bulk_create(source_of(n, category="") for n in serials)
        chosen = PollutionSource.objects.filter(category="")
        with CaptureQueriesContext(connection) as queries:
            classifying.classify(
                chosen, Decision("general", CEMENT, replaces=True), actor=admin, reason="核定"
            )
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert set(PollutionSource.objects.values_list("category", "industry_code")) == {("general", CEMENT)}


def test_nothing_that_stays_as_it_is_gets_history(client, bare):
    page = ask(client, bare[3:], category="key", industry="2669")
    assert said(client, page) == ["没有改动。所选单位本来就是这样。"]
    assert bare[3].history.count() == 1
    assert not AuditEntry.objects.filter(action="成批定类别和行业").exists()


@pytest.mark.parametrize("role", [Role.SECURITY, Role.HEAD, Role.ORGANISER])
def test_only_who_keeps_the_registry_may(login, person, bare, role):
    page = ask(login(person("someone", role)), bare, category="general", others="replace")
    assert page.status_code in (302, 403) and have() == ["", "", "", "key"]


def test_the_desk_leads_to_the_units_and_the_list_tells_of_the_action(client, bare):
    lines = {line.label: line for line in client.get("/desk/").context["todos"]}
    assert (lines["给单位定监管类别"].count, lines["给单位补行业"].count) == (3, 3)
    page = client.get(lines["给单位定监管类别"].url)
    assert page.context["cl"].result_count == 3
    assert "选“给所选单位定监管类别、行业”，可以一次定好" in page.content.decode()
    ask(client, bare[:3], category="general", industry=CEMENT)
    assert not {"给单位定监管类别", "给单位补行业"} & {
        line.label for line in client.get("/desk/").context["todos"]
    }
    assert "可以一次定好" not in client.get(LIST).content.decode()
