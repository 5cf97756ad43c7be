"""A backup: whole while others write, checked, encrypted, the newest kept, nothing left of one that failed."""

import errno
import hashlib
import io
import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pyrage
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.management import CommandError, call_command
from killed import environment, killed_in

from sources.models import PollutionSource
from wugang_audit.audit import trail
from wugang_audit.operations.backups import kept, making, sealed, shelf
from wugang_audit.operations.backups.problem import Problem

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def site(settings, tmp_path, registry):
    """A site with units, two photos and its keys; yields the folder for backups."""
    settings.DATA_DIR = tmp_path / "data"
    settings.DATA_DIR.mkdir(mode=0o700)
    settings.EVIDENCE_DIR = settings.DATA_DIR / "evidence"
    settings.STORAGES = settings.STORAGES | {
        "evidence": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(settings.EVIDENCE_DIR)},
        }
    }
    settings.HANDOVER_KEY_FILE = settings.DATA_DIR / "handover_key.pem"
    settings.HANDOVER_KEY_FILE.write_text("a private key")
    for name in ("2026/a.jpg", "2026/b.jpg"):
        storages["evidence"].save(name, ContentFile(name.encode() * 1000))
    trail.record(None, "测试", "备份")
    return tmp_path / "backups"


@pytest.fixture
def pair(tmp_path):
    """A pair of keys: the public half, and the file of the secret one."""
    path = tmp_path / "key.txt"
    return sealed.new_key(path), path


def make(folder, **options):
    return making.make(folder, **({"recipients": [], "keep": 3} | options))


def contents(path):
    with tarfile.open(path) as tar:
        return {entry.name: tar.extractfile(entry).read() for entry in tar}


def test_what_lies_in_a_backup(site):
    made = make(site)
    found = contents(made.path)
    assert [name for name in found if name.startswith("evidence/")] == [
        "evidence/2026/a.jpg",
        "evidence/2026/b.jpg",
    ]
    assert found["evidence/2026/a.jpg"] == b"2026/a.jpg" * 1000
    assert list(found)[0] == "site.json" and list(found)[-1] == "SHA256SUMS"
    assert "keys/secret_key" not in found and not made.has_keys
    sums = dict(reversed(line.split("  ")) for line in found["SHA256SUMS"].decode().splitlines())
    assert sums == {
        name: hashlib.sha256(body).hexdigest() for name, body in found.items() if name != "SHA256SUMS"
    }
    assert made.digest == hashlib.sha256(made.path.read_bytes()).hexdigest()
    assert made.path.with_name(f"{made.path.name}.sha256").read_text() == f"{made.digest}  {made.path.name}\n"
    assert made.path.stat().st_mode & 0o077 == 0


def test_encrypted_it_carries_the_keys_and_opens_with_the_secret_half_alone(site, pair, settings):
    public, secret = pair
    made = make(site, recipients=[public])
    assert made.path.suffix == ".age" and made.has_keys
    opened = io.BytesIO(pyrage.decrypt(made.path.read_bytes(), sealed.identities(secret)))
    with tarfile.open(fileobj=opened) as tar:
        assert tar.extractfile("keys/secret_key").read().decode() == settings.SECRET_KEY
        assert tar.extractfile("keys/handover_key.pem").read() == b"a private key"
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(made.path.read_bytes(), [pyrage.x25519.Identity.generate()])
    assert settings.SECRET_KEY.encode() not in made.path.read_bytes()


def test_the_newest_stay(site, monkeypatch):
    for second in range(4):
        monkeypatch.setattr(
            shelf, "name_of", lambda _, is_encrypted, s=second: f"wugang-backup-20260101T00000{s}Z.tar"
        )
        made = make(site, keep=2)
    assert [backup.path.name[-8:-4] for backup in kept(site)] == ["002Z", "003Z"]
    assert len(made.let_go) == 1
    assert len(list(site.glob("*.sha256"))) == 2


def test_two_at_once_make_one(site):
    with shelf.alone(site), pytest.raises(Problem, match="另一次备份还在进行"):
        make(site)
    assert make(site).path.exists()


@pytest.mark.parametrize("encrypted", [False, True])
def test_of_a_full_disk_nothing_is_left_and_the_old_ones_stay(site, pair, monkeypatch, encrypted):
    old = make(site).path
    monkeypatch.setattr(shelf, "name_of", lambda *_, **__: "wugang-backup-20300101T000000Z.tar")
    written = making._Summed.write

    def full(self, piece):
        written(self, piece)
        if self.file.tell() > 20_000:
            raise OSError(errno.ENOSPC, "No space left on device")
        return len(piece)

    monkeypatch.setattr(making._Summed, "write", full)
    with pytest.raises(Problem, match="没有留下半个文件"):
        make(site, recipients=[pair[0]] if encrypted else [], keep=1)
    assert [path.name for path in sorted(site.iterdir())] == [".lock", old.name, f"{old.name}.sha256"]


def test_a_disk_that_loses_what_was_written_is_found_out(site, monkeypatch):
    settle = os.fsync

    def lose(descriptor):
        settle(descriptor)
        os.pwrite(descriptor, b"xx", 600)

    monkeypatch.setattr(making.os, "fsync", lose)
    with pytest.raises(Problem, match="更换"):
        make(site)
    assert kept(site) == []


def test_killed_in_the_middle_it_leaves_what_the_next_one_clears_away(site, pair):
    killed_in(
        """
from pathlib import Path
from wugang_audit.operations.backups import making
making._compare = stop
making.make(Path(sys.argv[1]), recipients=[], keep=3)
""",
        site,
    )
    assert kept(site) == [] and list(site.glob("*.part"))
    make(site)
    assert len(kept(site)) == 1 and not list(site.glob("*.part"))


def test_it_is_one_state_while_others_write(site):
    """Two units are always written in one transaction: a copy that holds one of a pair is of no state at all."""
    script = """
import django, itertools
django.setup()
from django.db import transaction
from sources.models import PollutionSource
first, second = PollutionSource.objects.order_by("pk")[:2]
print("there", flush=True)
for number in itertools.count():
    with transaction.atomic():
        for unit in (first, second):
            PollutionSource.objects.filter(pk=unit.pk).update(address=f"第 {number} 号")
"""
    with subprocess.Popen(
        [sys.executable, "-c", script], env=environment(), stdout=subprocess.PIPE
    ) as writer:
        writer.stdout.readline()
        try:
            for number in range(5):
                path = making.make(site / str(number), recipients=[], keep=1).path
                assert is_whole(path, site)
        finally:
            writer.kill()


def is_whole(path, folder):
    """Restore the copy of the database beside, and compare the pair."""
    import gzip
    import sqlite3

    found = contents(path)
    if "database.pgdump" in found:  # one transaction of the server's own
        return True
    copy = folder / "copy.sqlite3"
    copy.write_bytes(gzip.decompress(found["database.sqlite3.gz"]))
    table = PollutionSource._meta.db_table
    rows = sqlite3.connect(copy).execute(f"SELECT address FROM {table} ORDER BY id LIMIT 2").fetchall()
    return rows[0] == rows[1]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "BACKUP_DIR"),
        (["--to", "/proc/nowhere"], "不能写"),
        (["--to", "{folder}", "--recipient", "age1abc"], "不是 age 公钥"),
        (["--to", "{folder}", "--keep", "0"], "至少是 1"),
    ],
)
def test_what_is_wrong_is_said(site, settings, arguments, words):
    settings.BACKUP_DIR = ""
    with pytest.raises(CommandError, match=words):
        call_command("backup", *[each.format(folder=site) for each in arguments])


def test_the_command_says_what_it_did(site, pair, settings, capsys):
    settings.BACKUP_DIR, settings.BACKUP_RECIPIENTS = str(site), [pair[0]]
    call_command("backup")
    out = capsys.readouterr().out
    assert "证据文件 2 个" in out and "SHA-256：" in out and "没有加密" not in out
    settings.BACKUP_RECIPIENTS = []
    call_command("backup", "--to", str(site / "plain"))
    assert "没有加密，里面没有密钥" in capsys.readouterr().out


def test_a_key_is_never_written_over(tmp_path, capsys):
    path = tmp_path / "key.txt"
    call_command("backup", "--new-key", str(path))
    assert "BACKUP_RECIPIENTS=age1" in capsys.readouterr().out
    assert path.stat().st_mode & 0o077 == 0
    was = path.read_text()
    with pytest.raises(CommandError, match="已经有了"):
        call_command("backup", "--new-key", str(path))
    assert Path(path).read_text() == was
