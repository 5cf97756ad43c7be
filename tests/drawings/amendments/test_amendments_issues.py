"""The issue that a declaration names: proposed from the calendar, and refused where it could be known already."""

import datetime
from contextlib import nullcontext

import pytest
from amendment_cases import TOMORROW, TONIGHT, team

from drawings.amendments import issues, substitutes
from drawings.models import Draw, EntropySource
from drawings.models.lotteries import Issue
from drawings.states import Refused


def at(text):
    return datetime.datetime.fromisoformat(text)


@pytest.fixture
def named(draw):
    """An issue of 排列5 that an earlier draw has named: 26271 on 28 September."""
    known_at = at("2026-09-28T21:25:00+08:00")
    return EntropySource.objects.create(draw=draw, position=9, source="pl5", label="26271", known_at=known_at)


@pytest.fixture
def ill(draw, declare):
    return lambda issue: declare(draw, team(draw.selections.first())[0], issue=issue)


def test_the_next_issue_is_proposed_from_the_last_one_known(draw, named):
    assert issues.proposed(draw, "pl5") == TONIGHT


def test_without_a_known_issue_only_its_time_is_proposed(draw):
    assert issues.proposed(draw, "pl5") == Issue("", TONIGHT.known_at)


def test_too_close_to_a_drawing_the_one_after_it_is_proposed(draw, named, clock):
    clock.moment = TONIGHT.known_at - datetime.timedelta(minutes=20)
    assert issues.proposed(draw, "pl5") == TOMORROW


def test_an_issue_before_that_of_the_row_above_is_not_proposed(draw, named, ill, head):
    substitutes.confirm(substitution=ill(TOMORROW), actor=head)
    assert issues.proposed(draw, "pl5") == TOMORROW


def test_a_declaration_without_an_issue_is_refused(draw, ill):
    with pytest.raises(Refused, match="请填写下一期的期号和开奖时间"):
        ill(None)


@pytest.mark.parametrize("moment", ["2026-10-08T08:00:00+08:00", "2026-10-08T09:00:00+08:00"])
def test_an_issue_that_is_drawn_already_is_refused(ill, moment):
    with pytest.raises(Refused, match="已经开奖"):
        ill(Issue("26280", at(moment)))


@pytest.mark.parametrize(
    "moment", ["2026-11-09T21:25:00+08:00", "9999-12-31T21:25:00+08:00", "0001-01-01T00:00:00+08:00"]
)
def test_an_issue_of_a_time_far_from_now_is_refused(ill, moment):
    with pytest.raises(Refused, match="今后 31 天以内"):
        ill(Issue("26313", at(moment)))


@pytest.mark.parametrize("label", ["2026281", "2628", "期281", "", "26281 "])
def test_a_number_of_another_form_is_refused(ill, label):
    with pytest.raises(Refused, match="期号的写法不对"):
        ill(Issue(label, TONIGHT.known_at))


def test_a_number_of_another_year_is_refused(ill):
    with pytest.raises(Refused, match="年份和开奖时间对不上"):
        ill(Issue("25281", TONIGHT.known_at))


@pytest.mark.parametrize(
    ("label", "moment"),
    [
        ("26271", "2026-10-08T21:25:00+08:00"),  # the number of an issue long drawn, under a time to come
        ("26270", "2026-10-08T21:25:00+08:00"),
    ],
)
def test_an_old_issue_under_a_new_time_is_refused(named, ill, label, moment):
    with pytest.raises(Refused, match="先后对不上"):
        ill(Issue(label, at(moment)))


@pytest.mark.parametrize(
    "moment", ["2026-10-08T23:59:00+08:00", "2026-10-08T21:24:00+08:00", "2026-10-09T03:00:00+08:00"]
)
def test_an_issue_is_named_for_no_time_at_which_nothing_is_drawn(ill, clock, moment):
    """Attack: at half past nine, with tonight's numbers out, tonight's issue under a time to come."""
    clock.moment = at("2026-10-08T21:20:00+08:00")
    with pytest.raises(Refused, match="不开奖"):
        ill(Issue("26281", at(moment)))


@pytest.mark.parametrize(
    ("label", "fine"),
    [("26255", False), ("26256", True), ("26281", True), ("26282", False), ("26000", False)],
)
def test_a_number_that_the_year_cannot_have_reached_is_refused(ill, label, fine):
    """8 October is the 281st day of the year; the pauses of a year take no more than 25."""
    if fine:
        assert ill(Issue(label, TONIGHT.known_at)).label == label
        return
    with pytest.raises(Refused, match="在 256 至 281 之间"):
        ill(Issue(label, TONIGHT.known_at))


@pytest.mark.parametrize(
    ("label", "said"), [("26281", "推算的一致"), ("26280", "这时开奖的是第 26281 期，和申报的不一致")]
)
def test_whoever_confirms_sees_what_the_site_works_out(draw, named, ill, login, head, organiser, label, said):
    ill(Issue(label, TONIGHT.known_at))
    url = f"/ceremony/{draw.code}/substitutes/"
    assert said in login(head).get(url).content.decode()
    assert said not in login(organiser).get(url).content.decode()


def test_without_an_issue_to_count_from_whoever_confirms_is_told_to_look(draw, ill, login, head):
    ill(TONIGHT)
    page = login(head).get(f"/ceremony/{draw.code}/substitutes/")
    assert "没有登记过可以推算的期号" in page.content.decode()


def test_one_issue_has_one_time(draw, ill, head, closed):
    substitutes.confirm(substitution=ill(TONIGHT), actor=head)
    with pytest.raises(Refused, match="先后对不上"):
        closed(draw.selections.last(), issue=Issue("26281", TOMORROW.known_at))
    assert closed(draw.selections.last(), issue=TONIGHT).is_open


def test_a_declaration_whose_issue_has_been_drawn_is_not_confirmed(ill, head, clock):
    row = ill(TONIGHT)
    clock.moment = TONIGHT.known_at
    with pytest.raises(Refused, match="不能确认：.*已经开奖.*请驳回"):
        substitutes.confirm(substitution=row, actor=head)
    row.refresh_from_db()
    assert (row.is_open, row.serial) == (True, None)


def test_an_issue_before_that_of_the_row_above_is_neither_declared_nor_confirmed(draw, ill, closed, head):
    early = closed(draw.selections.last(), issue=TONIGHT)
    substitutes.confirm(substitution=ill(TOMORROW), actor=head)
    with pytest.raises(Refused, match="不能确认：前一份申报点名的期次 10月9日 21:25 开奖"):
        substitutes.confirm(substitution=early, actor=head)
    substitutes.refuse(substitution=early, actor=head)
    with pytest.raises(Refused, match="前一份申报点名的期次"):
        closed(draw.selections.last(), issue=TONIGHT)


def test_a_declaration_under_seed_names_no_issue(seed_draw, declare):
    row = declare(seed_draw, team(seed_draw.selections.first())[0], issue=TONIGHT)
    assert (row.source, row.label) == ("", "")


@pytest.mark.parametrize(
    ("state", "value", "blocks"), [("void", "", False), ("void", "1 2 3 4 5", True), ("drawn", "", True)]
)
def test_a_mistyped_number_of_a_void_draw_blocks_no_later_issue(draw, ill, organiser, state, value, blocks):
    other = Draw.objects.create(
        year=2025, quarter=4, code="2025Q4", item=draw.item, plan=draw.plan, created_by=organiser, state=state
    )
    known_at = TONIGHT.known_at - datetime.timedelta(days=1)
    EntropySource.objects.create(
        draw=other, position=1, source="pl5", label="26299", known_at=known_at, value=value
    )
    with pytest.raises(Refused, match="先后对不上") if blocks else nullcontext():
        ill(TONIGHT)


def test_the_issue_of_a_void_draw_does_not_come_back_under_another_time(draw, ill, organiser):
    other = Draw.objects.create(
        year=2025,
        quarter=4,
        code="2025Q4",
        item=draw.item,
        plan=draw.plan,
        created_by=organiser,
        state="void",
    )
    known_at = TONIGHT.known_at - datetime.timedelta(days=1)
    EntropySource.objects.create(draw=other, position=1, source="pl5", label="26280", known_at=known_at)
    with pytest.raises(Refused, match="先后对不上"):
        ill(Issue("26280", TONIGHT.known_at))


def test_an_issue_that_was_never_drawn_blocks_no_later_one(
    draw, ill, closed, head, organiser, organiser2, type_numbers, clock
):
    row = substitutes.confirm(substitution=ill(Issue("26280", TONIGHT.known_at)), actor=head)
    clock.moment = TOMORROW.known_at
    type_numbers(draw, issue="26281", people=(organiser2, organiser))
    row.refresh_from_db()
    assert row.effective_at
    assert issues.known_issues("pl5") == []
