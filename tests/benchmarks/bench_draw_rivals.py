"""Measures the draw against what others draw audit samples with, in one run: a table of seconds, memory, ratios.

    .venv/bin/pip install -e '.[bench]'
    .venv/bin/python tests/benchmarks/bench_draw_rivals.py [UNITS [OFFICERS]]

Every contender is a process of its own, start, imports and reading of its input included; the peak is what the system
counted for that process. The ratios are of processor seconds, which other work on the machine disturbs less. Only
verify.py reads and checks files, applies strata, quotas and standings, and makes teams:

    verify.py          the whole program, `--result` on the six files
    its ranking        reads the ids, gives each a ticket and sorts: what the rivals do too
    consistent_sampler, cryptorandom, random.sample
                       read the same ids and pick a quarter of them without replacement, from a seed
    floor              reads the ids and computes one SHA-256 of each

consistent_sampler gives every id a ticket of its own, as draw/1 does; cryptorandom and random.sample number the ids and
pick numbers from one stream, so that nobody can check one id alone. Of cryptorandom's methods the one measured here was
the fastest of all that take samples of this size.
"""

import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import NamedTuple

from bench_protocol import ROOT, write_bundle

SEED = "20261008"
READ = "import sys; ids = open(sys.argv[1]).read().split(); take = len(ids) // 4\n"
RANKING = """
sys.path.insert(0, {root!r}); import gc; gc.disable()
from drawings.protocol import verify
units = [verify.Unit(unit, "key", "s", "in", (), "") for unit in ids]
picked = [unit for unit, _ in verify.ranking(units, "key", verify.digest({seed!r}), take)]
"""
CONSISTENT = """
from consistent_sampler import sampler
picked = list(sampler(ids, {seed!r}, take=take, output="id"))
"""
CRYPTORANDOM = """
from cryptorandom.cryptorandom import SHA256
from cryptorandom.sample import random_sample
picked = list(random_sample(ids, take, method="Fisher-Yates", prng=SHA256({seed!r})))
"""
SAMPLE = "import random; picked = random.Random({seed!r}).sample(ids, take)\n"
FLOOR = """
import hashlib
prefix = b"0" * 64
for unit in ids: hashlib.sha256(prefix + unit.encode()).hexdigest()
picked = ids[:take]
"""
CHECK = "assert len(set(picked)) == take and set(picked) <= set(ids)\n"
PARTS = {  # what is printed: the program that reads the ids from argv[1]
    "its ranking": RANKING,
    "consistent_sampler": CONSISTENT,
    "cryptorandom": CRYPTORANDOM,
    "random.sample": SAMPLE,
    "floor: SHA-256 calls": FLOOR,
}
LIMIT_SECONDS, LIMIT_MB = 10, 800  # of verify.py on a million units with 2,000 officers


class Run(NamedTuple):
    """A process of its own: exit status, seconds on the wall and of the processor, peak MB."""

    status: int
    seconds: float
    busy: float
    peak: float


def measured(command: list[str], out: Path) -> Run:
    one_thread = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    with out.open("wb") as stdout:
        began = time.perf_counter()
        process = subprocess.Popen(command, stdout=stdout, env=one_thread)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
    busy = usage.ru_utime + usage.ru_stime
    return Run(os.waitstatus_to_exitcode(status), seconds, busy, usage.ru_maxrss / 1024)


def installed(name: str) -> bool:
    return subprocess.run([sys.executable, "-c", f"import {name}"], stderr=subprocess.DEVNULL).returncode == 0


def main(units: int = 1_000_000, officers: int = 2_000) -> int:
    rows, missing = {}, []
    with tempfile.TemporaryDirectory() as name, ProcessPoolExecutor(1) as writer:
        folder = Path(name)
        # In a process of its own: Linux counts the memory of the parent as the child's peak.
        able = writer.submit(write_bundle, folder, units, officers).result()
        writer.submit(write_ids, folder).result()
        program = str(ROOT / "drawings" / "protocol" / "verify.py")
        out = folder / "out"
        rows["verify.py --result"] = measured([sys.executable, program, "--result", name], out)
        drawn = out.read_bytes().count(b"\n") - 1
        for part, code in PARTS.items():
            if part in ("consistent_sampler", "cryptorandom") and not installed(part):
                missing.append(part)
                continue
            whole = READ + code.format(root=str(ROOT), seed=SEED) + CHECK * (part != "floor: SHA-256 calls")
            rows[part] = measured([sys.executable, "-c", whole, str(folder / "ids")], out)
    report(rows, f"{units} units, {able} of them may be drawn, {drawn} drawn; {officers} officers")
    for part in missing:
        print(f"{part} is not installed here, so it is not compared: pip install -e '.[bench]'")
    whole = rows["verify.py --result"]
    kept = units != 1_000_000 or (whole.busy <= LIMIT_SECONDS and whole.peak <= LIMIT_MB)
    if units == 1_000_000:
        print(
            f"limits of verify.py: {LIMIT_SECONDS} s of one core, {LIMIT_MB} MB: {'kept' if kept else 'NOT KEPT'}"
        )
    return 0 if kept and all(run.status == 0 for run in rows.values()) else 1


def write_ids(folder: Path) -> None:
    """The ids that may be drawn, one a line: what the contenders that only pick read."""
    lines = (folder / "pool.tsv").read_text(encoding="utf-8").split("\n")[1:-1]
    rows = (line.split("\t") for line in lines)
    ids = [row[0] for row in rows if row[3] in ("in", "again")]
    (folder / "ids").write_text("\n".join(ids) + "\n", encoding="utf-8")


def report(rows: dict[str, Run], head: str) -> None:
    floor, ranking = rows["floor: SHA-256 calls"], rows["its ranking"]
    print(head)
    print(f"{'':22}{'seconds':>9}{'CPU s':>9}{'peak MB':>9}{'x floor':>9}{'x its ranking':>15}")
    for part, run in rows.items():
        ratios = f"{run.busy / floor.busy:9.1f}{run.busy / ranking.busy:15.2f}"
        failed = f"  FAILED, status {run.status}" * (run.status != 0)
        print(f"{part:22}{run.seconds:9.2f}{run.busy:9.2f}{run.peak:9.0f}{ratios}{failed}")


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:3])))
