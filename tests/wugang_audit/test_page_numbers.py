"""Any page number may be typed into an address: no error of the site, and no rows passed over that nobody has."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from wugang_audit import pagination

NUMBERS = [
    "1",
    "0",
    "-1",
    "abc",
    "",
    "1e9",
    "2.5",
    "1_0",
    "٣",
    "nan",
    "inf",
    "99999",
    "999999",
    str(2**63),
    str(10**30),
    "9" * 5000,
    "\x00",
]
FARTHEST = 50_000_000  # rows: five digits of pages of 500 lines


def ask(client, url, parameter):
    for number in NUMBERS:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            response = client.get(url, {parameter: number})
        assert response.status_code in ((400,) if "\x00" in number else (200, 302, 404)), (url, number[:40])
        offsets = re.findall(r"OFFSET (\d+)", " ".join(query["sql"] for query in queries))
        assert all(int(offset) <= FARTHEST for offset in offsets), (url, number[:40], offsets)


def test_the_public_lists(client, published_draw):
    for url in (f"/draws/{published_draw.code}/", "/log/", "/results/", "/units/"):
        ask(client, url, "page")


@pytest.mark.parametrize("limit", [pagination.LIMIT, 3])
def test_the_lists_of_the_staff(published_draw, login, organiser, auditor, admin, limit, monkeypatch):
    monkeypatch.setattr(pagination, "LIMIT", limit)  # 3: every list is longer than was counted
    officer = published_draw.selections.first().team.first().officer.user
    ask(login(organiser), "/inspections/all/", "page")
    ask(login(officer), "/inspections/", "page")
    ask(login(auditor), "/audit/", "page")
    ask(login(admin), "/admin/sources/pollutionsource/import/history/", "page")


@pytest.mark.parametrize("limit", [pagination.LIMIT, 3])
def test_the_lists_of_the_admin(published_draw, login, admin, security, limit, monkeypatch):
    monkeypatch.setattr(pagination, "LIMIT", limit)
    for table in (
        "sources/pollutionsource",
        "sources/permitcondition",
        "enforcers/officer",
        "enforcers/recusal",
    ):
        ask(login(admin), f"/admin/{table}/", "p")
    ask(login(security), "/admin/wugang_audit/user/", "p")
