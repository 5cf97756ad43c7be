"""Times the citizen's verification: a bundle of 100,000 units in Chromium, through the page itself, and in node.

    python tests/benchmarks/bench_verify_mjs.py [UNITS [OFFICERS]]

The bundle is whole: names of all units and officers, a register, a log, and ten substitutes on fresh numbers. Prints seconds
from the click to the verdict and the longest gap between two frames of the page meanwhile; then node's seconds and peak
memory on the same bundle, and on a million units.
"""

import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "drawings" / "protocol")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wugang_audit.settings")

import django  # noqa: E402
from django.template.loader import render_to_string  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402
from sealed_files import NO_CHAIN, chained, sha256  # noqa: E402

from drawings.disclosure.bundle import pack  # noqa: E402
from wugang_audit.access.headers import CONTENT_SECURITY_POLICY  # noqa: E402

PROGRAM = ROOT / "drawings" / "protocol" / "verify.mjs"
STATIC = [ROOT / app / "static" for app in ("wugang_audit", "drawings")]
TYPES = {".mjs": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}

# The longest time for which the page showed no new frame.
WATCH = """() => {
  window.longest = 0;
  let last = performance.now();
  const frame = (now) => { window.longest = Math.max(window.longest, now - last); last = now; requestAnimationFrame(frame); };
  requestAnimationFrame((now) => { last = now; frame(now); });
}"""


DRAWN_AT = "2026-10-08T21:15:00+08:00"
STANDINGS = ["in"] * 15 + ["again"] * 3 + ["capped", "stopped"]


def computed(folder: Path, what: str) -> str:
    """What node computes from the folder: `--result` or `--substitutes`."""
    done = subprocess.run(["node", PROGRAM, what, folder], capture_output=True, check=True)
    return done.stdout.decode()


def hat(units: int, officers: int) -> dict[str, str]:
    """pool.tsv, officers.tsv, registers.tsv and names.tsv: few recusals, nine specialities of uneven size."""
    dice = random.Random(20261008)
    fields, names = [f"s{number}" for number in range(9)], []

    def named(kind: str, ident: str, name: str) -> str:
        nonce = f"{dice.getrandbits(128):032x}"
        names.append(f"{kind}\t{ident}\t{nonce}\t{name}")
        return sha256(f"{nonce} {name}")

    people, ids = (
        [f"4104{number:06d}" for number in range(officers)],
        [f"410481-{n:07d}" for n in range(units)],
    )
    strata = dice.choices(("key", "special", "general"), (5, 5, 90), k=units)
    callings = dice.choices(fields, [2**-number for number in range(9)], k=units)
    entries = [
        f"permits\t91{n:07d}\t{ids[n]}\t-\t{named('entry', f'permits/91{n:07d}', f'舞钢市虚构第{n}号铸造有限公司')}"
        for n in range(0, units, 10)
    ]
    staff = [
        "\t".join([who, "bureau", ",".join(sorted(dice.sample(fields, dice.randint(1, 3)))), str(dice.randint(0, 3)), named("officer", who, f"甲{who[-4:]}")])
        for who in people
    ]  # fmt: skip
    pool = [
        "\t".join([ids[n], strata[n], callings[n], dice.choice(STANDINGS), dice.choice(people) if dice.random() < 0.02 else "-", named("unit", ids[n], f"舞钢市虚构第{n}号铸造有限公司")])
        for n in range(units)
    ]  # fmt: skip
    tables = {"pool": pool, "officers": staff, "registers": entries, "names": names}
    return {f"{kind}.tsv": "\n".join([f"{kind}/2 bench", *rows, ""]) for kind, rows in tables.items()}


def commit_of(files: dict[str, str]) -> str:
    """A commit to these files: a quarter of each stratum, dice and a lottery."""
    rows = [line.split("\t") for line in files["pool.tsv"].split("\n")[1:-1]]
    lines = [
        "draw-commit/2",
        "bureau 平顶山市生态环境局舞钢分局",
        "draw bench",
        f"previous {NO_CHAIN}",
        f"salt {sha256(files['salt.txt'])}",
    ]
    for kind in ("pool", "officers", "registers"):
        text = files[f"{kind}.tsv"]
        lines.append(f"{kind} {sha256(text)} {text.count(chr(10)) - 1}")
    lines.append(f"register permits {files['registers.tsv'].count(chr(10)) - 1} 0 2026-10-01 虚构外部名册")
    lines.append("program - -")
    for stratum in ("key", "special", "general"):
        counted = sum(row[1] == stratum and row[3] in ("in", "again", "capped") for row in rows)
        lines.append(f"stratum {stratum} 1/4 {counted} {-(-counted // 4)}")
    lines += ["team bureau 2 cross", "substitutes fresh pl5", "entropy dice10 39 2026-10-08T15:30:00+08:00"]
    return "\n".join([*lines, f"entropy ssq 2026112 {DRAWN_AT}", "disclosure open", ""])


def declarations(result: str) -> str:
    """Ten declarations, an officer and a unit in turn, on five issues; their outcomes are left open."""
    drawn, lines = [line.split("\t") for line in result.split("\n")[1:-1]], ["substitutes/2 bench"]
    for serial in range(1, 11):
        unit, lead, day = drawn[-serial][2], drawn[-serial][4].split(",")[0], 9 + (serial - 1) // 2
        kind, subject, units = ("unit", unit, "-") if serial % 2 else ("officer", lead, unit)
        source = f"pl5 26{day:03d} 2026-10-{day:02d}T21:00:00+08:00"
        value = " ".join(f"{day:05d}")
        lines.append(
            "\t".join(
                [
                    str(serial),
                    f"2026-10-{day:02d}T09:00:00+08:00",
                    kind,
                    subject,
                    "ill",
                    units,
                    "-",
                    source,
                    value,
                    "-",
                ]
            )
        )
    return "\n".join([*lines, ""])


def log_of(files: dict[str, str]) -> bytes:
    """The log of the draw and of nothing else."""
    salt, values = files["salt.txt"], files["entropy.txt"].split("\n")
    rows = [("2026-10-08T09:00:00+08:00", "commit", "bench", sha256(files["commit.txt"]))]
    rows.append(("2026-10-08T15:40:00+08:00", "entropy", "bench/dice10", sha256(values[2])))
    rows.append((DRAWN_AT, "entropy", "bench/ssq", sha256(values[3])))
    rows.append((DRAWN_AT, "result", "bench", sha256(files["result.tsv"])))
    for serial, line in enumerate(files["substitutes.tsv"].split("\n")[1:-1], 1):
        fields = line.split("\t")
        rows.append((fields[1], "declare", f"bench/{serial}", sha256(salt + "\t".join(fields[:8]))))
        rows.append((fields[7].split(" ")[2], "substitute", f"bench/{serial}", sha256(salt + line)))
    return chained(sorted(rows, key=lambda row: row[0]))


def bundle_of(folder: Path, units: int, officers: int) -> dict[str, bytes]:
    """Writes a whole bundle into the folder; gives its files."""
    files = {**hat(units, officers), "salt.txt": f"salt/2 bench {'5a' * 16}\n"}
    files["commit.txt"] = commit_of(files)
    dice = "0123456789" * 3 + "012345678"
    files["entropy.txt"] = (
        f"draw-entropy/2\ncommit {sha256(files['commit.txt'])}\ndice10 39 {dice}\nssq 2026112 01 05 12 23 28 31 07\n"
    )
    for name, text in files.items():
        (folder / name).write_bytes(text.encode())
    for name, make in (
        ("result.tsv", lambda: computed(folder, "--result")),
        ("substitutes.tsv", lambda: declarations(files["result.tsv"])),
    ):
        files[name] = make()
        (folder / name).write_bytes(files[name].encode())
    files["substitutes.tsv"] = computed(folder, "--substitutes")
    (folder / "substitutes.tsv").write_bytes(files["substitutes.tsv"].encode())
    (folder / "log.tsv").write_bytes(log_of(files))
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def page_of(bundle_url: str | None) -> bytes:
    """The section as the site renders it, in a page of its own."""
    section = render_to_string(
        "disclosure/_verify.html", {"bundle_url": bundle_url, "draw": {"code": "2026Q4"}}
    )
    head = '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
    style = '<link rel="stylesheet" href="/static/wugang_audit/site.css">'
    return (
        f'<!doctype html><html lang="zh-CN">{head}{style}<main class="wrap">{section}</main></html>'.encode()
    )


def serve(pages: dict[str, bytes]) -> ThreadingHTTPServer:
    """A server on 127.0.0.1 with the given pages, the static files, and the verifier at its two addresses."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            path = self.path.partition("?")[0]
            file = next(
                (file for folder in STATIC if (file := folder / path.removeprefix("/static/")).is_file()),
                None,
            )
            if path in pages:
                body, kind = (
                    pages[path],
                    "application/zip" if path.endswith(".zip") else "text/html; charset=utf-8",
                )
            elif path.endswith("/verify.mjs"):
                body, kind = PROGRAM.read_bytes(), TYPES[".mjs"]
            elif path.startswith("/static/") and file:
                body, kind = file.read_bytes(), TYPES.get(file.suffix, "application/octet-stream")
            else:
                self.send_error(404)
                return
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Content-Security-Policy", CONTENT_SECURITY_POLICY)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def in_chromium(base: str) -> tuple[float, float, str]:
    """(seconds from the click to the verdict, longest gap between frames in milliseconds, verdict)"""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(f"{base}/")
        page.evaluate(WATCH)
        page.wait_for_timeout(300)
        page.evaluate("window.longest = 0")
        began = time.perf_counter()
        page.get_by_role("button", name="验证本次抽签").click()
        verdict = page.locator("[data-verify-verdict] h3")
        verdict.wait_for(timeout=300_000)
        seconds = time.perf_counter() - began
        found = seconds, page.evaluate("window.longest"), verdict.inner_text()
        browser.close()
    return found


def in_node(path: Path) -> tuple[float, float, int]:
    """(seconds, peak megabytes, exit status)"""
    began = time.perf_counter()
    process = subprocess.Popen(["node", PROGRAM, path], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    return time.perf_counter() - began, usage.ru_maxrss / 1024, os.waitstatus_to_exitcode(status)


def main(units: int = 100_000, officers: int = 200) -> None:
    django.setup()
    with tempfile.TemporaryDirectory() as name:
        small, large = Path(name) / "small", Path(name) / "large"
        small.mkdir()
        large.mkdir()
        files = bundle_of(small, units, officers)
        packed = pack([(file, data.decode()) for file, data in files.items()])
        server = serve({"/": page_of("/bundle.zip"), "/bundle.zip": packed})
        seconds, gap, verdict = in_chromium(f"http://127.0.0.1:{server.server_port}")
        server.shutdown()
        print(
            f"Chromium, {units} units, {len(packed) / 1e6:.1f} MB zip: {seconds:.1f} s, longest gap {gap:.0f} ms, {verdict}"
        )
        print("node, {} units: {:.1f} s, {:.0f} MB, status {}".format(units, *in_node(small)))
        # In a process of its own: Linux counts the memory of the parent as the child's peak.
        subprocess.run([sys.executable, __file__, "write", large], check=True)
        print("node, 1000000 units: {:.1f} s, {:.0f} MB, status {}".format(*in_node(large)))


if __name__ == "__main__":
    if sys.argv[1:2] == ["write"]:
        bundle_of(Path(sys.argv[2]), 1_000_000, 2_000)
    else:
        main(*map(int, sys.argv[1:3]))
