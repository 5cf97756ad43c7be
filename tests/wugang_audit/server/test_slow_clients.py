"""A real gunicorn with one process and one thread: what a slow client would stop, if it could stop anything."""

import http.client
import re
import socket
from pathlib import Path

import one_thread
import pytest

from wugang_audit.access.headers import HEADERS
from wugang_audit.server.buffers import LARGEST_HEAD
from wugang_audit.server.worker import (
    ANSWER_SECONDS,
    BODY_SECONDS,
    HEAD_SECONDS,
    LINGER_SECONDS,
    SLOWEST,
    Connection,
    Outgoing,
    Phase,
)

ROOT = Path(__file__).resolve().parents[3]
FILE = "/static/wugang_audit/site.css"
PATIENCE = 30


@pytest.fixture(scope="module")
def port(tmp_path_factory):
    """Start the site; the database is a file that lacks all tables."""
    folder = tmp_path_factory.mktemp("server")
    env = {"DATABASE_URL": f"sqlite:///{folder}/db.sqlite3", "SERVED_OVER_TLS": "False"}
    env["PYTHONPATH"] = f"{ROOT}:{Path(__file__).parent}"
    with one_thread.server("without_tables_app", folder, **env) as (port, _):
        yield port


@pytest.fixture
def connect(port):
    opened = []

    def start(*data, buffer=None):
        sock = socket.socket()
        if buffer:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        sock.settimeout(PATIENCE)
        sock.connect(("127.0.0.1", port))
        for each in data:
            sock.sendall(each)
        opened.append(sock)
        return sock

    yield start
    for sock in opened:
        sock.close()


def get(path, *lines):
    return "\r\n".join([f"GET {path} HTTP/1.1", "Host: localhost", *lines, "", ""]).encode()


def answer(sock, method="GET"):
    found = http.client.HTTPResponse(sock, method=method)
    found.begin()
    return found, found.read()


def is_served(connect):
    found, body = answer(connect(get(FILE, "Connection: close")))
    return found.status == 200 and b"--ok" in body


def test_heads_that_never_end_hold_up_nobody(connect):
    for _ in range(20):
        connect(b"GET / HTTP/1.1\r\nHost: local")
    assert is_served(connect)


def test_bodies_that_never_end_hold_up_nobody(connect):
    for _ in range(20):
        connect(b"POST /accounts/login/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4000\r\n\r\nusername=")
    assert is_served(connect)


def test_readers_who_do_not_read_hold_up_nobody(connect):
    for _ in range(4):
        connect(get(FILE) * 200, buffer=1024)
    assert is_served(connect)


def test_several_requests_in_one_go_are_answered_in_turn(connect):
    sock = connect(get(FILE) + get("/accounts/logout/", "X: 1") + get(FILE)[:-3], get(FILE)[-3:])
    found = []
    with sock.makefile("rb") as stream:
        for _ in range(3):
            found.append(int(stream.readline().split()[1]))
            stream.read(int(http.client.parse_headers(stream)["Content-Length"]))
    assert found == [200, 302, 200]


def test_a_connection_is_used_again(connect):
    sock = connect()
    for _ in range(3):
        sock.sendall(get(FILE))
        assert answer(sock)[0].status == 200


def test_a_huge_body_is_refused_before_it_is_read(connect):
    head = b"POST /accounts/login/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 209715200\r\n"
    sock = connect(head, b"Expect: 100-continue\r\n\r\n")
    found, body = answer(sock, "POST")  # not one byte of the body was sent
    assert found.status == 413 and "64 KB" in body.decode()
    assert found.headers["Connection"] == "close"
    assert {name: found.headers[name] for name in HEADERS} == HEADERS
    assert sock.recv(1) == b""


def test_who_sends_a_huge_body_all_the_same_is_cut_off(connect):
    sock = connect(b"POST /accounts/login/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 209715200\r\n\r\n")
    sent = 0
    try:
        while sent < 200 << 20:
            sent += sock.send(b"x" * 65536)
    except OSError:
        pass
    assert sent < 20 << 20  # what was on the way in both ends' buffers when the server stopped reading


def test_a_body_in_pieces_of_no_stated_length_is_refused(connect):
    sock = connect(
        b"POST /accounts/login/ HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello"
    )
    found, body = answer(sock, "POST")
    assert found.status == 411 and "没有写明长度" in body.decode()


def test_who_asks_first_is_told_to_go_on(connect):
    sock = connect(
        b"POST /nothing/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n"
    )
    assert sock.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
    sock.sendall(b"a=b")
    assert answer(sock, "POST")[0].status >= 400


@pytest.mark.parametrize(
    "request_, status",
    [
        (b"nonsense\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nBad Name: x\r\n\r\n", 400),
        (b"GET /" + b"a" * 5000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n", 431),
        (b"GET / HTTP/1.1\r\nX: " + b"a" * LARGEST_HEAD + b"\r\n\r\n", 431),
        (b"GET / HTTP/1.1\r\nHost: elsewhere.example\r\n\r\n", 400),
    ],
)
def test_what_is_no_request_is_answered_in_chinese_with_all_headers(connect, request_, status):
    found, body = answer(connect(request_))
    assert found.status == status
    assert re.search("[一-鿿]{4}", body.decode()) and b"Traceback" not in body
    assert f"编号 <b>{found.headers['X-Request-ID']}</b>" in body.decode()
    assert {name: found.headers[name] for name in HEADERS} == HEADERS


def overdue(phase, spent, **more):
    ours, theirs = socket.socketpair()
    with ours, theirs:
        connection = Connection(ours, None, None, Outgoing(ours, lambda: None))
        connection.step(phase)
        for name, value in more.items():
            setattr(connection, name, value)
        return connection.is_overdue(connection.since + spent)


def test_each_step_of_a_client_has_its_time():
    assert not overdue(Phase.READING, HEAD_SECONDS - 1) and overdue(Phase.READING, HEAD_SECONDS + 1)
    assert not overdue(Phase.LINGERING, LINGER_SECONDS - 1) and overdue(Phase.LINGERING, LINGER_SECONDS + 1)
    assert not overdue(Phase.ANSWERING, 10_000)  # it computes: that is not the client's fault


def test_a_body_may_take_longer_the_more_of_it_has_come():
    def body(spent, received):
        return overdue(Phase.READING, spent, incoming=_Body(received))

    assert not body(BODY_SECONDS - 1, 0) and body(BODY_SECONDS + 1, 19)
    assert not body(BODY_SECONDS + 9, 10 * SLOWEST) and body(BODY_SECONDS + 11, 10 * SLOWEST)


class _Body:
    wanted = 10**6

    def __init__(self, received):
        self.received = received


class _Answer:
    waiting = True

    def __init__(self, taken):
        self.taken = taken


@pytest.mark.parametrize("phase", [Phase.ANSWERING, Phase.FLUSHING])
def test_an_answer_may_take_longer_the_more_of_it_was_read(phase):
    assert not overdue(phase, ANSWER_SECONDS - 1, sock=_Answer(0))
    assert overdue(phase, ANSWER_SECONDS + 1, sock=_Answer(19))
    assert not overdue(phase, ANSWER_SECONDS + 9, sock=_Answer(10 * SLOWEST))
