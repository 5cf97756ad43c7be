"""The attacks of the protocol's last table that fail because all is public in time, tried on the site itself.

The attacker keeps something to himself (a unit, a result, a second draw); a stranger has it from the site.
"""

import pytest
from attack_cases import BALLS, DICE, FROZEN, LOTTERY, THROWS, files_of
from django.urls import reverse

from drawings.ceremony import verbs
from drawings.protocol import verify
from drawings.states import DrawState
from sources.models import PollutionSource

# ---- voiding what does not suit before anyone else knows it; freezing several draws and showing one ----


@pytest.fixture
def downloaded(stranger):
    """What a stranger gets from the site: ``downloaded(draw, "pool.tsv")``, as text."""

    def do(draw, name):
        answer = stranger.get(reverse("disclosure:draw_file", args=[draw.code, name]))
        assert answer.status_code == 200, name
        return answer.content.decode()

    return do


@pytest.fixture
def at_home(downloaded):
    """The result as a stranger computes it from the public files and the numbers that he saw himself."""

    def do(draw):
        *frozen, _ = (downloaded(draw, name) for name in FROZEN[:5] + ("verify.py",))
        seen = [verify.Value(*DICE[:2], THROWS), verify.Value(*LOTTERY[:2], BALLS)]
        return verify.draw(*frozen, verify.write_entropy(verify.digest(frozen[0]), seen))

    return do


def test_a_stranger_has_the_result_of_an_open_draw_before_the_site_has(
    outside_draw, enter, clock, at_home, void
):
    """Attack: voiding what does not suit before anyone else knows it; the salt is public at the freeze."""
    enter(outside_draw, THROWS)
    clock.move(hours=12)
    known = at_home(outside_draw)
    assert not outside_draw.files.filter(name="result.tsv").exists()
    enter(outside_draw, BALLS)
    assert outside_draw.file("result.tsv") == known
    assert at_home(void(outside_draw)) == known


def test_a_void_before_the_numbers_were_typed_hides_nothing(outside_draw, enter, clock, at_home, void):
    """Attack: voiding what does not suit before anyone else knows it, with the lottery out and nobody typing it."""
    enter(outside_draw, THROWS)
    clock.move(hours=12)
    draw = void(outside_draw)
    assert draw.state == DrawState.VOID and not draw.files.filter(name="result.tsv").exists()
    would_be = verify.parse_result(at_home(draw)).rows
    assert len(would_be) == sum(
        stratum.take for stratum in verify.parse_commit(draw.file("commit.txt")).strata
    )
    (voided,) = [line for line in verify.check(files_of(draw)) if line.what == verify.VOID]
    assert voided.level == "warn"


def test_a_draw_that_was_frozen_beside_this_one_is_named(
    outside_draw, finish, item, organiser, freeze, stranger
):
    """Attack: freezing several draws and showing one; the site allows it for two quarters, and the log tells."""
    draw = finish(outside_draw)
    alone = [line.detail for line in verify.check(files_of(draw)) if "同一时间另有" in line.what]
    void_draw = verbs.start(year=2026, quarter=3, item=item, actor=organiser)
    beside = freeze(
        void_draw,
        DICE._replace(time="2026-10-09T10:00:00+08:00"),
        LOTTERY._replace(label="2026113", time="2026-10-11T21:15:00+08:00"),
    )
    third = verbs.start(year=2026, quarter=2, item=item, actor=organiser)
    third = freeze(
        third,
        DICE._replace(time="2026-10-09T11:00:00+08:00"),
        LOTTERY._replace(label="2026113", time="2026-10-11T21:15:00+08:00"),
    )
    assert alone == []
    for one, other in ((beside, third), (third, beside)):
        named = [line.detail for line in verify.check(files_of(one)) if "同一时间另有" in line.what]
        assert len(named) == 1 and named[0].startswith(f"{other.code}：")
    log = stranger.get(reverse("disclosure:log_file")).content.decode()
    for each in (draw, beside, third):
        assert f"\tcommit\t{each.code}\t{each.commit_digest}\t" in log


# ---- leaving a unit out of the registry ----


def test_every_unit_of_the_hat_is_public_before_the_first_number(outside_draw, downloaded, stranger):
    """Attack: leaving a unit out of the registry; whoever knows of it looks for it while there is time."""
    assert outside_draw.next_source().source == "dice10"
    listed = {unit.unit for unit in verify.parse_pool(downloaded(outside_draw, "pool.tsv")).units}
    assert listed == {*PollutionSource.objects.values_list("number", flat=True)}
    named = {row.name for row in verify.parse_names(downloaded(outside_draw, "names.tsv")).rows}
    assert {*PollutionSource.objects.values_list("name", flat=True)} <= named
    PollutionSource.objects.filter(number="410481-0001").update(is_active=False)
    assert "410481-0001" in downloaded(outside_draw, "pool.tsv")


def test_without_a_register_from_outside_pages_and_verifiers_say_that_nobody_vouches(
    outside_draw, downloaded, stranger
):
    """Attack: leaving a unit out of the registry; there is no register from outside yet, and nobody claims one."""
    assert downloaded(outside_draw, "registers.tsv") == "registers/2 2026Q4\n"
    assert any("没有任何外部名册" in line.detail for line in verify.check(files_of(outside_draw)))
    for name, args in (("draw", [outside_draw.code]), ("observer", [outside_draw.code]), ("about", [])):
        page = stranger.get(reverse(f"disclosure:{name}", args=args)).content.decode()
        assert "本系统以外没有人为名单作证" in page, name
