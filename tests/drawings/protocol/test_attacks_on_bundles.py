"""Attacks of the protocol's last table, tried on whole bundles: each is refused or named by both verifiers.

Here stand those that the site itself gives nobody the means for yet (registers from outside, checkpoints), and those
that only show to whoever has the files.
"""

import base64
import re
from typing import NamedTuple

import pytest
from protocol_cases import bundle, chained, drawn, entry, folder, log_events, logged, recommitted, rich_bundle
from protocol_cases import officer as someone
from protocol_cases import unit as firm
from twins import ask

from drawings.protocol import verify


class Line(NamedTuple):
    level: str
    what: str
    detail: str


def by_python(files, extends=None) -> list[Line]:
    return [Line(line.level, line.what, line.detail) for line in verify.check(files, extends=extends)]


def by_node(files, extends=None) -> list[Line]:
    [lines] = ask([{"op": "check", "files": files} | ({"earlier": extends} if extends else {})])
    return [Line(line["level"], line["what"], line["detail"] or "") for line in lines]


@pytest.fixture(
    params=[by_python, pytest.param(by_node, marks=pytest.mark.browser)], ids=["verify.py", "verify.mjs"]
)
def told(request):
    """What one of the two verifiers says of a bundle."""
    return request.param


def faults(lines: list[Line]) -> list[str]:
    return [line.detail for line in lines if line.level == "fail"]


def named(lines: list[Line], words: str) -> list[str]:
    """The details of lines that are no faults and say something like this (an expression: the twins word it apart)."""
    return [
        line.detail for line in lines if line.level != "fail" and re.search(words, line.what + line.detail)
    ]


# ---- leaving a unit out of the registry ----

UNITS = [firm(f"410481-{n:04d}", "general") for n in range(1, 7)]
PEOPLE = [someone(f"A{n}") for n in range(4)]
PERMITS = [entry("permits", f"91{n:04d}", one.unit) for n, one in enumerate(UNITS, 1)]


def hat(units=UNITS, entries=PERMITS):
    """The files of a small draw, its values known and its result not yet published."""
    return bundle(units, PEOPLE, entries=entries, rules={"general": "1/3"})


def test_a_unit_that_stands_in_an_outside_register_is_not_left_out(told):
    """Attack: leaving a unit out of the registry, while the permit platform has it."""
    assert faults(told(hat())) == []
    [fault] = faults(told(hat(UNITS[1:])))
    assert "410481-0001" in fault and "registers.tsv" in fault


def test_the_entry_of_a_unit_left_out_is_counted_with_its_reason_before_the_draw(told):
    """Attack: leaving a unit out of the registry, as `closed`: the commit counts such entries, and each has a reason."""
    left_out = [PERMITS[0]._replace(unit="", reason="closed"), *PERMITS[1:]]
    files = hat(UNITS[1:], left_out)
    lines = told(files)
    assert faults(lines) == []
    assert len(named(lines, "permits 名册")) >= 1 and len(named(lines, "1 条(不在名单|没有对应)")) == 1
    assert b"permits\t910001\t-\tclosed\t" in files["registers.tsv"]
    counted = verify.parse_commit(files["commit.txt"].decode()).declared_registers
    hushed = recommitted(files, declared_registers=[each._replace(unmatched=0) for each in counted])
    [fault] = faults(told(hushed))
    assert "permits" in fault and "没有对应" in fault


def test_an_entry_is_not_dropped_from_the_register_after_the_freeze(told):
    """Attack: leaving a unit out of the registry, and its entry out of the register."""
    files = hat()
    dropped = verify.write_registers("2026Q4", PERMITS[1:]).encode()
    assert "registers.tsv" in faults(told({**files, "registers.tsv": dropped}))[0]


def test_without_any_register_nobody_vouches_for_the_pool(told):
    """Attack: leaving a unit out of the registry where no register from outside is held against it."""
    assert len(named(told(hat(entries=())), "没有(任何)?外部(名册|登记册)")) == 1
    assert named(told(hat()), "没有(任何)?外部(名册|登记册)") == []


# ---- changing who is sent, in a draw of several departments ----


@pytest.mark.parametrize("department", ["bureau", "fire"])
def test_an_officer_of_any_department_is_not_swapped_after_the_freeze(told, department):
    """Attack: changing the officers, in the roster of another bureau that sends its own."""
    files = rich_bundle()
    rows = files["officers.tsv"].decode().split("\n")
    number = next(n for n, row in enumerate(rows) if f"\t{department}\t" in row)
    cells = rows[number].split("\t")
    cells[3] = str(int(cells[3]) + 1)
    rows[number] = "\t".join(cells)
    assert faults(told(files)) == []
    assert faults(told({**files, "officers.tsv": "\n".join(rows).encode()})) != []


# ---- naming a round long known, or one's own beacon ----


@pytest.mark.parametrize("vector", ["commit-drand-time", "commit-drand-chain"])
def test_a_round_long_known_or_a_beacon_of_ones_own_is_refused(told, vector):
    """Attack: naming a round long known, or one's own beacon."""
    [fault] = faults(told(folder(f"bad/{vector}")))
    assert "drand" in fault


# ---- freezing several draws and showing one ----


@pytest.mark.parametrize("end", ["void", "result", None])
def test_a_draw_that_was_open_at_the_same_time_is_named(told, end):
    """Attack: freezing several draws and showing one: before and after it, void or never finished."""
    files = logged(drawn(hat()))
    rows = log_events(files)
    (start, *_), (last, *_) = rows[0], rows[-1]
    beside = [(start, "commit", "2026Q4-2", "5" * 64)]
    ended = [(last, end, "2026Q4-2", "6" * 64)] if end else []
    assert named(told(files), "同(一时间|时)(另有|还有)") == []
    shown = told({**files, "log.tsv": chained([rows[0], *beside, *rows[1:], *ended])})
    assert faults(shown) == []
    [detail] = named(shown, "同(一时间|时)(另有|还有)")
    assert "2026Q4-2" in detail


# ---- declaring officers away until a friend steps in ----


def test_places_for_which_away_left_fewer_than_two_are_named(told):
    """Attack: declaring officers away until a friend steps in."""
    found = named(told(folder("draw2/006")), "(也不能派|不能派的人员)")
    assert any("410481-908622" in detail for detail in found)


@pytest.mark.parametrize(
    "vector", ["substitutes-outcome", "substitutes-away", "substitutes-late", "log-declare-other"]
)
def test_a_friend_who_was_written_in_or_declared_for_after_the_numbers_is_refused(told, vector):
    """Attacks: declaring officers away until a friend steps in; swapping officers or units afterwards."""
    assert len(faults(told(folder(f"bad/{vector}")))) == 1


# ---- dropping a declaration whose outcome does not suit ----


def test_a_declaration_without_its_substitute_is_named_for_ever(told):
    """Attack: dropping a declaration whose outcome does not suit, or never letting it take effect."""
    files = rich_bundle()
    rows = log_events(files)
    assert named(told(files), "有申报还没有(生效|结果)") == []
    number = verify.parse_substitutes(files["substitutes.tsv"].decode()).rows[-1].declaration.serial + 1
    left = (rows[-1][0], "declare", f"2026Q4/{number}", "7" * 64)
    lines = told({**files, "log.tsv": chained([*rows, left])})
    assert faults(lines) == []
    assert len(named(lines, "有申报还没有(生效|结果)")) == 1


@pytest.mark.parametrize(
    "vector", ["log-substitute-dropped", "log-substitutes-missing", "substitutes-serial"]
)
def test_a_declaration_that_was_dropped_from_the_files_is_missed(told, vector):
    """Attack: dropping a declaration whose outcome does not suit, from the published files."""
    assert len(faults(told(folder(f"bad/{vector}")))) == 1


# ---- swapping the firm behind a number ----


def test_a_name_may_be_withdrawn_but_not_changed(told):
    """Attack: swapping the firm behind a number; taken away it is counted, changed it is refused."""
    files = hat()
    rows = verify.parse_names(files["names.tsv"].decode()).rows
    at = next(n for n, row in enumerate(rows) if row.kind == "unit")
    gone = verify.write_names("2026Q4", [*rows[:at], *rows[at + 1 :]]).encode()
    lines = told({**files, "names.tsv": gone})
    assert faults(lines) == [] and len(named(lines, "名称.*撤下|撤下.*名称")) == 1
    other = verify.write_names("2026Q4", [*rows[:at], rows[at]._replace(name="替身厂"), *rows[at + 1 :]])
    assert len(faults(told({**files, "names.tsv": other.encode()}))) == 1


# ---- rewriting the whole log, showing two logs ----


def root_of(log: bytes) -> bytes:
    rows = log.decode().split("\n")[1:-1]
    root = base64.b64encode(verify.merkle_root(rows)).decode()
    return f"wugang.example/log\n{len(rows)}\n{root}\n\n— wugang.example AAAA\n".encode()


KEPT = {"log": lambda log: log, "head": lambda log: log.split(b"\t")[-1], "checkpoint": root_of}


@pytest.mark.parametrize("kept", KEPT.values(), ids=KEPT.keys())
def test_a_log_that_was_written_anew_or_shown_to_others_does_not_extend_the_old_one(told, kept):
    """Attack: rewriting the whole log, showing two logs: whoever remembers one of them finds out, even if it is sound."""
    files = rich_bundle()
    rows = log_events(files)
    plan = ("2026-01-05T09:00:00+08:00", "plan", "2026/1", "8" * 64)
    longer = {**files, "log.tsv": chained([plan, *rows, (rows[-1][0], "plan", "2026/2", "9" * 64)])}
    before = kept(chained([plan, *rows]))
    assert faults(told(longer, before)) == faults(told(longer))
    anew = {**longer, "log.tsv": chained([(*plan[:3], "0" * 64), *rows])}
    assert len(faults(told(anew, before))) == len(faults(told(anew))) + 1


# ---- swapping the verifier ----


@pytest.mark.parametrize("name", verify.PROGRAMS)
def test_a_program_that_is_not_the_committed_one_is_refused(told, name):
    """Attack: swapping the verifier: the other one, and any copy from elsewhere, see it."""
    files = rich_bundle()
    assert len(faults(told({**files, name: files[name] + b"# all is well\n"}))) == 1
