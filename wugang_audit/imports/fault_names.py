"""What the object of a faulty row is called: a person knows a firm or an officer by its name, not by a row number."""

from collections.abc import Iterable
from dataclasses import replace

from ..spreadsheets.table import Fault, Table
from .importer import Importer


def named(faults: Iterable[Fault], table: Table, importer: Importer) -> list[Fault]:
    """Return the faults with the names that stand in their rows, where these could be read."""
    attribute = importer.name_field or next(
        (each.attribute for each in importer.columns if each.attribute.endswith("name")), ""
    )
    names = {row.number: row.values.get(attribute) for row in table.rows if row.wrong}
    return [replace(fault, named=str(name)) if (name := names.get(fault.row)) else fault for fault in faults]
