"""What is found in a text, at its place, and how it may be named where it must not be kept."""

import re
from dataclasses import dataclass

from .homes import addresses
from .patterns import SEARCHES, Kind
from .plain_text import AS_DIGITS, plain
from .plates import plates


@dataclass(frozen=True)
class Found:
    """A piece of a text: ``original[start:end] == text``."""

    kind: Kind
    start: int
    end: int
    text: str

    @property
    def masked(self) -> str:
        """The piece as a trail may keep it, so that its writer knows which is meant and nobody else does: ``138****5678``."""
        read = plain(self.text)[0]
        if self.kind in (Kind.EMAIL, Kind.ADDRESS):
            return f"{read[:1]}****{read[-1:]}"
        read = re.sub(r"[^0-9A-Za-z\u4e00-\u9fff]", "", read.translate(AS_DIGITS))
        if self.kind is Kind.MOBILE:
            return f"{read[-11:-8]}****{read[-4:]}"
        return f"{read[:2]}****{read[-2:]}"


def find(text: str) -> list[Found]:
    """Return the personal data in a text, in its order, no two of them overlapping; of two that do, the one that begins first."""
    read, positions = plain(text)
    spans = sorted(
        (span for search in (*SEARCHES, plates, addresses) for span in search(read)),
        key=lambda span: (span[1], -span[2]),
    )
    found: list[Found] = []
    for kind, start, end in spans:
        begin, stop = positions[start], positions[end - 1] + 1
        if not found or begin >= found[-1].end:
            found.append(Found(kind, begin, stop, text[begin:stop]))
    return found


def masked(text: str) -> str:
    """Return a text with all that is found in it masked, for the trail."""
    for found in reversed(find(text)):
        text = text[: found.start] + found.masked + text[found.end :]
    return text
