"""Entropy: typed by two people, in turn, in time, in form; the last value draws at once."""

import pytest
from attack_cases import FROZEN, faults_of_verify_log, files_of

from drawings import public_log
from drawings.ceremony import queries, verbs
from drawings.ceremony.freeze_form import SourcesForm
from drawings.models import EntropySource, Inspection, LogEntry
from drawings.protocol import verify
from drawings.readings import normal_form
from drawings.states import DrawState, Refused
from wugang_audit.access.roles import Role

DICE = verify.Source("dice10", "20", "2026-10-08T10:00:00+08:00")
LOTTERY = verify.Source("ssq", "2026112", "2026-10-08T21:15:00+08:00")
THROWS = "47193058260471930582"
BALLS = "01 05 12 23 28 31 07"


@pytest.fixture
def waiting(draft, freeze, clock):
    """A draw frozen on dice and lottery, at the moment when the throwing begins."""
    draw = freeze(draft, DICE, LOTTERY)
    clock.move(hours=1)
    return draw


def enter(draw, value, actor):
    return verbs.enter_value(entropy=draw.next_source(), value=value, actor=actor)


def test_dice_and_lottery_typed_by_two_people_give_the_result(waiting, organiser, reviewer, clock):
    assert enter(waiting, THROWS, organiser).accepted_at is None
    assert enter(waiting, THROWS, reviewer).accepted_at == clock.moment
    clock.move(hours=12)
    enter(waiting, BALLS, reviewer)
    enter(waiting, BALLS, organiser)
    waiting.refresh_from_db()
    assert waiting.state == DrawState.DRAWN
    entropy = waiting.file("entropy.txt")
    assert entropy.splitlines() == [
        "draw-entropy/2", f"commit {waiting.commit_digest}", f"dice10 20 {THROWS}", f"ssq 2026112 {BALLS}"
    ]  # fmt: skip
    expected = verify.draw(*map(waiting.file, FROZEN))
    assert waiting.file("result.tsv") == expected
    assert list(LogEntry.objects.of_draw("2026Q4").values_list("kind", "subject", "digest")) == [
        ("commit", "2026Q4", waiting.commit_digest),
        ("entropy", "2026Q4/dice10", verify.digest(f"dice10 20 {THROWS}")),
        ("entropy", "2026Q4/ssq", verify.digest(f"ssq 2026112 {BALLS}")),
        ("result", "2026Q4", verify.digest(expected)),
    ]


def test_the_stored_rows_are_the_rows_of_the_result(drawn_draw):
    rows = verify.parse_result(drawn_draw.file("result.tsv")).rows
    stored = [
        (
            selection.stratum, selection.rank, selection.source.number, selection.ticket,
            tuple(member.officer.certificate_number for member in selection.team.all()),
            "cross" if selection.is_cross else "",
        )
        for selection in queries.selections_of(drawn_draw)
    ]  # fmt: skip
    assert stored == [tuple(row) for row in rows]
    assert Inspection.objects.filter(selection__draw=drawn_draw, item=drawn_draw.item).count() == len(rows)


def test_the_bundle_of_a_draw_passes_every_check_of_the_verifier(published_draw):
    assert [check for check in verify.check(files_of(published_draw)) if not check.ok] == []


def test_one_person_cannot_type_both_readings(waiting, organiser):
    enter(waiting, THROWS, organiser)
    with pytest.raises(Refused, match="另一个人"):
        enter(waiting, THROWS, organiser)


def test_one_of_the_two_is_an_organiser(waiting, reviewer, head):
    enter(waiting, THROWS, reviewer)
    with pytest.raises(Refused, match="抽查组织者"):
        enter(waiting, THROWS, head)


def test_readings_that_differ_are_both_dropped(waiting, organiser, reviewer):
    enter(waiting, THROWS, organiser)
    enter(waiting, THROWS[::-1], reviewer)
    source = EntropySource.objects.get(source="dice10")
    assert (source.first_value, source.first_by, source.accepted_at) == ("", None, None)
    assert LogEntry.objects.filter(kind="entropy").count() == 0


def test_a_value_put_into_the_table_after_the_first_reading_is_not_accepted(waiting, organiser, reviewer):
    enter(waiting, THROWS, organiser)
    EntropySource.objects.filter(source="dice10").update(first_value=THROWS[::-1])
    assert any("第一次录入的结果和审计记录" in line for line in faults_of_verify_log())
    enter(waiting, THROWS[::-1], reviewer)
    source = EntropySource.objects.get(source="dice10")
    assert (source.value, source.first_value, source.first_by) == ("", "", None)
    assert faults_of_verify_log() == []


@pytest.mark.parametrize("value", ["1234", THROWS + "1", "x" * 20, ""])
def test_a_value_of_the_wrong_form_keeps_nothing(waiting, organiser, value):
    with pytest.raises(Refused, match="没有记录"):
        enter(waiting, value, organiser)
    assert EntropySource.objects.get(source="dice10").first_by is None


def test_a_lottery_is_not_entered_before_its_time(waiting, organiser, reviewer, clock):
    enter(waiting, THROWS, organiser)
    enter(waiting, THROWS, reviewer)
    with pytest.raises(Refused, match="还没有到揭晓时间"):
        enter(waiting, BALLS, organiser)


def test_dice_are_not_entered_before_the_throwing_begins(draft, freeze, clock, organiser):
    draw = freeze(draft, DICE, LOTTERY)
    with pytest.raises(Refused, match="还没有到揭晓时间"):
        enter(draw, THROWS, organiser)


def test_dice_are_too_late_after_an_hour(waiting, organiser, clock):
    clock.move(minutes=60)
    enter(waiting, THROWS, organiser)
    clock.move(seconds=1)
    with pytest.raises(Refused, match="必须作废"):
        enter(waiting, THROWS, organiser)


def test_dice_are_too_late_once_the_lottery_is_known(draft, freeze, clock, organiser):
    soon = verify.Source("ssq", "2026112", "2026-10-08T10:15:00+08:00")
    draw = freeze(draft, DICE, soon)
    clock.move(hours=1, minutes=15)
    with pytest.raises(Refused, match="下一个随机来源揭晓之前"):
        enter(draw, THROWS, organiser)


def test_an_accepted_value_is_final(waiting, organiser, reviewer):
    enter(waiting, THROWS, organiser)
    dice = enter(waiting, THROWS, reviewer)
    with pytest.raises(Refused):
        verbs.enter_value(entropy=dice, value=THROWS[::-1], actor=organiser)
    dice.refresh_from_db()
    assert dice.value == THROWS


def test_system_randomness_draws_in_one_step(frozen_draw, organiser):
    draw = verbs.draw_from_system(draw=frozen_draw, actor=organiser)
    assert draw.state == DrawState.DRAWN
    with pytest.raises(Refused):
        verbs.draw_from_system(draw=frozen_draw, actor=organiser)
    assert LogEntry.objects.filter(kind="result").count() == 1


def test_a_draw_on_dice_cannot_be_turned_to_system(waiting, organiser, settings):
    settings.ALLOW_SYSTEM_ENTROPY = True
    with pytest.raises(Refused, match="不是系统随机数"):
        verbs.draw_from_system(draw=waiting, actor=organiser)


def test_publishing_twice_logs_once(drawn_draw, organiser):
    verbs.publish(draw=drawn_draw, actor=organiser)
    with pytest.raises(Refused):
        verbs.publish(draw=drawn_draw, actor=organiser)
    assert LogEntry.objects.filter(kind="publish").count() == 1


def test_a_draw_with_submitted_findings_is_not_voided(published_draw, void):
    Inspection.objects.filter(selection__draw=published_draw).update(state="submitted")
    with pytest.raises(Refused, match="已经有检查结果提交"):
        void(published_draw)


def test_log_times_do_not_descend_when_the_clock_is_set_back_a_little(waiting, organiser, reviewer, clock):
    enter(waiting, THROWS, organiser)
    clock.move(minutes=20)
    enter(waiting, THROWS, reviewer)
    clock.move(seconds=-5)
    public_log.append("void", "2026Q3", "0" * 64)
    times = list(LogEntry.objects.values_list("time", flat=True))
    assert times == sorted(times)
    verify.parse_log(public_log.text())


@pytest.mark.parametrize(
    ("source", "typed", "value"),
    [
        ("dice10", " 4719 3058\n２６０４ ", "471930582604"),
        ("dice6", "1,2，3 4", "1234"),
        ("ssq", "1 5 12 23 28 31 + 7", "01 05 12 23 28 31 07"),
        ("ssq", "01、05、12、23、28、31|07", "01 05 12 23 28 31 07"),
        ("pl5", "77493", "7 7 4 9 3"),
        ("fc3d", "7，0，3", "7 0 3"),
        ("drand", " AB" + "0" * 62, "ab" + "0" * 62),
    ],
)
def test_what_people_type_is_brought_into_form(source, typed, value):
    assert normal_form(source, typed) == value


def form(**data):
    return SourcesForm({name: value for name, value in data.items() if value is not None})


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ({}, "至少选择一种"),
        ({"dice10_on": "1", "dice10_label": "19", "dice10_time": "2026-10-08T10:00"}, "至少要 64 比特"),
        ({"dice10_on": "1", "dice10_label": "0", "dice10_time": "2026-10-08T10:00"}, "1 至 999"),
        ({"dice10_on": "1", "dice10_label": "20", "dice10_time": ""}, "十面骰：请填写开始投掷时间。"),
        ({"ssq_on": "1", "ssq_label": "期号", "ssq_time": "2026-10-08T10:00"}, "期号"),
        (
            {
                "ssq_on": "1", "ssq_label": "2026112", "ssq_time": "2026-10-08T21:15",
                "dice10_on": "1", "dice10_label": "20", "dice10_time": "2026-10-08T21:30",
            },
            "彩票开奖之前",
        ),
        (
            {
                "pl5_on": "1", "pl5_label": "26261", "pl5_time": "2026-10-08T21:25",
                "dice10_on": "1", "dice10_label": "20", "dice10_time": "2026-10-08T21:25",
            },
            "时间相同",
        ),
    ],
)  # fmt: skip
def test_sources_that_do_not_fit_are_refused_with_the_reason(db, clock, data, reason):
    bound = form(**data)
    assert not bound.is_valid()
    assert reason in str(bound.errors)


def test_sources_come_in_the_order_in_which_they_become_known(db, clock):
    bound = form(
        ssq_on="1", ssq_label="2026112", ssq_time="2026-10-08T21:15",
        dice10_on="1", dice10_label="20", dice10_time="2026-10-08T15:30",
    )  # fmt: skip
    assert bound.is_valid(), bound.errors
    assert bound.sources == [
        verify.Source("dice10", "20", "2026-10-08T15:30:00+08:00"),
        verify.Source("ssq", "2026112", "2026-10-08T21:15:00+08:00"),
    ]


def test_a_second_reading_awaits_everybody_but_its_typist_and_the_auditor(
    waiting, organiser, reviewer, auditor
):
    from wugang_audit.staff.desk import todos_of

    enter(waiting, THROWS, organiser)
    label = "2026年第4季度抽查：请复核录入随机数"
    assert [line.label for line in todos_of(reviewer) if line.label == label] == [label]
    assert [line.label for line in todos_of(organiser) if line.label == label] == []
    assert auditor.has_role(Role.AUDITOR) and todos_of(auditor) == []


def test_a_draw_on_system_randomness_stops_where_the_site_allows_it_no_more(frozen_draw, organiser, settings):
    settings.ALLOW_SYSTEM_ENTROPY = False
    with pytest.raises(Refused, match="不是系统随机数"):
        verbs.draw_from_system(draw=frozen_draw, actor=organiser)
    frozen_draw.refresh_from_db()
    assert frozen_draw.state == DrawState.FROZEN
