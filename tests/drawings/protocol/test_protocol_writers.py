"""What the writers of the protocol write, the parsers read back; nothing else is written."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from laws import times
from protocol_cases import DICE, SALT, SEALS, bundle, drawn, registry

from drawings.protocol import verify
from drawings.protocol.verify import Invalid, Officer, Row, Source, Unit

HEX = "0123456789abcdef" * 4
COMMIT = drawn(bundle(*registry(5, 30, 6), sources=SEALS))["commit.txt"].decode()


@settings(max_examples=times(40), deadline=None)
@given(seed=st.integers(0, 2**32), size=st.integers(0, 30))
def test_what_is_written_is_read_back_the_same(seed, size):
    units, officers = registry(seed, size, 6)
    files = {name: data.decode() for name, data in drawn(bundle(units, officers)).items()}
    pool, roster = verify.parse_pool(files["pool.tsv"]), verify.parse_officers(files["officers.tsv"])
    assert pool.units == sorted(units) and roster.officers == sorted(officers)
    assert verify.write_pool(*pool) == files["pool.tsv"]
    assert verify.write_officers(*roster) == files["officers.tsv"]
    commit = verify.parse_commit(files["commit.txt"])
    assert verify.write_commit(commit) == files["commit.txt"]
    assert commit.digest == verify.digest(files["commit.txt"])
    values = verify.parse_entropy(files["entropy.txt"], commit)
    assert verify.write_entropy(commit.digest, values) == files["entropy.txt"]
    assert verify.write_result(*verify.parse_result(files["result.tsv"])) == files["result.tsv"]


UNIT = Unit("u1", "key", "s0", "in", ("a2", "a1"), "一厂")
OFFICER = Officer("a1", ("s1", "s0"), 0, "甲")


def test_writers_put_lists_in_order():
    assert "\ta1,a2\t" in verify.write_pool("2026Q4", SALT, [UNIT])
    assert "\ts0,s1\t" in verify.write_officers("2026Q4", SALT, [OFFICER])


@pytest.mark.parametrize(
    "write",
    [
        lambda: verify.write_pool("2026 Q4", SALT, [UNIT]),
        lambda: verify.write_pool("2026Q4", SALT.upper(), [UNIT]),
        lambda: verify.write_pool("2026Q4", SALT, [UNIT, UNIT]),
        lambda: verify.write_pool("2026Q4", SALT, [UNIT._replace(name="一厂\nu2\tkey\ts0\tin\t-\t二厂")]),
        lambda: verify.write_pool("2026Q4", SALT, [UNIT._replace(recused=("a1,a2",))]),
        lambda: verify.write_pool("2026Q4", SALT, [UNIT._replace(recused=("-",))]),
        lambda: verify.write_pool("2026Q4", SALT, [UNIT._replace(standing="maybe")]),
        lambda: verify.write_pool("2026Q4", SALT, [UNIT._replace(name="\ud800")]),
        lambda: verify.write_officers("2026Q4", SALT, [OFFICER._replace(load=-1)]),
        lambda: verify.write_officers("2026Q4", SALT, [OFFICER._replace(load="0")]),
        lambda: verify.write_officers("2026Q4", SALT, [OFFICER, OFFICER]),
        lambda: verify.write_commit(verify.parse_commit(COMMIT)._replace(bureau="局\ndraw x")),
        lambda: verify.write_commit(verify.parse_commit(COMMIT)._replace(strata=())),
        lambda: verify.write_commit(verify.parse_commit(COMMIT)._replace(sources=DICE[:0])),
        lambda: verify.write_commit(
            verify.parse_commit(COMMIT)._replace(sources=(Source("fc3d", "1", DICE[0].time),))
        ),
        lambda: verify.write_entropy("x", []),
        lambda: verify.write_entropy(HEX, [("dice10", "3", "12")]),
        lambda: verify.write_result("2026Q4", SALT, [Row("key", 2, "u1", HEX, "a1", "a2", "-")]),
        lambda: verify.write_result("2026Q4", SALT, [Row("key", 1, "u1", HEX, "a1", "a1", "-")]),
    ],
)
def test_writers_refuse_what_the_parsers_would_refuse_or_read_otherwise(write):
    with pytest.raises(Invalid):
        write()
