"""Which files of a draw are public now, and when each of the others will be (draw/2, What is public when)."""

from collections.abc import Mapping
from dataclasses import dataclass

from wugang_audit.calendar.words import day_in_words

from ..protocol import verify
from . import objects
from .openness import FILES

NAMED = (verify.POOL, verify.OFFICERS, verify.NAMES)


@dataclass(frozen=True)
class File:
    """A file of the protocol: a public one has a digest, any other the words for when it comes."""

    name: str
    title: str
    about: str
    digest: str
    when: str


def files(draw: objects.Draw, digests: Mapping[str, str], seal_falls: str) -> tuple[File, ...]:
    """Return all files of a draw in the order of its bundle.

    :param digests: those of the files that are public and there.
    :param seal_falls: the words for when the earlier draw's seal falls that this one waits for.
    """
    return tuple(
        File(name, kind.title, kind.about, digests.get(name, ""), _when(draw, name, seal_falls))
        for name, kind in FILES.items()
    )


def _when(draw: objects.Draw, name: str, seal_falls: str) -> str:
    """Say when a file becomes public that is not; a draw that was made void brings nothing new but by a lifted seal."""
    if name in NAMED:
        return seal_falls
    if draw.is_void and not draw.open.is_drawn and (name != verify.SALT or not draw.is_sealed):
        return "不会有了：抽签已作废"
    lifted = _unsealing(draw, seal_falls)
    return {
        verify.SALT: lifted,
        verify.ENTROPY: "最后一个号码录入时",
        verify.RESULT: lifted if draw.is_sealed else "公布名单时",
        verify.SUBSTITUTES: lifted if draw.is_sealed else "有替补时，生效一份公开一份",
        verify.FINDINGS: lifted if draw.is_sealed else "检查结果公开一条写一条",
        verify.TEXTS: lifted if draw.is_sealed else "和检查结果一起",
    }.get(name, "")


def _unsealing(draw: objects.Draw, seal_falls: str) -> str:
    if draw.is_void:
        return seal_falls
    return f"解封时，最迟 {day_in_words(draw.unseal_on)}" if draw.unseal_on else "检查完成、解封时"
