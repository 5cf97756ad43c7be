"""The worker of a release: for everybody, one version for one set of files, and a way to take it back."""

import hashlib
import json
import shutil
import subprocess

import pytest

from drawings.inspections.offline import release

WORKER = "/inspections/worker.mjs"


@pytest.fixture(autouse=True)
def made_anew():
    """Each process makes it once; these tests change what it is made of."""
    release.current.cache_clear()
    yield
    release.current.cache_clear()


def test_the_worker_is_code_for_everybody_and_always_asked_for_anew(db, stranger, lead, login):
    answer = stranger.get(WORKER)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer["Cache-Control"] == "no-cache"
    assert login(lead).get(WORKER).content == answer.content
    assert stranger.get(WORKER, headers={"If-None-Match": answer["ETag"]}).status_code == 304


def test_it_names_its_files_with_their_digests(db, stranger):
    first = stranger.get(WORKER).content.decode().splitlines()[0]
    known = json.loads(first.removeprefix("const RELEASE = ").removesuffix(";"))
    assert known["version"] == release.current().version
    for url, digest in known["assets"].items():
        content = stranger.get(url).content
        assert hashlib.sha256(content).hexdigest() == digest, url


def test_another_file_another_version(monkeypatch, tmp_path):
    before = release.current().version
    changed = tmp_path / "worker.mjs"
    changed.write_text(release.SOURCE.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    monkeypatch.setattr(release, "SOURCE", changed)
    release.current.cache_clear()
    after = release.current().version
    monkeypatch.setattr(release, "FILES", release.FILES[1:])
    release.current.cache_clear()
    assert len({before, after, release.current().version}) == 3


def test_switched_off_the_site_serves_a_worker_that_takes_itself_away(settings, stranger, lead, login):
    settings.OFFLINE_PAGES = False
    script = stranger.get(WORKER).content.decode()
    assert "registration.unregister()" in script and 'addEventListener("fetch"' not in script
    page = login(lead).get("/inspections/")
    assert 'data-offline="off"' in page.content.decode()


def test_the_scripts_can_be_read(tmp_path):
    node = shutil.which("node")
    assert node, "node is needed, as for the verifier"
    for name, text in (("worker", release.current().worker), ("farewell", release.farewell())):
        path = tmp_path / f"{name}.js"  # a worker is a plain script
        path.write_text(text, encoding="utf-8")
        subprocess.run([node, "--check", path], check=True)
