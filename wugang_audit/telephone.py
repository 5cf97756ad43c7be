"""Telephone numbers in what people typed: each that can be dialled becomes a link, the text stays as it was.

A field holds more than a number: a second one, an extension, a name in brackets. The address of a link takes digits, a plus
sign in front and, before an extension, the comma that makes a telephone wait (RFC 3966 leaves it to the dialler; both
Android and iOS pause there).
"""

import re
import unicodedata
from collections.abc import Iterator

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

_DIGITS = re.compile(r"\+?[0-9]+")
_JOINER = re.compile(r"[\s()-]{1,3}")  # between the groups of one number
_DIALLED = re.compile(
    r"\+[0-9]{7,15}|00[0-9]{9,13}"  # from abroad
    r"|1[12][0-9]|1[0-9]{4}|9[56][0-9]{3,6}"  # 110, 12345, 95598
    r"|1[3-9][0-9]{9}|0[1-9][0-9]{8,10}|[2-9][0-9]{6,7}|[48]00[0-9]{7}"  # mobile, with its area, local, 400
)
_EXTENSION = re.compile(r"\s*(?:转|分机号?|ext\.?|[#,])\s*:?\s*([0-9]{1,6})(?![0-9])", re.IGNORECASE)
_DASHED = re.compile(r"-([0-9]{2,6})(?![0-9-])")  # 0375-7000000-801
_PART_OF_A_WORD = re.compile(r"[A-Za-z0-9*+_@]")


@register.filter
def telephone(text: str) -> SafeString:
    """Return a text as HTML, each number that can be dialled as a link; a number that cannot be is left as it is."""
    text, done, parts = str(text), 0, []
    for start, end, number in _numbers(_folded(text)):
        link = f'<a class="nowrap" href="tel:{number}">{escape(text[start:end])}</a>'
        parts += [escape(text[done:start]), link]
        done = end
    return mark_safe("".join([*parts, escape(text[done:])]))  # noqa: S308 - all of the text is escaped


def _folded(text: str) -> str:
    """Return the text with its full-width characters as ASCII, of the same length."""
    folded = (unicodedata.normalize("NFKC", char) for char in text)
    return "".join(new if len(new) == 1 else old for old, new in zip(text, folded, strict=True))


def _numbers(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield where each number begins and ends, and what is dialled."""
    groups = list(_DIGITS.finditer(text))
    at = 0
    while at < len(groups):
        taken = next(
            (
                count
                for count in range(_joined(text, groups[at:]), 0, -1)
                if _dialled(text, groups[at : at + count])
            ),
            0,
        )
        if not taken:
            at += 1
            continue
        number, end = _plain(groups[at : at + taken]), groups[at + taken - 1].end()
        own = _EXTENSION.match(text, end) or (number[0] in "023456789" and _DASHED.match(text, end)) or None
        if own:
            number, end = f"{number},{own[1]}", own.end()
        yield groups[at].start(), end, number
        at += taken
        while at < len(groups) and groups[at].start() < end:
            at += 1


def _joined(text: str, groups: list[re.Match]) -> int:
    """Return how many groups of digits may be one number: only spaces, dashes and brackets lie between them."""
    count = 1
    for before, after in zip(groups, groups[1:], strict=False):
        if not _JOINER.fullmatch(text[before.end() : after.start()]) or after[0].startswith("+"):
            break
        count += 1
    return count


def _plain(groups: list[re.Match]) -> str:
    return "".join(group[0] for group in groups)


def _dialled(text: str, groups: list[re.Match]) -> bool:
    start, end = groups[0].start(), groups[-1].end()
    around = text[start - 1 : start] if start else "", text[end : end + 1]
    return bool(_DIALLED.fullmatch(_plain(groups))) and not any(map(_PART_OF_A_WORD.match, around))
