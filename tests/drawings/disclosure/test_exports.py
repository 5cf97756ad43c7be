"""Files for everybody: not sent twice to who has them, not made for a HEAD, a few at once, nothing left behind by who goes away."""

import errno
import gc
import threading
import time

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from drawings.disclosure import exports, figure_views, result_files, result_rows
from drawings.disclosure import made_files as made_files_module
from drawings.disclosure.made_files import MadeFile, alive, made_files
from drawings.disclosure.periods import Period
from drawings.disclosure.public_figures import TABLES, Counted
from drawings.models import Draw, Inspection, InspectionItem
from drawings.models.public_version import public_version
from wugang_audit.access.file_pieces import KNOWS

pytestmark = pytest.mark.django_db(transaction=True)
SMALL = ("/statistics/2026/classes.csv", "/statistics/2026Q4/points.csv")
LARGE = (
    "/results/results.csv", "/results/results.xlsx", "/results/results.csv?category=key", "/results/files/2026.csv",
    "/results/files/2026Q4.xlsx", "/statistics/2026/rows/published.csv", "/statistics/2026/coverage-units.csv",
    "/statistics/2026/places.csv",
)  # fmt: skip
FILES = LARGE + SMALL


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    made_files.clear()
    monkeypatch.setattr(exports, "PLACES", threading.BoundedSemaphore(2))


@pytest.fixture
def visits(published_draw, report):
    rows = Inspection.objects.filter(selection__draw=published_draw).order_by("pk")
    return [report(row, outcome="ordered", summary=f"第{number}家") for number, row in enumerate(rows)]


@pytest.fixture
def visitor():
    return Client()


def whole(response):
    return b"".join(response.streaming_content) if response.streaming else response.content


def no_reading(*_):
    raise AssertionError("it was read")


@pytest.mark.parametrize("url", FILES)
def test_who_has_the_file_gets_304_and_it_is_not_read_again(visits, visitor, url, monkeypatch):
    first = visitor.get(url)
    sent = whole(first)
    assert first.status_code == 200 and sent and first["Cache-Control"] == "no-cache"
    assert int(first["Content-Length"]) == len(sent)
    monkeypatch.setattr(exports, "MadeFile", no_reading)
    again = visitor.get(url, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    other = visitor.get(url, headers={"If-None-Match": '"another"'})
    assert other.status_code == 200 and whole(other) == sent
    assert exports.PLACES.acquire(blocking=False) and exports.PLACES.acquire(blocking=False)


@pytest.mark.parametrize("url", [FILES[0], FILES[1], FILES[5]])
def test_what_changes_in_public_makes_another_tag_at_once(visits, visitor, url):
    first = visitor.get(url)
    whole(first)
    Inspection.objects.filter(pk=visits[0].pk).update(summary="改过的话")
    again = visitor.get(url, headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 200 and again["ETag"] != first["ETag"]
    assert whole(again)


def test_the_tag_tells_nothing_of_what_no_file_shows(visits, visitor):
    """It stays the same when something is written that raises the version, and who asks with it learns nothing."""
    first, version = visitor.get(FILES[0]), public_version()
    whole(first)
    InspectionItem.objects.update(content="改过的内容")
    assert public_version() > version
    assert visitor.get(FILES[0], headers={"If-None-Match": first["ETag"]}).status_code == 304
    Draw.objects.filter(pk=visits[0].selection.draw_id).update(state="void")
    assert visitor.get(FILES[0], headers={"If-None-Match": first["ETag"]}).status_code == 200


@pytest.mark.parametrize("url", [FILES[0], FILES[1], FILES[5]])
def test_all_rows_are_read_once_whoever_asks_and_whatever_he_has(visits, visitor, url):
    """The first answer after a change is made from what its tag is made of; a 304 costs no second reading, too."""

    def readings(**headers):
        with CaptureQueriesContext(connection) as captured:
            answer = visitor.get(url, headers=headers)
            whole(answer)
        return answer, len([each for each in captured if "summary" in each["sql"]])

    first, times = readings()
    assert times == 1
    assert readings()[1] == 0
    InspectionItem.objects.update(content="改过的内容")
    again, times = readings(**{"If-None-Match": first["ETag"]})
    assert (again.status_code, times) == (304, 1)
    Inspection.objects.filter(pk=visits[0].pk).update(summary="改过的话")
    again, times = readings(**{"If-None-Match": first["ETag"]})
    assert (again.status_code, times) == (200, 1)


@pytest.mark.parametrize("url", LARGE)
def test_the_same_rows_are_the_same_file_to_the_byte(visits, visitor, url, monkeypatch):
    first = visitor.get(url)
    made_files.clear()
    tomorrow = time.time() + 86400
    monkeypatch.setattr(time, "time", lambda: tomorrow)
    again = visitor.get(url)
    assert whole(again) == whole(first) and again["ETag"] == first["ETag"]


def test_a_file_is_not_kept_that_changed_while_it_was_made(visits, visitor, monkeypatch):
    made = result_files.pieces

    def slow(*asked):
        yield from made(*asked)
        Inspection.objects.filter(pk=visits[0].pk).update(summary="同时改的话")

    with monkeypatch.context() as patch:
        patch.setattr(result_files, "pieces", slow)
        first = visitor.get(FILES[0])
        assert "同时改的话" not in whole(first).decode() and len(made_files) == 0
    again = visitor.get(FILES[0], headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 200 and again["ETag"] != first["ETag"]
    assert "同时改的话" in whole(again).decode()


def test_one_question_is_one_file_however_it_is_put(visits, visitor):
    def tag(url):
        answer = visitor.get(url)
        answer.close()
        return answer["ETag"]

    one = tag("/results/results.csv?category=key&outcome=ordered")
    assert one == tag("/results/results.csv?outcome=ordered&category=key&else=1")
    assert one != tag("/results/results.csv?outcome=ordered&category=key&sort=oldest")
    assert one != tag("/results/results.csv?category=key&outcome=clean")
    assert tag("/results/results.csv") != tag("/results/results.xlsx")


@pytest.mark.parametrize("url", FILES)
def test_a_head_reads_no_row(visits, visitor, url, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(exports, "MadeFile", no_reading)
        for _ in range(3):  # it takes no place, too
            with CaptureQueriesContext(connection) as captured:
                head = visitor.head(url)
            assert head.status_code == 200 and whole(head) == b""
            assert not [each for each in captured if "summary" in each["sql"]]
    assert head["Accept-Ranges"] == "none" and "Content-Length" not in head and "ETag" not in head
    got = visitor.get(url)
    assert {name: head[name] for name in ("Content-Type", "Content-Disposition")} == {
        name: got[name] for name in ("Content-Type", "Content-Disposition")
    }
    got.close()
    # Now and then a tag would tell when something was written that nobody may know of.
    assert "ETag" not in visitor.head(url)


@pytest.mark.parametrize("url", FILES)
def test_a_part_is_not_given_the_whole_is(visits, visitor, url):
    plain, part = (visitor.get(url, headers=headers) for headers in ({}, {"Range": "bytes=0-9"}))
    assert (part.status_code, part["Accept-Ranges"], "Content-Range" in part) == (200, "none", False)
    assert whole(part) == whole(plain)


def test_while_a_few_are_made_the_others_are_told_when_to_come_back(visits, visitor):
    ready = whole(visitor.get(LARGE[0]))
    for _ in range(2):
        exports.PLACES.acquire()  # as two that are being made
    answers = [visitor.get(LARGE[1 + number % (len(LARGE) - 1)]) for number in range(50)]
    assert {each.status_code for each in answers} == {503}
    for busy in answers:
        assert busy["Retry-After"] == "10" and busy["Cache-Control"] == "no-store" and "ETag" not in busy
        assert "同时下载的人太多" in busy.content.decode() and "10 秒" in busy.content.decode()
    # Some lines wait for nobody, nor does what is made already.
    assert all(whole(visitor.get(url)) for url in SMALL) and whole(visitor.get(LARGE[0])) == ready
    for _ in range(2):
        exports.PLACES.release()
    # In turn each of them is served.
    assert all(whole(visitor.get(FILES[number % len(FILES)])) for number in range(50))


def test_who_reads_slowly_holds_up_nobody(visits, visitor, monkeypatch):
    """Fifty have begun, read a little, and stop; whoever asks for the same file or another gets it."""
    gc.collect()
    before = alive.size
    monkeypatch.setattr(made_files_module, "PIECE", 1)
    readers = [iter(visitor.get(LARGE[number % 2]).streaming_content) for number in range(50)]
    assert {next(reader) for reader in readers} <= {b"\xef", b"P"}
    assert [visitor.get(url).status_code for url in LARGE] == [200] * len(LARGE)
    # However many read it, a file is on the disk once.
    assert alive.size - before == made_files.size


def test_the_server_is_told_where_each_piece_lies(visits, visitor, monkeypatch):
    """Through all that stands around the view: else it would copy what a slow reader leaves, or keep a thread for him."""
    monkeypatch.setattr(made_files_module, "PIECE", 100)
    assert {type(piece) for piece in visitor.get(LARGE[0])} == {bytes}  # all that another server takes
    answer = visitor.get(LARGE[0], **{KNOWS: True})
    pieces = [*answer]
    assert [piece.at for piece in pieces] == [*range(0, int(answer["Content-Length"]), 100)]
    assert b"".join(piece.file.read_at(piece.at, len(piece)) for piece in pieces) == b"".join(pieces)


def test_where_slow_readers_of_many_files_hold_all_the_room_no_other_is_made(visits, visitor, monkeypatch):
    gc.collect()
    before = alive.size
    monkeypatch.setattr(made_files_module, "ROOM", 0)
    first = visitor.get(LARGE[0])
    assert alive.size - before == int(first["Content-Length"]) and made_files.size == 0
    monkeypatch.setattr(exports, "ALIVE", before + int(first["Content-Length"]) - 1)
    assert visitor.get(LARGE[1]).status_code == 503
    whole(first)
    del first
    gc.collect()
    assert alive.size == before and visitor.get(LARGE[1]).status_code == 200


@pytest.mark.parametrize("url", [LARGE[0], LARGE[1], LARGE[5], LARGE[6]])
def test_who_goes_away_half_way_leaves_nothing_open(visits, visitor, url, monkeypatch):
    monkeypatch.setattr(result_rows, "BATCH", 1)
    monkeypatch.setattr(made_files_module, "PIECE", 10)
    monkeypatch.setattr(made_files_module, "ROOM", 0)
    gone = []
    end = MadeFile.__del__
    monkeypatch.setattr(MadeFile, "__del__", lambda made: (end(made), gone.append(made.size)))
    answers = [visitor.get(url) for _ in range(2)]
    next(iter(answers[0].streaming_content))
    assert gone == []
    for answer in answers:  # one has read something, one nothing
        answer.close()
    del answer, answers
    gc.collect()
    assert len(gone) == 2 and made_files.size == 0
    assert not connection.in_atomic_block
    assert visitor.get(url).status_code == 200


def test_one_that_cannot_be_made_gives_its_place_back(visits, monkeypatch):
    def broken(*_):
        yield b"x"
        raise RuntimeError

    monkeypatch.setattr(result_files, "pieces", broken)
    for _ in range(3):
        with pytest.raises(RuntimeError):
            Client().get(FILES[0])


def test_on_a_full_disk_a_page_says_so_and_the_place_is_free_again(visits, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(exports, "MadeFile", full)
    for _ in range(3):
        assert Client(raise_request_exception=False).get(FILES[0]).status_code == 507


def test_files_are_kept_as_far_as_there_is_room_and_their_tags_longer(visits, visitor, monkeypatch):
    sizes = [int(visitor.get(url)["Content-Length"]) for url in LARGE[:2]]
    assert made_files.size == sum(sizes)
    made_files.clear()
    monkeypatch.setattr(made_files_module, "ROOM", max(sizes))
    tags = [visitor.get(url)["ETag"] for url in LARGE[:2]]
    assert made_files.size == sizes[1]
    monkeypatch.setattr(exports, "MadeFile", no_reading)
    for url, tag in zip(LARGE[:2], tags, strict=True):
        assert visitor.get(url, headers={"If-None-Match": tag}).status_code == 304


def test_what_was_made_before_a_change_takes_no_room_after_it(visits, visitor):
    whole(visitor.get(LARGE[0]))
    Inspection.objects.filter(pk=visits[0].pk).update(summary="改过的话")
    size = int(visitor.get(LARGE[3])["Content-Length"])
    assert made_files.size == size


def test_two_read_one_file_each_from_its_beginning(visits, visitor, monkeypatch):
    monkeypatch.setattr(made_files_module, "PIECE", 10)
    first, second = (iter(visitor.get(LARGE[0]).streaming_content) for _ in range(2))
    turns = [(next(first), next(second)) for _ in range(20)]
    assert all(one == other for one, other in turns) and len({one for one, _ in turns}) > 10


def test_one_that_cannot_even_be_begun_gives_its_place_back(visits, monkeypatch):
    def broken(_):
        raise RuntimeError

    monkeypatch.setattr(figure_views.figure_rows, "units_of", broken)
    for _ in range(3):
        with pytest.raises(RuntimeError):
            Client().get("/statistics/2026/coverage-units.csv")


def test_only_so_many_tags_are_remembered(visits, visitor, monkeypatch):
    monkeypatch.setattr(made_files_module, "REMEMBERED", 3)
    for number in range(10):
        visitor.get(f"/results/results.csv?since=2020-01-{number + 1:02d}").close()
    assert len(made_files) == 3


def test_a_file_of_figures_is_called_what_its_table_is(visits):
    counted = Counted(Period.read("2026"))
    assert {code: make(counted).title for code, make in TABLES.items()} | {
        code: figure_views.FILES[code] for code in (figure_views.COVERAGE_UNITS, figure_views.PLACES)
    } == figure_views.FILES
