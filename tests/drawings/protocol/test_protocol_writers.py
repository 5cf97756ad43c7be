"""What the writers of the protocol write, the parsers read back; nothing else is written."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from laws import times
from protocol_cases import DICE, SALT, SEALS, bundle, drawn, entries_of, registry, rich_bundle

from drawings.protocol import verify
from drawings.protocol.verify import Declaration, Entry, Invalid, Name, Officer, Row, Source, Substitute, Unit

HEX = "0123456789abcdef" * 4
COMMIT = verify.parse_commit(drawn(bundle(*registry(5, 30, 6), sources=SEALS))["commit.txt"].decode())


@settings(max_examples=times(40), deadline=None)
@given(seed=st.integers(0, 2**32), size=st.integers(0, 30))
def test_what_is_written_is_read_back_the_same(seed, size):
    units, officers = registry(seed, size, 6, ("bureau", "fire"))
    entries = entries_of(units, seed)
    files = {
        name: data.decode()
        for name, data in rich_bundle(seed, size, 6, entries=entries, substitutes="ssq").items()
    }
    pool, roster = verify.parse_pool(files["pool.tsv"]), verify.parse_officers(files["officers.tsv"])
    registers, names = verify.parse_registers(files["registers.tsv"]), verify.parse_names(files["names.tsv"])
    assert pool.units == sorted(units) and roster.officers == sorted(officers)
    assert registers.entries == sorted(entries)
    assert verify.write_pool(*pool) == files["pool.tsv"]
    assert verify.write_officers(*roster) == files["officers.tsv"]
    assert verify.write_registers(*registers) == files["registers.tsv"]
    assert verify.write_names(*names) == files["names.tsv"]
    assert verify.write_salt(*verify.parse_salt(files["salt.txt"])) == files["salt.txt"]
    commit = verify.parse_commit(files["commit.txt"])
    assert verify.write_commit(commit) == files["commit.txt"]
    assert commit.digest == verify.digest(files["commit.txt"])
    values = verify.parse_entropy(files["entropy.txt"], commit)
    assert verify.write_entropy(commit.digest, values) == files["entropy.txt"]
    assert verify.write_result(*verify.parse_result(files["result.tsv"])) == files["result.tsv"]
    assert verify.write_log(verify.parse_log(files["log.tsv"])) == files["log.tsv"]
    if "substitutes.tsv" in files:
        substitutes = verify.parse_substitutes(files["substitutes.tsv"])
        assert verify.write_substitutes(*substitutes) == files["substitutes.tsv"]


UNIT = Unit("u1", "key", "s0", "in", ("a2", "a1"), HEX)
OFFICER = Officer("a1", "bureau", ("s1", "s0"), 0, HEX)
ENTRY = Entry("city", "k1", "u1", "", HEX)
NAME = Name("unit", "u1", SALT, "一厂")
ROW = Row("key", 1, "u1", HEX, ("a1", "a2"), "")
DECLARATION = Declaration(
    1, "2026-10-08T22:00:00+08:00", "officer", "a1", "ill", ("u2", "u1"), ("a3", "a2"), None
)
SUBSTITUTE = Substitute(DECLARATION, "", "u1:a4 u2:a4")
ISSUE = Source("fc3d", "2026261", "2026-10-09T21:15:00+08:00")


def test_writers_put_lists_in_order():
    assert "\ta1,a2\t" in verify.write_pool("2026Q4", [UNIT])
    assert "\ts0,s1\t" in verify.write_officers("2026Q4", [OFFICER])
    assert "\tu1,u2\ta2,a3\t" in verify.write_substitutes("2026Q4", [SUBSTITUTE])
    other = ENTRY._replace(key="k0")
    assert verify.write_registers("d", [ENTRY, other]) == verify.write_registers("d", [other, ENTRY])
    first = NAME._replace(kind="officer")
    assert verify.write_names("d", [NAME, first]) == verify.write_names("d", [first, NAME])


def test_empty_fields_are_written_as_a_dash():
    assert verify.write_registers("d", [ENTRY]).endswith(f"city\tk1\tu1\t-\t{HEX}\n")
    assert verify.write_registers("d", []) == "registers/2 d\n"
    assert verify.write_result("d", [ROW]).endswith("\ta1,a2\t-\n")
    assert "\t-\t-\tu1:a4" in verify.write_substitutes("d", [SUBSTITUTE])
    assert "program - -\n" in verify.write_commit(COMMIT)
    assert "substitutes seed\n" in verify.write_commit(COMMIT)


@pytest.mark.parametrize(
    "write",
    [
        lambda: verify.write_pool("2026 Q4", [UNIT]),
        lambda: verify.write_pool("2026Q4", [UNIT, UNIT]),
        lambda: verify.write_pool("2026Q4", [UNIT._replace(name=f"{HEX}\nu2\tkey\ts0\tin\t-\t{HEX}")]),
        lambda: verify.write_pool("2026Q4", [UNIT._replace(recused=("a1,a2",))]),
        lambda: verify.write_pool("2026Q4", [UNIT._replace(recused=("-",))]),
        lambda: verify.write_pool("2026Q4", [UNIT._replace(standing="maybe")]),
        lambda: verify.write_pool("2026Q4", [UNIT._replace(name="一厂")]),
        lambda: verify.write_officers("2026Q4", [OFFICER._replace(load=-1)]),
        lambda: verify.write_officers("2026Q4", [OFFICER._replace(load="0")]),
        lambda: verify.write_officers("2026Q4", [OFFICER._replace(department="")]),
        lambda: verify.write_officers("2026Q4", [OFFICER, OFFICER]),
        lambda: verify.write_registers("2026Q4", [ENTRY._replace(reason="closed")]),
        lambda: verify.write_registers("2026Q4", [ENTRY._replace(unit="")]),
        lambda: verify.write_registers("2026Q4", [ENTRY._replace(unit="-", reason="closed")]),
        lambda: verify.write_registers("2026Q4", [ENTRY, ENTRY]),
        lambda: verify.write_names("2026Q4", [NAME._replace(name="一\u3000厂")]),
        lambda: verify.write_names("2026Q4", [NAME._replace(name="\ud800")]),
        lambda: verify.write_names("2026Q4", [NAME._replace(nonce="")]),
        lambda: verify.write_names("2026Q4", [NAME, NAME]),
        lambda: verify.write_salt("2026Q4", SALT.upper()),
        lambda: verify.write_salt("2026Q4", SALT + "\n"),
        lambda: verify.write_commit(COMMIT._replace(bureau="局\ndraw x")),
        lambda: verify.write_commit(COMMIT._replace(strata=())),
        lambda: verify.write_commit(COMMIT._replace(teams=())),
        lambda: verify.write_commit(COMMIT._replace(substitutes="dice10")),
        lambda: verify.write_commit(COMMIT._replace(program=("-", ""))),
        lambda: verify.write_commit(COMMIT._replace(sources=DICE[:0])),
        lambda: verify.write_commit(COMMIT._replace(sources=(Source("fc3d", "2026261", DICE[0].time),))),
        lambda: verify.write_entropy("x", []),
        lambda: verify.write_entropy(HEX, [("dice10", "3", "12")]),
        lambda: verify.write_result("2026Q4", [ROW._replace(rank=2)]),
        lambda: verify.write_result("2026Q4", [ROW._replace(team=("a1", "a1"))]),
        lambda: verify.write_result("2026Q4", [ROW._replace(note="-")]),
        lambda: verify.write_substitutes("2026Q4", []),
        lambda: verify.write_substitutes("2026Q4", [SUBSTITUTE._replace(value="1 2 3")]),
        lambda: verify.write_substitutes("2026Q4", [SUBSTITUTE, SUBSTITUTE]),
        lambda: verify.write_substitutes("2026Q4", [SUBSTITUTE._replace(outcome="u1:a4\tx")]),
        lambda: verify.write_substitutes("2026Q4", [SUBSTITUTE._replace(declaration=DECLARATION._replace(source=ISSUE))]),
        lambda: verify.write_substitutes("2026Q4", [SUBSTITUTE._replace(declaration=DECLARATION._replace(serial="1"))]),
    ],
)  # fmt: skip
def test_writers_refuse_what_the_parsers_would_refuse_or_read_otherwise(write):
    with pytest.raises(Invalid):
        write()
