"""Who asks far more often than people do is told to wait; what counts stands in a table."""

import threading

import pytest
from django.test import Client, RequestFactory
from test_access import named

from wugang_audit.access import throttle
from wugang_audit.access.throttle import (
    DOWNLOAD,
    FORM,
    PAGE,
    SEARCH,
    SUGGEST,
    UNLIMITED,
    Buckets,
    Rate,
    rate_of,
)

RATE = Rate("test", burst=3, per_second=0.5)
MARKED = {
    "login": UNLIMITED,
    "audit": SEARCH,
    "inspections:all": SEARCH,
    "sources:where": SEARCH,
    "disclosure:results": SEARCH,
    "disclosure:results_file": DOWNLOAD,
    "disclosure:period_file": DOWNLOAD,
    "disclosure:objections_file": DOWNLOAD,
    "disclosure:units": SEARCH,
    "disclosure:draw": SEARCH,  # a search in the frozen pool
    "disclosure:observer": DOWNLOAD,  # its plain address makes the whole paper
    "disclosure:draw_file": DOWNLOAD,
    "disclosure:bundle": DOWNLOAD,
    "disclosure:finding_record": DOWNLOAD,
    "disclosure:finding_meaning": DOWNLOAD,
    "disclosure:plan_record": DOWNLOAD,
    "disclosure:photo": DOWNLOAD,
    "disclosure:small_photo": PAGE,  # a page has dozens of them
    "disclosure:photos_record": DOWNLOAD,
    "disclosure:hidden_photo": DOWNLOAD,
    "disclosure:timestamp": DOWNLOAD,
    "disclosure:log_file": DOWNLOAD,
    "disclosure:suggest": SUGGEST,  # with each letter that is typed
    "disclosure:sitemap_index": DOWNLOAD,
    "disclosure:sitemap_pages": DOWNLOAD,
    "disclosure:sitemap_units": DOWNLOAD,
    "disclosure:poster": DOWNLOAD,
    "disclosure:draw_notice": DOWNLOAD,
    "disclosure:statistics": PAGE,
    "disclosure:statistics_period": PAGE,
    "disclosure:statistics_places": PAGE,
    "disclosure:statistics_rows": PAGE,
    "disclosure:statistics_rows_file": DOWNLOAD,
    "disclosure:statistics_file": DOWNLOAD,
    "ceremony:minutes_docx": DOWNLOAD,
    "statistics:download": DOWNLOAD,
    "inspections:case_file": DOWNLOAD,
    "inspections:evidence_original": DOWNLOAD,
}


class Seconds:
    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def seconds():
    return Seconds()


@pytest.fixture
def buckets(seconds):
    return Buckets(seconds)


def test_the_table_names_every_view_that_is_marked():
    assert {
        name: entry.callback.throttle for name, entry in named() if hasattr(entry.callback, "throttle")
    } == MARKED


def test_a_search_counts_when_it_asks_and_a_form_when_it_is_sent():
    ask, views = RequestFactory(), {name: entry.callback for name, entry in named()}
    assert rate_of(ask.get("/results/"), views["disclosure:results"]) is None
    assert rate_of(ask.get("/results/?q=a"), views["disclosure:results"]) is SEARCH
    assert rate_of(ask.get("/draws/2026Q4/"), views["disclosure:draw"]) is PAGE  # 500 units with their teams
    assert rate_of(ask.get("/draws/2026Q4/?q=a"), views["disclosure:draw"]) is SEARCH
    assert rate_of(ask.get("/ceremony/"), views["ceremony:draws"]) is None
    assert rate_of(ask.post("/ceremony/"), views["ceremony:draws"]) is FORM
    assert rate_of(ask.post("/accounts/login/"), views["login"]) is None
    for name in ("disclosure:verify", "disclosure:verifier", "disclosure:home"):
        assert rate_of(ask.get("/"), views[name]) is None, name


def test_so_many_at_once_and_then_so_many_a_second(buckets, seconds):
    assert [buckets.take("192.0.2.1", RATE) for _ in range(5)] == [0, 0, 0, 2, 2]
    seconds.now += 1
    assert buckets.take("192.0.2.1", RATE) == 1
    seconds.now += 1
    assert [buckets.take("192.0.2.1", RATE) for _ in range(2)] == [0, 2]
    seconds.now += 3600
    assert [buckets.take("192.0.2.1", RATE) for _ in range(4)] == [0, 0, 0, 2]


def test_each_address_and_each_kind_is_counted_apart(buckets):
    assert [buckets.take("192.0.2.1", RATE) for _ in range(4)][-1] == 2
    assert buckets.take("192.0.2.2", RATE) == 0
    assert buckets.take("192.0.2.1", Rate("other", 1, 1)) == 0


def test_the_addresses_of_one_ipv6_customer_are_one(buckets):
    found = [buckets.take(f"2001:db8:0:1::{n:x}", RATE) for n in range(4)]
    assert found == [0, 0, 0, 2]
    assert buckets.take("2001:db8:0:2::1", RATE) == 0


def test_many_addresses_take_no_more_memory_than_a_few_megabytes(buckets, monkeypatch):
    monkeypatch.setattr(Buckets, "LARGEST", 100)
    for n in range(100):
        buckets.take("192.0.2.1", RATE)
        buckets.take(f"10.0.{n // 256}.{n % 256}", RATE)
    assert len(buckets) == 100
    assert buckets.take("192.0.2.1", RATE)  # who keeps asking is not the one that is forgotten


def test_threads_at_once_take_no_more_than_there_is(seconds):
    buckets, taken = Buckets(seconds), []
    rate = Rate("test", 500, 1)

    def take():
        taken.extend(buckets.take("192.0.2.1", rate) == 0 for _ in range(200))

    threads = [threading.Thread(target=take) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(taken) == 500


def test_a_class_of_citizens_and_a_bureau_at_work_stay_far_below():
    assert SEARCH.burst >= 50 * 4 and DOWNLOAD.burst >= 50 * 6 and FORM.burst >= 30 * 6
    assert PAGE.burst >= 200 * 3


@pytest.fixture
def small(settings, monkeypatch):
    settings.THROTTLE_BY_ADDRESS = True
    frozen = Seconds()
    monkeypatch.setattr(throttle, "buckets", Buckets(frozen))
    return Client()


def test_who_asks_too_often_is_told_when_to_come_again(small, db):
    for _ in range(SEARCH.burst):
        assert small.get("/units/?q=a").status_code == 200
    refused = small.get("/units/?q=a")
    assert (refused.status_code, refused["Retry-After"]) == (429, "1")
    assert "请等 1 秒" in refused.content.decode() and refused["Cache-Control"] == "no-store"
    assert small.get("/units/").status_code == small.get("/").status_code == 200
    assert small.get("/units/?q=a", REMOTE_ADDR="192.0.2.9").status_code == 200


def test_the_page_of_a_draw_is_counted_apart_from_the_search_in_it(small, db):
    for _ in range(PAGE.burst):
        assert small.get("/draws/2026Q4/").status_code == 404
    assert small.get("/draws/2026Q4/").status_code == 429
    assert small.get("/draws/2026Q4/?q=a").status_code == 404
    assert small.get("/draws/").status_code == 200


def test_a_refusal_costs_no_query_and_log_ins_are_not_counted_here(small, db, django_assert_num_queries):
    for _ in range(FORM.burst):
        small.post("/accounts/logout/")
    with django_assert_num_queries(0):
        assert small.post("/accounts/logout/").status_code == 429
    assert small.post("/accounts/login/", {"username": "a", "password": "b"}).status_code == 200


def test_a_forged_forwarding_header_gives_no_second_bucket(small, db):
    for n in range(DOWNLOAD.burst):
        small.get("/log/log.tsv", headers={"X-Forwarded-For": f"192.0.2.{n % 250}"})
    assert small.get("/log/log.tsv", headers={"X-Forwarded-For": "198.51.100.1"}).status_code == 429
