"""How much of a draw is open to the public today."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Any

from ..models import Draw as DrawRow
from ..models.seal import has_seal
from ..protocol import verify
from ..public_fields import SEAL
from ..states import DrawState


class Openness(IntEnum):
    """How much of a draw's result the public sees. A sealed draw stays at ENTROPY after it is published."""

    NOTHING = 0
    COMMIT = 1
    ENTROPY = 2
    ALL = 3


@dataclass(frozen=True)
class Open:
    """What the public sees of a draw (draw/2, What is public when)."""

    level: Openness
    has_salt: bool  # without it nobody can compute the result
    has_pool: bool  # pool, officers and names: they wait while an earlier draw's seal stands
    is_drawn: bool

    def file(self, name: str) -> bool:
        """Say whether a file of the protocol is public."""
        return self.level >= Openness.COMMIT and FILES[name].since(self)

    @property
    def files(self) -> tuple[str, ...]:
        """Names of the files that are public, in the order of the bundle; not all of them need be there."""
        return tuple(name for name in FILES if self.file(name))


def openness(state: str, drawn_at: datetime | None, is_sealed: bool = False) -> Openness:
    """A draft does not exist for the public; a void shows all that there was, for ever, once no seal hides it."""
    if state == DrawState.VOID:
        return Openness.COMMIT if drawn_at is None else Openness.ENTROPY if is_sealed else Openness.ALL
    return {
        DrawState.FROZEN: Openness.COMMIT,
        DrawState.DRAWN: Openness.ENTROPY,
        DrawState.PUBLISHED: Openness.ENTROPY if is_sealed else Openness.ALL,
    }.get(state, Openness.NOTHING)


def open_of(row: dict[str, Any]) -> Open:
    """Say it from a row with ``state``, ``drawn_at``, the columns of SEAL and ``is_under_seal``."""
    waits = row["is_under_seal"]
    if row["state"] == DrawState.VOID:
        is_sealed = waits and has_seal(row["disclosure"], row["unsealed_at"])
    else:
        is_sealed = DrawRow(**{name: row[name] for name in SEAL}).is_sealed
    level = openness(row["state"], row["drawn_at"], is_sealed)
    return Open(level, not is_sealed and not waits, not waits, row["drawn_at"] is not None)


@dataclass(frozen=True)
class FileKind:
    """A file of a draw: what it is to a reader, and whether it is public, of a draw whose commit is."""

    title: str
    about: str
    since: Callable[[Open], bool]


def _from_the_start(draw: Open) -> bool:
    return True


def _with_pool(draw: Open) -> bool:
    return draw.has_pool


def _whole(draw: Open) -> bool:
    return draw.level == Openness.ALL


# The files of the protocol in the order of the bundle.
FILES = {
    verify.COMMIT: FileKind("承诺文件", "随机数产生之前公布的全部规则，和名单、盐的指纹", _from_the_start),
    verify.POOL: FileKind("单位名单", "冻结时的全部单位：编码、类别、状态、名称的指纹", _with_pool),
    verify.OFFICERS: FileKind("人员名单", "可派出的执法人员：证号、专业、已有任务、姓名的指纹", _with_pool),
    verify.REGISTERS: FileKind(
        "外部名册对照", "外部名册逐条对到单位名单；没有外部名册时只有一行", _from_the_start
    ),
    verify.NAMES: FileKind("名称和姓名", "逐个和名单里的指纹对应；到期可以撤下", _with_pool),
    verify.SALT: FileKind("盐", "冻结时产生的一串随机字符，算结果时要用到", lambda draw: draw.has_salt),
    verify.ENTROPY: FileKind("随机数", "事先点名的每个来源和它的号码", lambda draw: draw.is_drawn),
    verify.RESULT: FileKind("结果", "抽中的单位、签值和检查组", _whole),
    verify.SUBSTITUTES: FileKind("替补", "每份申报、所用的号码和算出的结果", _whole),
    verify.FINDINGS: FileKind(
        "检查结果", "公开的检查结果、更正和依法隐去，逐条和日志里的指纹对应", lambda draw: draw.has_salt
    ),
    verify.TEXTS: FileKind(
        "检查情况和更正的文字", "逐段和检查结果里的指纹对应；依法可以隐去", lambda draw: draw.has_salt
    ),
    "verify.py": FileKind("复算程序", "抽签用的就是它；在自己的电脑上运行", _from_the_start),
    "verify.mjs": FileKind("网页里的复算程序", "和上面的程序各写各的，结论应当相同", _from_the_start),
}
