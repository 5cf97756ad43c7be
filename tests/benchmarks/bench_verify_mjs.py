"""Times the citizen's verification: a bundle of 100,000 units in Chromium, through the page itself, and in node.

    python tests/benchmarks/bench_verify_mjs.py [UNITS [OFFICERS]]

Prints seconds from the click to the verdict and the longest gap between two frames of the page meanwhile; then node's
seconds and peak memory on the same bundle, and on a million units.
"""

import os
import subprocess
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "benchmarks")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wugang_audit.settings")

import django  # noqa: E402
from bench_protocol import write_bundle  # noqa: E402
from django.template.loader import render_to_string  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402

from drawings.disclosure.bundle import pack  # noqa: E402
from drawings.protocol import verify  # noqa: E402
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


def bundle_of(folder: Path, units: int, officers: int) -> dict[str, bytes]:
    """Writes a whole bundle into the folder; gives its files."""
    write_bundle(folder, units, officers)
    texts = [
        (folder / name).read_text(encoding="utf-8")
        for name in ("commit.txt", "pool.tsv", "officers.tsv", "entropy.txt")
    ]
    (folder / "result.tsv").write_bytes(verify.draw(*texts).encode())
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def page_of(bundle_url: str | None) -> bytes:
    """The section as the site renders it, in a page of its own."""
    section = render_to_string(
        "disclosure/_verify.html", {"bundle_url": bundle_url, "draw": {"code": "bench"}}
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
        page.get_by_role("button", name="验证本次抽查").click()
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
