"""Readers beside slow clients, on gunicorn as it was (4 sync workers), on gthread, and on this site's own worker.

    python tests/benchmarks/bench_slow_clients.py [READERS] [SLOW] [SECONDS]     default: 200 20 30

Slow clients send a head, or a body, or read an answer, one byte a second, and come again as soon as they are cut off.
A reader opens one public page after another, each on a connection of its own, about every 8 s; a page that is not there in
whole after 10 s is an error. Printed: pages, errors, median and p99 in ms for each server, at last without any slow client,
and how the site's own worker compares with the first; in one run on one database with a draw of its own.
"""

import asyncio
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WORKERS, THREADS = 4, 4
SERVERS = {
    "sync, as it was": ["-k", "sync", "--preload", "--timeout", "120"],
    "gthread": ["-k", "gthread", "--threads", str(THREADS), "--preload", "--timeout", "120"],
    "own worker": ["-c", "wugang_audit/gunicorn.conf.py", "--threads", str(THREADS)],
}
ALONE = "no slow clients"
PAGES = ("/", "/draws/", "/results/", "/about/", "/plans/", "/static/wugang_audit/site.css")
PATIENCE, PAUSE = 10, 8
HEAD = b"GET / HTTP/1.1\r\nHost: localhost\r\nAccept-Language: zh-CN\r\nX-Filling: " + b"x" * 4000
BODY = b"POST /accounts/login/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4000\r\n\r\n"


async def trickle(port, first, rest):
    """Send the first bytes at once, then one each second."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(first)
        for each in rest:
            writer.write(bytes([each]))
            await writer.drain()
            await asyncio.sleep(1)
    finally:
        writer.close()


async def sip(port, path):
    """Ask for a file many times over on one connection, and read one byte of the answers each second."""
    loop, sock = asyncio.get_running_loop(), socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
    sock.setblocking(False)
    try:
        await loop.sock_connect(sock, ("127.0.0.1", port))
        await loop.sock_sendall(sock, f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode() * 50)
        while await loop.sock_recv(sock, 1):
            await asyncio.sleep(1)
    finally:
        sock.close()


async def slow(port, kind, path):
    while True:
        try:
            if kind == 0:
                await trickle(port, HEAD[:16], HEAD[16:])
            elif kind == 1:
                await trickle(port, BODY, b"x" * 4000)
            else:
                await sip(port, path)
        except OSError:
            pass
        await asyncio.sleep(0.05)


async def fetch(port, path):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
        answer = await reader.read()
        if not answer.startswith(b"HTTP/1.1 200"):
            raise OSError(answer[:40])
    finally:
        writer.close()


async def read_pages(port, end, times, errors):
    chance = random.Random(len(times))
    await asyncio.sleep(chance.random() * PAUSE)
    while time.monotonic() < end:
        since = time.perf_counter()
        try:
            await asyncio.wait_for(fetch(port, chance.choice(PAGES)), PATIENCE)
            times.append(time.perf_counter() - since)
        except (OSError, TimeoutError, asyncio.IncompleteReadError):
            errors.append(time.perf_counter() - since)
        await asyncio.sleep(PAUSE * (0.5 + chance.random()))


async def load(port, readers, slow_ones, seconds, path):
    crowd = [asyncio.create_task(slow(port, number % 3, path)) for number in range(slow_ones)]
    await asyncio.sleep(2)  # they are in place before the readers come
    times, errors, end = [], [], time.monotonic() + seconds
    await asyncio.gather(*(read_pages(port, end, times, errors) for _ in range(readers)))
    for task in crowd:
        task.cancel()
    await asyncio.gather(*crowd, return_exceptions=True)
    return times, errors


def serve(arguments, env):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable, "-m", "gunicorn", *arguments, "-b", f"127.0.0.1:{port}", "-w", str(WORKERS),
        "--log-level", "error", "--access-logfile", "/dev/null", "wugang_audit.wsgi",
    ]  # fmt: skip
    process = subprocess.Popen(command, cwd=ROOT, env=env, stderr=subprocess.DEVNULL)
    for _ in range(200):
        try:
            asyncio.run(asyncio.wait_for(fetch(port, "/"), PATIENCE))
            return process, port
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the server did not start")


def at(times, share):
    return sorted(times)[min(int(len(times) * share), len(times) - 1)] * 1000 if times else float("inf")


def main(readers=200, slow_ones=20, seconds=30):
    folder = tempfile.mkdtemp()
    env = os.environ | {
        "DATA_DIR": folder,
        "LOG_LEVEL": "ERROR",
        "DEMO": "True",  # without it the server does not start on the accounts of a demonstration
        "DATABASE_URL": f"sqlite:///{folder}/db.sqlite3",
    }
    subprocess.run(
        [sys.executable, "manage.py", "demo", "--no-serve"],
        cwd=ROOT,
        env=env,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    print(f"{readers} readers and {slow_ones} slow clients for {seconds} s; {WORKERS} workers", flush=True)
    found = {}
    try:
        for name, arguments in [*SERVERS.items(), (ALONE, SERVERS["own worker"])]:
            process, port = serve(arguments, env)
            crowd = 0 if name == ALONE else slow_ones
            try:
                times, errors = asyncio.run(load(port, readers, crowd, seconds, "/verify/verify.mjs"))
            finally:
                process.send_signal(signal.SIGQUIT)
                process.wait()
            found[name] = (len(times), len(errors), at(times, 0.5), at(times + errors, 0.99))
            pages, failed, median, p99 = found[name]
            print(
                f"{name:16} {pages:6} pages {failed:6} errors   median {median:8.0f}   p99 {p99:8.0f} ms",
                flush=True,
            )
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    before, after = list(found.values())[0], found["own worker"]
    errors = [failed / max(pages + failed, 1) for pages, failed, *_ in (before, after)]
    print(
        f"errors {errors[0]:.1%} before, {errors[1]:.1%} after; p99 before / after: {before[3] / after[3]:.1f}"
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
