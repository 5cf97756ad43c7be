"""The files of a draw to the byte, and the bundle that anybody can check."""

import hashlib
import io
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from drawings import public_log
from drawings.disclosure import downloads
from drawings.disclosure.bundle import pack
from drawings.models import DrawFile, LogEntry
from drawings.protocol import verify

ORDER = [
    "commit.txt",
    "pool.tsv",
    "officers.tsv",
    "registers.tsv",
    "names.tsv",
    "salt.txt",
    "entropy.txt",
    "result.tsv",
    "log.tsv",
    "verify.py",
    "verify.mjs",
    "PROTOCOL.md",
]
PROTOCOL = (Path(verify.__file__).parent / "PROTOCOL.md").read_bytes()


def test_every_file_is_served_to_the_byte(published_draw, stranger):
    rows = DrawFile.objects.filter(draw=published_draw)
    assert rows.count() == 9
    for row in rows:
        response = stranger.get(f"/draws/{published_draw.code}/{row.name}")
        assert response.content == row.content.encode()
        assert hashlib.sha256(response.content).hexdigest() == row.digest
        assert response["ETag"] == f'"{row.digest}"'


def test_the_log_is_served_as_log_tsv(published_draw, stranger):
    response = stranger.get("/log/log.tsv")
    assert response.content == public_log.text().encode()
    assert response.content.count(b"\n") == LogEntry.objects.count() + 1


@pytest.mark.django_db
def test_the_protocol_stands_beside_the_verifier_and_is_linked_from_where_people_ask_for_it(stranger):
    response = stranger.get("/verify/PROTOCOL.md")
    assert response.content == PROTOCOL
    assert response["Content-Type"] == "text/markdown; charset=utf-8"
    assert "Content-Disposition" not in response  # it is there to be read
    for page in ("/about/", "/verify/"):
        assert 'href="/verify/PROTOCOL.md"' in stranger.get(page).content.decode()


@pytest.mark.parametrize(
    "path", ["draws/{}/pool.tsv", "draws/{}/bundle.zip", "log/log.tsv", "verify/PROTOCOL.md"]
)
def test_who_holds_a_file_already_gets_304_and_no_bytes(published_draw, stranger, path):
    url = "/" + path.format(published_draw.code)
    first = stranger.get(url)
    again = stranger.get(url, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == first["ETag"]


def test_a_bundle_gives_the_same_bytes_each_time_until_the_log_grows(published_draw, stranger):
    url = f"/draws/{published_draw.code}/bundle.zip"
    first = stranger.get(url)
    assert stranger.get(url).content == first.content
    public_log.append("finding", published_draw.code, "c" * 64)
    later = stranger.get(url, headers={"If-None-Match": first["ETag"]})
    assert later.status_code == 200
    assert later.content != first.content


def test_a_bundle_holds_every_file_in_a_fixed_order_and_no_date(published_draw, stranger):
    body = stranger.get(f"/draws/{published_draw.code}/bundle.zip").content
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        assert archive.namelist() == ORDER
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        for row in DrawFile.objects.filter(draw=published_draw):
            assert archive.read(row.name) == row.content.encode()
        assert archive.read("log.tsv") == public_log.text().encode()
        assert archive.read("PROTOCOL.md") == PROTOCOL


def test_a_bundle_is_fetched_again_once_the_protocol_is_worded_anew(published_draw, stranger, monkeypatch):
    url = f"/draws/{published_draw.code}/bundle.zip"
    tag = stranger.get(url)["ETag"]
    monkeypatch.setattr(downloads, "protocol_text", lambda: "another wording\n")
    assert stranger.get(url, headers={"If-None-Match": tag}).status_code == 200


def test_packing_keeps_texts_as_they_are():
    with zipfile.ZipFile(io.BytesIO(pack([("a.txt", "甲\n"), ("b.txt", "")]))) as archive:
        assert [archive.read(name).decode() for name in archive.namelist()] == ["甲\n", ""]


@pytest.fixture
def unpacked(published_draw, stranger, tmp_path):
    """The bundle as a citizen has it: downloaded, and unpacked beside."""
    (tmp_path / "bundle.zip").write_bytes(stranger.get(f"/draws/{published_draw.code}/bundle.zip").content)
    with zipfile.ZipFile(tmp_path / "bundle.zip") as archive:
        archive.extractall(tmp_path / "files")
    return tmp_path


def run(folder, *arguments):
    return subprocess.run(
        [sys.executable, *arguments], cwd=folder, capture_output=True, text=True, check=False
    )


def test_the_verifier_of_the_bundle_passes_the_bundle(unpacked):
    done = run(unpacked, "files/verify.py", "bundle.zip")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "不通过" not in done.stdout


def test_the_verifier_of_the_bundle_fails_a_bundle_with_one_name_changed(unpacked):
    names = unpacked / "files" / "names.tsv"
    names.write_text(names.read_text(encoding="utf-8").replace("化工厂", "化肥厂", 1), encoding="utf-8")
    assert run(unpacked, "files/verify.py", "files").returncode == 1


@pytest.mark.skipif(not shutil.which("sha256sum"), reason="no sha256sum here")
def test_the_commands_on_the_page_give_the_ticket_of_the_unit(published_draw, stranger, unpacked):
    page = stranger.get(f"/draws/{published_draw.code}/").content.decode()
    start = page.index("K=$(")
    commands = page[start : page.index("</pre>", start)]
    for entity, char in (("&#x27;", "'"), ("&quot;", '"'), ("&amp;", "&")):
        commands = commands.replace(entity, char)
    done = subprocess.run(
        ["sh", "-c", commands], cwd=unpacked / "files", capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == published_draw.selections.order_by("pk").first().ticket
