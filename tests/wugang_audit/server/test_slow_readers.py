"""A real gunicorn with one process and one thread, and readers of a large file that take a byte of it and stop."""

import http.client
import socket
from pathlib import Path

import one_thread
import pytest
from large_file_app import SIZE

ROOT = Path(__file__).resolve().parents[3]
PATIENCE = 30
LARGEST = 32 * 1024 * 1024  # that all the readers together may add to a process


@pytest.fixture
def server(tmp_path):
    """Return the port, and the process id of the one worker."""
    env = {"PYTHONPATH": f"{ROOT}:{Path(__file__).parent}", "TMPDIR": str(tmp_path)}
    with one_thread.server("large_file_app:application", tmp_path, **env) as started:
        yield started


def ask(port):
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    sock.settimeout(PATIENCE)
    sock.connect(("127.0.0.1", port))
    sock.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
    return sock


def whole(port):
    """Return how long the file is that a reader at full speed gets."""
    with ask(port) as sock:
        answer = http.client.HTTPResponse(sock)
        answer.begin()
        found = 0
        while piece := answer.read(1 << 20):
            found += len(piece)
        return found


def memory(master):
    """Return the bytes of memory that the worker has."""
    [worker] = Path(f"/proc/{master}/task/{master}/children").read_text().split()
    status = Path(f"/proc/{worker}/status").read_text()
    return 1024 * int(status.partition("VmRSS:")[2].split()[0])


def test_who_reads_one_byte_and_stops_holds_up_nobody_and_takes_no_room(server):
    port, master = server
    assert whole(port) == SIZE
    before = memory(master)
    slow = [ask(port) for _ in range(20)]
    assert {sock.recv(1) for sock in slow} == {b"H"}  # each is being answered, by the one thread
    assert whole(port) == SIZE
    assert memory(master) - before < LARGEST
    for sock in slow:
        sock.close()
    assert whole(port) == SIZE
