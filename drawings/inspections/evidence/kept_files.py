"""The files of evidence: written before their row, taken away again where the row fails, and held against the rows.

They lie in the storage ``evidence`` of the settings, which is below no folder that is served. A file's name is made here
of digits that nobody can guess: nothing of what somebody called it gets to the disk.
"""

import datetime
import logging
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage, Storage, storages

from wugang_audit import clock
from wugang_audit.access.errors import is_disk_full

from ...models import Evidence
from .pictures import sha256

logger = logging.getLogger(__name__)
# A file without a row may belong to a step that is under way.
YOUNG = datetime.timedelta(hours=1)


class DiskFull(Exception):
    """The server has no room, or its bucket is away; the message says it in Chinese."""

    def __init__(self, fault: str = "服务器的存储空间满了") -> None:
        super().__init__(f"{fault}，没有保存。请保留手机里的这一份，告诉系统管理员，过后再传。")


class PrivateFiles(FileSystemStorage):
    """A folder of the site's own account. What `save` returned is on the disk, also if the power goes."""

    def _save(self, name: str, content: File) -> str:
        saved = super()._save(name, content)
        path = self.path(saved)
        for each in (path, os.path.dirname(path)):
            handle = os.open(each, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
        return saved

    def url(self, name: str | None) -> str:
        raise ValueError("evidence has no address of its own")


def files() -> Storage:
    return storages["evidence"]


class Kept:
    """The files that one step has written."""

    def __init__(self, inspection: int):
        self.folder, self.names = inspection, []

    def add(self, content: bytes, ending: str) -> str:
        """Write a file and return its name in the storage.

        :raises DiskFull: there is no room for it, or no way to the bucket.
        """
        name = f"{self.folder}/{secrets.token_hex(16)}.{ending}"
        self.names.append(name)
        try:
            saved = files().save(name, ContentFile(content))
        except OSError as error:
            if is_disk_full(error):
                raise DiskFull from None
            if isinstance(error, ConnectionError):
                logger.exception("evidence could not be kept: %s", name)
                raise DiskFull("存放照片的地方连不上") from None
            raise
        self.names[-1] = saved
        return saved

    def drop(self) -> None:
        for name in self.names:
            try:
                files().delete(name)
            except OSError:
                logger.exception("a file of evidence without its row stays behind: %s", name)
        self.names = []


@contextmanager
def kept(inspection: int) -> Iterator[Kept]:
    """Take the files away again where the step fails, whatever the reason: no file without its row."""
    written = Kept(inspection)
    try:
        yield written
    except BaseException:
        written.drop()
        raise


def content(name: str) -> bytes:
    with files().open(name) as file:
        return file.read()


# --- files and rows, held against each other -----------------------------------------------------------------


class Strays(NamedTuple):
    """checked: how many files the rows name; faults: in Chinese, of each that is not as it was; strays: files of no row."""

    checked: int
    faults: tuple[str, ...]
    strays: tuple[str, ...]


def compare() -> Strays:
    """Read every file that a row names, and look for files that no row names."""
    named: set[str] = set()
    faults = []
    for row in Evidence.objects.order_by("pk").iterator(chunk_size=500):
        for word, name, digest in (
            ("副本", row.copy_name, row.copy_digest),
            ("原件", row.original_name, row.digest),
        ):
            if not name:
                continue
            named.add(name)
            try:
                found = sha256(content(name))
            except FileNotFoundError:
                faults.append(f"检查 {row.inspection_id} 的证据 {row.pk}：{word}不见了（{name}）")
            else:
                if found != digest:
                    faults.append(f"检查 {row.inspection_id} 的证据 {row.pk}：{word}和指纹不一致（{name}）")
    return Strays(len(named), tuple(faults), tuple(sorted(_old_names() - named)))


def _old_names() -> set[str]:
    storage, found = files(), set()
    before = clock.now() - YOUNG
    try:
        folders, loose = storage.listdir("")
    except FileNotFoundError:
        return found
    names = [*loose, *(f"{folder}/{name}" for folder in folders for name in storage.listdir(folder)[1])]
    return {name for name in names if storage.get_modified_time(name) < before}
