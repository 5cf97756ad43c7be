"""The tables of industries: complete, in themselves consistent, and as the standard counts them."""

from collections import Counter

import pytest

from sources.industries import Kind, Level, classes, industries, lies_in, read_industry
from sources.industries.table import contains, fold, former_code, innermost, named, rows, section_of

# Table 1 in the annex of GB/T 4754-2017: divisions, groups and classes of each section.
COUNTED = {
    "A": (5, 24, 72), "B": (7, 19, 39), "C": (31, 179, 609), "D": (3, 9, 18), "E": (4, 18, 44), "F": (2, 18, 128),
    "G": (8, 27, 67), "H": (2, 10, 16), "I": (3, 17, 34), "J": (4, 26, 48), "K": (1, 5, 5), "L": (2, 12, 58),
    "M": (3, 19, 48), "N": (4, 18, 33), "O": (3, 16, 32), "P": (1, 6, 17), "Q": (2, 6, 30), "R": (5, 27, 48),
    "S": (6, 16, 34), "T": (1, 1, 1),
}  # fmt: skip


def test_the_table_has_what_the_standard_counts():
    assert Counter(each.level for each in industries().values()) == {
        Level.SECTION: 20, Level.DIVISION: 97, Level.GROUP: 473, Level.CLASS: 1381,
    }  # fmt: skip
    counted = {
        section: tuple(
            sum(len(code) == level and section_of(code) == section for code in industries())
            for level in (2, 3, 4)
        )
        for section in COUNTED
    }
    assert counted == COUNTED


def test_every_entry_lies_in_one_that_is_there_and_holds_a_class():
    for code in industries():
        assert len(code) < 3 or code[:-1] in industries()
        assert classes(code) and all(len(each) == 4 and contains(code, each) for each in classes(code))


def test_no_name_is_empty_or_has_a_space():
    assert all(each.name and not each.name.split()[1:] for each in industries().values())


def test_two_entries_have_the_same_name_only_where_one_holds_the_other():
    """Folding makes no two industries one, but for the few that the standard itself calls the same."""
    by_name = {}
    for code, each in industries().items():
        by_name.setdefault(fold(each.name), set()).add(innermost(code))
    several = {name: codes for name, codes in by_name.items() if len(codes) > 1}
    assert several == {"燃气生产供应业": {"45", "451"}}


@pytest.mark.parametrize("level", [2, 3, 4])
def test_every_entry_is_found_by_its_code_and_name_together(level):
    for code, each in industries().items():
        if len(code) == level:
            for text in (f"{code} {each.name}", f"{each.name}{code}", f"{section_of(code)}{code}{each.name}"):
                assert read_industry(text).code == innermost(code), text


def test_every_entry_is_found_by_its_letter_and_code():
    for code in industries():
        if len(code) > 1:
            assert read_industry(section_of(code) + code).code == innermost(code)


def test_every_class_is_found_by_its_code_alone():
    assert all(read_industry(code).code == code for code in industries() if len(code) == 4)


def test_every_class_is_found_by_its_name_alone():
    for code, each in industries().items():
        if len(code) == 4:
            reading = read_industry(each.name)
            assert reading.kind is Kind.CLASS and reading.code == code, each


def test_a_division_or_group_is_found_by_its_name_and_said_to_be_coarse():
    for code, each in industries().items():
        if len(code) in (2, 3):
            reading = read_industry(each.name)
            assert reading.code == innermost(code) or (code, reading.code) == ("451", "45"), each
            assert reading.kind is (Kind.CLASS if len(reading.code) == 4 else Kind.COARSE)


def test_the_permit_catalogue_is_whole_and_each_of_its_industries_is_read():
    listed = list(rows("permit_catalogue_2019.tsv"))
    assert [number for number, _, _ in listed if number] == [str(number) for number in range(1, 113)]
    assert sum(not number for number, _, _ in listed) == 51
    for _, text, codes in listed:
        for part in text.split("，"):
            code = part[-3:] if part[-3:].isdigit() else part[-2:]
            if code.isdigit() and code in codes.split():
                assert read_industry(part).code == innermost(code), part


def test_a_category_of_several_groups_gives_their_division():
    for number, text, codes in rows("permit_catalogue_2019.tsv"):
        if number and len(codes.split()) > 1 and "除" not in text:
            reading = read_industry(text)
            assert reading.code == codes[:2] and reading.kind is Kind.COARSE, text
            assert {one.industry.code for one in reading.candidates} <= {
                innermost(each) for each in codes.split()
            }


@pytest.mark.parametrize("file", ["gbt4754_2011.tsv", "everyday_words.tsv", "other_names.tsv"])
def test_the_other_tables_name_only_codes_of_the_standard(file):
    named_codes = {code for row in rows(file) for code in row[-1].split()}
    assert named_codes <= set(industries())


def test_what_2011_had_is_no_entry_of_today_with_the_same_name():
    for code, name, _ in rows("gbt4754_2011.tsv"):
        assert not (code in industries() and fold(industries()[code].name) == fold(name)), code
        assert former_code(code).name == name


def test_other_names_are_no_names_of_other_entries():
    for name, code in rows("other_names.tsv"):
        assert {innermost(each) for each in named(name)} == {innermost(code)}, name


@pytest.mark.parametrize(
    ("code", "entries", "does"),
    [
        ("8411", ["841"], True),
        ("8411", ["8411"], True),
        ("841", ["8411"], False),
        ("8421", ["841", "5265"], False),
        ("8421", ["841", "84"], True),
        ("0313", ["03"], True),
        ("0300", ["A"], True),
        ("0313", ["B"], False),
        ("803", ["8030"], True),
        ("80", ["8030"], False),
        ("9999", ["99"], True),
        ("9999", ["T"], False),
        ("", ["03"], False),
        ("0313", [], False),
    ],
)
def test_an_industry_lies_in_an_entry_by_its_digits_or_its_section(code, entries, does):
    assert lies_in(code, entries) is does


def test_each_entry_holds_its_own_classes_and_no_others():
    every = {code for code in industries() if len(code) == 4}
    for entry in industries():
        assert {code for code in every if lies_in(code, [entry])} == set(classes(entry))
