"""The table of attacks: every row of the protocol's last table is there, and every test that it names exists."""

import ast
import re
from pathlib import Path

import pytest

from drawings.disclosure.attack_tests import TITLES
from drawings.disclosure.attacks import ATTACKS

TESTS = Path(__file__).resolve().parents[1]


def names_in(file: str) -> set[str]:
    tree = ast.parse((TESTS / file).read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.wish)
def test_each_test_that_the_table_names_exists(attack):
    assert attack.tests
    for named in attack.tests:
        file, _, name = named.partition("::")
        assert name in names_in(file), named


def test_the_table_has_the_nineteen_attacks_of_the_protocol():
    assert len(ATTACKS) == len({attack.wish for attack in ATTACKS}) == 19


def test_each_test_of_an_attack_file_stands_in_the_table():
    """A test that tries an attack tells the public so."""
    named = {each for attack in ATTACKS for each in attack.tests}
    files = [str(path.relative_to(TESTS)) for path in TESTS.rglob("test_attacks*.py")]
    assert len(files) >= 6
    tests = {f"{file}::{name}" for file in files for name in names_in(file) if name.startswith("test_")}
    assert sorted(tests - named) == []


def test_each_test_has_a_title_of_its_own_and_no_title_is_left_over():
    named = {each for attack in ATTACKS for each in attack.tests}
    assert TITLES.keys() == named
    assert len(set(TITLES.values())) == len(TITLES)
    assert [title for title in TITLES.values() if re.search("[A-Za-z_]", title)] == []


def test_the_page_shows_every_attack_with_what_was_tried_and_no_name_of_a_test(db, stranger):
    text = stranger.get("/about/").content.decode()
    for attack in ATTACKS:
        assert attack.wish in text and attack.answer in text
        assert [title for title in attack.tried if title not in text] == []
    assert "test_" not in text and "tests/" not in text and ".py::" not in text
