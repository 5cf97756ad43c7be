"""What an import would do, kept for the page that asks for confirmation."""

import hashlib
import json
from dataclasses import asdict, dataclass, field

from ..spreadsheets.table import Fault
from .diff import Difference

LISTED = 500  # faults and differences that a stored preview keeps; the counts are of all


@dataclass
class Preview:
    """What an import would do. Counts are of rows; a workbook with faults does nothing at all."""

    filename: str
    label: str
    sheet: str = ""
    header_row: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    faulty: int = 0
    faults: list[Fault] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)  # keys in use that the workbook lacks, cut to `MISSING`
    missing_count: int = 0
    digest: str = ""  # of the difference between workbook and registry
    guards: int = 0  # changes that count only once they are ticked
    refused: int = 0  # of them, those that were not
    left: list[str] = field(default_factory=list)  # those in words, cut to `LISTED`
    rivals: list[str] = field(default_factory=list)  # sheets that could all be the list, if several
    unmatched: bool = False  # the columns could not be told by their names

    @property
    def summary(self) -> str:
        """One line in Chinese."""
        counts = f"{self.label}：新增 {self.new}，更改 {self.changed}，不变 {self.unchanged}"
        return f"{counts}，有错 {self.faulty} 行" if self.faults else counts

    def count(self, differences: list[Difference], touched: int) -> None:
        """Take these as the differences, of so many rows that stand for an object."""
        self.differences = differences
        self.new = sum(difference.new for difference in differences)
        self.changed = len(differences) - self.new
        self.unchanged = touched - len(differences)

    def seal(self) -> None:
        """Keep the digest of what the import would do, by which a confirmation knows that nothing changed since."""
        digest = hashlib.sha256()
        for each in self.differences:
            changes = [(change.label, change.old, change.new) for change in each.changes]
            digest.update(
                json.dumps((each.row, each.key, each.title, each.new, changes, each.alike)).encode()
            )
        digest.update(str(self.unchanged).encode())
        self.digest = digest.hexdigest()

    def stored(self) -> dict:
        """Return it as JSON for the preview page, lists cut to `LISTED`."""
        cut = {
            "faults": [asdict(fault) | {"place": fault.place} for fault in self.faults[:LISTED]],
            "differences": [asdict(difference) for difference in self.differences[:LISTED]],
            "fault_count": len(self.faults),
            "difference_count": len(self.differences),
        }
        return {name: value for name, value in vars(self).items() if name not in cut} | cut


class Faulty(Exception):
    """The workbook has faults: nothing was written. `preview` lists them."""

    def __init__(self, preview: Preview):
        super().__init__(preview.summary)
        self.preview = preview


class Outdated(Faulty):
    """The registry changed since the preview: nothing was written. `preview` is the fresh one."""
