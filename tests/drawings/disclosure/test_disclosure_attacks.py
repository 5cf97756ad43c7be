"""The table of attacks: every row of the protocol's last table is there, and every test that it names exists."""

import ast
from pathlib import Path

import pytest

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


def test_the_table_has_the_twelve_attacks_of_the_protocol():
    assert len(ATTACKS) == len({attack.wish for attack in ATTACKS}) == 12


def test_the_page_shows_every_attack_with_its_tests(db, stranger):
    text = stranger.get("/about/").content.decode()
    for attack in ATTACKS:
        assert attack.wish in text
        assert [named for named in attack.tests if named not in text] == []
