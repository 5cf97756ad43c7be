"""How often the laws are tried: `.ci/long` tries each on many times as many examples as the suite."""

import os

_TIMES = int(os.environ.get("LAWS_TIMES", "1"))


def times(examples: int) -> int:
    """Return how many examples to try where the suite tries so many."""
    return examples * _TIMES
