"""Reads the home page, and logs a colleague in, while eight threads try wrong passwords, on a real gunicorn.

    python tests/benchmarks/bench_login_attack.py [SECONDS] [FOLDER OF ANOTHER VERSION ...]

Prints for each version and kind of attack the median and the 99th percentile of the home page in milliseconds, how long a
colleague with the right password took to get in, and how the tries were answered (302 is let in). Each version has a fresh
SQLite site of its own and the number of workers of its gunicorn.conf.py. Name the folder of an older version to compare.
"""

import collections
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parents[2]
THREADS, PASSWORD, OFFICE = 8, "teapot violin ladder", "203.0.113.9"
SETUP = f"""
from wugang_audit.accounts.models import User
for name in ("victim", "colleague"):
    User.objects.create_user(name, {PASSWORD!r}, full_name=name, roles=["organiser"])
"""
# What the n-th try of a thread names: (account, address).
ATTACKS = {
    "nobody": None,
    "one account, one address": lambda thread, n: ("victim", "198.51.100.7"),
    "many accounts, one address": lambda thread, n: (f"name{thread}-{n}", "198.51.100.8"),
    "many addresses": lambda thread, n: ("victim", f"10.{thread}.{n // 250}.{n % 250 + 1}"),
}


class Site:
    """A version of the site on a port of its own."""

    def __init__(self, tree: Path, folder: str):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        settings = {
            "DATA_DIR": folder, "DATABASE_URL": f"sqlite:///{folder}/bench.sqlite3", "LOG_LEVEL": "ERROR",
            "BIND": f"127.0.0.1:{self.port}", "PYTHONPATH": str(tree), "TRUSTED_PROXIES": "127.0.0.1",
        }  # fmt: skip
        environment = os.environ | settings
        for command in (["migrate", "--verbosity", "0"], ["shell", "-v", "0", "-c", SETUP]):
            subprocess.run([sys.executable, "manage.py", *command], cwd=tree, env=environment, check=True)
        server = ["-m", "gunicorn", "-c", "wugang_audit/gunicorn.conf.py", "wugang_audit.wsgi"]
        self.process = subprocess.Popen(
            [sys.executable, *server], cwd=tree, env=environment,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        for _ in range(200):
            try:
                self.ask("GET", "/")
                break
            except OSError:
                time.sleep(0.1)

    def ask(self, method: str, path: str, body: str = "", **headers: str) -> tuple[int, str, str]:
        """Return status, cookies and text of one answer; every question has a connection of its own."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=120)
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return answer.status, answer.getheader("Set-Cookie") or "", text

    def login(self, username: str, password: str, address: str) -> int:
        """Try to log in as a browser does, and return the status."""
        _, cookies, text = self.ask("GET", "/accounts/login/", **{"X-Forwarded-For": address})
        token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', text)[1]
        form = urlencode({"csrfmiddlewaretoken": token, "username": username, "password": password})
        headers = {"Cookie": cookies.partition(";")[0], "X-Forwarded-For": address}
        return self.ask("POST", "/accounts/login/", form, **headers)[0]


def measure(site: Site, attack, seconds: float) -> None:
    over, answered = threading.Event(), collections.Counter()

    def try_passwords(thread: int) -> None:
        n = 0
        while not over.is_set():
            name, address = attack(thread, n)
            answered[site.login(name, "wrong-password-of-all", address)] += 1
            n += 1

    threads = [threading.Thread(target=try_passwords, args=(n,)) for n in range(THREADS)] if attack else []
    for thread in threads:
        thread.start()
    homes, logins, until = [], [], time.monotonic() + seconds
    try:
        while time.monotonic() < until:
            start = time.perf_counter()
            site.ask("GET", "/")
            homes.append((time.perf_counter() - start) * 1000)
            if len(homes) % 25 == 10:
                logins.append(colleague(site))
    finally:
        over.set()
        for thread in threads:
            thread.join()
    p99 = statistics.quantiles(homes, n=100)[98]
    entered = f"{statistics.median(logins):8.2f} s" if logins else "       -"
    print(
        f"   {statistics.median(homes):8.0f} {p99:8.0f} {entered} {dict(sorted(answered.items()))}",
        flush=True,
    )


def colleague(site: Site) -> float:
    """Seconds until a colleague at the office is in; asked to come back, he does, a second later."""
    start = time.perf_counter()
    while site.login("colleague", PASSWORD, OFFICE) != 302:
        time.sleep(1)
    return time.perf_counter() - start


def main(seconds: float, trees: list[Path]) -> None:
    for tree in trees:
        print(f"{tree.name or tree}: home median ms, p99 ms, log-in of a colleague, answers to the attack")
        for label, attack in ATTACKS.items():
            with tempfile.TemporaryDirectory() as folder:
                site = Site(tree, folder)
                try:
                    assert site.login("colleague", PASSWORD, OFFICE) == 302
                    print(f"{label:28}", end="", flush=True)
                    measure(site, attack, seconds)
                finally:
                    site.process.terminate()
                    site.process.wait()


if __name__ == "__main__":
    arguments = sys.argv[1:]
    main(float(arguments[0]) if arguments else 20, [*map(Path, arguments[1:]), ROOT])
