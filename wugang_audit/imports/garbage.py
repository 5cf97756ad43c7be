"""How often Python looks for objects that only refer to each other, while an import is at work."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

RARELY = (100_000, 20, 100)  # objects made, and collections, before the next collection of each generation


@contextmanager
def collected_rarely() -> Iterator[None]:
    """Look for garbage in cycles less often: rows are none, and to pass by all of them takes a sixth of an import."""
    usually = gc.get_threshold()
    gc.set_threshold(*RARELY)
    try:
        yield
    finally:
        gc.set_threshold(*usually)
