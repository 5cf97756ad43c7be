"""Whole bundles and the names in them: all there, some withdrawn, and held against the log."""

import tracemalloc

import pytest
from protocol_cases import (
    SALT,
    SEALS,
    bundle,
    drawn,
    entries_of,
    entry,
    failed,
    logged,
    named,
    officer,
    registry,
    unit,
)

from drawings.protocol import verify

UNITS, OFFICERS = registry(5, 30, 6)
FILES = drawn(bundle(UNITS, OFFICERS, sources=SEALS, entries=entries_of(UNITS)))
LATE = "2026-10-08T22:00:00+08:00"
HEX = "0123456789abcdef" * 4


def without(files, *missing) -> dict[str, bytes]:
    return {name: data for name, data in files.items() if name not in missing}


def notes(files, what) -> list[str]:
    return [line.detail for line in verify.check(files) if line.what.startswith(what)]


def renamed(files, change) -> dict[str, bytes]:
    """The bundle with its names.tsv changed row by row; None takes a row out."""
    names = verify.parse_names(files["names.tsv"].decode())
    rows = [row for row in map(change, names.rows) if row]
    return {**files, "names.tsv": verify.write_names(names.draw, rows).encode()}


def test_a_bundle_with_all_names_says_nothing_of_them():
    assert notes(FILES, "已经撤下的名称") == []


def test_withdrawn_names_are_counted_by_kind_and_fail_nothing():
    some = renamed(FILES, lambda row: None if row.kind == "unit" and row.ident < "5" else row)
    gone = sum(one.unit < "5" for one in UNITS)
    assert failed(some) == []
    assert notes(some, "已经撤下的名称") == [f"污染源 {gone} 个"]
    all_gone = f"登记条目 {len(entries_of(UNITS))} 个，执法人员 6 个，污染源 30 个"
    assert notes(renamed(FILES, lambda row: None), "已经撤下的名称") == [all_gone]
    assert notes(without(FILES, "names.tsv"), "已经撤下的名称") == [all_gone]


def test_before_the_pool_is_public_nothing_is_said_of_names():
    early = without(FILES, "names.tsv", "pool.tsv", "salt.txt", "result.tsv")
    assert notes(early, "已经撤下的名称") == []


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (
            lambda row: row._replace(name="某厂") if row.kind == "unit" else row,
            "的名称与冻结时的指纹不符：“某厂”",
        ),
        (lambda row: row._replace(nonce=SALT) if row.kind == "officer" else row, "的名称与冻结时的指纹不符"),
        (lambda row: row._replace(ident=row.ident + "0") if row.kind == "officer" else row, "执法人员 "),
        (lambda row: row._replace(kind="officer") if row.kind == "unit" else None, "执法人员 "),
        (lambda row: row._replace(ident=row.ident + "0") if row.kind == "entry" else row, "登记条目 "),
    ],
)
def test_a_name_that_is_not_the_one_digested_is_refused_with_its_line(change, reason):
    (line,) = failed(renamed(FILES, change))
    assert line.detail.startswith("names.tsv 第 ") and reason in line.detail


def test_the_names_of_another_draw_are_refused():
    (line,) = failed({**FILES, "names.tsv": FILES["names.tsv"].replace(b"2026Q4", b"2026Q3", 1)})
    assert line.detail == "names.tsv 第 1 行：抽签编号是 2026Q3，commit.txt 是 2026Q4"


def test_one_rare_character_does_not_make_every_letter_of_the_names_cost_four_bytes():
    rows = "".join(f"unit\t{n:06d}\t{SALT}\t虚构{n}号厂𠮷\n" for n in range(5000))
    data = f"names/2 2026Q4\n{rows}".encode()
    tracemalloc.start()
    try:
        verify.read_names(data, lambda row: None)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < len(data) / 2


def test_a_check_changes_nothing_in_the_files_that_it_is_given():
    files = dict(FILES)
    assert verify.check(files) and files == FILES


def test_two_rows_of_one_name_have_two_digests():
    assert verify.name_digest(SALT, "甲") == verify.digest(f"{SALT} 甲")
    assert verify.name_digest(SALT[::-1], "甲") != verify.name_digest(SALT, "甲")


def withdrawn(*rows, files=FILES, salt=True):
    """The warnings where the log has such (kind, count, digest) withdrawals, of the bundle without three names of units."""
    gone = sorted(one.unit for one in UNITS)[:3]
    some = renamed(files, lambda row: None if row.kind == "unit" and row.ident in gone else row)
    logs = [(LATE, "withdraw", f"2026Q4/{kind}/{count}", digest) for kind, count, digest in rows]
    told = logged(some, lambda own: [*own, *logs])
    if not salt:
        told = without(told, "salt.txt", "result.tsv")
    assert failed(told) == []
    return notes(told, "撤下的名称与日志不符")


def test_withdrawals_are_held_against_the_log():
    gone = sorted(one.unit for one in UNITS)[:3]
    salt = FILES["salt.txt"].decode()
    right = verify.digest(salt + "\n".join(gone))
    first = verify.digest(salt + gone[0])
    assert withdrawn(("unit", 3, right)) == []
    assert withdrawn(("unit", 1, first), ("unit", 3, right)) == []
    assert withdrawn(("unit", 3, right), ("unit", 1, first)) == ["污染源：撤下 3 个，日志登记 1 个"]
    assert withdrawn() == ["污染源：撤下 3 个，日志登记 0 个"]
    assert withdrawn(("unit", 3, first)) == ["污染源：撤下的不是日志登记的那 3 个"]
    assert withdrawn(("unit", 3, first), salt=False) == []
    assert withdrawn(("unit", 2, first), salt=False) == ["污染源：撤下 3 个，日志登记 2 个"]
    assert withdrawn(("unit", 3, right), ("officer", 1, HEX)) == ["执法人员：撤下 0 个，日志登记 1 个"]


def test_the_withdrawals_of_another_draw_are_none_of_this_one():
    logs = [(LATE, "withdraw", "2026Q4-2/unit/3", HEX), (LATE, "withdraw", "2026Q4/units/3", HEX)]
    assert notes(logged(FILES, lambda own: [*own, *logs]), "撤下的名称与日志不符") == []


def test_entries_called_otherwise_than_their_unit_and_units_that_several_are_stand_in_the_report():
    """So that no unit hides behind the row of another; as far as both names are there."""
    units, people = [unit("u1"), unit("u2")], [officer("a1"), officer("a2")]
    entries = [entry("b", "k1", "u1"), entry("b", "k2", "u1"), entry("b-2", "k1", "u2")]
    nonce, name = SALT, named("unit", "u2").name
    entries[2] = entries[2]._replace(name=verify.name_digest(nonce, name))
    files = bundle(units, people, sources=SEALS, entries=entries, rules={"key": "1/1"})
    old = "\t".join(named("entry", "b-2/k1"))
    files["names.tsv"] = files["names.tsv"].decode().replace(old, f"entry\tb-2/k1\t{nonce}\t{name}").encode()
    assert failed(files) == []
    (odd,), what = notes(files, "外部名册里的名称与对应单位的不同"), "同一本外部名册里有几条对应同一家单位"
    assert odd == "b/k1 “虚构b/k1号𠮷” 对应 u1 “虚构u1号𠮷”；b/k2 “虚构b/k2号𠮷” 对应 u1 “虚构u1号𠮷”"
    assert notes(files, what) == ["u1（b 2 条）"]
    some = renamed(files, lambda row: None if row.ident in ("b/k1", "u2") else row)
    assert notes(some, "外部名册里的名称与对应单位的不同") == ["b/k2 “虚构b/k2号𠮷” 对应 u1 “虚构u1号𠮷”"]
    assert notes(without(files, "names.tsv"), "外部名册里的名称与对应单位的不同") == []
    assert notes(without(files, "names.tsv"), what) == ["u1（b 2 条）"]
