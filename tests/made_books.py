"""Workbooks made in memory, as the tests upload them."""

import io
from collections.abc import Iterable, Mapping, Sequence

import openpyxl


def saved(book: openpyxl.Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def of_sheets(**sheets: Iterable[Sequence]) -> bytes:
    """Return a workbook of the named sheets, each given by its rows."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    return saved(book)


def of_rows(*rows: Sequence) -> bytes:
    """Return a workbook of one sheet."""
    return of_sheets(Sheet=rows)


def of_dicts(rows: Sequence[Mapping]) -> bytes:
    """Return a workbook of one sheet with all headers that the rows name; None leaves a cell empty."""
    header = list(dict.fromkeys(name for row in rows for name in row))
    return of_rows(header, *([row.get(name) for name in header] for row in rows))
