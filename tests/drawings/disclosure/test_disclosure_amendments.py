"""What followed a draw, as the public reads it: substitutes, corrections, deposits, organisers, versions of the plan."""

import datetime
import subprocess
import sys
import zipfile
from collections import Counter

import pytest
from django.utils import timezone
from django.utils.html import strip_tags

from drawings.amendments import substitutes, voids
from drawings.disclosure import amendments, draws
from drawings.models import (
    Correction,
    Deposit,
    Draw,
    Inspection,
    LogEntry,
    Plan,
    PlanRate,
    Substitution,
    TeamMember,
)
from drawings.models.lotteries import Issue
from drawings.protocol import verify
from drawings.states import InspectionState
from enforcers.models import Officer
from sources.models import PollutionSource

TONIGHT = Issue("26281", datetime.datetime.fromisoformat("2026-10-08T21:25:00+08:00"))


@pytest.fixture
def declare(draw_in, report, make_officer, organiser, organiser2):
    """Return a function: a general unit of the draw in that state is found closed, and that is confirmed."""

    def do(state, **more):
        make_officer(4, "丁", "livestock")
        draw = draw_in(state)
        selection = draw.selections.filter(stratum="general").first()
        report(selection.inspection, InspectionState.SUBMITTED, outcome="closed")
        words = {"evidence": "门口贴有停业公告", "away": {}, "issue": TONIGHT, "actor": organiser} | more
        row = substitutes.declare_unit(selection=selection, **words)
        return substitutes.confirm(substitution=row, actor=organiser2)

    return do


@pytest.fixture
def take_effect(organiser, organiser2, clock):
    """Type the value of the issue that is waited for; return the declaration as it stands then."""

    def do(row, days=0, **more):
        clock.moment = row.known_at + datetime.timedelta(days=days)
        for actor in (organiser2, organiser):
            substitutes.enter_value(draw=row.draw, value="3 1 4 1 5", actor=actor, **more)
        return Substitution.objects.get(pk=row.pk)

    return do


@pytest.fixture
def replaced(declare, take_effect):
    return lambda state: take_effect(declare(state))


def gone_of(row):
    return row.places.get().selection


def below(text):
    """The part of a draw's page that tells of substitutes."""
    return text[text.index('id="substitutions"') :]


def test_a_replaced_unit_is_struck_out_and_its_substitute_stands_below_with_all_that_decided(
    replaced, stranger
):
    row = replaced("published")
    text = stranger.get("/draws/2026Q4/").content.decode()
    gone, instead = gone_of(row), row.unit
    assert f'<del><a href="/units/{gone.source.number}/">{gone.name}</a></del>' in text
    team = "、".join(member.name for member in instead.team.order_by("-is_lead"))
    words = (
        f"<del>{gone.name}</del>", instead.name, f"检查组 {team}", row.get_reason_display(), "门口贴有停业公告",
        "排列5 第 26281 期", "3 1 4 1 5", "2026年10月8日 21:25</time> 生效", 'href="/draws/2026Q4/substitutes.tsv"',
    )  # fmt: skip
    assert [each for each in words if each not in below(text)] == []
    assert "已由别家替补" in stranger.get(f"/units/{gone.source.number}/").content.decode()


def test_a_declaration_that_waits_is_public_with_the_issue_that_will_decide(declare, stranger):
    row = declare("published")
    text = below(stranger.get("/draws/2026Q4/").content.decode())
    assert "还不知道" in text
    assert "等排列5 第 26281 期，2026年10月8日 21:25 开奖" in strip_tags(text)
    assert row.get_reason_display() in text
    assert stranger.get("/draws/2026Q4/substitutes.tsv").status_code == 404


def test_the_file_of_substitutes_is_written_from_the_rows(replaced, stranger):
    row = replaced("published")
    answer = stranger.get("/draws/2026Q4/substitutes.tsv")
    first, line = answer.content.decode().splitlines()
    assert first == "substitutes/2 2026Q4"
    assert line.split("\t") == [
        "1", "2026-10-08T09:00:00+08:00", "unit", gone_of(row).source.number, "closed", "-", "-",
        "pl5 26281 2026-10-08T21:25:00+08:00", "3 1 4 1 5", row.outcome,
    ]  # fmt: skip
    digest = verify.digest(row.draw.file("salt.txt") + line)
    assert LogEntry.objects.get(kind="substitute").digest == digest


def test_places_for_which_too_many_were_away_are_named(declare, take_effect, stranger):
    away = {f"1604104800{n}": "外出培训" for n in (1, 2, 4)}
    row = take_effect(declare("published", away=away))
    text = below(stranger.get("/draws/2026Q4/").content.decode())
    assert "甲：因故不能参加" in text and "外出培训" not in text
    assert f"{row.unit.name}：只剩 1 人可选" in text
    assert f"{row.unit.name}：没有人可选" in text
    assert "检查组 丙、空缺" in text


def test_an_issue_that_was_never_drawn_is_told_with_the_one_that_stands_for_it(
    declare, take_effect, stranger
):
    take_effect(declare("published"), days=2, issue="26283")
    text = below(stranger.get("/draws/2026Q4/").content.decode())
    assert (
        "排列5 第 26281 期没有开奖，用其后首先开奖的第 26283 期（其间还有 1 个期号，须都没有开奖，请到彩票机构网站核对）："
        in text
    )


def test_the_bundle_of_a_draw_with_a_substitute_still_passes_its_own_verifier(replaced, stranger, tmp_path):
    row = replaced("published")
    (tmp_path / "bundle.zip").write_bytes(stranger.get("/draws/2026Q4/bundle.zip").content)
    with zipfile.ZipFile(tmp_path / "bundle.zip") as archive:
        archive.extract("verify.py", tmp_path)
        assert row.outcome in archive.read("substitutes.tsv").decode()
    done = subprocess.run(
        [sys.executable, "verify.py", "bundle.zip"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.returncode, "不通过" in done.stdout) == (0, False), done.stdout


def test_a_substitute_of_a_sealed_draw_stays_hidden(replaced, stranger, public_urls):
    row = replaced("sealed-published")
    gone = gone_of(row)
    found = []
    for url in public_urls():
        text = stranger.get(url).content.decode(errors="replace")  # the bundle is packed
        words = ["停业公告"]
        if not url.startswith("/units/4"):
            words += [row.unit.name, gone.name] if "names.tsv" not in url and "/hat" not in url else []
        found += [(url, word) for word in words if word in text]
    assert found == []
    page = stranger.get(f"/visit/{gone.inspection.token}/").content.decode()
    assert "已由另一家替补" in page
    assert row.unit.name not in page


def test_a_replaced_officer_is_struck_out_but_readable(
    draw_in, make_officer, take_effect, organiser, organiser2, stranger
):
    make_officer(4, "丁", "livestock", "chemical-pharma")
    draw = draw_in("published")
    member = draw.selections.first().team.first()
    row = substitutes.declare_officer(
        draw=draw, officer=member.officer.certificate_number, reason="ill", evidence="住院证明",
        away={}, unit=member.selection.source.number, issue=TONIGHT, actor=organiser,
    )  # fmt: skip
    take_effect(substitutes.confirm(substitution=row, actor=organiser2))
    text = stranger.get("/draws/2026Q4/").content.decode()
    assert f"<del>{member.name}</del>" in text[: text.index('id="substitutions"')]
    assert f"1. {member.name}：因故不能参加</h3>" in below(text)


def test_a_place_that_nobody_was_left_for_is_called_open_and_nobody_else_leads(
    draw_in, take_effect, organiser, organiser2, stranger
):
    draw = draw_in("published")
    lead = draw.selections.first().team.get(is_lead=True)
    here = lead.selection.team.values_list("officer__certificate_number", flat=True)
    away = {who: "休假" for who in (f"1604104800{n}" for n in (1, 2, 3)) if who not in here}
    row = substitutes.declare_officer(
        draw=draw, officer=lead.officer.certificate_number, reason="recused", evidence="近亲属在该单位任职",
        away=away, unit=lead.selection.source.number, issue=TONIGHT, actor=organiser,
    )  # fmt: skip
    row = take_effect(substitutes.confirm(substitution=row, actor=organiser2))
    assert row.outcome.endswith(":-")
    text = stranger.get("/draws/2026Q4/").content.decode()
    [second] = lead.selection.team.all()
    assert f"{second.name}、空缺、<del>{lead.name}</del>" in text
    assert "没有可替补的人员，空缺" in below(text)
    page = stranger.get(f"/visit/{lead.selection.inspection.token}/").content.decode()
    assert f"<dt>组员</dt><dd><strong>{second.name}</strong>" in page
    assert "<dt>组长</dt>" not in page


def test_one_illness_counts_once_for_its_organiser(draw_in, make_officer, organiser, stranger):
    make_officer(4, "丁", "livestock", "chemical-pharma")
    draw = draw_in("published")
    held = Counter(TeamMember.objects.filter(selection__draw=draw).values_list("officer", flat=True))
    [(busiest, places)] = held.most_common(1)
    assert places > 1
    substitutes.declare_officer(
        draw=draw, officer=Officer.objects.get(pk=busiest).certificate_number, reason="ill", evidence="住院证明",
        away={}, issue=TONIGHT, actor=organiser,
    )  # fmt: skip
    [one] = amendments.organisers()
    assert (one.substitutions, one.substitutions_confirmed) == (1, 0)


def test_corrections_stand_under_the_finding_that_they_put_right(draw_in, report, head, stranger):
    draw_in("published")
    inspections = list(Inspection.objects.all()[:2])
    report(inspections[0])
    for inspection in inspections:
        Correction.objects.create(inspection=inspection, text=f"更正{inspection.pk}号", by=head)
    shown = [stranger.get(f"/units/{one.selection.source.number}/").content.decode() for one in inspections]
    assert [f"更正{one.pk}号" in text for one, text in zip(inspections, shown, strict=True)] == [True, False]


def test_deposits_witnesses_and_changes_stand_beside_the_commit(draw_in, organiser, stranger):
    draw = draw_in("frozen")
    Deposit.objects.create(draw=draw, kind="notice", where="政务大厅公告栏", by=organiser)
    Deposit.objects.create(draw=draw, kind="timestamp", where="授时中心", file=b"\x30\x03tsr", by=organiser)
    Draw.objects.update(
        witnesses="HIDDEN-甲，司法局\nHIDDEN-乙，村民代表\n",
        changes={"since": "2026Q3", "counts": {"unit-in": 3, "stratum": 1}},
    )
    text = stranger.get("/draws/2026Q4/").content.decode()
    for words in ("纸质公告，见证人签名：政务大厅公告栏", "2 名见证人", "新增单位", "3 项", "2026Q3"):
        assert words in text
    assert "HIDDEN" not in text
    assert stranger.get("/draws/2026Q4/deposits/2.tsr").content == b"\x30\x03tsr"
    assert stranger.get("/draws/2026Q4/deposits/1.tsr").status_code == 404


def test_organisers_are_counted_by_name(draw_in, organiser, organiser2, stranger):
    draw = draw_in("sealed-published")
    asked = voids.request_void(draw=draw, reason="system", evidence="HIDDEN", actor=organiser2)
    voids.refuse_void(request=asked, actor=organiser)
    asked = voids.request_void(draw=draw, reason="system", evidence="机房停电", actor=organiser2)
    refused = stranger.get("/draws/2026Q4/").content.decode()
    assert refused.count("驳回：系统故障") == refused.count("系统故障") == 1
    assert "HIDDEN" not in refused
    voids.confirm_void(request=asked, actor=organiser)
    first, second = stranger.get("/organisers/").context["organisers"]
    assert (first.name, first.draws, first.voided, first.void_requests) == ("沈组织", 1, 1, 0)
    assert (second.name, second.draws, second.void_requests, second.voids_confirmed) == ("韩组织", 0, 2, 1)


@pytest.fixture
def second_version(plan, item, organiser):
    later = Plan.objects.create(
        year=2026, version=2, title="2026年度抽查计划", basis="国办发〔2024〕54号", fresh_first=True,
        yearly_cap=2, general_reading="officers-year", document_number=plan.document_number,
        created_by=organiser, published_at=timezone.now(), published_by=organiser,
    )  # fmt: skip
    later.items.add(item)
    for position, (stratum, n, d) in enumerate(
        [("key-emitting", 50, 100), ("key", 25, 100), ("special", 25, 100), ("general", 1, 4)], 1
    ):
        PlanRate.objects.create(plan=later, stratum=stratum, numerator=n, denominator=d, position=position)
    return later


def test_the_plan_page_shows_the_version_in_force_and_what_it_changed(second_version, stranger):
    text = stranger.get("/plans/2026/").content.decode()
    for words in (
        "第 2 版，现行", "涉水涉气重点排污单位", "50%", "本年度未抽过的优先", "最多抽查 2 次",
        "每家单位全年最多抽查次数：不限 → 2 次", 'href="/plans/2026/1/"',
    ):  # fmt: skip
        assert words in text
    assert text.index("读法三") < text.index("本计划采用")
    assert "第 2 版</a>代替" not in text


def test_an_earlier_version_stays_readable_and_says_that_it_is_past(second_version, stranger):
    text = stranger.get("/plans/2026/1/").content.decode()
    assert "第 2 版</a>代替" in text
    assert "没有规定上限" in text
    assert stranger.get("/plans/2026/3/").status_code == 404
    (row,) = stranger.get("/plans/").context["rows"]
    assert (row.plan.version, row.versions) == (2, 2)


def test_an_unpublished_version_is_nowhere(second_version, stranger):
    Plan.objects.filter(version=2).update(published_at=None)
    assert stranger.get("/plans/2026/2/").status_code == 404
    assert stranger.get("/plans/2026/").context["plan"].version == 1


# --- the search for a unit ---------------------------------------------------------------------------------
def found(stranger, asked):
    search = stranger.get("/units/", {"q": asked}).context["search"]
    return [(unit.number, tuple(draw.code for draw in unit.draws)) for unit in search.rows]


def test_a_unit_is_found_by_name_or_number_with_its_open_draws(draw_in, stranger):
    draw = draw_in("published")
    drawn = draw.selections.first().source
    other = PollutionSource.objects.exclude(selections__draw=draw).first()
    assert found(stranger, drawn.name[2:]) == [(drawn.number, ("2026Q4",))]
    assert found(stranger, drawn.number) == [(drawn.number, ("2026Q4",))]
    assert found(stranger, other.number) == [(other.number, ())]
    assert found(stranger, "没有这家") == found(stranger, "") == []


def test_a_search_lists_a_bounded_number_of_units_and_counts_nothing(
    make_source, stranger, django_assert_num_queries
):
    for serial in range(100, 125):
        make_source(serial)
    with django_assert_num_queries(6) as captured:  # one names the bureau
        response = stranger.get("/units/?q=化工")
    assert len(response.context["search"].rows) == 20
    assert 'rel="next"' in response.content.decode()
    assert not any("COUNT(" in query["sql"] for query in captured.captured_queries)


# --- long lists, and the verifiers -------------------------------------------------------------------------
def test_a_long_list_of_units_is_paged_and_a_short_one_is_whole(draw_in, stranger, monkeypatch):
    draw = draw_in("published")
    tickets = list(draw.selections.order_by("pk").values_list("ticket", flat=True))
    whole = stranger.get("/draws/2026Q4/").content.decode()
    assert all(ticket in whole for ticket in tickets)
    assert "下一页" not in whole
    monkeypatch.setattr(draws, "UNITS_PAGE", 4)
    pages = [stranger.get(f"/draws/2026Q4/?page={n}").content.decode() for n in (1, 2)]
    lists = [page[: page.index('id="commit"')] for page in pages]
    assert [[t for t in tickets if t in one] for one in lists] == [tickets[:4], tickets[4:]]
    assert "抽中 3 家" in lists[1]


def test_the_browser_verifier_is_served_as_a_script(published_draw, stranger):
    for url in ("/verify/verify.mjs", "/draws/2026Q4/verify.mjs"):
        response = stranger.get(url)
        assert response["Content-Type"] == "text/javascript; charset=utf-8"
        assert response.content.decode() == published_draw.file("verify.mjs")
    assert 'data-bundle-url="/draws/2026Q4/bundle.zip"' in stranger.get("/draws/2026Q4/").content.decode()
    assert "data-bundle-url" not in stranger.get("/verify/").content.decode()
