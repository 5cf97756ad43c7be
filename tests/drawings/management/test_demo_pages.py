"""The demonstration as its visitors see it: no list of any role is empty, and every quarter verifies."""

import io
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from demo_built import NOW, played  # noqa: F401 - the fixture
from django.core.management import call_command

from drawings.models import Draw
from wugang_audit import clock as site_clock
from wugang_audit.accounts.demo import ACCOUNTS, accounts
from wugang_audit.accounts.models import User

VERIFIER = Path(__file__).resolve().parents[3] / "drawings/protocol/verify.py"
EMPTY = re.compile(r'class="empty-title"[^>]*>(.*?)</p>', re.DOTALL)
NO_LIST = "bundle.zip"  # looks like an empty list, and is where a file goes


@pytest.fixture
def at_its_time(played, db):  # noqa: F811
    with site_clock.at(NOW):
        yield


def links(response):
    """Return the addresses of a page without their queries, pages alone."""
    found = re.findall(r'href="(/[^"#?]*)', response.content.decode())
    return {
        each
        for each in found
        if each.endswith("/") and not re.search(r"logout|/static/|history|/help/", each)
    }


def walk(client, start, of_a_kind, depth=2):
    """Yield (address, page) of all that can be reached from a page, that often clicked; of each kind a few."""
    seen, todo = set(), [start]
    for _ in range(depth + 1):
        below = set()
        for address in sorted(set(todo) - seen):
            response = client.get(address, follow=True)
            assert response.status_code == 200, address
            seen.add(address)
            if not response.streaming and response["Content-Type"].startswith("text/html"):
                yield address, response.content.decode()
                below |= links(response)
        todo = _few_of_a_kind(below - seen, of_a_kind)


def _few_of_a_kind(addresses, count):
    """So many of the addresses that differ in a number alone."""
    kinds = {}
    for address in sorted(addresses):
        kinds.setdefault(re.sub(r"\d+", "0", address), []).append(address)
    return [address for found in kinds.values() for address in found[:count]]


@pytest.mark.parametrize("of_a_kind", [1, pytest.param(2, marks=pytest.mark.long)])
@pytest.mark.parametrize("place", [None, *range(len(ACCOUNTS))])
def test_no_list_is_empty(at_its_time, login, stranger, place, of_a_kind):
    """Of a stranger, and of each account that the log-in page shows."""
    known = place is not None
    client = login(User.objects.get(username=accounts()[place].username)) if known else stranger
    pages = dict(walk(client, "/desk/" if known else "/", of_a_kind))
    empty = {(address, said) for address, page in pages.items() for said in EMPTY.findall(page)}
    assert {(address, said) for address, said in empty if NO_LIST not in said} == set()
    assert len(pages) > 5


def test_the_site_verifies(at_its_time, capsys):
    call_command("verify_log")
    call_command("verify_audit")
    assert "不符" not in capsys.readouterr().out


def test_the_bundle_of_each_quarter_verifies(at_its_time, stranger, tmp_path):
    for draw in Draw.objects.published():
        response = stranger.get(f"/draws/{draw.code}/bundle.zip")
        content = b"".join(response.streaming_content) if response.streaming else response.content
        zipfile.ZipFile(io.BytesIO(content)).extractall(tmp_path / draw.code)
        done = subprocess.run(
            [sys.executable, VERIFIER, tmp_path / draw.code], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout
        assert done.stdout.rstrip().endswith("结论：全部通过")
