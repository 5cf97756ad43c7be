"""Public pages are kept as long as nothing public changes, and not a request longer."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.messages import constants
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import get_resolver
from kept_cases import is_kept, pages, read, read_anew

from drawings.disclosure import kept as module
from drawings.disclosure import views
from drawings.disclosure.kept import Key, Page, Shelf, State, shelves
from drawings.models import InspectionItem, PublicVersion
from drawings.models.public_version import public_version
from wugang_audit.access import throttle
from wugang_audit.access.throttle import SEARCH, Buckets

pytestmark = pytest.mark.django_db(transaction=True)
# Views of this room that hand out files, or a page for one firm alone.
NEVER = {
    "bundle", "draw_file", "finding_record", "hidden_photo", "log_file", "period_file", "objections_file", "photo", "photos_record", "plan_record",
    "protocol", "results_file", "small_photo", "timestamp", "verifier", "visit", "draw_notice", "favicon", "robots",
    "sitemap_index", "sitemap_pages", "sitemap_units", "statistics_file", "statistics_rows_file",
}  # fmt: skip


def kept_middleware():
    def view(request):
        return HttpResponse("page")

    return module.KeptPagesMiddleware(view)


@pytest.fixture
def visitor():
    return Client()


def test_every_page_of_the_room_is_kept_but_files_and_the_page_of_a_firm():
    marked, others = set(), set()
    for outer in get_resolver().url_patterns:
        for inner in getattr(outer, "url_patterns", ()):
            if getattr(inner, "namespace", None) == "disclosure":
                for pattern in inner.url_patterns:
                    (marked if hasattr(pattern.callback, "kept") else others).add(pattern.name)
    assert others == NEVER
    assert len(marked) >= 16


def test_the_second_answer_is_the_first_one_without_a_query(published_draw, report, visitor):
    inspection = published_draw.selections.first().inspection
    report(inspection)
    urls = [
        url
        for url in pages(inspection.selection.source.number)
        if "findings" not in url and "suggest" not in url
    ]
    first = {url: visitor.get(url) for url in urls}
    for url, answer in first.items():
        assert answer.status_code == 200, url
        again = visitor.get(url)
        assert is_kept(url, visitor), url
        assert again.content == answer.content
        told = dict(answer.headers), dict(again.headers)
        for headers in told:
            del headers["X-Request-ID"]
        assert told[0] == told[1]
        assert answer["Cache-Control"] == "no-cache" and answer["Content-Security-Policy"]


def test_who_holds_the_page_gets_304_and_no_word_of_it(published_draw, visitor):
    tag = visitor.get("/")["ETag"]
    again = visitor.get("/", headers={"If-None-Match": tag})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", tag)
    assert again["Content-Security-Policy"] and again["Cache-Control"] == "no-cache"
    assert visitor.get("/", headers={"If-None-Match": '"another"'}).status_code == 200
    shelves.clear()
    assert (
        visitor.get("/", headers={"If-None-Match": tag}).status_code == 304
    )  # made anew, it is still the same
    tag = visitor.get("/items/")["ETag"]
    InspectionItem.objects.update(subject="改过的事项")
    assert visitor.get("/items/", headers={"If-None-Match": tag}).status_code == 200


def test_the_tag_tells_nothing_of_what_no_page_shows(published_draw, visitor):
    tag, version = visitor.get("/about/")["ETag"], public_version()
    InspectionItem.objects.update(subject="改过的事项")
    assert public_version() > version and visitor.get("/about/")["ETag"] == tag


def test_head_is_answered_from_what_is_kept(published_draw, visitor):
    assert visitor.head("/draws/").status_code == 200
    assert is_kept("/draws/", visitor)
    whole, head = visitor.get("/draws/"), visitor.head("/draws/")
    assert head["ETag"] == whole["ETag"] and head["Content-Length"] == str(len(whole.content))


def test_a_form_that_is_sent_is_never_answered_from_it(published_draw, visitor):
    visitor.get("/results/")
    assert visitor.post("/results/").status_code == 405


def test_who_is_logged_in_gets_a_page_of_his_own(published_draw, login, organiser, visitor):
    visitor.get("/")
    staff = login(organiser)
    own = staff.get("/")
    assert own["Cache-Control"] == "private, no-store" and "ETag" not in own
    assert not is_kept("/", staff) and is_kept("/", visitor)
    shelves.clear()
    staff.get("/")
    assert len(shelves.plain) == 0


def test_a_notice_is_shown_to_whom_it_is_for(published_draw, visitor, rf):
    from wugang_audit.access.cookies import NamedCookie

    visitor.get("/")
    response, storage = HttpResponse(), NamedCookie(rf.get("/"))
    storage.add(constants.INFO, "只给这一位的话")
    storage.update(response)
    with_notice = Client()
    with_notice.cookies = response.cookies
    assert "只给这一位的话" in with_notice.get("/").content.decode()
    assert "只给这一位的话" not in visitor.get("/").content.decode()


def test_faults_and_what_is_not_there_are_not_kept(published_draw, visitor, monkeypatch):
    assert visitor.get("/draws/2020Q1/").status_code == 404
    quiet = Client(raise_request_exception=False)
    with monkeypatch.context() as patch:
        patch.setattr(views, "figures", lambda year: 1 / 0)
        assert quiet.get("/").status_code == 500
    assert quiet.get("/").status_code == 200
    assert len(shelves.plain) == 1


def test_a_page_with_a_token_or_a_cookie_is_not_kept(published_draw, visitor, monkeypatch, rf):
    request = rf.get("/")
    assert module._may_be_kept(request, HttpResponse("x"))
    answer = HttpResponse("x")
    answer.set_cookie("a", "b")
    assert not module._may_be_kept(request, answer)
    request.META["CSRF_COOKIE_NEEDS_UPDATE"] = True
    assert not module._may_be_kept(request, HttpResponse("x"))
    assert not module._may_be_kept(
        rf.get("/"), HttpResponse("x", headers={"Cache-Control": "private, no-store"})
    )


def test_what_the_view_does_not_read_makes_no_page_more(published_draw, visitor):
    visitor.get("/")
    assert is_kept("/?from=timeline&x=1", visitor)
    visitor.get("/units/?q=虚构")
    assert is_kept("/units/?utm=1&q=虚构", visitor) and len(shelves.asked) == 1
    assert visitor.get("/units/?q=别的").content != visitor.get("/units/?q=虚构").content


def test_a_refusal_comes_before_what_is_kept_and_each_request_counts_once(
    published_draw, visitor, settings, monkeypatch
):
    settings.THROTTLE_BY_ADDRESS = True
    monkeypatch.setattr(throttle, "buckets", Buckets(lambda: 1.0))
    for _ in range(SEARCH.burst):
        assert visitor.get("/units/?q=虚构").status_code == 200
    assert visitor.get("/units/?q=虚构").status_code == 429
    assert visitor.get("/units/?q=虚构", REMOTE_ADDR="192.0.2.9").status_code == 200


def test_the_shelf_is_bounded_in_bytes_and_in_pages():
    shelf, state = Shelf(10_000, 5), State(1, None)
    for n in range(100):
        shelf.put(Key("http", "a", f"/{n}/", ""), Page(state, b"x" * 1000, (), '"a"'))
    assert len(shelf) == 5 and shelf.size == 5000
    assert shelf.get(Key("http", "a", "/99/", "")) and shelf.get(Key("http", "a", "/1/", "")) is None
    shelf.put(Key("http", "a", "/big/", ""), Page(state, b"x" * 9000, (), '"a"'))
    assert shelf.size <= 10_000 and shelf.get(Key("http", "a", "/big/", ""))
    shelf.put(Key("http", "a", "/too-big/", ""), Page(state, b"x" * 11_000, (), '"a"'))
    assert shelf.size == len(shelf) == 0


def test_a_thousand_questions_drive_out_no_page_of_the_menu(published_draw, visitor, monkeypatch):
    monkeypatch.setattr(shelves, "asked", Shelf(100_000, 3))
    visitor.get("/")
    for n in range(20):
        visitor.get(f"/units/?q=a{n}")
    assert len(shelves.asked) == 3 and is_kept("/", visitor)


def test_fifty_who_ask_at_once_wait_for_one_page(published_draw, monkeypatch):
    made, gate, asking = [], threading.Event(), threading.Semaphore(0)
    figures = views.figures

    def slowly(year):
        made.append(year)
        gate.wait(10)
        return figures(year)

    class Waits(threading.Event):
        def wait(self, timeout=None):
            asking.release()
            return super().wait(timeout)

    monkeypatch.setattr(views, "figures", slowly)
    monkeypatch.setattr(module.threading, "Event", Waits)

    def ask(_):
        from django.db import connections

        try:
            return Client().get("/").content
        finally:
            connections.close_all()

    with ThreadPoolExecutor(20) as pool:
        answers = pool.map(ask, range(20))
        for _ in range(19):
            assert asking.acquire(timeout=10)
        gate.set()
        found = set(answers)
    assert len(made) == 1 and len(found) == 1
    assert shelves.making == {}


def test_what_changes_while_a_page_is_made_is_not_kept_in_it(published_draw, visitor, monkeypatch):
    found = views.inspection_items

    def and_then_it_changes():
        items = found()
        InspectionItem.objects.update(subject="改在半途")
        return items

    with monkeypatch.context() as patch:
        patch.setattr(views, "inspection_items", and_then_it_changes)
        assert "改在半途" not in visitor.get("/items/").content.decode()
    assert "改在半途" in visitor.get("/items/").content.decode()


def test_nothing_is_kept_while_a_trigger_is_missing(published_draw, visitor, sql):
    from django.db import connection

    from drawings.models import public_triggers

    if connection.vendor == "sqlite":
        sql("DROP TRIGGER drawings_plan_told_update")
    else:
        sql("DROP TRIGGER drawings_plan_told ON drawings_plan")
    shelves.clear()
    try:
        visitor.get("/plans/")
        assert not is_kept("/plans/", visitor)
        assert public_triggers.faults(connection)
    finally:
        public_triggers.install(connection)
    assert public_triggers.faults(connection) == []


def test_nothing_is_kept_before_the_version_is(published_draw, visitor):
    PublicVersion.objects.all().delete()
    visitor.get("/")
    assert not is_kept("/", visitor)
    InspectionItem.objects.update(subject="改过的事项")
    visitor.get("/")
    assert is_kept("/", visitor)


@pytest.mark.django_db(transaction=False)
def test_nothing_is_kept_of_what_is_not_committed(published_draw, visitor):
    read(pages())
    assert len(shelves.plain) == len(shelves.asked) == 0
    assert read(pages()) == read_anew(pages())


def test_suggestions_are_kept_here_and_by_no_browser(published_draw, visitor):
    url = "/units/suggest/?q=虚构"
    first = visitor.get(url)
    assert first.json()["units"] and is_kept(url, visitor)
    again = visitor.get(url)
    assert again.content == first.content and again["Cache-Control"] == "no-store"


def test_each_page_marks_its_own_line_of_a_menu_that_is_remembered(published_draw, visitor):
    lines = {
        "/": "首页",
        "/items/": "抽查事项",
        "/plans/": "抽查计划",
        "/draws/": "抽签公开",
        "/draws/2026Q4/": "抽签公开",
        "/units/": "检查结果",
    }
    lines |= {"/glossary/": "为什么可信", "/say/": "异议纠错", "/verify/": "验证"}
    for url, line in (lines | lines).items():
        shelves.clear()  # the menu is remembered beside the pages
        page = visitor.get(url).content.decode()
        found = re.findall(r'aria-current="page">([^<]+)</a></li>', page.partition("</header>")[0])
        assert found == [line], url


def test_a_form_of_the_results_shows_what_this_address_asks(published_draw, report, visitor):
    """Its HTML is remembered for each question: the next one must not show the choice of the last."""
    report(published_draw.selections.first().inspection)
    asked = ["", "?outcome=case", "?since=2026-01-02", "?outcome=nonsense", "?q=%3Cb%3E", "?outcome=case"]
    pages = [visitor.get(f"/results/{query}").content.decode() for query in asked]
    assert ['value="case" selected' in page for page in pages] == [False, True, False, False, False, True]
    assert ['value="2026-01-02"' in page for page in pages] == [False, False, True, False, False, False]
    assert ["没有这个选项" in page for page in pages] == [False, False, False, True, False, False]
    assert [page.count('value="&lt;b&gt;"') for page in pages] == [0, 0, 0, 0, 1, 0]


def test_an_address_that_nobody_asks_twice_is_answered_and_not_remembered(visitor):
    """Five thousand of them, 4 KB each, would be 40 MB of a process; the page is the same, its tag with it."""
    short, long = "/results/?q=" + "%E5%8E%82" * 90, "/results/?township=" + "x" * 3000
    middleware = kept_middleware()
    for url, counts in ((short, 1), (long, 0), ("/results/?nothing=" + "x" * 3000, 0)):
        shelves.clear()
        middleware._meant.clear()
        request = RequestFactory().get(url)
        answer = middleware(request)
        assert answer.status_code == 200 and answer["ETag"] and answer["Cache-Control"] == "no-cache"
        assert (len(middleware._meant), len(shelves.asked)) == (counts, counts), url
