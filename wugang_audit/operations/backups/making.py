"""Making a backup: a copy of the database, then the files of evidence, then the keys, each with its digest."""

import hashlib
import io
import json
import os
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.core.files.storage import storages
from django.db import DatabaseError, connection

from ... import bureau
from ...audit.models import AuditEntry
from ...clock import local_now, now
from ..conditions import applied_migrations
from . import databases, sealed, shelf
from .problem import Problem

FORMAT = 1
SITE, SUMS = "site.json", "SHA256SUMS"
_PIECE = 1024 * 1024
EVIDENCE = "evidence"


@dataclass(frozen=True)
class Made:
    """What came of a backup."""

    path: Path
    digest: str  # SHA-256 of the file, hex
    size: int  # bytes
    files: int  # of evidence
    has_keys: bool
    let_go: tuple[Path, ...]  # older ones that were deleted


def make(folder: Path, *, recipients: list[str], keep: int, keys_in_clear: bool = False) -> Made:
    """Make one backup in a folder, read it again, and delete the oldest beyond the number that is kept.

    Keys lie in it if it is encrypted, or where that is asked for: a plain file with them would let in whoever finds it.

    :param recipients: the public halves, ``age1…``, any of whose secret halves opens it; none: it is not encrypted.
    :raises Problem: another one is being made, the folder or the database is not to be had, the disk is full; nothing is left of it then.
    """
    public = sealed.recipients(recipients)
    with shelf.alone(folder):
        moment = now()
        path = folder / shelf.name_of(moment, is_encrypted=bool(public))
        if path.exists():
            raise Problem("这一秒已经备份过一次。请稍后再运行。")
        part = path.with_name(path.name + shelf.UNFINISHED)
        try:
            with tempfile.TemporaryDirectory(dir=folder, prefix=".copy-") as copies:
                archive = _Archive(Path(copies), bool(public) or keys_in_clear)
                archive.take_database()
                digest = _write(part, lambda target: sealed.write(target, public, archive.fill))
            _compare(part, digest)
            part.replace(path)
            path.with_name(path.name + shelf.SUM).write_text(f"{digest}  {path.name}\n", encoding="ascii")
            _settle(folder)
        except OSError as fault:
            raise Problem(
                f"备份没有写成（{fault.strerror or fault}），没有留下半个文件。请看 {folder} 所在的磁盘还有没有空间、能不能写。"
            ) from None
        except DatabaseError as fault:
            raise Problem(f"数据库读不了，没有备份：{fault}。请运行 manage.py doctor。") from None
        finally:
            part.unlink(missing_ok=True)
        return Made(
            path,
            digest,
            path.stat().st_size,
            archive.files,
            archive.with_keys,
            tuple(shelf.let_go(folder, keep)),
        )


def _settle(folder: Path) -> None:
    """Have the folder's own entries on the disk, not only in memory."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class _Summed:
    """A file that is written once, front to back, with its digest."""

    def __init__(self, file: BinaryIO):
        self.file, self.digest = file, hashlib.sha256()

    def write(self, piece: bytes) -> int:
        self.digest.update(piece)
        return self.file.write(piece)

    def flush(self) -> None:
        self.file.flush()


def _write(path: Path, fill) -> str:
    """Write a file that only its owner reads, to the disk itself, and return its digest."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        summed = _Summed(file)
        fill(summed)
        file.flush()
        os.fsync(file.fileno())
        # What is compared next is to come from the disk.
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    return summed.digest.hexdigest()


def _compare(path: Path, digest: str) -> None:
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != digest:
        raise Problem("写到磁盘上的备份和刚才写的不一样，这一份没有留下。请更换 BACKUP_DIR 所在的磁盘。")


class _Archive:
    """What lies in the tar file, in its order, and the digests of it."""

    def __init__(self, copies: Path, with_keys: bool):
        self.copies, self.with_keys, self.files = copies, with_keys, 0
        self._moment = now().timestamp()
        self._sums: list[str] = []
        self._head = b""

    def take_database(self) -> None:
        """Copy the database, and write down what of; before the files: each file that it names is then still there."""
        last = AuditEntry.objects.order_by("-index").values_list("index", "chain").first()
        whose = bureau.current()
        head = {
            "format": FORMAT,
            "made_at": local_now().isoformat(timespec="seconds"),
            "version": version("wugang-audit"),
            "bureau": whose.name,
            "county": whose.county_prefix,
            "database": connection.vendor,
            "migrations": sorted(".".join(key) for key in applied_migrations()),
            "trail": list(last) if last else None,
        }
        self._head = json.dumps(head, ensure_ascii=False, indent=1).encode()
        connection.close()  # a long copy holds no transaction open
        databases.copy(self.copies / databases.member())

    def fill(self, target: BinaryIO) -> None:
        with tarfile.open(fileobj=target, mode="w|", format=tarfile.PAX_FORMAT) as tar:
            self._add(tar, SITE, io.BytesIO(self._head), len(self._head))
            copied = self.copies / databases.member()
            with copied.open("rb") as file:
                self._add(tar, copied.name, file, copied.stat().st_size)
            copied.unlink()
            for name in evidence_names():
                self._add_evidence(tar, name)
            for name, content in keys() if self.with_keys else ():
                self._add(tar, f"keys/{name}", io.BytesIO(content), len(content))
            sums = "".join(self._sums).encode()
            self._add(tar, SUMS, io.BytesIO(sums), len(sums))

    def _add_evidence(self, tar: tarfile.TarFile, name: str) -> None:
        storage = storages[EVIDENCE]
        try:
            size = storage.size(name)
            file = storage.open(name)
        except FileNotFoundError:
            return  # it was taken away since the list was made: by somebody's right, the database says by whom
        with file:
            self._add(tar, f"{EVIDENCE}/{name}", file, size)
        self.files += 1

    def _add(self, tar: tarfile.TarFile, name: str, file: BinaryIO, size: int) -> None:
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode, entry.mtime = size, 0o600, int(self._moment)
        digest = hashlib.sha256()
        tar.addfile(entry, _Read(file, digest))
        self._sums.append(f"{digest.hexdigest()}  {name}\n")


class _Read:
    """A file whose digest is taken while it is read."""

    def __init__(self, file: BinaryIO, digest: "hashlib._Hash"):
        self._file, self._digest = file, digest

    def read(self, size: int) -> bytes:
        piece = self._file.read(size)
        self._digest.update(piece)
        return piece


def evidence_names(below: str = "") -> Iterator[str]:
    """Yield the names of all kept files of evidence, in the storage's own terms."""
    storage = storages[EVIDENCE]
    try:
        folders, files = storage.listdir(below)
    except FileNotFoundError:
        return
    yield from (f"{below}{name}" for name in sorted(files))
    for name in sorted(folders):
        yield from evidence_names(f"{below}{name}/")


def keys() -> Iterator[tuple[str, bytes]]:
    """Yield the keys without which a restored site would not be the same: name and content."""
    yield "secret_key", settings.SECRET_KEY.encode()
    handover = Path(settings.HANDOVER_KEY_FILE)
    for path in sorted(handover.parent.glob(f"{handover.stem}*.pem")):
        yield path.name, path.read_bytes()
    if (environment := settings.BASE_DIR / ".env").exists():
        yield "env", environment.read_bytes()
