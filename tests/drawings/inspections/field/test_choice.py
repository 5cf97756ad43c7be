"""Which checklists a visit begins with: each criterion by itself, together, and the newest version of each."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drawings.inspections.field.choice import Candidate, Unit, applies, chosen

UNIT = Unit("key", frozenset({"simplified"}), frozenset({"water", "soil"}), "livestock", "0313")


def candidate(version=1, checklist=1, number=1, by_hand=False, **criteria):
    sets = {name: frozenset(values.split()) for name, values in criteria.items()}
    return Candidate(version, checklist, number, by_hand=by_hand, **sets)


@pytest.mark.parametrize(
    ("criteria", "does"),
    [
        ({}, True),
        ({"categories": "key"}, True),
        ({"categories": "general special"}, False),
        ({"permit_classes": "key simplified"}, True),
        ({"permit_classes": "key"}, False),
        ({"media": "air water"}, True),
        ({"media": "air noise"}, False),
        ({"specialities": "livestock"}, True),
        ({"specialities": "medical-services"}, False),
        ({"industries": "841 03"}, True),
        ({"industries": "0313"}, True),
        ({"industries": "0311 032"}, False),
        ({"industries": "A"}, True),
        ({"industries": "C"}, False),
        ({"industries": "03", "media": "air"}, False),
        ({"specialities": "medical-services", "industries": "03"}, False),
        ({"categories": "key", "media": "air"}, False),
        (
            {
                "categories": "key",
                "permit_classes": "simplified",
                "media": "soil",
                "specialities": "livestock",
            },
            True,
        ),
        ({"by_hand": True}, False),
    ],
)
def test_a_checklist_applies_where_all_that_is_set_matches(criteria, does):
    assert applies(candidate(**criteria), UNIT) is does


def test_a_unit_of_which_nothing_is_known_gets_what_asks_nothing():
    rows = [candidate(1, 1), candidate(2, 2, media="water"), candidate(3, 3, permit_classes="key")]
    assert chosen(rows, Unit()) == [1]


def test_of_each_checklist_the_newest_version_is_taken_in_whatever_order_they_come():
    rows = [
        candidate(7, 2, 1),
        candidate(5, 1, 1),
        candidate(6, 1, 2),
        candidate(9, 2, 3),
        candidate(8, 2, 2),
    ]
    assert chosen(rows, UNIT) == [9, 6]


# --- the law of the choice, of any list and any unit ----------------------------------------------------------------
CODES = ("", "03", "031", "0313", "84", "841", "8411", "842", "8421", "5265", "526", "803", "8030", "9999")
SETS = {
    "categories": ("key", "special", "general"),
    "permit_classes": ("key", "simplified", "registered"),
    "media": ("water", "air", "soil"),
    "specialities": ("livestock", "medical-services"),
    "industries": (*CODES[1:], "A", "Q"),
}
units = st.builds(
    Unit,
    st.sampled_from(("", *SETS["categories"])),
    st.frozensets(st.sampled_from(SETS["permit_classes"]), max_size=2),
    st.frozensets(st.sampled_from(SETS["media"])),
    st.sampled_from(("", *SETS["specialities"])),
    st.sampled_from(CODES),
)
lists = st.builds(
    Candidate,
    st.just(1),
    st.just(1),
    st.just(1),
    by_hand=st.booleans(),
    **{name: st.frozensets(st.sampled_from(codes)) for name, codes in SETS.items()},
)


@given(lists, units, st.sampled_from(sorted(SETS)))
def test_without_a_criterion_a_list_is_for_no_fewer_units(each, unit, name):
    assert applies(dataclasses.replace(each, **{name: frozenset()}), unit) >= applies(each, unit)


@given(lists, units, st.sampled_from(sorted(SETS)), st.data())
def test_one_more_code_in_a_criterion_that_is_set_takes_nobody_away(each, unit, name, data):
    had = getattr(each, name) or frozenset({data.draw(st.sampled_from(SETS[name]))})
    more = had | {data.draw(st.sampled_from(SETS[name]))}
    fewer, wider = (dataclasses.replace(each, **{name: codes}) for codes in (had, more))
    assert applies(wider, unit) >= applies(fewer, unit)


@given(lists, units)
def test_a_list_is_for_who_meets_each_of_its_criteria_alone(each, unit):
    alone = [Candidate(1, 1, 1, **{name: getattr(each, name)}) for name in SETS]
    assert applies(each, unit) == (not each.by_hand and all(applies(one, unit) for one in alone))


@given(units, st.frozensets(st.sampled_from(SETS["industries"]), min_size=1))
def test_of_several_industries_one_is_enough(unit, codes):
    each = [applies(Candidate(1, 1, 1, industries=frozenset({code})), unit) for code in codes]
    assert applies(Candidate(1, 1, 1, industries=codes), unit) == any(each)
