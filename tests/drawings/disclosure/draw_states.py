"""The states of a draw that the public can meet, and which of them a test takes in the short run."""

import pytest

STATES = (
    "draft", "frozen", "drawn", "published", "void-frozen", "void-drawn", "void-published",
    "sealed-frozen", "sealed-drawn", "sealed-published", "sealed-void-frozen", "sealed-void-drawn", "sealed-lifted",
)  # fmt: skip


def short(states, *those):
    """Mark all states but those as long: they go the same ways."""
    return [pytest.param(each, marks=() if each in those else pytest.mark.long) for each in states]
