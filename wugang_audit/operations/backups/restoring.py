"""Making a site of a backup: looked through whole before anything is put in its place."""

import hashlib
import json
import os
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.core.files.storage import FileSystemStorage, storages

from ..conditions import known_migrations, shortened
from . import databases, sealed
from .making import EVIDENCE, FORMAT, SITE, SUMS
from .problem import Problem

_PIECE = 1024 * 1024
DAMAGED = "备份文件不完整或者被改过：{}。没有恢复，什么也没有改动。请换一份备份。"


@dataclass
class Unpacked:
    """A backup that was read to its end, with all digests right."""

    folder: Path
    site: dict[str, Any] = field(default_factory=dict)
    database: Path = Path()  # `_unpack` refuses an archive without one
    evidence: int = 0  # files
    keys: list[Path] = field(default_factory=list)
    secret_key: str = ""  # as it is in the backup


def restore(path: Path, *, keys: Path | None, other_county: bool = False) -> Unpacked:
    """Make this site, which must be empty, what a backup holds: files, keys, then the database.

    The tables are those of the backup: an older one is brought up to date by ``migrate`` afterwards.

    :param keys: the file with the secret half; None for a backup that is not encrypted.
    :param other_county: take one that is of another county than this site is set up for.
    :raises Problem: why not; nothing was changed then.
    """
    if not path.is_file():
        raise Problem(f"没有 {path} 这个文件。请核对路径。")
    require_empty()
    parent = Path(settings.DATA_DIR)
    try:
        with tempfile.TemporaryDirectory(dir=parent, prefix=".restoring-") as folder:
            found = Unpacked(Path(folder))
            identities = sealed.identities(keys) if keys else []
            sealed.read(path, identities, lambda source: _unpack(source, found, other_county))
            _put_in_place(found)
    except OSError as fault:
        raise Problem(
            f"恢复没有做成（{fault.strerror or fault}）。请看 {parent} 所在的磁盘还有没有空间，再从空的目录重来。"
        ) from None
    return found


def require_empty() -> None:
    """Refuse a site that somebody uses: a restore would mix two.

    :raises Problem: what is there.
    """
    if not databases.is_empty():
        raise Problem(
            "这个站点的数据库里已经有账号或记录，没有恢复。请另设一个空的 DATA_DIR（或者空的 DATABASE_URL）再运行。"
        )
    if any(_old_evidence()):
        raise Problem(
            f"{settings.EVIDENCE_DIR} 里已经有文件，没有恢复。请先移到别处，或者另设 EVIDENCE_DIR。"
        )


def _old_evidence() -> Iterator[Path]:
    folder = Path(settings.EVIDENCE_DIR)
    return folder.iterdir() if folder.exists() else iter(())


def _unpack(source: BinaryIO, found: Unpacked, other_county: bool) -> None:
    """Write what the archive holds below the folder, and compare it with the digests at its end."""
    sums: dict[str, str] = {}
    told: dict[str, str] | None = None
    try:
        with tarfile.open(fileobj=source, mode="r|") as tar:
            for entry in tar:
                if told is not None or not entry.isfile() or not _is_plain(entry.name):
                    raise Problem(DAMAGED.format(f"里面有不该有的 {entry.name[:60]}"))
                file = tar.extractfile(entry)
                if not sums and entry.name != SITE:
                    raise Problem(f"这不是本系统的备份：开头没有 {SITE}。请核对文件。")
                if entry.name == SUMS:
                    told = _told(file.read().decode())
                    continue
                target = found.folder / entry.name
                target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                sums[entry.name] = _written(file, target, entry.size)
                _note(found, entry.name, target, other_county)
    except (tarfile.TarError, EOFError, UnicodeDecodeError, ValueError) as fault:
        if not sums:
            raise Problem("这不是本系统的备份，或者开头就坏了。请核对文件。") from None
        raise Problem(DAMAGED.format(str(fault)[:80] or "提前结束")) from None
    if told is None:
        raise Problem(DAMAGED.format("没有末尾的校验清单"))
    if wrong := sorted(name for name in sums.keys() | told.keys() if sums.get(name) != told.get(name)):
        raise Problem(DAMAGED.format(f"{shortened(wrong)} 与校验清单不符"))
    if found.database == Path():
        raise Problem(DAMAGED.format("里面没有数据库"))


def _is_plain(name: str) -> bool:
    """Say whether a name stays below the folder that it is written to."""
    return not name.startswith("/") and ".." not in name.split("/") and "\\" not in name and "\0" not in name


def _told(text: str) -> dict[str, str]:
    return {name: digest for digest, _, name in (line.partition("  ") for line in text.splitlines())}


def _written(file: BinaryIO, target: Path, size: int) -> str:
    digest, rest = hashlib.sha256(), size
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as written:
        while piece := file.read(_PIECE):
            digest.update(piece)
            written.write(piece)
            rest -= len(piece)
    if rest:
        raise Problem(DAMAGED.format(f"{target.name} 提前结束"))
    return digest.hexdigest()


def _note(found: Unpacked, name: str, target: Path, other_county: bool) -> None:
    if name == SITE:
        found.site = json.loads(target.read_text(encoding="utf-8"))
        _require_fitting(found.site, other_county)
    elif name in (databases.SQLITE, databases.POSTGRESQL):
        found.database = target
    elif name.startswith(f"{EVIDENCE}/"):
        found.evidence += 1
    elif name.startswith("keys/"):
        found.keys.append(target)
        if target.name == "secret_key":
            found.secret_key = target.read_text(encoding="utf-8")


def _require_fitting(site: dict[str, Any], other_county: bool) -> None:
    """Refuse, before gigabytes are unpacked, what this version or this site cannot take."""
    if site.get("format") != FORMAT:
        raise Problem(f"备份的格式是 {site.get('format')}，本版本只认 {FORMAT}。请用做备份的那个版本恢复。")
    ours = {name.partition(".")[0] for name in known_migrations()}
    newer = [
        name
        for name in site["migrations"]
        if name not in known_migrations() and name.partition(".")[0] in ours
    ]
    if newer:
        raise Problem(
            f"备份是更新的版本（{site['version']}）做的，本版本不认识它的表（{shortened(newer)}）。请装那个版本再恢复。"
        )
    if site["county"] != settings.BUREAU_COUNTY_PREFIX and not other_county:
        raise Problem(
            f"备份是“{site['bureau']}”（区划代码 {site['county']}）的，这个站点设的是 {settings.BUREAU_COUNTY_PREFIX}。"
            "确实要恢复它的，请先在 .env 里把 BUREAU_COUNTY_PREFIX 改成一样，或者加 --other-county。"
        )


def _put_in_place(found: Unpacked) -> None:
    """Evidence and keys first: a database without its photos must not be served."""
    _put_evidence(found.folder / EVIDENCE)
    for path in found.keys:
        if path.name == "env":
            _put_key(path, Path(settings.DATA_DIR) / "env.restored")
        elif path.name == "secret_key":
            _put_key(path, Path(settings.DATA_DIR) / "secret_key")
        else:
            _put_key(path, Path(settings.HANDOVER_KEY_FILE).parent / path.name)
    databases.restore(found.database)


def _put_evidence(folder: Path) -> None:
    if not folder.exists():
        return
    storage = storages[EVIDENCE]
    if not isinstance(storage, FileSystemStorage):
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            with path.open("rb") as file:
                storage.save(str(path.relative_to(folder)), file)
        return
    target = Path(settings.EVIDENCE_DIR)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if target.exists():
        target.rmdir()
    try:
        folder.rename(target)
    except OSError:  # on another disk
        shutil.copytree(folder, target)
    os.chmod(target, 0o700)


def _put_key(path: Path, target: Path) -> None:
    """Put a key in its place; one that this empty site has made for itself stays beside it."""
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if target.exists() and target.read_bytes() != path.read_bytes():
        target.rename(target.with_name(f"{target.name}.unused"))
    shutil.copyfile(path, target)
    os.chmod(target, 0o600)
