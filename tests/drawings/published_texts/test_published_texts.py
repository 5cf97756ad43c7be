"""What was published before the gate came is found again, wherever the public reads it, until it is marked or hidden."""

import pytest
import redaction_cases
from django.core.management import CommandError, call_command
from django.urls import reverse

from drawings.ceremony import verbs
from drawings.models import (
    ChecklistPoint,
    ChecklistVersion,
    Draw,
    Inspection,
    InspectionItem,
    LegalBasis,
    Plan,
    PrivacyMark,
    Redaction,
)
from drawings.published_texts import queries
from sources.models import PollutionSource

PHONE, HIDDEN_MIDDLE = "13812345678", "手机号码 138****5678"
NAMES = (
    "SUMMARY",
    "CORRECTION",
    "OLD_SUMMARY",
    "OLD_CORRECTION",
    "PLACE",
    "GONE",
    "WITNESS",
    "EVIDENCE",
    "AWAY",
)


@pytest.fixture
def substitutes_by():
    """At once, from the draw's own numbers."""
    return Plan.Substitutes.SEED


@pytest.fixture
def old(frozen_draw, organiser, reviewer, head, monkeypatch):
    """A published draw of a site without a gate, with a telephone number in words of every kind."""
    with monkeypatch.context() as patch:
        patch.setattr("drawings.privacy_gate.queries.find", lambda text: [])
        for name in NAMES:
            patch.setattr(redaction_cases, name, f"{getattr(redaction_cases, name)}，电话{PHONE}")
        redaction_cases.witnessed(frozen_draw, organiser)
        draw = verbs.publish(draw=verbs.draw_from_system(draw=frozen_draw, actor=organiser), actor=organiser)
        redaction_cases.fill(draw, monkeypatch, organiser, reviewer, head)
    return draw


def places():
    """What was found in the year of the draw, without the name of the draw."""
    return sorted(
        line.where.removeprefix("2026年第4季度抽查").lstrip("，：") for line in queries.of_year(2026)
    )


def names():
    """The names of the two units with published results."""
    rows = Inspection.objects.filter(state="published").select_related("selection").order_by("pk")
    return [row.selection.shown_name for row in rows]


def test_each_public_text_of_a_draw_is_found_where_it_stands(old):
    one, two = names()
    assert places() == sorted([
        f"{one}：检查结果", f"{one}：检查结果的更正", f"{two}：检查结果", f"{two}：检查结果的更正",
        "替补的事实和证据", "承诺值存放处", "撤下名称的原因",
    ])  # fmt: skip
    assert {line.found.split("：")[-1] for line in queries.of_year(2026)} == {HIDDEN_MIDDLE}
    assert queries.of_year(2025) == []
    assert PHONE not in str(queries.of_year(2026))


def test_under_a_seal_what_is_published_is_found_and_what_is_secret_stays_so(old):
    found = places()
    Draw.objects.update(disclosure="sealed")
    found.remove("替补的事实和证据")
    assert places() == found


def test_the_evidence_of_a_void_is_found(frozen_draw, void, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr("drawings.privacy_gate.queries.find", lambda text: [])
        void(frozen_draw, evidence=f"录入人电话{PHONE}")
    assert places() == ["作废原因"]


def test_what_is_hidden_is_listed_no_more_and_what_is_asked_for_still_is(old, reviewer, head):
    found = places()
    one = names()[0]
    which = redaction_cases.target(old, "甄隐名患病")
    row = redaction_cases.redactions.ask(
        draw=old, target=which, legal_reason=redaction_cases.LAW, actor=reviewer
    )
    assert places() == found
    redaction_cases.redactions.confirm(redaction=row, actor=head)
    assert f"{one}：检查结果" not in places()
    assert len(places()) == len(found) - 1
    for words in ("更正提到贾藏言", "甄不说的", "万不留", "甄退名"):
        redaction_cases.hide(old, redaction_cases.target(old, words), reviewer, head)
    left = [f"{names()[0]}：检查结果的更正", f"{names()[1]}：检查结果"]
    assert places() == sorted(left)


def test_a_mark_takes_its_piece_off_the_list_and_no_other(old, head, clock):
    summary, _ = Inspection.objects.filter(state="published").order_by("pk")
    mark = {"field": "summary", "reason": "企业公示的电话", "by": head, "at": clock()}
    before = places()
    PrivacyMark.objects.create(subject="correction", object_id=summary.pk, piece=PHONE, **mark)
    assert places() == before
    PrivacyMark.objects.create(subject="inspection", object_id=summary.pk, piece=PHONE, **mark)
    assert len(places()) == len(before) - 1
    assert f"{names()[0]}：检查结果" not in places()


def test_a_legal_reason_is_found_though_nothing_can_hide_it(old, reviewer, head, monkeypatch):
    which = redaction_cases.target(old, "甄隐名患病")
    row = redaction_cases.hide(old, which, reviewer, head)
    Redaction.objects.filter(pk=row.pk).update(legal_reason=f"本人{PHONE}要求删除")
    (line,) = (each for each in queries.of_year(2026) if "依法隐去" in each.where)
    assert line.advice == queries.NEVER_HIDDEN


def test_reports_that_are_not_public_yet_are_left_to_the_gate(published_draw):
    Inspection.objects.update(summary=f"电话{PHONE}")
    assert queries.of_year(2026) == []
    Inspection.objects.filter(pk=published_draw.selections.first().inspection.pk).update(state="published")
    assert len(queries.of_year(2026)) == 1


@pytest.mark.parametrize(
    ("model", "field", "where"),
    [
        (Plan, "basis", "抽查计划“"), (InspectionItem, "content", "抽查事项“"), (LegalBasis, "text", "法律依据“"),
        (ChecklistPoint, "guidance", "检查清单“"), (PollutionSource, "township", "污染源 410481-0001"),
    ],
)  # fmt: skip
def test_plans_items_law_checklists_and_registries_are_searched(published_draw, model, field, where):
    assert queries.of_lists() == []
    row = model.objects.order_by("pk").first()
    model.objects.filter(pk=row.pk).update(**{field: f"联系人电话{PHONE}"})
    (line,) = queries.of_lists()
    assert line.where.startswith(where)
    assert PHONE not in line.found


def test_drafts_of_plans_and_versions_and_items_out_of_use_are_not_public(plan, item, forge):
    Plan.objects.update(published_at=None, basis=f"电话{PHONE}")
    InspectionItem.objects.update(is_active=False, content=f"电话{PHONE}")
    forge(ChecklistVersion, ChecklistVersion.objects.get().pk, published_at=None)
    ChecklistPoint.objects.update(guidance=f"电话{PHONE}")
    assert queries.of_lists() == []
    Plan.objects.update(published_at="2026-01-05T09:00:00+08:00")
    assert len(queries.of_lists()) == 1 + Plan.objects.get().items.count()


def test_the_queries_do_not_grow_with_the_texts(old, django_assert_num_queries):
    results = Inspection.objects.filter(selection__draw=old)
    more = results.exclude(state="published").count()
    with django_assert_num_queries(14):
        found = queries.of_year(2026)
    results.update(state="published", summary=f"电话{PHONE}")
    with django_assert_num_queries(14):
        assert len(queries.of_year(2026)) == len(found) + more


def test_the_page_shows_a_part_and_leads_who_may_mend(old, login, reviewer, head, admin):
    page, one = reverse("published_texts:found"), Inspection.objects.filter(state="published").first()
    link = reverse("amendments:redact_inspection", args=[old.code, one.pk])
    for user, may in ((reviewer, True), (head, False), (admin, False)):
        html = login(user).get(page).content.decode()
        assert "2026年：7 处" in html
        assert PHONE not in html
        assert (link in html) == may
    client = login(admin)
    assert page in client.get(reverse("data_checks")).content.decode()
    assert page in login(reviewer).get(reverse("amendments:redactions")).content.decode()
    PollutionSource.objects.filter(number="410481-0001").update(name=f"老张{PHONE}")
    html = client.get(page, {"of": "lists"}).content.decode()
    assert "污染源 410481-0001</a>" in html
    assert "2026年：7 处" in client.get(page, {"of": "1999"}).content.decode()


def test_of_many_places_the_page_shows_the_first(old, login, reviewer, monkeypatch):
    monkeypatch.setattr("drawings.published_texts.views.MOST", 3)
    html = login(reviewer).get(reverse("published_texts:found")).content.decode()
    assert "只列出前 3 处" in html
    assert html.count("138****5678") == 3


def test_the_data_checks_themselves_search_nothing(old, login, admin, monkeypatch):
    def never(*_):
        raise AssertionError("searched")

    monkeypatch.setattr("drawings.privacy_gate.queries.find", never)
    client = login(admin)
    assert client.get(reverse("data_checks")).status_code == client.get(reverse("desk")).status_code == 200
    with pytest.raises(AssertionError, match="searched"):
        queries.of_year(2026)


def test_the_command_names_each_place_and_fails_where_there_is_one(old, capsys):
    with pytest.raises(CommandError, match="^7 处公开的文字里像是有个人信息"):
        call_command("search_published")
    said = capsys.readouterr().out
    assert said.count(HIDDEN_MIDDLE) == 7
    assert PHONE not in said


def test_the_command_is_content_where_nothing_is_found(published_draw, capsys):
    call_command("search_published")
    assert capsys.readouterr().out == "公开的文字里没有发现个人信息。\n"
