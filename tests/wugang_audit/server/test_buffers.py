"""What the server keeps of a request until it is complete, and of an answer until it is read."""

import gc
import socket
import threading
import weakref

import pytest

from wugang_audit.access.file_pieces import FilePiece, pieces_of
from wugang_audit.server import buffers
from wugang_audit.server.buffers import HeadTooLarge, Incoming, Outgoing

GET = b"GET /draws/ HTTP/1.1\r\nHost: localhost\r\n\r\n"


def post(length, *lines, body=b""):
    head = [
        b"POST /accounts/login/?next=/ HTTP/1.1",
        b"Host: localhost",
        b"Content-Length: %d" % length,
        *lines,
    ]
    return b"\r\n".join(head) + b"\r\n\r\n" + body


def fed(*pieces, limit=100):
    incoming = Incoming(lambda target: limit)
    rest = b"".join(incoming.feed(piece) for piece in pieces)
    return incoming, rest


def test_a_request_is_complete_with_its_last_byte_however_it_is_cut():
    whole = post(5, body=b"a=b&c")
    for cut in range(1, len(whole)):
        incoming, rest = fed(whole[:cut])
        assert not incoming.complete and not rest, cut
        assert incoming.feed(whole[cut:]) == b""
        assert incoming.complete and b"".join(incoming.pieces()) == whole, cut


def test_what_follows_a_request_belongs_to_the_next_one():
    incoming, rest = fed(GET + b"GET / HT")
    assert incoming.complete and rest == b"GET / HT"
    incoming, rest = fed(post(3, body=b"abcGET"))
    assert b"".join(incoming.pieces()).endswith(b"\r\n\r\nabc") and rest == b"GET"


def test_empty_lines_before_a_request_are_passed_over():
    incoming, _ = fed(b"\r\n\r\n", GET)
    assert incoming.complete and b"".join(incoming.pieces()) == GET


def test_a_head_of_just_the_largest_size_is_taken():
    start = b"GET / HTTP/1.1\r\nCookie: "
    head = start + b"a" * (buffers.LARGEST_HEAD - len(start) - 4) + b"\r\n\r\n"
    assert fed(head)[0].complete and fed(head[:-1], head[-1:])[0].complete
    with pytest.raises(HeadTooLarge):
        fed(head.replace(b"Cookie", b"Cookies"))


def test_a_body_that_is_too_large_for_its_address_is_not_taken_in():
    asked = []
    incoming = Incoming(lambda target: asked.append(target) or 100)
    assert incoming.feed(post(101, body=b"x" * 50)) == b"x" * 50
    assert incoming.complete and incoming.refused and incoming.received == 0
    assert asked == [b"/accounts/login/?next=/"]
    incoming, _ = fed(post(100, body=b"x" * 100))
    assert incoming.complete and not incoming.refused


def test_a_body_without_a_length_is_not_taken_in():
    incoming, _ = fed(post(3, b"Transfer-Encoding: chunked", body=b"3\r\nabc\r\n0\r\n\r\n"))
    assert incoming.complete and incoming.refused


def test_who_waits_for_a_word_before_the_body_gets_it_only_where_the_body_is_welcome():
    assert fed(post(50, b"Expect: 100-continue"))[0].expects_continue
    assert not fed(post(101, b"Expect: 100-continue"))[0].expects_continue


@pytest.mark.parametrize(
    "pieces", [[b"x" * 40_000], [b"x" * 1000] * 40, [b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 8000]]
)
def test_a_head_without_an_end_is_refused(pieces):
    with pytest.raises(HeadTooLarge):
        fed(*pieces)


@pytest.fixture
def pair():
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    yield ours, theirs
    ours.close()
    theirs.close()


def read(sock, size):
    found = b""
    while len(found) < size:
        found += sock.recv(min(size - len(found), 65536))
    return found


def test_an_answer_that_nobody_reads_does_not_hold_up_its_thread(pair):
    ours, theirs = pair
    armed = []
    outgoing = Outgoing(ours, lambda: armed.append(1))
    answer = bytes(range(256)) * 8192  # 2 MiB: more than a socket holds
    outgoing.sendall(answer[:-10])
    outgoing.sendall(answer[-10:])
    assert outgoing.waiting and armed == [1]
    found = b""
    while outgoing.waiting:
        found += theirs.recv(1 << 20)
        outgoing.flush()
    assert found + read(theirs, len(answer) - len(found)) == answer
    outgoing.sendall(b"next")
    assert read(theirs, 4) == b"next" and outgoing.taken == len(answer) + 4


def test_an_endless_answer_waits_for_its_reader(pair, monkeypatch):
    monkeypatch.setattr(buffers, "LARGEST_BACKLOG", 100_000)
    ours, theirs = pair
    armed = threading.Event()
    outgoing = Outgoing(ours, armed.set)
    piece, sent = b"x" * 50_000, []

    def answer():
        for _ in range(40):
            outgoing.sendall(piece)
            sent.append(1)

    thread = threading.Thread(target=answer)
    thread.start()
    assert armed.wait(10)
    found = 0
    while found < 40 * len(piece):
        found += len(theirs.recv(1 << 20))
        outgoing.flush()
        assert outgoing._written - outgoing._read <= 100_000 + 2 * len(piece)
    thread.join(10)
    assert len(sent) == 40


class Lying:
    """A file of so many bytes that counts what is read of it."""

    def __init__(self, size):
        self.content, self.read = bytes(range(256)) * (size // 256), 0

    def read_at(self, at, size):
        self.read += size
        return self.content[at : at + size]

    def pieces(self, each=1 << 18):
        return pieces_of(self, len(self.content), each)


def test_a_file_that_lies_somewhere_holds_up_no_thread_and_is_not_copied(pair, monkeypatch):
    """However long it is: its reader has taken one byte, and the thread is free."""
    monkeypatch.setattr(buffers, "LARGEST_BACKLOG", 100_000)
    ours, theirs = pair
    armed, file = [], Lying(8 << 20)
    outgoing = Outgoing(ours, lambda: armed.append(1))
    outgoing.sendall(b"head")
    for piece in file.pieces():
        outgoing.sendall(piece)
    found = theirs.recv(1)
    assert armed == [1] and outgoing.waiting and outgoing._written == 0
    while outgoing.waiting:
        found += theirs.recv(1 << 20)
        outgoing.flush()
    found += read(theirs, 4 + len(file.content) - len(found))
    assert found == b"head" + file.content and outgoing.taken == len(found)
    outgoing.sendall(b"next")
    assert read(theirs, 4) == b"next"


def test_a_file_comes_behind_what_waited_and_before_what_follows(pair):
    ours, theirs = pair
    outgoing, file = Outgoing(ours, lambda: None), Lying(1 << 20)
    first = b"a" * (2 << 20)  # more than a socket holds
    outgoing.sendall(first)
    for piece in file.pieces():
        outgoing.sendall(piece)
    thread = threading.Thread(target=outgoing.sendall, args=[b"after"])
    thread.start()
    found = b""
    while len(found) < len(first) + len(file.content) + 5:
        outgoing.flush()
        found += theirs.recv(1 << 20)
    thread.join(10)
    assert found == first + file.content + b"after"


def test_of_two_files_the_second_waits_for_the_end_of_the_first(pair):
    ours, theirs = pair
    outgoing, one, other = Outgoing(ours, lambda: None), Lying(1 << 20), Lying(1 << 19)

    def both():
        for file in (one, other):
            for piece in file.pieces():
                outgoing.sendall(piece)

    thread = threading.Thread(target=both)
    thread.start()
    found = b""
    while len(found) < len(one.content) + len(other.content):
        found += theirs.recv(1 << 20)
        outgoing.flush()
    thread.join(10)
    assert found == one.content + other.content


def test_one_reader_has_a_turn_and_no_more(pair, monkeypatch):
    monkeypatch.setattr(buffers, "TURN", 1)
    monkeypatch.setattr(buffers, "PIECE", 1000)
    ours, theirs = pair
    outgoing, file = Outgoing(ours, lambda: None), Lying(8 << 20)
    for piece in file.pieces():
        outgoing.sendall(piece)
    theirs.recv(1 << 20)
    before = outgoing.taken
    outgoing.flush()
    assert outgoing.taken - before == 1000 and outgoing.waiting


def test_a_file_that_became_shorter_ends_the_connection(pair):
    ours, theirs = pair
    outgoing, file = Outgoing(ours, lambda: None), Lying(8 << 20)
    for piece in file.pieces():
        outgoing.sendall(piece)
    file.content = b""
    theirs.recv(1 << 20)
    with pytest.raises(OSError, match="shorter"):
        outgoing.flush()


def test_who_is_cut_off_lets_the_file_go(pair):
    ours, _ = pair
    outgoing, file = Outgoing(ours, lambda: None), Lying(8 << 20)
    for piece in file.pieces():
        outgoing.sendall(piece)
    gone = weakref.ref(file)
    del file, piece
    outgoing.close()
    gc.collect()
    assert gone() is None and not outgoing.waiting
    with pytest.raises(BrokenPipeError):
        outgoing.sendall(FilePiece.of(Lying(256), 0, 256))


def test_a_thread_whose_reader_was_cut_off_is_told(pair, monkeypatch):
    monkeypatch.setattr(buffers, "LARGEST_BACKLOG", 1)
    ours, _ = pair
    armed, broken = threading.Event(), []
    outgoing = Outgoing(ours, armed.set)

    def answer():
        try:
            outgoing.sendall(b"x" * (8 << 20))
            outgoing.sendall(b"more than may wait")
        except BrokenPipeError:
            broken.append(1)

    thread = threading.Thread(target=answer)
    thread.start()
    assert armed.wait(10)
    outgoing.close()
    thread.join(10)
    assert broken == [1]
    with pytest.raises(BrokenPipeError):
        outgoing.sendall(b"more")
