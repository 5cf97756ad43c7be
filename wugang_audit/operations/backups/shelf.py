"""The folder in which backups lie: their names, which one is the newest, which may go."""

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from .problem import Problem

_NAME = re.compile(r"wugang-backup-(\d{8}T\d{6}Z)\.tar(\.age)?")
_TIME = "%Y%m%dT%H%M%SZ"
UNFINISHED = ".part"
SUM = ".sha256"


class Backup(NamedTuple):
    """A finished backup, by its name."""

    path: Path
    made_at: datetime  # when its copy of the database was begun, UTC
    is_encrypted: bool


def name_of(moment: datetime, *, is_encrypted: bool) -> str:
    """Return the name of the backup of a moment: in UTC, so that names sort as they were made."""
    return f"wugang-backup-{moment.astimezone(UTC):{_TIME}}.tar{'.age' if is_encrypted else ''}"


def kept(folder: Path) -> list[Backup]:
    """Return the finished backups of a folder, oldest first; of a folder that is not there none.

    :raises OSError: it cannot be read.
    """
    if not folder.exists():
        return []
    found = []
    for path in folder.iterdir():
        if match := _NAME.fullmatch(path.name):
            moment = datetime.strptime(match[1], _TIME).replace(tzinfo=UTC)
            found.append(Backup(path, moment, bool(match[2])))
    return sorted(found, key=lambda backup: backup.made_at)


def let_go(folder: Path, most: int) -> list[Path]:
    """Delete the oldest backups beyond the number that is kept; return their paths."""
    gone = [backup.path for backup in kept(folder)[:-most]]
    for path in gone:
        path.with_name(path.name + SUM).unlink(missing_ok=True)
        path.unlink()
    return gone


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold the folder for one backup: two timers would else count one another's halves.

    :raises Problem: another one is being made, or the folder cannot be written.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as fault:
        raise Problem(
            f"备份目录 {folder} 不能写（{fault.strerror}）。请核对 BACKUP_DIR 和它的权限，看那块磁盘是否挂载。"
        ) from None
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Problem("另一次备份还在进行，这一次没有做。请等它结束再运行。") from None
        for path in folder.glob(f"wugang-backup-*{UNFINISHED}"):  # of one that was killed
            path.unlink()
        yield
    finally:
        os.close(lock)
