"""gunicorn's threaded worker with a waiting room: a thread is busy only while there is something to compute.

Its own worker classes give a connection to a thread (gthread) or to the whole process (sync) from the first byte of the
request to the last byte of the answer: as many slow clients as threads stop the site. Here one loop takes requests in
until they are complete, hands them to the threads, takes the answers from them, and sends those as fast as they are
read. Each step of a client is bounded in time, after the example of Apache's mod_reqtimeout. Measured on two busy cores by
`tests/benchmarks/bench_slow_clients.py`, 200 readers beside 20 slow clients for 24 s: sync 0 pages and 400 errors, gthread
208 and 237, this one 488 and none, with the p99 that it has without slow clients.

waitress takes requests in like this too, but is one process, does not bound a client that sends a byte now and then,
and takes a body in whole before anything can say that it is too large for its address. gevent would open a database
connection for each client, and one long computation would hold up all of them.
"""

import contextlib
import errno
import selectors
import socket
import time
from concurrent.futures import Future
from enum import Enum, auto
from functools import partial
from typing import Any

from gunicorn import http
from gunicorn.http.errors import NoMoreData
from gunicorn.workers.gthread import ThreadWorker

from ..access.errors import FULL, is_disk_full
from ..access.file_pieces import KNOWS
from ..access.origin import new_number
from .buffers import PIECE, HeadTooLarge, Incoming, Outgoing
from .refusals import limit_at, refusal, status_of

# For the whole head of a request, from its first byte; on a new connection also for that byte to come.
HEAD_SECONDS = 10
BODY_SECONDS = ANSWER_SECONDS = 20  # to begin with; and beyond that as long as the client is this fast:
SLOWEST = 1000  # bytes a second
# What a client still sends after a last answer is thrown away, so long and so much of it.
LINGER_SECONDS, LINGER_BYTES = 3, 1024 * 1024
SWEEP_EVERY = 1.0


class Phase(Enum):
    READING = auto()
    ANSWERING = auto()  # in a thread, or in the queue for one
    FLUSHING = auto()
    LINGERING = auto()


class Connection:
    """A client, and how far its request is. Only `outgoing` is touched by a thread."""

    def __init__(self, sock: socket.socket, client: Any, server: Any, outgoing: Outgoing):
        self.socket, self.client, self.server = sock, client, server
        self.sock = outgoing  # what gunicorn knows as the socket
        self.incoming = Incoming(limit_at)
        self.rest = b""  # of the next request
        self.phase = Phase.READING
        self.events = 0  # for which the loop watches its socket
        self.keep = False
        self.since = time.monotonic()  # of this step
        self.idle_until = self.since + HEAD_SECONDS
        self.flushed = 0  # what the reader had taken when this answer began to wait
        self.discarded = 0

    def step(self, phase: Phase) -> None:
        self.phase, self.since = phase, time.monotonic()

    def is_overdue(self, now: float) -> bool:
        spent = now - self.since
        if self.phase == Phase.LINGERING:
            return spent > LINGER_SECONDS
        if self.phase != Phase.READING:
            taken = self.sock.taken - self.flushed
            return self.sock.waiting and spent > ANSWER_SECONDS + taken / SLOWEST
        if self.incoming.wanted is not None:
            return spent > BODY_SECONDS + self.incoming.received / SLOWEST
        return spent > HEAD_SECONDS if self.incoming.begun else now > self.idle_until


class BufferingWorker(ThreadWorker):
    """gunicorn's own threads, parser, log and signals; the loop around them is here."""

    def init_process(self) -> None:
        if self.cfg.is_ssl:
            raise RuntimeError("TLS ends in the proxy before this worker.")
        self.connections: dict[Connection, None] = {}  # in the order of their arrival
        self.swept = time.monotonic()
        super().init_process()

    def load_wsgi(self) -> None:
        super().load_wsgi()
        application = self.wsgi

        def with_pieces(environ: dict[str, Any], start_response: Any) -> Any:
            environ[KNOWS] = True
            return application(environ, start_response)

        self.wsgi = with_pieces

    # --- the loop ---------------------------------------------------------------------------------------------
    def run(self) -> None:
        self.poller.register(
            self.method_queue.fileno(), selectors.EVENT_READ, self.method_queue.run_callbacks
        )
        self.set_accept_enabled(True)
        while self.alive and self.is_parent_alive():
            if not self._is_stuck():
                self.notify()
            self.wait_for_and_dispatch_events(SWEEP_EVERY)
            self._sweep()
        self.alive = False
        self.set_accept_enabled(False)
        for connection in [each for each in self.connections if not self._is_served(each)]:
            self._drop(connection)
        end = time.monotonic() + self.cfg.graceful_timeout
        while self.connections and time.monotonic() < end:
            self.notify()
            self.wait_for_and_dispatch_events(SWEEP_EVERY)
            self._sweep()
        self.tpool.shutdown(wait=False)
        self.poller.close()
        self.method_queue.close()
        for listener in self.sockets:
            listener.close()

    def _is_stuck(self) -> bool:
        """Say whether a request computes for too long: then gunicorn, who no longer hears of us, starts another worker."""
        before = time.monotonic() - self.cfg.timeout
        return any(
            each.phase == Phase.ANSWERING and each.since < before and not each.sock.waiting
            for each in self.connections
        )

    def _is_served(self, connection: Connection) -> bool:
        return connection.phase != Phase.READING or connection.incoming.begun

    def _sweep(self) -> None:
        now = time.monotonic()
        if now - self.swept < SWEEP_EVERY:
            return
        self.swept = now
        for connection in [each for each in self.connections if each.is_overdue(now)]:
            self.log.debug("Closing a slow connection of %s (%s)", connection.client, connection.phase.name)
            self._drop(connection)

    def accept(self, listener: socket.socket) -> None:
        try:
            sock, client = listener.accept()
        except OSError as error:
            if error.errno in (errno.EAGAIN, errno.EWOULDBLOCK, errno.ECONNABORTED):
                return
            raise
        sock.setblocking(False)
        if sock.family != socket.AF_UNIX:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if len(self.connections) >= self.worker_connections and not self._make_room():
            sock.close()
            return
        connection = Connection(
            sock, client, listener.getsockname(), Outgoing(sock, lambda: self._arm(connection))
        )
        self.connections[connection] = None
        self._watch(connection, selectors.EVENT_READ)

    def _make_room(self) -> bool:
        """Drop the connection that has waited longest for a request to be complete."""
        reading = (each for each in self.connections if each.phase == Phase.READING)
        oldest = min(reading, key=lambda each: each.since, default=None)
        if oldest:
            self._drop(oldest)
        return oldest is not None

    def _arm(self, connection: Connection) -> None:
        self.method_queue.defer(self._begin_to_flush, connection)

    def _begin_to_flush(self, connection: Connection) -> None:
        if connection in self.connections and connection.sock.waiting:
            connection.since, connection.flushed = time.monotonic(), connection.sock.taken
            self._watch(connection, connection.events | selectors.EVENT_WRITE)

    def _watch(self, connection: Connection, events: int) -> None:
        if events == connection.events:
            return
        if not connection.events:
            self.poller.register(connection.socket, events, partial(self._on_event, connection))
        elif not events:
            self.poller.unregister(connection.socket)
        else:
            self.poller.modify(connection.socket, events, partial(self._on_event, connection))
        connection.events = events

    def _drop(self, connection: Connection) -> None:
        if connection not in self.connections:
            return
        del self.connections[connection]
        self._watch(connection, 0)
        connection.sock.close()
        connection.incoming.close()
        with contextlib.suppress(OSError):
            connection.socket.close()

    # --- one connection ---------------------------------------------------------------------------------------
    def _on_event(self, connection: Connection, sock: socket.socket) -> None:
        if connection not in self.connections:
            return  # dropped by another event of the same round
        try:
            if connection.events & selectors.EVENT_WRITE:
                self._flush(connection)
            elif connection.phase == Phase.READING:
                self._read(connection)
            else:
                self._discard(connection)
        except (BlockingIOError, InterruptedError):
            pass
        except OSError:
            self._drop(connection)

    def _read(self, connection: Connection) -> None:
        data = connection.socket.recv(PIECE)
        if not data:
            self._drop(connection)
            return
        self._take_in(connection, data)

    def _take_in(self, connection: Connection, data: bytes) -> None:
        incoming = connection.incoming
        knew_length, had_begun = incoming.wanted is not None, incoming.begun
        try:
            connection.rest = incoming.feed(data)
        except HeadTooLarge:
            self._refuse(connection, 431, "its head is too large")
            return
        except OSError as error:
            if not is_disk_full(error):
                raise
            self._refuse(connection, FULL, "no room for its body in the temporary folder")
            return
        if incoming.complete:
            # Nothing more is read until this is answered: what the client sends on waits on its side.
            self._watch(connection, 0)
            connection.step(Phase.ANSWERING)
            self.enqueue_req(connection)
        elif incoming.wanted is not None and not knew_length:
            connection.since = time.monotonic()
            if incoming.expects_continue:
                connection.sock.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        elif incoming.begun and not had_begun:
            connection.since = time.monotonic()

    def _refuse(self, connection: Connection, status: int, why: str) -> None:
        self._watch(connection, 0)
        connection.keep = False
        number = new_number()
        self.log.warning("Refused request [%s %s]: %s", number, connection.client, why)
        connection.sock.sendall(refusal(status, number))
        connection.step(Phase.FLUSHING)
        if not connection.sock.waiting:
            self._after_answer(connection)

    def _flush(self, connection: Connection) -> None:
        connection.sock.flush()
        if not connection.sock.waiting:
            self._watch(connection, connection.events & ~selectors.EVENT_WRITE)
            if connection.phase == Phase.FLUSHING:
                self._after_answer(connection)

    def finish_request(self, conn: Connection, fs: Future) -> None:
        """Go on with a connection whose thread is done (gunicorn calls this in the loop)."""
        if conn not in self.connections:
            return
        conn.keep = bool(fs.result()) and self.alive if not fs.cancelled() and not fs.exception() else False
        conn.step(Phase.FLUSHING)
        conn.flushed = conn.sock.taken
        if not conn.sock.waiting:
            self._after_answer(conn)

    def _after_answer(self, connection: Connection) -> None:
        connection.incoming.close()
        if connection.keep:
            rest, connection.rest = connection.rest, b""
            connection.incoming = Incoming(limit_at)
            connection.step(Phase.READING)
            connection.idle_until = connection.since + self.cfg.keepalive
            self._watch(connection, selectors.EVENT_READ)
            if rest:
                self._take_in(connection, rest)
            return
        # Closing at once while the client still sends would reset the connection, and lose the answer (RFC 9112, 9.6).
        try:
            connection.socket.shutdown(socket.SHUT_WR)
        except OSError:
            self._drop(connection)
            return
        connection.step(Phase.LINGERING)
        self._watch(connection, selectors.EVENT_READ)

    def _discard(self, connection: Connection) -> None:
        data = connection.socket.recv(PIECE)
        connection.discarded += len(data)
        if not data or connection.discarded > LINGER_BYTES:
            self._drop(connection)

    # --- in a thread ------------------------------------------------------------------------------------------
    def handle(self, conn: Connection) -> bool:
        """Answer a complete request; return whether the connection may be used again."""
        req = None
        try:
            req = next(http.get_parser(self.cfg, conn.incoming.pieces(), conn.client))
            req._expected_100_continue = False  # the loop has said so already
            if conn.incoming.refused:
                req.force_close()  # its body is still on the way
            return self.handle_request(req, conn)
        except (NoMoreData, StopIteration, OSError) as error:
            self.log.debug("The client has gone: %r", error)
        except Exception as error:
            self.handle_error(req, conn.sock, conn.client, error)
        return False

    def handle_error(self, req: Any, client: Outgoing, addr: Any, exc: Exception) -> None:
        """Answer what gunicorn itself cannot make sense of, or what broke outside of Django."""
        status, number = status_of(exc), new_number()
        if status == 500:
            self.log.exception("Error handling a request [%s]", number)
        else:
            self.log.warning("Unreadable request [%s %s]: %s", number, addr and addr[0], type(exc).__name__)
        with contextlib.suppress(OSError):
            client.sendall(refusal(status, number))
