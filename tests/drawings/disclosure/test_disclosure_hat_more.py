"""That there are more units than a search in the hat lists is said of those alone that it may name."""

import pytest
from hat_cases import frozen_with

from drawings.disclosure import frozen, hat
from drawings.disclosure.hat import FOUND, Hat
from sources.models import PollutionSource


@pytest.fixture
def ask(source_of, organiser):
    """Ask the hat of a draw of so many units alike, of whom one more has lost its name, and others stand in no pool."""

    def do(text, named, outside=0, lost=1, called="铸钢厂"):
        source_of(1, name=f"甲{called}").save()  # the first in every list
        for serial in range(2, 2 + lost + named + outside):
            source_of(serial, name=f"乙{called}").save()
        numbers = list(PollutionSource.objects.order_by("number").values_list("number", "name"))
        rows = [
            (number, "key", "in", (), "" if at < 1 + lost else name)
            for at, (number, name) in enumerate(numbers[: 1 + lost + named])
        ]
        draw = frozen_with(organiser, rows, {"key": 1})
        return Hat(draw.code, frozen.names_text(draw.code), draw.frozen_at, ()).ask(text)

    return do


def test_a_withdrawn_name_is_not_counted_among_more(ask):
    """Else who asks for a name of as many units as are listed would learn that a nameless one is called so, too."""
    answer = ask("铸钢", FOUND)
    assert (len(answer.rows), answer.outside, answer.has_more) == (FOUND, (), False)


def test_one_more_with_a_name_is(ask):
    assert ask("铸钢", FOUND + 1).has_more


def test_withdrawn_names_hide_nobody_who_stands_in_no_pool(ask):
    """However many of them the registry lists first."""
    answer = ask("铸钢", 0, outside=3, lost=2 * FOUND)
    assert (answer.rows, len(answer.outside), answer.has_more) == ((), 3, False)


def test_where_all_names_are_gone_nothing_is_found_and_nothing_more(ask):
    answer = ask("铸钢", 0, lost=3 * FOUND)
    assert (answer.rows, answer.outside, answer.has_more) == ((), (), False)


def test_of_more_than_any_page_could_hold_not_all_are_looked_at(ask, monkeypatch):
    monkeypatch.setattr(hat, "MANY", FOUND + 5)
    answer = ask("铸钢", 0, lost=3 * FOUND)
    assert (answer.rows, answer.outside, answer.has_more) == ((), (), True)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("钢厂 乙铸", 3),
        ("钢厂 丙铸", 0),
        ("铸钢 乙", 0),  # nothing is looked for by one character: it is the whole that is not found
    ],
)
def test_several_words_are_all_to_be_found_in_any_order(ask, text, found):
    assert len(ask(text, 3).rows) == found


def test_one_word_may_be_of_the_number_and_the_unit_in_the_registry_alone(ask, source_of):
    source_of(77, name="丁铸钢厂").save()
    answer = ask("铸钢 1-0077", 3)
    assert (answer.rows, [unit.name for unit in answer.outside]) == ((), ["丁铸钢厂"])


def test_a_withdrawn_name_is_not_guessed_beside_its_number(ask):
    assert ask("铸钢 1-0002", 0).rows == ()


def test_the_number_of_a_withdrawn_name_is_found_in_parts(ask):
    (row,) = ask("1-0002 410481", 0).rows
    assert row.number == "410481-0002" and "铸钢" not in row.name
