"""A draw that is frozen while an earlier one is sealed: it is sealed itself, and gives nothing of that one away."""

import datetime
import io
import zipfile

import pytest
from attack_cases import faults_of_verify_log

from drawings.amendments import seals
from drawings.ceremony import verbs
from drawings.ceremony.preflight import checks
from drawings.models import Draw, LogEntry, Plan
from drawings.protocol import verify
from drawings.states import Refused

SYSTEM = verify.Source("system", "os", "2026-10-08T09:00:00+08:00")
NEW_YEAR = datetime.date(2027, 1, 1)
WAIT_FOR_IT = {"pool.tsv", "officers.tsv", "names.tsv"}


@pytest.fixture(autouse=True)
def still(clock, settings):
    settings.ALLOW_SYSTEM_ENTROPY = True


@pytest.fixture
def draw_of(plan, item, registry, officers, organiser, clock):
    """Freeze and draw a quarter: ``draw_of(3, disclosure="sealed")``; a minute goes by first."""

    def do(quarter, publish=True, **more):
        clock.move(minutes=1)
        draw = verbs.start(year=2026, quarter=quarter, item=item, actor=organiser)
        seen = checks.snapshot(draw).fingerprint
        draw = verbs.freeze(draw=draw, sources=[SYSTEM], seen=seen, actor=organiser, **more)
        draw = verbs.draw_from_system(draw=draw, actor=organiser)
        return verbs.publish(draw=draw, actor=organiser) if publish else draw

    return do


@pytest.fixture
def earlier(draw_of):
    return draw_of(3, disclosure="sealed")


@pytest.fixture
def later(earlier, draw_of):
    return draw_of(4, disclosure="sealed")


@pytest.fixture
def files_of(stranger):
    """Names of the files that the public has of a draw: each by itself and in the bundle, which must be the same."""

    def ask(code):
        with zipfile.ZipFile(io.BytesIO(stranger.get(f"/draws/{code}/bundle.zip").content)) as bundle:
            packed = set(bundle.namelist())
            report = verify.check({name: bundle.read(name) for name in packed})
        assert [check for check in report if not check.ok] == []
        alone = {
            name for name in packed | WAIT_FOR_IT if stranger.get(f"/draws/{code}/{name}").status_code == 200
        }
        assert alone == packed - {"log.tsv", "PROTOCOL.md"}
        return packed

    return ask


def test_it_must_be_sealed_itself(earlier, draw_of):
    with pytest.raises(Refused, match="2026年第3季度抽查还在密封.*也必须密封"):
        draw_of(4)
    assert not LogEntry.objects.commits().filter(subject="2026Q4").exists()


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        (None, NEW_YEAR, "没有定解封日期，这次也不能定"),
        (NEW_YEAR, NEW_YEAR - datetime.timedelta(days=1), "到 2027-01-01 才解封"),
        (NEW_YEAR, NEW_YEAR, ""),
        (NEW_YEAR, None, ""),
    ],
)
def test_its_seal_falls_no_earlier(draw_of, first, second, said):
    draw_of(3, disclosure="sealed", unseal_on=first)
    if said:
        with pytest.raises(Refused, match=said):
            draw_of(4, disclosure="sealed", unseal_on=second)
    else:
        assert draw_of(4, disclosure="sealed", unseal_on=second).under.code == "2026Q3"


def test_what_would_tell_who_was_drawn_before_waits_for_the_earlier_seal(
    plan, draw_of, organiser, files_of, stranger
):
    Plan.objects.filter(pk=plan.pk).update(fresh_first=True)
    first = draw_of(3, disclosure="sealed")
    second = draw_of(4, disclosure="sealed")
    again = {
        unit.unit for unit in verify.parse_pool(second.file("pool.tsv")).units if unit.standing == "again"
    }
    assert again == set(
        first.selections.values_list("source__number", flat=True)
    )  # just what must not be seen
    assert not WAIT_FOR_IT & files_of("2026Q4")
    assert files_of("2026Q3") >= WAIT_FOR_IT
    assert "名单还要等" in stranger.get("/draws/2026Q4/").content.decode()
    seals.unseal(draw=first, actor=organiser)
    assert files_of("2026Q4") >= WAIT_FOR_IT
    assert not {"salt.txt", "result.tsv"} & files_of("2026Q4")


@pytest.mark.parametrize("says", ["an hour later", "nothing"])
def test_which_came_first_is_not_the_clocks_to_say(earlier, later, files_of, organiser, says):
    """The clock ran ahead at the first freeze, and was set back before the second: the log knows the order."""
    when = later.frozen_at + datetime.timedelta(hours=1) if says == "an hour later" else None
    Draw.objects.filter(pk=earlier.pk).update(frozen_at=when)
    assert Draw.objects.get(pk=later.pk).under_seal()
    assert not Draw.objects.get(pk=earlier.pk).under_seal()
    assert [one.is_under_seal for one in Draw.objects.with_earlier_seal().order_by("quarter")] == [
        False,
        True,
    ]
    assert not WAIT_FOR_IT & files_of("2026Q4")
    with pytest.raises(Refused, match="请先给它解封"):
        seals.unseal(draw=later, actor=organiser)
    seals.unseal(draw=earlier, actor=organiser)
    assert files_of("2026Q4") >= WAIT_FOR_IT


def test_it_is_not_lifted_by_hand_before_the_earlier_one(earlier, later, organiser):
    with pytest.raises(Refused, match="请先给它解封"):
        seals.unseal(draw=later, actor=organiser)
    seals.unseal(draw=earlier, actor=organiser)
    seals.unseal(draw=later, actor=organiser)
    assert not Draw.objects.get(code="2026Q4").is_sealed


def test_the_earlier_seal_ends_by_its_date_and_the_pool_opens_with_it(draw_of, clock, files_of):
    draw_of(3, disclosure="sealed", unseal_on=NEW_YEAR)
    draw_of(4, disclosure="sealed")
    assert not WAIT_FOR_IT & files_of("2026Q4")
    clock.moment = datetime.datetime(2027, 1, 1, 1, tzinfo=datetime.UTC)
    assert files_of("2026Q4") >= WAIT_FOR_IT


def test_a_void_does_not_open_it_before_the_earlier_one(earlier, later, void, organiser, files_of, stranger):
    drawn = list(later.selections.values_list("name", flat=True))
    void(later)
    assert Draw.objects.get(code="2026Q4").is_sealed
    assert not (WAIT_FOR_IT | {"salt.txt", "result.tsv"}) & files_of("2026Q4")
    page = stranger.get("/draws/2026Q4/").content.decode()
    assert [name for name in drawn if name in page] == []
    seals.unseal(draw=earlier, actor=organiser)
    assert WAIT_FOR_IT | {"salt.txt", "result.tsv"} <= files_of("2026Q4")
    rows = LogEntry.objects.filter(kind="unseal").order_by("index").values_list("subject", flat=True)
    assert list(rows) == ["2026Q3", "2026Q4"]
    assert faults_of_verify_log() == []


def test_a_void_of_the_earlier_one_opens_what_waited_for_it(earlier, later, void, files_of):
    void(earlier)
    assert files_of("2026Q4") >= WAIT_FOR_IT
    assert not {"salt.txt", "result.tsv"} & files_of("2026Q4")


def test_a_void_that_waited_opens_when_the_earlier_seal_ends_by_its_date(draw_of, void, clock, files_of):
    draw_of(3, disclosure="sealed", unseal_on=NEW_YEAR)
    void(draw_of(4, disclosure="sealed"))
    clock.moment = datetime.datetime(2027, 1, 1, 1, tzinfo=datetime.UTC)
    assert {"salt.txt", "result.tsv"} <= files_of("2026Q4")
    assert [draw.code for draw in seals.unseal_due()] == ["2026Q3", "2026Q4"]
    assert seals.unseal_due() == []
    assert faults_of_verify_log() == []


def test_a_third_one_waits_for_both(earlier, later, draw_of, organiser, files_of):
    draw_of(2, disclosure="sealed")
    seals.unseal(draw=earlier, actor=organiser)
    assert not WAIT_FOR_IT & files_of("2026Q2")
    assert files_of("2026Q4") >= WAIT_FOR_IT
    seals.unseal(draw=Draw.objects.get(code="2026Q4"), actor=organiser)
    assert files_of("2026Q2") >= WAIT_FOR_IT


def test_after_the_seal_has_fallen_a_later_draw_is_as_open_as_it_likes(earlier, draw_of, organiser):
    seals.unseal(draw=earlier, actor=organiser)
    assert draw_of(4).under is None


def test_the_self_check_holds_the_draw_above_against_the_trail(earlier, later, forge):
    assert faults_of_verify_log() == []
    forge(Draw, later.pk, under=None)
    assert faults_of_verify_log() == ["2026Q4：受哪次抽签的密封约束和冻结时的审计记录不一致"]
