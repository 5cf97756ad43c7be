"""What is to be corrected in the registries.

The base knows no registry, so each app registers what is wrong or missing in its own rows, and what changed last.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Finding:
    """One line of the page: what is wrong or missing, in how many rows, and the address of the list of these rows.

    :param may_stay: some rows are right as they are, so that it need not come to 0.
    """

    label: str
    count: int
    url: str
    hint: str = ""
    may_stay: bool = False
    measure: str = "条"


@dataclass(frozen=True)
class Touched:
    """A recently changed row: who changed it, when and why. Its address is empty if the row was deleted."""

    label: str
    url: str
    at: datetime
    who: str
    what: str
    why: str = ""


@dataclass(frozen=True)
class Page:
    """A page that helps to correct a registry: its label, the name of its address, and what it is for."""

    label: str
    address: str
    hint: str


Checks = Callable[[], list[Finding]]
LastChanges = Callable[[int], list[Touched]]
_checks: list[Checks] = []
_changes: list[LastChanges] = []
_pages: list[Page] = []


def checks(provider: Checks) -> Checks:
    """Register a provider of findings; a count of 0 is shown too, as a check without a finding."""
    _checks.append(provider)
    return provider


def last_changes(provider: LastChanges) -> LastChanges:
    """Register a provider of the n rows of a registry that were changed last."""
    _changes.append(provider)
    return provider


def page(label: str, address: str, hint: str) -> None:
    """Register a page that the data checks lead to."""
    _pages.append(Page(label, address, hint))


def pages() -> list[Page]:
    return list(_pages)


def findings() -> list[Finding]:
    return [finding for provider in _checks for finding in provider()]


def touched(number: int) -> list[Touched]:
    """Return the rows of all registries that were changed last, the newest first."""
    found = [each for provider in _changes for each in provider(number)]
    return sorted(found, key=lambda each: each.at, reverse=True)[:number]
