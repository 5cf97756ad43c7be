"""An upload for which the server has no room: the client is told, and the loop goes on."""

import errno
import logging
import socket
from types import SimpleNamespace

import pytest

from wugang_audit.server.buffers import Incoming
from wugang_audit.server.worker import BufferingWorker, Connection, Outgoing, Phase

HEAD = b"POST /inspections/1/evidence/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900000\r\n\r\n"


class Loop:
    """As much of the worker as takes a request in."""

    log = logging.getLogger("the loop")
    _take_in, _refuse = BufferingWorker._take_in, BufferingWorker._refuse

    def __init__(self):
        self.events, self.answered = [], []

    def _watch(self, connection, events):
        self.events.append(events)

    def _after_answer(self, connection):
        self.answered.append(connection)


def full(*_):
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_body_that_finds_no_room_is_answered(monkeypatch, caplog):
    ours, theirs = socket.socketpair()
    with ours, theirs:
        connection, loop = Connection(ours, None, None, Outgoing(ours, lambda: None)), Loop()
        loop._take_in(connection, HEAD)
        monkeypatch.setattr(connection.incoming, "_body", SimpleNamespace(write=full))
        loop._take_in(connection, b"x" * 300_000)
        answer = theirs.recv(100_000).decode()
        assert answer.startswith("HTTP/1.1 507 ")
        assert (loop.answered, connection.phase, connection.keep) == ([connection], Phase.FLUSHING, False)
    assert "no room for its body" in caplog.text


def test_what_else_fails_while_it_is_taken_in_drops_the_connection(monkeypatch):
    ours, theirs = socket.socketpair()
    with ours, theirs:
        connection = Connection(ours, None, None, Outgoing(ours, lambda: None))
        monkeypatch.setattr(Incoming, "feed", lambda *_: (_ for _ in ()).throw(ConnectionResetError()))
        with pytest.raises(ConnectionResetError):
            Loop()._take_in(connection, HEAD)
