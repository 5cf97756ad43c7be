"""What the first page of the admin says of each registry.

The base knows no registry, so each app registers how its own one stands.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from .data_checks import Finding


@dataclass(frozen=True)
class LastImport:
    """The import of a registry that ran last and stands: when, by whom, from which file, and what came of it."""

    at: datetime
    who: str
    filename: str
    new: int
    changed: int
    is_undone: bool


@dataclass(frozen=True)
class Figure:
    """A number, its measure word and noun, and the list of just these rows."""

    number: int
    words: str
    url: str


@dataclass(frozen=True)
class Overview:
    """How a registry stands, and the addresses of what is done with it."""

    label: str
    figures: tuple[Figure, ...]
    last_import: LastImport | None
    findings: tuple[
        Finding, ...
    ]  # what is to be corrected in it, each with at least one row; last what may stay
    list_url: str
    import_url: str
    history_url: str
    export_url: str

    @property
    def to_do(self) -> int:
        """How often something is left to be corrected; a row of which two things are wrong counts twice."""
        return sum(each.count for each in self.findings if not each.may_stay)

    @property
    def may_stay(self) -> int:
        return sum(each.count for each in self.findings if each.may_stay)


Provider = Callable[[], Overview]
_providers: list[tuple[str, Provider]] = []


def to_correct(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings that have rows, without the name of the registry before each: the page says it above."""
    found = (
        replace(each, label=each.label.partition("：")[2] or each.label) for each in findings if each.count
    )
    return tuple(sorted(found, key=lambda each: each.may_stay))


def overview(permission: str) -> Callable[[Provider], Provider]:
    """Register a function that says how a registry stands, for whoever has the Django permission."""

    def register(provider: Provider) -> Provider:
        _providers.append((permission, provider))
        return provider

    return register


def overviews(may: Callable[[str], bool]) -> list[Overview]:
    """Return how the registries stand that one person may see, by his permissions."""
    return [provider() for permission, provider in _providers if may(permission)]
