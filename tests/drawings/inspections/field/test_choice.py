"""Which checklists a visit begins with: each criterion by itself, together, and the newest version of each."""

import pytest

from drawings.inspections.field.choice import Candidate, Unit, applies, chosen

UNIT = Unit("key", "simplified", frozenset({"water", "soil"}), "livestock")


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
