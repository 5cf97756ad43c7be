"""How much of a draw is open to the public today."""

from datetime import datetime
from enum import IntEnum
from typing import Any

from ..models import Draw as DrawRow
from ..public_fields import SEAL
from ..states import DrawState


class Openness(IntEnum):
    """How much of a draw the public sees. A sealed draw stays at ENTROPY after it is published."""

    NOTHING = 0
    COMMIT = 1
    ENTROPY = 2
    ALL = 3


def openness(state: str, drawn_at: datetime | None, is_sealed: bool = False) -> Openness:
    """A draft does not exist for the public; a void shows all that there was, for ever: it ends a seal too."""
    if state == DrawState.VOID:
        return Openness.ALL if drawn_at else Openness.COMMIT
    return {
        DrawState.FROZEN: Openness.COMMIT,
        DrawState.DRAWN: Openness.ENTROPY,
        DrawState.PUBLISHED: Openness.ENTROPY if is_sealed else Openness.ALL,
    }.get(state, Openness.NOTHING)


def openness_of(row: dict[str, Any]) -> Openness:
    """The same from a row with ``state``, ``drawn_at`` and the columns of SEAL."""
    return openness(row["state"], row["drawn_at"], DrawRow(**{name: row[name] for name in SEAL}).is_sealed)


def open_files(level: Openness) -> tuple[str, ...]:
    """Names of the files that are public at this level."""
    return tuple(name for name, (_, since) in FILES.items() if level >= since)


# The files of the protocol in the order of the bundle, what each is, and from when on it is public.
FILES = {
    "commit.txt": ("承诺文件：随机数产生之前公布的全部规则和摘要", Openness.COMMIT),
    "entropy.txt": ("随机数：事先点名的每个来源和它的数值", Openness.ENTROPY),
    "pool.tsv": ("冻结时的全部单位名册，含每家的类别和状态", Openness.ALL),
    "officers.tsv": ("冻结时可派出的执法人员", Openness.ALL),
    "result.tsv": ("结果：抽中的单位、签值和检查组", Openness.ALL),
    "verify.py": ("抽签和复算用的同一个程序", Openness.COMMIT),
    "verify.mjs": ("网页里复算用的程序，与上面的程序各写各的", Openness.COMMIT),
}
