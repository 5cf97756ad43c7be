"""Times the largest draw that we promise: a million units, 2,000 officers, 250,000 drawn.

    python tests/benchmarks/bench_protocol.py [UNITS [OFFICERS]]

Prints seconds and peak memory of `verify.py --result` as a process of its own, and the ratio to the floor: as many
bare SHA-256 calls as there are units that may be drawn.
"""

import hashlib
import os
import random
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from drawings.protocol import verify  # noqa: E402

SALT = "5a" * 16
STANDINGS = ["in"] * 15 + ["again"] * 3 + ["capped", "stopped"]


def registry(units: int, officers: int) -> tuple[list[verify.Unit], list[verify.Officer]]:
    """Units with few recusals and nine specialities of uneven size; officers with one to three of them."""
    dice = random.Random(20261008)
    people = [f"4104{number:06d}" for number in range(officers)]
    fields = [f"s{number}" for number in range(9)]
    weights = [2**-number for number in range(9)]
    staff = [
        verify.Officer(
            who, tuple(sorted(dice.sample(fields, dice.randint(1, 3)))), dice.randint(0, 3), "甲" + who[-4:]
        )
        for who in people
    ]
    pool = [
        verify.Unit(
            f"410481-{number:07d}",
            dice.choices(("key", "special", "general"), (5, 5, 90))[0],
            dice.choices(fields, weights)[0],
            dice.choice(STANDINGS),
            (dice.choice(people),) if dice.random() < 0.02 else (),
            f"舞钢市虚构第{number}号铸造有限公司"
            + "𠮷" * (number % 1000 == 0),  # doubles what the text takes
        )
        for number in range(units)
    ]
    return pool, staff


def write_bundle(folder: Path, units: int, officers: int) -> int:
    """Writes the four files; gives the number of units that may be drawn."""
    pool, staff = registry(units, officers)
    strata = verify.strata_of(pool, [("key", "1/4"), ("special", "1/4"), ("general", "1/4")], officers)
    files = {verify.POOL: verify.write_pool("bench", SALT, pool)}
    files[verify.OFFICERS] = verify.write_officers("bench", SALT, staff)
    commit = verify.Commit(
        bureau="平顶山市生态环境局舞钢分局",
        draw="bench",
        previous=verify.NO_CHAIN,
        pool=verify.digest(files[verify.POOL]),
        pool_rows=units,
        officers=verify.digest(files[verify.OFFICERS]),
        officers_rows=officers,
        program=("-", "-"),
        strata=strata,
        team="cross",
        sources=(verify.Source("dice10", "39", "2026-10-08T15:30:00+08:00"),),
        disclosure="open",
    )
    files[verify.COMMIT] = verify.write_commit(commit)
    files[verify.ENTROPY] = verify.write_entropy(
        commit.digest, [("dice10", "39", "0123456789" * 3 + "012345678")]
    )
    for name, text in files.items():
        (folder / name).write_bytes(text.encode())
    return sum(unit.standing in verify.DRAWABLE for unit in pool)


def floor(hashes: int) -> float:
    """Seconds of so many bare tickets."""
    prefix, began = b"0" * 64, time.perf_counter()
    for number in range(hashes):
        hashlib.sha256(prefix + b"410481-%07d" % number).hexdigest()
    return time.perf_counter() - began


def main(units: int = 1_000_000, officers: int = 2_000) -> None:
    with tempfile.TemporaryDirectory() as name, ProcessPoolExecutor(1) as writer:
        # In a process of its own: Linux counts the memory of the parent as the child's peak.
        hashes = writer.submit(write_bundle, Path(name), units, officers).result()
        began = time.perf_counter()
        with open(Path(name) / "out.tsv", "wb") as out:
            process = subprocess.Popen([sys.executable, verify.__file__, "--result", name], stdout=out)
            _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        drawn = (Path(name) / "out.tsv").read_bytes().count(b"\n") - 1
    bare = floor(hashes)
    print(f"{units} units, {officers} officers, {drawn} drawn, status {status}")
    print(
        f"{seconds:.1f} s, {usage.ru_maxrss / 1024:.0f} MB, {seconds / bare:.1f} times the floor of {bare:.2f} s"
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
