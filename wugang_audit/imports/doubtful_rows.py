"""New rows that may be none at all: each must be ticked before it comes in."""

from ..spreadsheets.no_names import why_doubtful
from ..spreadsheets.table import Column, Table


def mark_doubtful(table: Table, columns: tuple[Column, ...]) -> None:
    """Mark rows whose name is hardly one: a bracket, a township, a closing word. Of rows that are in the registry nothing is asked.

    :param columns: of the registry.
    """
    name = next(column for column in columns if column.attribute == "name")
    titled = [column for column in columns if column.in_titles]
    for row in table.rows:
        if isinstance(text := row.get("name"), str) and not row.doubt:
            row.doubt = next((why for each in (name, *titled) if (why := why_doubtful(text, each))), "")
