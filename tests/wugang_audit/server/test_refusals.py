"""What the server answers by itself, before Django."""

import errno
import logging
import selectors
import socket

import pytest

from wugang_audit.server.buffers import Incoming
from wugang_audit.server.refusals import limit_at, refusal
from wugang_audit.server.worker import BufferingWorker, Connection, Outgoing, Phase


@pytest.mark.parametrize(("seconds", "said"), [(31_536_000, [b"max-age=31536000"]), (0, [])])
@pytest.mark.parametrize("status", [400, 431, 500, 507])
def test_with_tls_a_refusal_of_the_server_says_that_it_stays_so(status, seconds, said, settings):
    settings.SECURE_HSTS_SECONDS = seconds
    head, _, body = refusal(status, "7K3M-Q9XA").partition(b"\r\n\r\n")
    fields = [line.split(b": ", 1) for line in head.split(b"\r\n")[1:]]
    assert [value for name, value in fields if name == b"Strict-Transport-Security"] == said
    assert dict(fields)[b"Content-Length"] == str(len(body)).encode()


class Full(Incoming):
    def feed(self, data):
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_body_for_which_there_is_no_room_is_told_so_and_the_loop_goes_on():
    ours, client = socket.socketpair()
    worker = BufferingWorker.__new__(BufferingWorker)
    worker.log, worker.poller, worker.connections = logging.getLogger(), selectors.DefaultSelector(), {}
    connection = Connection(ours, ("192.0.2.7", 1), ("", 0), Outgoing(ours, lambda: None))
    connection.incoming = Full(limit_at)
    worker.connections[connection] = None
    worker._watch(connection, selectors.EVENT_READ)
    worker._take_in(connection, b"a piece of a photo")
    answer = client.recv(100_000).decode()
    assert answer.startswith("HTTP/1.1 507 Insufficient Storage") and "存储空间满了" in answer
    assert connection.phase == Phase.LINGERING  # what is still on the way is thrown away
    worker._drop(connection)
    client.close()
