"""What an importer adds so that its registry can be written too."""

from collections.abc import Iterable, Sequence

from django.db.models import QuerySet

from ..spreadsheets.export import CHUNK
from ..spreadsheets.table import Column


class Exported:
    """What an importer adds so that its registry can be written too."""

    columns: Sequence[Column]

    def exported(self, queryset: QuerySet) -> Iterable[Sequence]:
        """Yield the values of each object, in the order of the columns; no query per row."""
        return queryset.values_list(*(column.attribute for column in self.columns)).iterator(chunk_size=CHUNK)

    def codes(self) -> Iterable[Sequence]:
        """Return the sheet of codes for the template, its heading first."""
        return ()
