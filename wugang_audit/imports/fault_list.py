"""The faults of a preview as pages list them: all of them or one kind, page by page, with the choice in the address."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice

from django.utils.http import urlencode

from ..spreadsheets.table import Fault
from . import preview_pages
from .fault_kinds import kind_of
from .models import ImportJob

PER_PAGE = preview_pages.PER_PAGE


@dataclass(frozen=True)
class FaultList:
    """One page of faults, and what the page needs to lead to the others."""

    kinds: Mapping[str, int]  # {kind of fault: how many}, the most frequent first
    kind: str  # the chosen one; empty: all
    faults: tuple[Fault, ...]
    total: int
    number: int
    pages: int
    query: str  # of the address of each page, without its number

    @property
    def previous(self) -> int:
        return self.number - 1

    @property
    def following(self) -> int:
        return self.number + 1 if self.number < self.pages else 0

    @classmethod
    def of(cls, job: ImportJob, asked: Mapping[str, str], **kept: str) -> "FaultList":
        """Read the choice from an address.

        :param asked: its query: ``fault`` is a kind, ``page`` a number; what it has not falls back to all and the first.
        :param kept: what else the query of each page says.
        """
        counts = Counter(kind_of(fault) for fault in _all(job))
        chosen = asked.get("fault", "")
        chosen = chosen if chosen in counts else ""
        total = counts[chosen] if chosen else counts.total()
        pages = max(1, -(-total // PER_PAGE))
        page = asked.get("page", "")
        number = min(max(int(page), 1), pages) if page.isascii() and page.isdecimal() and len(page) < 7 else 1
        shown = (fault for fault in _all(job) if chosen in ("", kind_of(fault)))
        return cls(
            dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))),
            chosen,
            tuple(islice(shown, (number - 1) * PER_PAGE, number * PER_PAGE)),
            total,
            number,
            pages,
            urlencode(kept | ({"fault": chosen} if chosen else {})),
        )


def _all(job: ImportJob) -> Iterable[Fault]:
    """Yield all faults that are listed; the pages go a day after the upload, the first ones stay with the preview."""
    preview = job.stored_preview
    if preview.fault_count > len(preview.faults) and preview_pages.count(job, preview_pages.FAULTS):
        return preview_pages.faults(job)
    return preview.faults
