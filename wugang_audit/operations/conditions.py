"""Whether the site may serve: the database and its migrations, the triggers, the disks, the clock.

Each condition is one function without arguments that returns a `Finding` and never raises for what it looks at: it is asked by
probes (`/healthz/ready`), by the start of the server, by the desk and by `manage.py doctor`, each of which says what it needs of it.
"""

import functools
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import IntEnum
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from ..audit import append_only, trail
from ..clock import local_now, now

MB = 1024 * 1024
# A time server corrects by less; the same few seconds that a step of a draw lets pass.
CLOCK_TOLERANCE = timedelta(seconds=5)


class Level(IntEnum):
    """How bad it is, the worst last."""

    GOOD = 0
    WARNING = 1  # it will hurt: mend it in the next days
    FAULT = 2  # it hurts: the site cannot do its work

    @property
    def label(self) -> str:
        return ("正常", "注意", "故障")[self]


@dataclass(frozen=True)
class Finding:
    """What was looked at, how it is, in words for who is no programmer, and what to do about it."""

    name: str  # of the condition, in an answer for machines: "disk"
    title: str
    level: Level
    words: str
    fix: str = ""


def _good(name: str, title: str, words: str) -> Finding:
    return Finding(name, title, Level.GOOD, words)


def database() -> Finding:
    """Say whether the database answers."""
    name, title = "database", "数据库"
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
    except (DatabaseError, InterfaceError) as fault:
        return Finding(
            name, title, Level.FAULT, f"连不上：{first_line(fault)}",
            "请看数据库服务是否在运行（systemctl status postgresql）；用 SQLite 的，请看 DATA_DIR 所在的磁盘是否挂载、可读写。",
        )  # fmt: skip
    return _good(name, title, f"连接正常（{connection.display_name}）")


def first_line(fault: BaseException) -> str:
    """Return the first line of an error's text, without what a driver adds below it."""
    return (str(fault).strip().splitlines() or [type(fault).__name__])[0]


@functools.cache
def _of_this_version() -> frozenset[tuple[str, str]]:
    """The migrations of this version, read off the disk once: they do not change while a process runs."""
    return frozenset(MigrationLoader(None).disk_migrations)


def known_migrations() -> frozenset[str]:
    """Return the migrations of this version, each as ``app.name``."""
    return frozenset(".".join(key) for key in _of_this_version())


def missing_migrations() -> list[str]:
    """Return the migrations of this version that the database lacks, as ``app.name``, sorted.

    :raises DatabaseError: the database is away.
    """
    return sorted(".".join(key) for key in _of_this_version() - set(applied_migrations()))


def newer_migrations() -> list[str]:
    """Return the migrations of our apps in the database that this version does not know: it was written by a newer one.

    :raises DatabaseError: the database is away.
    """
    ours = {app for app, _ in _of_this_version()}
    return sorted(".".join(key) for key in set(applied_migrations()) - _of_this_version() if key[0] in ours)


def applied_migrations() -> dict[tuple[str, str], object]:
    """Return the migrations that the database has had, by app and name.

    :raises DatabaseError: the database is away.
    """
    return MigrationRecorder(connection).applied_migrations()


def migrations() -> Finding:
    """Say whether the tables are those of this version."""
    name, title = "migrations", "数据库结构"
    try:
        missing, newer = missing_migrations(), newer_migrations()
    except (DatabaseError, InterfaceError) as fault:
        return Finding(name, title, Level.FAULT, f"没有查成：{first_line(fault)}", "请先让数据库恢复。")
    if missing:
        return Finding(
            name, title, Level.FAULT, f"还没有升级到本版本：缺 {len(missing)} 步（{shortened(missing)}）",
            "请先备份，再运行 manage.py migrate，然后重新启动。",
        )  # fmt: skip
    if newer:
        return Finding(
            name, title, Level.FAULT, f"由更新的版本写过：多 {len(newer)} 步（{shortened(newer)}）",
            "请装回那个版本；本版本不认识这些表，不能打开。",
        )  # fmt: skip
    return _good(name, title, "与本版本一致")


def shortened(names: list[str], most: int = 3) -> str:
    """Write the first names of a list, and how many there are."""
    return "、".join(names[:most]) + (f" 等 {len(names)} 个" if len(names) > most else "")


def triggers() -> Finding:
    """Say whether the tables that only grow are still kept from being changed (`audit.append_only`)."""
    name, title = "triggers", "防改动的触发器"
    try:
        lost = append_only.missing()
    except (DatabaseError, InterfaceError) as fault:
        return Finding(name, title, Level.FAULT, f"没有查成：{first_line(fault)}", "请先让数据库恢复、升级。")
    if lost:
        return Finding(
            name, title, Level.FAULT, f"有 {len(lost)} 处不在：{shortened(lost)}",
            "先查清是谁去掉的，再运行 manage.py restore_triggers，然后运行 manage.py verify_audit 和 verify_log。",
        )  # fmt: skip
    return _good(name, title, "齐全")


def _nearest(folder: Path) -> Path:
    """Return the folder, or what of its path is there already."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder


def folders() -> list[Path]:
    """Return the folders in which the site writes; of those that share a file system the first alone."""
    found: dict[int, Path] = {}
    for folder in (Path(settings.DATA_DIR), Path(settings.EVIDENCE_DIR)):
        nearest = _nearest(folder)
        found.setdefault(nearest.stat().st_dev, nearest)
    return list(found.values())


def disk() -> Finding:
    """Say whether there is room where the site writes, and whether it may write there.

    SQLite needs room for its journal even to delete, and a photo is stored before its row: what is left is told before it is gone.
    """
    name, title = "disk", "磁盘空间"
    told, worst, fix = [], Level.GOOD, ""
    for folder in folders():
        try:
            free = shutil.disk_usage(folder).free // MB
        except OSError as fault:
            return Finding(
                name, title, Level.FAULT, f"{folder} 读不了：{first_line(fault)}", "请看磁盘是否挂载。"
            )
        if not may_write(folder):
            return Finding(
                name, title, Level.FAULT, f"{folder} 不能写：磁盘只读，或者没有权限",
                "请看磁盘是否被系统转为只读（dmesg），目录是否属于运行网站的账号。",
            )  # fmt: skip
        level = (
            Level.FAULT if free < settings.DISK_FREE_MB_LEAST
            else Level.WARNING if free < settings.DISK_FREE_MB_LOW
            else Level.GOOD
        )  # fmt: skip
        told.append(f"{folder} 还剩 {in_gigabytes(free)}")
        worst = max(worst, level)
    if worst:
        fix = "请清理这块磁盘（旧日志、旧备份移到别处），或者换大的；照片和数据库都写在这里，满了就什么都保存不了。"
    return Finding(name, title, worst, "；".join(told), fix)


def may_write(folder: Path) -> bool:
    """Say whether this process may write in a folder; a disk that was turned read-only says no."""
    return os.access(folder, os.W_OK | os.X_OK)


def in_gigabytes(megabytes: int) -> str:
    """Write 1536 as ``1.5 GB``, 300 as ``300 MB``."""
    return f"{megabytes / 1024:.1f} GB" if megabytes >= 1024 else f"{megabytes} MB"


def clock() -> Finding:
    """Say whether the machine's clock is behind the last record: while it is, the steps of a draw are refused."""
    name, title = "clock", "服务器时钟"
    try:
        last = trail.last_time()
    except (DatabaseError, InterfaceError) as fault:
        return Finding(name, title, Level.FAULT, f"没有查成：{first_line(fault)}", "请先让数据库恢复、升级。")
    behind = last - now() if last else timedelta()
    if behind > CLOCK_TOLERANCE:
        return Finding(
            name, title, Level.FAULT,
            f"比最后一条审计记录慢 {int(behind.total_seconds()):,} 秒（那一条：{timezone.localtime(last):%Y-%m-%d %H:%M:%S}）",
            "请校准时间（timedatectl set-ntp true）。时钟慢的时候，抽签的各步都会被拒绝。",
        )  # fmt: skip
    return _good(name, title, f"{local_now():%Y-%m-%d %H:%M:%S}，不早于最后一条记录")


Condition = Callable[[], Finding]
# In the order in which they are looked at: what comes first explains what comes after it.
READY: tuple[Condition, ...] = (database, migrations, triggers, disk, clock)


def ready() -> list[Finding]:
    """Look at all that a probe asks for; when the database is away, at what does not need it alone."""
    first = database()
    if first.level is Level.FAULT:
        return [first, disk()]
    return [first, *(condition() for condition in READY[1:])]
