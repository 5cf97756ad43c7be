"""The attacks of the protocol's last table that come before the result, tried on the site itself.

The attacker is whoever can do most: an organiser with an account, or somebody with the database open. Those that come
after the result are in test_attacks_after.py.
"""

import pytest
from attack_cases import BALLS, DICE, FROZEN, LOTTERY, THROWS, failed, files_of
from django.db import IntegrityError, transaction
from django.urls import get_resolver, reverse

from drawings.ceremony import verbs
from drawings.ceremony.papers import verbs as records
from drawings.ceremony.preflight import checks
from drawings.ceremony.preflight.changes import compare
from drawings.models import Draw, EntropySource, LogEntry, Selection, TeamMember
from drawings.protocol import verify
from drawings.states import DrawState, Refused
from enforcers.models import Ability, Officer, Recusal
from sources.models import Category, PollutionSource

# ---- re-rolling until the result suits ----


def test_a_second_freeze_or_draw_gives_nothing_new(outside_draw, finish, freeze, organiser, login):
    """Attack: re-rolling until the result suits, by freezing or drawing again."""
    with pytest.raises(Refused):
        freeze(outside_draw, DICE._replace(time="2026-10-08T11:00:00+08:00"), LOTTERY)
    draw = finish(outside_draw)
    before = files_of(draw)
    for step, data in (
        ("freeze", {"seen": ""}),
        ("system", {}),
        ("entry", {"value": BALLS}),
        ("publish", {}),
    ):
        login(organiser).post(reverse(f"ceremony:{step}", args=[draw.code]), data)
    with pytest.raises(Refused):
        verbs.draw_from_system(draw=draw, actor=organiser)
    assert files_of(draw) == before
    assert LogEntry.objects.filter(kind="result").count() == 1


def test_a_quarter_has_no_second_live_draw_to_choose_from(outside_draw, item, organiser):
    """Attack: re-rolling until the result suits, with two draws of one quarter and the better one shown."""
    with pytest.raises(Refused, match="已经有一次抽签"):
        verbs.start(year=2026, quarter=4, item=item, actor=organiser)
    with pytest.raises(IntegrityError), transaction.atomic():
        Draw.objects.create(code="2026Q4-2", year=2026, quarter=4, created_by=organiser)


def test_a_result_that_did_not_suit_stays_public_after_the_void(
    outside_draw, finish, void, item, organiser, stranger
):
    """Attack: re-rolling until the result suits, by voiding what does not."""
    draw = void(finish(outside_draw))
    again = verbs.start(year=2026, quarter=4, item=item, actor=organiser)
    assert (draw.state, again.code) == (DrawState.VOID, "2026Q4-2")
    page = stranger.get(reverse("disclosure:draw", args=[draw.code])).content.decode()
    result = stranger.get(reverse("disclosure:draw_file", args=[draw.code, "result.tsv"]))
    assert draw.void_reason.split("：")[0] in page
    assert result.content.decode() == draw.file("result.tsv")


def addresses(draw):
    """Every address of the site that names a draw, of staff and public alike."""
    fills = {"code": draw.code, "number": "410481-0001", "digest": "0" * 64}
    for entry in get_resolver().url_patterns:
        for room in getattr(entry, "url_patterns", ()):
            for pattern in getattr(room, "url_patterns", ()):
                words = getattr(pattern.pattern, "converters", {})
                if "code" not in words:
                    continue
                for name in FROZEN + ("result.tsv",) if "name" in words else ("",):
                    values = {word: name if word == "name" else fills.get(word, 1) for word in words}
                    yield reverse(f"{room.namespace}:{pattern.name}", kwargs=values)


def test_no_address_computes_anything_before_the_last_value(
    outside_draw, enter, organiser, head, stranger, login, monkeypatch
):
    """Attack: re-rolling until the result suits, by a preview; there is none, whoever asks, and whatever."""
    enter(outside_draw, THROWS)

    def forbidden(*_, **__):
        raise AssertionError("a page draws before the entropy is known")

    for name in ("draw", "ranking", "seed"):
        monkeypatch.setattr(verify, name, forbidden)
    walked = list(addresses(outside_draw))
    assert len(walked) >= 20
    for person in (login(organiser), login(head), stranger):
        for address in walked:
            person.get(address)
    assert (
        Selection.objects.count(),
        outside_draw.files.filter(name__in=["entropy.txt", "result.tsv"]).count(),
    ) == (0, 0)
    for name in ("entropy.txt", "result.tsv"):
        assert (
            stranger.get(reverse("disclosure:draw_file", args=[outside_draw.code, name])).status_code == 404
        )


# ---- editing the registry just before, or after; lists of officers; names ----

EDITS = {
    "a unit leaves": lambda: PollutionSource.objects.filter(number="410481-0001").update(is_active=False),
    "a unit stops": lambda: PollutionSource.objects.update(operating_state="stopped"),
    "a unit changes class": lambda: PollutionSource.objects.update(category=Category.GENERAL),
    "a speciality moves": lambda: Ability.objects.filter(officer__name="丙").delete(),
    "an officer goes on leave": lambda: Officer.objects.filter(name="甲").update(duty_state="leave"),
    "a certificate ends": lambda: Officer.objects.update(certificate_expiry="2020-01-01"),
    "recusals appear": lambda: Recusal.objects.bulk_create(
        Recusal(officer=officer, source=source, reason="亲属")
        for officer in Officer.objects.all()
        for source in PollutionSource.objects.all()
    ),
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS.keys())
def test_what_is_edited_after_the_freeze_changes_nothing(outside_draw, finish, edit):
    """Attacks: editing the registry; changing the officers, their specialities, recusals, loads."""
    frozen = {name: outside_draw.file(name) for name in FROZEN[:5]}
    assert edit()
    draw = finish(outside_draw)
    assert {name: draw.file(name) for name in FROZEN[:5]} == frozen
    assert draw.file("result.tsv") == verify.draw(*(draw.file(name) for name in FROZEN))
    rows = verify.parse_result(draw.file("result.tsv")).rows
    assert [(row.unit, row.team) for row in rows] == [
        (s.source.number, tuple(m.officer.certificate_number for m in s.team.order_by("-is_lead")))
        for s in draw.selections.all()
    ]
    assert failed(draw) == []


def test_what_is_edited_between_the_look_and_the_freeze_is_looked_at_again(draft, organiser, clock):
    """Attack: editing the registry just before, in the minute between the pre-flight and the freeze."""
    seen = checks.preflight(draft).snapshot.fingerprint
    PollutionSource.objects.filter(number="410481-0001").update(exempt_reason="熟人")
    with pytest.raises(Refused, match="有变动"):
        verbs.freeze(draw=draft, sources=[DICE, LOTTERY], seen=seen, actor=organiser)
    assert Draw.objects.get().state == DrawState.DRAFT


def test_what_was_edited_since_the_last_draw_needs_a_second_person_and_is_counted_in_public(
    outside_draw, finish, item, organiser, organiser2, reviewer, freeze, clock, stranger
):
    """Attack: editing the registry just before; who joined, left or changed class is shown and confirmed."""
    finish(outside_draw)
    PollutionSource.objects.filter(number="410481-0001").update(is_active=False)
    PollutionSource.objects.filter(number="410481-0006").update(category=Category.GENERAL)
    clock.move(days=90)
    draft = verbs.start(year=2026, quarter=3, item=item, actor=organiser)
    later = verify.Source("dice10", "39", "2027-06-01T10:00:00+08:00")
    with pytest.raises(Refused, match="2 处变动，还没有第二人核对"):
        freeze(draft, later)
    seen = compare(draft, checks.snapshot(draft)).fingerprint
    with pytest.raises(Refused, match="须由另一个人"):
        records.confirm_changes(draw=draft, seen=seen, actor=organiser)
    records.confirm_changes(draw=draft, seen=seen, actor=organiser2)
    PollutionSource.objects.filter(number="410481-0002").update(is_active=False)
    with pytest.raises(Refused, match="3 处变动，还没有第二人核对"):
        freeze(draft, later)
    PollutionSource.objects.filter(number="410481-0002").update(is_active=True)
    assert freeze(draft, later).changes == {"since": "2026Q4", "counts": {"unit-out": 1, "stratum": 1}}


def test_the_firm_behind_a_number_is_the_one_of_the_frozen_pool(outside_draw, finish, stranger):
    """Attack: swapping the firm behind a number."""
    names = outside_draw.names_of("unit")
    PollutionSource.objects.update(name="替身有限公司")
    Officer.objects.update(name="替身")
    draw = finish(outside_draw)
    page = stranger.get(reverse("disclosure:draw", args=[draw.code])).content.decode()
    assert "替身" not in page + draw.names.content
    for selection in draw.selections.select_related("source"):
        assert selection.name == names[selection.source.number]
        assert selection.name in page
    assert set(TeamMember.objects.values_list("name", flat=True)) <= {"甲", "乙", "丙"}


def test_loads_come_from_earlier_draws_and_from_nothing_else(outside_draw, finish, item, organiser, void):
    """Attack: changing the loads; they are the places of other draws of the quarter, and a void one gives none."""
    draw = finish(outside_draw)
    held = {who.certificate_number: who.memberships.count() for who in Officer.objects.all()}
    other = verbs.start(year=2026, quarter=3, item=item, actor=organiser)
    other.quarter = 4  # as if one quarter could have two draws
    loads = {officer.officer: officer.load for officer in checks.snapshot(other).officers}
    assert loads == held and sum(loads.values()) == 2 * draw.selections.count()
    void(draw)
    assert {officer.load for officer in checks.snapshot(other).officers} == {0}


# ---- listing a unit twice; picking lucky ids ----


def test_a_unit_that_stands_twice_is_refused_or_pointed_out(draft, make_source, stranger):
    """Attack: listing a unit twice: by the same id, by one that differs in case, by another id and the same name."""
    make_source(30, number="410481-ab", address="一路1号", credit_code="91410481MA40000013")
    for number in ("410481-ab", "410481-AB"):
        with pytest.raises(IntegrityError), transaction.atomic():
            make_source(31, number=number)
    unit = verify.Unit("u1", "key", "s", "in", (), "0" * 64)
    with pytest.raises(verify.Invalid, match="不重复"):
        verify.write_pool("2026Q4", [unit, unit._replace(name="1" * 64)])
    twin = make_source(32, name="虚构30号化工厂", address="一路1号", credit_code="91410481MA40000013")
    flight = checks.preflight(draft)
    assert [{pair.one.number, pair.other.number} for pair in flight.doubles] == [{twin.number, "410481-ab"}]
    assert len([line for line in flight.warnings if "1 对单位疑似重复登记" in line]) == 1


def test_an_id_that_was_lucky_under_another_key_is_drawn_no_more_often_than_others():
    """Attack: picking lucky ids: of 500 the best under the last draw's key, tried under 2,000 new ones.

    Of 20 units 5 are drawn: 500 draws are expected, with a standard deviation of 19.4; five of these are allowed.
    """
    others = [verify.Unit(f"u{n}", "key", "s", "in", (), "甲厂") for n in range(19)]
    mine = [verify.Unit(f"v{n}", "key", "s", "in", (), "乙厂") for n in range(500)]

    def drawn(lucky, key):
        return lucky.unit in [unit for unit, _ in verify.ranking([*others, lucky], "key", key, 5)]

    last = verify.digest("the key of the last draw")
    places = verify.ranking(mine, "key", last)
    luckiest, unluckiest = (next(u for u in mine if u.unit == places[end][0]) for end in (0, -1))
    assert (drawn(luckiest, last), drawn(unluckiest, last)) == (True, False)
    for unit in (luckiest, unluckiest):
        times = sum(drawn(unit, verify.seed(f"new throws {n}\n", "salt\n")) for n in range(2000))
        assert abs(times - 500) < 97


# ---- convenient sources, dice to suit a lottery ----


@pytest.mark.parametrize(
    "source",
    [
        DICE._replace(time="2026-10-08T09:00:00+08:00"),
        verify.Source("pl5", "26280", "2026-10-07T21:25:00+08:00"),
        verify.Source("drand", "ab" * 32 + "/1", "2026-10-08T08:59:59+08:00"),
    ],
)
def test_a_source_that_is_known_already_is_refused(draft, freeze, clock, source):
    """Attack: choosing a convenient random source afterwards, at the freeze itself."""
    with pytest.raises(Refused, match="已经过去"):
        freeze(draft, *sorted((source, LOTTERY), key=lambda each: each.time))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE drawings_entropysource SET label = '2026111' WHERE source = 'ssq'",
        "UPDATE drawings_entropysource SET source = 'pl5', label = '26280' WHERE source = 'ssq'",
        "DELETE FROM drawings_entropysource WHERE source = 'ssq'",
    ],
)
def test_a_source_that_the_commit_does_not_name_gives_no_result(outside_draw, enter, clock, sql, statement):
    """Attack: choosing a convenient random source afterwards, in the database: no draw comes of it."""
    sql(statement)
    with pytest.raises(verify.Invalid), transaction.atomic():
        enter(outside_draw, THROWS)
        clock.move(hours=12)
        enter(outside_draw, "0 4 8 1 5" if "pl5" in statement else BALLS)
    assert Draw.objects.get().state == DrawState.FROZEN
    assert (Selection.objects.count(), LogEntry.objects.filter(kind="result").count()) == (0, 0)


def test_a_draw_on_dice_is_not_turned_to_the_machine(outside_draw, organiser, settings):
    """Attack: choosing a convenient random source afterwards: the machine's own."""
    settings.ALLOW_SYSTEM_ENTROPY = True
    with pytest.raises(Refused):
        verbs.draw_from_system(draw=outside_draw, actor=organiser)
    EntropySource.objects.create(
        draw=outside_draw, position=0, source="system", label="os", known_at=outside_draw.frozen_at
    )
    with pytest.raises(verify.Invalid), transaction.atomic():
        verbs.draw_from_system(draw=outside_draw, actor=organiser)
        EntropySource.objects.filter(position__gt=0).delete()
        verbs._compute(outside_draw, organiser)
    assert not outside_draw.files.filter(name="result.tsv").exists()


BEACON = f"{verify.DRAND}/33000000"  # known at 2026-10-12T19:09:24+08:00


@pytest.mark.parametrize(
    ("label", "time", "said"),
    [
        (f"{verify.DRAND}/20000000", "2026-10-12T19:09:24+08:00", "这一轮的时间不是"),
        (f"{'02db9ba7' + verify.DRAND[8:]}/33000000", "2026-10-12T19:09:24+08:00", "期号或次数不对"),
        (BEACON, "2026-10-12T19:09:27+08:00", "这一轮的时间不是"),
    ],
)
def test_a_round_long_known_or_a_beacon_of_ones_own_is_not_frozen(draft, freeze, clock, label, time, said):
    """Attack: naming a round long known, or one's own beacon, under a time that is still to come."""
    with pytest.raises(Refused, match=said):
        freeze(draft, DICE, verify.Source("drand", label, time))
    assert freeze(draft, DICE, verify.Source("drand", BEACON, "2026-10-12T19:09:24+08:00")).commit_digest


def test_dice_cannot_be_entered_to_suit_a_known_lottery(
    outside_draw, enter, clock, freeze, organiser, reviewer
):
    """Attack: entering dice to suit a known lottery: before the lottery's time or never, and final at once."""
    with pytest.raises(Refused, match="没有记录"):
        enter(outside_draw, BALLS)  # the lottery's value is not taken in the dice's turn
    enter(outside_draw, THROWS)
    logged = LogEntry.objects.get(kind="entropy")
    assert (logged.subject, logged.digest) == ("2026Q4/dice10", verify.digest(f"dice10 20 {THROWS}"))
    with pytest.raises(Refused, match="不能提前录入"):
        enter(outside_draw, BALLS)
    clock.move(hours=12)
    with pytest.raises(Refused, match="没有记录"):
        enter(outside_draw, "58260471930582471930")
    assert EntropySource.objects.get(source="dice10").value == THROWS


@pytest.mark.parametrize(
    ("dice", "minutes"),
    [(DICE, 61), (DICE._replace(time="2026-10-08T21:00:00+08:00"), 11 * 60 + 15)],
)
def test_dice_that_come_late_void_the_draw(draft, freeze, enter, clock, dice, minutes):
    """Attack: entering dice to suit a known lottery: after their hour, or after the draw of the balls."""
    draw = freeze(draft, dice, LOTTERY)
    clock.move(minutes=60 + minutes)
    with pytest.raises(Refused, match="必须作废"):
        enter(draw, THROWS)


def test_dice_after_a_lottery_are_not_frozen(draft, freeze, clock):
    """Attack: entering dice to suit a known lottery, planned so in the commit."""
    with pytest.raises(Refused, match="骰子应排在彩票和信标之前"):
        freeze(draft, LOTTERY, DICE._replace(time="2026-10-08T22:00:00+08:00"))
