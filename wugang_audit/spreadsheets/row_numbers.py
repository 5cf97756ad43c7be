"""Numbers of rows where tables stand side by side: each row of each table has its own, and a clerk sees the sheet's."""

BESIDE = 2_000_000  # added for each further table of a row; no sheet has so many rows
_SIDES = ("", "右", "右二", "右三", "右四", "右五")


def numbered(row: int, table: int) -> int:
    """Return the number of a row of a table; the first from the left is 0."""
    return row + table * BESIDE


def row_of(number: int) -> int:
    """Return the row of the sheet."""
    return number % BESIDE


def table_of(number: int) -> int:
    """Return which of the tables side by side it is, the first from the left being 0."""
    return number // BESIDE


def row_label(number: int) -> str:
    """Return the row as a clerk reads it in 第…行: 3, or 3（右） of the second table."""
    table = table_of(number)
    return f"{row_of(number)}（{_SIDES[min(table, len(_SIDES) - 1)]}）" if table else str(number)
