"""The order of a run by several processes: what takes longest comes first, or one of them would do it alone at the end."""

import gc

LONGEST = (
    "test_form_errors.py",
    "test_demo_pages.py",
    "test_demo.py",
    "test_tampering.py",
    "test_cookies.py",
    "test_review_decision.py",
)


def pytest_collection_modifyitems(items):
    """Move them to the front; none of them has transactions of its own, so the order by these stays."""
    items.sort(key=lambda item: item.path.name not in LONGEST)


def pytest_collection_finish():
    """What was found stays to the end: the garbage collector need not go through ten thousand tests each time."""
    gc.collect()
    gc.freeze()
