"""Absurd and forged requests to the public's lists, figures, searches and files: each is answered in Chinese or plainly refused."""

import re
from itertools import count, cycle
from urllib.parse import quote

import pytest
from django.test import Client

PERIODS = [
    "2026",
    "2026Q4",
    "2025",
    "0000",
    "9999",
    "9999Q4",
    "0000Q1",
    "2026Q5",
    "2026q4",
    "٢٠٢٦",
    "20 26",
    "-2026",
    "2026Q4Q4",
]
FIGURES = [
    "published",
    "faulty",
    "failed",
    "drawn",
    "quota",
    "voided",
    "base",
    "seen1",
    "seen3",
    "seen9",
    "nothing",
]
# As they stand in an address: a lone surrogate as its three bytes, as careless programs send it.
TEXTS = [
    "%00", "a%00b", "%ED%A0%80", "%FF%FE", "%", "%ZZ", quote("甲" * 3400), "a" * 10_240, quote("\u202e厂\u200f乙"), quote("\ufeff\u2028"),
    quote("😀🏳️‍🌈"), "%27%20OR%201%3D1--", "%3Cscript%3Ealert(1)%3C%2Fscript%3E", "%25%25s", "%5C", "%22%2A%22", "NEAR(a%2Cb)", "{{7*7}}",
    quote("=HYPERLINK(1)"), "-", ".", "..", "x" * 55, "%0D%0AX-Bad%3A+1",
]  # fmt: skip
CURSORS = [
    "2026-10-11~410481-0001~2026Q4", "2026-10-11~410481-0001~2026Q4~bcd7", "2026-10-11~410481-0001~2026Q4~" + "f" * 96,
    "2026-10-11~410481-0001~2026Q4~" + "f" * 97, "2026-10-11~410481-0001~2026Q4~zz", "9999-12-31~z~9999Q4", "0001-01-01~0~0000Q1",
    "2026-02-30~x~2026Q4", "2026-10-11~~2026Q4", "end", quote("٢٠٢٦-10-11~x~2026Q4"),
]  # fmt: skip
TAGS = [
    '"',
    'W/"',
    "*",
    "*, *",
    '"a", W/"b", c',
    '"' + "a" * 8000 + '"',
    '"a",' * 900,
    "\x00",
    "é",
    "",
    ",",
    "W/*",
    '"\ud800"',
]
RANGES = [
    "bytes=0-",
    "bytes=0-0",
    "bytes=-1",
    "bytes=9-1",
    "bytes=x",
    "bytes=0-1,3-4" + ",5-6" * 500,
    "bytes=99999999999999999999-",
    "lines=1-2",
]
DATES = ["x", "Thu, 99 Xxx 99999 99:99:99 GMT", "Mon, 01 Jan 0001 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT", "-1"]  # fmt: skip
PLAIN = {200, 302, 304, 400, 404, 405, 412}
FILES = [
    "/results/results.csv", "/results/results.xlsx", "/results/files/2026.csv", "/results/files/2026Q4.xlsx", "/statistics/2026/classes.csv",
    "/statistics/2026/coverage-units.csv", "/statistics/2026/places.csv", "/statistics/2026/rows/published.csv", "/log/log.tsv",
    "/draws/2026Q4/bundle.zip", "/draws/2026Q4/pool.tsv", "/draws/2026Q4/notice.txt", "/verify/verify.mjs", "/verify/PROTOCOL.md",
    "/sitemap.xml", "/sitemap-pages.xml", "/sitemap-units-1.xml", "/robots.txt", "/favicon.ico", "/plans/2026/1/plan.txt",
]  # fmt: skip


@pytest.fixture
def asked(published_draw, report):
    """Ask, each time from another address; return the answer once it is a page in Chinese, a file or a plain refusal."""
    report(published_draw.selections.first().inspection)
    client, numbers = Client(raise_request_exception=False), count(1)

    def ask(path, query="", method="GET", body=b"", **headers):
        number = next(numbers)
        answer = client.generic(
            method, path, body, "application/x-www-form-urlencoded", QUERY_STRING=query,
            REMOTE_ADDR=f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}", **headers,
        )  # fmt: skip
        what = f"{method} {path}?{query} {headers}"[:300]
        answer.body = b"".join(answer) if answer.streaming else answer.content
        assert answer.status_code in PLAIN, what
        assert b"Traceback" not in answer.body and "X-Bad" not in answer, what
        kind = answer.get("Content-Type", "")
        if method == "GET" and kind.startswith("text/html") and answer.body:
            text = answer.body.decode()
            assert '<html lang="zh' in text and re.search("[一-鿿]{2}", text), what
            assert "<script>alert(1)" not in text, what
        return answer

    return ask


def test_statistics_of_any_period_figure_and_row(asked):
    for period in PERIODS:
        for rest in ("", "places/", "places.csv", "rows/published/", "rows/failed.csv"):
            status = asked(f"/statistics/{period}/{rest}").status_code
            assert (status == 200) == (period in ("2026", "2026Q4")), (period, rest)
    for figure in FIGURES:
        for ending in ("/", ".csv"):
            asked(f"/statistics/2026/rows/{figure}{ending}")
    names = cycle(("category", "township", "industry", "page", "after", "before", "nothing"))
    for text, name in zip(TEXTS, names, strict=False):
        asked("/statistics/2026/rows/failed/", f"{name}={text}&point={text}")
        asked("/statistics/2026/rows/seen1/", f"category={text}&page=99999")
        asked("/statistics/2026/rows/failed.csv", f"point={text}&township={text}")


def test_results_after_any_cursor_in_any_order(asked):
    for order in ("", "newest", "oldest", "name", "number", "nothing"):
        for cursor in CURSORS:
            for way in ("after", "before"):
                asked("/results/", f"sort={order}&{way}={cursor}")
    names = cycle(("quarter", "category", "since", "until", "faulty", "sort", "after", "before"))
    for text, name in zip(TEXTS, names, strict=False):
        asked("/results/", f"{name}={text}&sort=name")
        asked("/results/", f"q={text}")
        asked("/results/results.csv", f"q={text}")
    for period in PERIODS:
        for kind in ("csv", "xlsx", "exe"):
            status = asked(f"/results/files/{period}.{kind}").status_code
            assert (status == 200) == (period in ("2026", "2026Q4") and kind != "exe"), period


def test_a_search_for_anything(asked):
    for text in TEXTS:
        for path in ("/units/suggest/", "/units/", "/draws/2026Q4/"):
            answer = asked(path, f"q={text}")
            if path.endswith("suggest/") and answer.status_code == 200:
                assert set(answer.json()) == {"units"}
        asked("/units/suggest/", f"q=a&q={text}&{text}=1")


def test_parts_of_the_map_that_are_none(asked):
    for part in ("0", "1", "2", "99", "999999", "9" * 30, "-1", "x", "01", "٣"):
        status = asked(f"/sitemap-units-{part}.xml").status_code
        assert (status == 200) == (part == "1"), part


def test_a_receipt_cannot_be_guessed(asked):
    secrets = cycle(("ABCD-EFGH-JKMN-PQRS", *TEXTS[:8]))
    for number, secret in zip(("20261009-AAAAAA", "20261009-7KQ3MX", "x", *TEXTS), secrets, strict=False):
        answer = asked("/say/follow/", method="POST", body=f"number={number}&secret={secret}".encode())
        assert answer.status_code in (200, 400)
    for cookie in ("WyJ7cmVjZWlwdH0iLCJBIl0:1abcde:AAAA", '"\\000"', "é", "x" * 4000):
        asked("/say/receipt/", HTTP_COOKIE=f"say_receipt={cookie}")
    for text in TEXTS:
        asked("/say/", f"unit={text}&draw={text}")
        asked(f"/say/visit/{'A' * 43}/", f"x={text}")


# One of each way in which a file is sent; the others go the same ways.
SHORT = {"/results/results.csv", "/statistics/2026/classes.csv", "/draws/2026Q4/pool.tsv"}


@pytest.mark.parametrize(
    "path", [pytest.param(path, marks=() if path in SHORT else pytest.mark.long) for path in FILES]
)
def test_parts_tags_and_days_of_a_file(asked, path):
    """Whatever is asked of it, a reader gets the whole file, word that he has it, or a refusal: never a wrong part."""
    whole = asked(path)
    assert whole.status_code == 200 and whole.body
    head = asked(path, method="HEAD")
    assert (head.status_code, head.body) == (200, b"")
    assert {**head.headers}.items() - {"X-Request-ID": head["X-Request-ID"]}.items() <= {
        **whole.headers
    }.items()
    for part in RANGES:
        answer = asked(path, HTTP_RANGE=part)
        assert answer.status_code == 200 and len(answer.body) == len(whole.body), part
        asked(path, HTTP_RANGE=part, HTTP_IF_RANGE='"x')
    for tag in TAGS:
        for name in ("HTTP_IF_NONE_MATCH", "HTTP_IF_MATCH"):
            assert asked(path, **{name: tag}).status_code in (200, 304, 412)
    for day in DATES:
        asked(path, HTTP_IF_MODIFIED_SINCE=day, HTTP_IF_UNMODIFIED_SINCE=day)
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        assert asked(path, method=method).status_code in (403, 405)
