"""Whether a reason is none: one thing over and over, typed because something had to be typed."""

import re

LONGEST_WORD = 4  # characters: what is longer and said twice, as a whole clause, does say something
_SAID = re.compile(r"[^\w]+|_")


def says_nothing(text: str) -> bool:
    """Say whether a text is one or two characters, or one short word, over and over: 无无无无, 是的是的, 没有问题没有问题.

    Spaces and punctuation count for nothing; a text of these alone says nothing either.
    """
    said = _SAID.sub("", text)
    if len(set(said)) <= 2:
        return True
    return any(
        said == said[:length] * (len(said) // length)
        for length in range(1, min(LONGEST_WORD, len(said) // 2) + 1)
    )
