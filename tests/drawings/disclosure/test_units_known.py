"""One rule says which units the public knows: who has a page is on the map, is found by number and name, and can be objected to."""

import pytest
from draw_states import STATES, short

from drawings.amendments import withdrawals
from drawings.disclosure import sitemap
from drawings.disclosure.unit_page import unit_page
from drawings.models import Inspection, Selection
from drawings.models.draw import UNIT_WITHDRAWN
from sources.models import PollutionSource

HIDDEN = ("draft", "sealed-frozen", "sealed-drawn", "sealed-published")  # a void shows all that there was


def strike(*units):
    for unit in units:
        unit.is_active = False
        unit.save()


def world(draw):
    """One unit of each kind: {kind: unit}."""
    drawn = list(PollutionSource.objects.filter(selections__draw=draw).order_by("number")[:3])
    pool = PollutionSource.objects.exclude(selections__draw=draw).order_by("number")
    in_hat = (
        [unit for unit in pool if f"\n{unit.number}\t" in draw.file("pool.tsv")] if draw.commit_digest else []
    )
    found = {f"drawn {at}": unit for at, unit in enumerate(drawn)}
    found |= {f"in the hat {at}": unit for at, unit in enumerate(in_hat[:5])}
    found["late"] = PollutionSource.objects.create(number="L-1", name="虚构后来登记厂")
    found["gone"] = PollutionSource.objects.create(number="L-2", name="虚构来过又走厂")
    found["joined"] = PollutionSource.objects.create(number="L-3", name="虚构重复登记厂")
    for kind in ("drawn 1", "in the hat 1", "late"):
        if kind in found:
            found[kind].name = f"虚构改名{kind[0]}厂"
            found[kind].save()
    strike(
        *(
            found[kind]
            for kind in ("drawn 0", "drawn 1", "in the hat 0", "in the hat 1", "gone")
            if kind in found
        )
    )
    found["joined"].joined_into = found["late"]
    strike(found["joined"])
    return found


def agrees(stranger, unit, on_map):
    """Say whether a unit has a page, having seen that all that depends on it agrees."""
    page = unit_page(unit.number)
    is_there = stranger.get(f"/units/{unit.number}/").status_code == 200
    rows = {row.number: row for row in stranger.get("/units/", {"q": unit.number}).context["search"].rows}
    suggested = stranger.get("/units/suggest/", {"q": unit.number}).content.decode()
    say = stranger.get("/say/", {"unit": unit.number, "kind": "mistake"})
    assert is_there == (page is not None) == (f"/units/{unit.number}/" in on_map) == (unit.number in rows)
    assert is_there == (unit.number in suggested) == (say.status_code == 200)
    if page is None:
        assert say.status_code == 404 and not stranger.get("/units/", {"q": unit.name}).context["search"].rows
        return False
    assert page.unit.name == rows[unit.number].name
    if page.unit.name != UNIT_WITHDRAWN:
        named = stranger.get("/units/", {"q": page.unit.name}).context["search"].rows
        assert unit.number in [row.number for row in named]
        assert page.unit.name in say.content.decode()
    return True


def on_the_map():
    return {
        path.removeprefix("http://x")
        for path in (sitemap.units("http://x", 1) or "").replace("<", ">").split(">")
    }


@pytest.mark.parametrize("state", short(STATES, "published", "sealed-published", "sealed-lifted"))
def test_page_map_search_and_forms_know_the_same_units(draw_in, state, stranger):
    draw = draw_in(state)
    units, on_map = world(draw), on_the_map()
    known = {kind for kind, unit in units.items() if agrees(stranger, unit, on_map)}
    assert {"late", "joined"} <= known and "gone" not in known
    struck_off = {kind for kind in units if kind in ("drawn 0", "drawn 1", "in the hat 0", "in the hat 1")}
    assert struck_off & known == (set() if state in HIDDEN else struck_off)


def test_what_is_struck_off_reads_alike_drawn_or_not_until_its_own_result_is_public(
    draw_in, stranger, report
):
    draw = draw_in("sealed-published")
    units, on_map = world(draw), on_the_map()
    for kind in ("drawn 0", "in the hat 0"):
        assert not agrees(stranger, units[kind], on_map)
    report(Inspection.objects.get(selection__draw=draw, selection__source=units["drawn 0"]))
    assert agrees(stranger, units["drawn 0"], on_the_map())
    assert not agrees(stranger, units["in the hat 0"], on_the_map())


def test_a_withdrawn_name_leaves_the_page_of_a_unit_that_was_struck_off_and_every_other_place(
    draw_in, stranger
):
    draw = draw_in("published")
    units = world(draw)
    withdrawals.withdraw(draw=draw, kind="unit", reason="到期", actor=None)
    on_map = on_the_map()
    for kind in ("in the hat 0", "in the hat 1", "drawn 0"):
        assert agrees(stranger, units[kind], on_map)
        told = "".join(
            stranger.get(path).content.decode()
            for path in (
                f"/units/{units[kind].number}/",
                f"/say/?unit={units[kind].number}",
                f"/units/?q={units[kind].number}",
            )
        )
        assert units[kind].name not in told
    assert Selection.objects.filter(draw=draw).exclude(name="").count() == 0
