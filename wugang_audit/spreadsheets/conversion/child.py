"""Runs in a process of its own: reads the named workbook of another format, writes it as .xlsx to standard output.

The reader (python-calamine) holds a sheet as a full rectangle, and a file of a few KB with one cell in the last corner ends
the process at once. So it lives here, under limits that the system itself keeps; who started it sees how it ended.

Exit status 0: the .xlsx was written. 3: one of the words below was written instead. Anything else: it died.
"""

import errno
import os
import resource
import sys
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, BinaryIO

from ..xlsx.book_writer import BookWriter, SheetRow
from .binary_details import SheetDetails, details_of
from .open_document import OpenDocument, content_of

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

MEMORY = 1024**3  # bytes of address space: some 30 million cells of the rectangle
SECONDS = 6  # of CPU: reading what came out takes as long again, and ten are promised
OUTPUT = 64 * 1024**2  # bytes
REFUSED = 3
PASSWORD, DAMAGED, LARGE = "password", "damaged", "large"
MAX_SHEETS, MAX_COLUMNS = 20, 300
MAX_ROWS = 100_200  # that hold anything: a few more than are imported, so that the reader can say that it is too many


def bound() -> None:
    """Limit this process; the system ends it when it takes more."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (OUTPUT, OUTPUT))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def convert(path: str, sink: BinaryIO) -> None:
    """Read the workbook and write its values, hidden sheets and merged cells as .xlsx.

    :param path: of a file that is named after its true format.
    """
    with BookWriter(sink) as writer:
        if path.endswith(".ods"):
            _from_open_document(path, writer)
        else:
            _from_excel(path, writer)


def _from_open_document(path: str, writer: BookWriter) -> None:
    with content_of(path) as stream:
        book = OpenDocument(stream, MAX_COLUMNS)
        for count, sheet in enumerate(book.sheets(), 1):
            found = (SheetRow(row.number, row.values, hidden=row.hidden) for row in book.rows())
            rows = islice(found, MAX_ROWS)
            writer.sheet(
                sheet.title, rows, sheet.merges, visible=sheet.visible, hidden_columns=sheet.hidden_columns
            )
            if count == MAX_SHEETS:
                return


def _from_excel(path: str, writer: BookWriter) -> None:
    import python_calamine  # a file of the other kind needs it not

    book = python_calamine.CalamineWorkbook.from_path(path)
    worksheet = python_calamine.SheetTypeEnum.WorkSheet
    visible = python_calamine.SheetVisibleEnum.Visible
    details = details_of(path)
    kept = [(at, each) for at, each in enumerate(book.sheets_metadata) if each.typ == worksheet]
    for at, each in kept[:MAX_SHEETS]:
        more = details[at] if len(details) == len(book.sheets_metadata) else SheetDetails()
        sheet = book.get_sheet_by_name(each.name)
        merges = [
            (left + 1, top + 1, right + 1, bottom + 1)
            for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()
        ]
        writer.sheet(
            each.name,
            islice(_rows(sheet, more), MAX_ROWS),
            merges,
            visible=each.visible == visible,
            hidden_columns=more.hidden_columns,
        )


def _rows(sheet: "CalamineSheet", more: SheetDetails) -> Iterator[SheetRow]:
    """Yield the rows that hold anything, error values in their places."""
    left = sheet.start[1] if sheet.start else 0
    wide = sheet.width > MAX_COLUMNS - left
    for number, values in enumerate(sheet.iter_rows() if sheet.start else (), 1):
        row: list[object] = list(values[: max(MAX_COLUMNS - left, 0)] if wide else values)
        for column, error in more.errors.get(number, {}).items():
            if 0 <= column - 1 - left < len(row):
                row[column - 1 - left] = error
        if any(value != "" for value in row):
            yield SheetRow(number, row, left + 1, number in more.hidden_rows)


def main() -> None:
    bound()
    with open(1, "wb", closefd=False) as sink:
        try:
            convert(sys.argv[1], sink)
        except BaseException as error:  # a panic of the reader is no Exception
            sink.seek(0)
            sink.truncate()
            sink.write(_word(error).encode())
            sink.flush()
            os._exit(REFUSED)  # at once: an archive that was begun would still write its end


def _word(error: BaseException) -> str:
    if type(error).__name__ == "PasswordError":
        return PASSWORD
    if (
        isinstance(error, MemoryError)
        or isinstance(error, OSError)
        and error.errno in (errno.EFBIG, errno.ENOSPC)
    ):
        return LARGE
    return DAMAGED


if __name__ == "__main__":
    main()
