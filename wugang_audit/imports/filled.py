"""What else a file says of the new objects that a preview lists, for who wants to see the whole row before it comes in."""

from collections.abc import Sequence
from dataclasses import replace

from ..registries.display import Words
from ..spreadsheets.table import Table
from .diff import EMPTY, Difference
from .importer import Importer
from .preview import LISTED


def with_filled(differences: Sequence[Difference], table: Table, importer: Importer) -> list[Difference]:
    """Return the differences, each new one among the first `LISTED` with what its row fills in.

    :param table: what was examined. The later ones are left as they are: nobody looks through 100,000 rows one by one.
    """
    first = differences[:LISTED]
    wanted = {each.row for each in first if each.new}
    rows = {row.number: row for row in table.rows if row.number in wanted}
    left_out = {importer.key, importer.name_field, *importer.non_model_columns}
    names = [each for each in dict.fromkeys((*table.columns, *importer.derived())) if each not in left_out]
    fields = {name: importer.model._meta.get_field(name).verbose_name for name in names} if wanted else {}
    words = Words(importer.model)

    def filled(row: int) -> tuple[tuple[str, str], ...]:
        values = rows[row].values if row in rows else {}
        held = [(label, name, values.get(name)) for name, label in fields.items()]
        return tuple((label, words(name, value)) for label, name, value in held if value not in EMPTY)

    return [
        *(replace(each, filled=filled(each.row)) if each.new else each for each in first),
        *differences[LISTED:],
    ]
