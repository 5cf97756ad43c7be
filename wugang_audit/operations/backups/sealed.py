"""Encryption of a backup while it is written, and back while it is read: age, by the kept library `pyrage`.

The archive runs through a pipe, so that neither a second copy nor anything unencrypted lies on the disk.
"""

import errno
import os
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

import pyrage

from .problem import Problem

_AGE = b"age-encryption.org/v1\n"


def recipients(names: Sequence[str]) -> list[pyrage.x25519.Recipient]:
    """Read the public halves for which a backup is encrypted, ``age1…``.

    :raises Problem: one of them is none.
    """
    found = []
    for name in names:
        try:
            found.append(pyrage.x25519.Recipient.from_str(name.strip()))
        except pyrage.RecipientError:
            raise Problem(
                f"BACKUP_RECIPIENTS 里的 {name[:12]}… 不是 age 公钥：应当以 age1 开头，62 个字符。请重新抄写。"
            ) from None
    return found


def identities(path: Path) -> list[pyrage.x25519.Identity]:
    """Read the file of a secret half, as `new_key` or age-keygen wrote it.

    :raises Problem: there is none in it, or it cannot be read.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        raise Problem(f"读不了钥匙文件 {path}。请核对路径和权限。") from None
    found = []
    for line in lines:
        with suppress(pyrage.IdentityError):
            found.append(pyrage.x25519.Identity.from_str(line.strip()))
    if not found:
        raise Problem(f"{path} 里没有钥匙：应当有一行以 AGE-SECRET-KEY-1 开头。")
    return found


def new_key(path: Path) -> str:
    """Make a pair; write the secret half to a new file that only its owner reads, and return the public one.

    :raises Problem: the file is there already, or cannot be written.
    """
    identity = pyrage.x25519.Identity.generate()
    public = str(identity.to_public())
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise Problem(f"{path} 已经有了，没有覆盖：旧备份要用它才能打开。请换一个文件名。") from None
    except OSError as fault:
        raise Problem(f"{path} 写不了（{fault.strerror}）。") from None
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(f"# public key: {public}\n{identity}\n")
    return public


def is_encrypted(path: Path) -> bool:
    """Say whether a file begins as an age file does, whatever its name says."""
    with path.open("rb") as file:
        return file.read(len(_AGE)) == _AGE


def write(target: BinaryIO, keys: list[pyrage.x25519.Recipient], fill: Callable[[BinaryIO], None]) -> None:
    """Let `fill` write into a file that arrives encrypted in `target`; without keys it arrives as it is.

    :raises OSError: as of `fill`, or the disk is full.
    """
    if not keys:
        fill(target)
        return
    reading, writing = os.pipe()
    faults: list[BaseException] = []

    def encrypt() -> None:
        try:
            with os.fdopen(reading, "rb") as source:
                pyrage.encrypt_io(source, target, keys)
        except pyrage.EncryptError as fault:  # of the target: the disk is full or gone
            faults.append(OSError(errno.EIO, str(fault)))
        except BaseException as fault:
            faults.append(fault)

    worker = threading.Thread(target=encrypt, name="encrypt a backup")
    worker.start()
    _feed(writing, fill, worker, faults)


def _feed(
    writing: int, fill: Callable[[BinaryIO], None], worker: threading.Thread, faults: list[BaseException]
) -> None:
    broken: BaseException | None = None
    try:
        with os.fdopen(writing, "wb") as sink:
            fill(sink)
    except BaseException as fault:
        broken = fault
    worker.join()
    if faults:
        raise faults[0]
    if broken:
        raise broken


def read(path: Path, keys: list[pyrage.x25519.Identity], take: Callable[[BinaryIO], None]) -> None:
    """Let `take` read a backup, decrypted where it is encrypted.

    :raises Problem: there is no key, it is not this one, or the file was cut off or changed.
    """
    if not is_encrypted(path):
        with path.open("rb") as source:
            take(source)
        return
    if not keys:
        raise Problem("这份备份是加密的。请用 --key 写明钥匙文件（里面有 AGE-SECRET-KEY-1… 的那个）。")
    reading, writing = os.pipe()
    faults: list[BaseException] = []

    def decrypt() -> None:
        try:
            with path.open("rb") as source, os.fdopen(writing, "wb") as sink:
                pyrage.decrypt_io(source, sink, keys)
        except BaseException as fault:
            faults.append(fault)

    worker = threading.Thread(target=decrypt, name="decrypt a backup")
    worker.start()
    broken: BaseException | None = None
    try:
        with os.fdopen(reading, "rb") as source:
            take(source)
            while source.read(1024 * 1024):  # to the end: the last piece is authenticated as well
                pass
    except BaseException as fault:
        broken = fault
    worker.join()
    real = [fault for fault in faults if not isinstance(fault, BrokenPipeError)]
    if real and isinstance(real[0], pyrage.DecryptError):
        raise Problem("这把钥匙打不开这份备份：备份是为另一把钥匙加密的。请换钥匙文件。") from None
    if real and not isinstance(broken, Problem):
        raise Problem("备份文件不完整或者被改过：解密到一半不对。请换一份备份。") from None
    if broken:
        raise broken
