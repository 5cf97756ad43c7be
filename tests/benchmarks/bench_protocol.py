"""Times the largest draw that we promise: a million units, 2,000 officers, 250,000 drawn.

    python tests/benchmarks/bench_protocol.py [UNITS [OFFICERS]]

Prints seconds and peak memory of `verify.py --result` as a process of its own, and the ratio to the floor: as many
bare SHA-256 calls as there are units that may be drawn. Then the same of the whole check, with a name for every row.
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


def name_of(kind: str, ident: str) -> str:
    """A name of the usual length; one in a thousand doubles what a text takes in memory."""
    return (
        f"舞钢市虚构第{ident}号铸造有限公司" + "𠮷" * (ident[-3:] == "000")
        if kind == "unit"
        else "甲" + ident[-4:]
    )


def registry(units: int, officers: int) -> tuple[list[verify.Unit], list[verify.Officer]]:
    """Units with few recusals and nine specialities of uneven size; officers with one to three of them."""
    dice = random.Random(20261008)
    people = [f"4104{number:06d}" for number in range(officers)]
    fields = [f"s{number}" for number in range(9)]
    weights = [2**-number for number in range(9)]
    staff = [
        verify.Officer(
            who,
            "bureau",
            tuple(sorted(dice.sample(fields, dice.randint(1, 3)))),
            dice.randint(0, 3),
            verify.name_digest(SALT, name_of("officer", who)),
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
            verify.name_digest(SALT, name_of("unit", f"410481-{number:07d}")),
        )
        for number in range(units)
    ]
    return pool, staff


def write_bundle(folder: Path, units: int, officers: int) -> int:
    """Writes the six files and the names; gives the number of units that may be drawn."""
    pool, staff = registry(units, officers)
    entries = [
        verify.Entry("permits", unit.unit, unit.unit, "", unit.name)
        for unit in pool[:: max(1, units // 20_000)]
    ]
    strata = verify.strata_of(pool, [("key", "1/4"), ("special", "1/4"), ("general", "1/4")], officers)
    files = {
        verify.POOL: verify.write_pool("bench", pool),
        verify.OFFICERS: verify.write_officers("bench", staff),
        verify.REGISTERS: verify.write_registers("bench", entries),
        verify.SALT: verify.write_salt("bench", SALT),
    }
    commit = verify.Commit(
        bureau="平顶山市生态环境局舞钢分局",
        draw="bench",
        previous=verify.NO_CHAIN,
        salt=verify.digest(files[verify.SALT]),
        pool=verify.digest(files[verify.POOL]),
        pool_rows=units,
        officers=verify.digest(files[verify.OFFICERS]),
        officers_rows=officers,
        registers=verify.digest(files[verify.REGISTERS]),
        registers_rows=len(entries),
        declared_registers=(
            verify.Register("permits", len(entries), 0, "2026-10-01", "全国排污许可证管理信息平台"),
        ),
        program=("", ""),
        strata=strata,
        teams=(verify.Team("bureau", 2, "cross"),),
        substitutes="pl5",
        sources=(verify.Source("dice10", "39", "2026-10-08T15:30:00+08:00"),),
        disclosure="open",
    )
    files[verify.COMMIT] = verify.write_commit(commit)
    files[verify.ENTROPY] = verify.write_entropy(
        commit.digest, [verify.Value("dice10", "39", "0123456789" * 3 + "012345678")]
    )
    for name, text in files.items():
        (folder / name).write_bytes(text.encode())
    return sum(unit.standing in verify.DRAWABLE for unit in pool)


def write_names(folder: Path) -> None:
    """names.tsv of every unit and officer, as it stands before any name is withdrawn."""
    with open(folder / verify.NAMES, "w", encoding="utf-8", newline="") as out:
        out.write("names/2 bench\n")
        for kind, file in (("officer", verify.OFFICERS), ("unit", verify.POOL)):
            with open(folder / file, encoding="utf-8") as rows:
                next(rows)
                for row in rows:
                    ident = row.partition("\t")[0]
                    out.write(f"{kind}\t{ident}\t{SALT}\t{name_of(kind, ident)}\n")


def floor(hashes: int) -> float:
    """Seconds of so many bare tickets."""
    prefix, began = b"0" * 64, time.perf_counter()
    for number in range(hashes):
        hashlib.sha256(prefix + b"410481-%07d" % number).hexdigest()
    return time.perf_counter() - began


def measured(arguments: list[str], out: Path) -> tuple[int, float, float]:
    """Exit status, seconds and peak MB of verify.py as a process of its own."""
    began = time.perf_counter()
    with open(out, "wb") as stream:
        process = subprocess.Popen([sys.executable, verify.__file__, *arguments], stdout=stream)
        _, status, usage = os.wait4(process.pid, 0)
    return status, time.perf_counter() - began, usage.ru_maxrss / 1024


def main(units: int = 1_000_000, officers: int = 2_000) -> None:
    with tempfile.TemporaryDirectory() as name, ProcessPoolExecutor(1) as writer:
        # In a process of its own: Linux counts the memory of the parent as the child's peak.
        folder, result = Path(name), Path(name) / verify.RESULT
        hashes = writer.submit(write_bundle, folder, units, officers).result()
        status, seconds, memory = measured(["--result", name], result)
        drawn = result.read_bytes().count(b"\n") - 1
        bare = floor(hashes)
        print(f"{units} units, {officers} officers, {drawn} drawn, status {status}")
        print(
            f"--result: {seconds:.1f} s, {memory:.0f} MB, {seconds / bare:.1f} times the floor of {bare:.2f} s"
        )
        write_names(folder)
        status, seconds, memory = measured([name], folder / "report")
        print(f"whole check, with names: {seconds:.1f} s, {memory:.0f} MB, status {status}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
