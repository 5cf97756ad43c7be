"""Opening an uploaded file as a book, whether it is a workbook or a CSV file."""

from collections.abc import Iterator
from contextlib import contextmanager

from . import csv_file
from .conversion.convert import as_xlsx
from .errors import Unreadable
from .lines import Book
from .xlsx import guard, workbook


@contextmanager
def opened(content: bytes) -> Iterator[Book]:
    """Open a workbook or a CSV file; its sheets are read while it is open. Other formats are converted each time.

    :raises Unreadable: for whatever is neither, also when that shows only while reading.
    """
    content = as_xlsx(content)
    if content.startswith(b"PK"):
        with workbook.opened(content) as xlsx_book:
            yield xlsx_book
        return
    if other := guard.other_format(content):
        raise other
    if (csv_book := csv_file.book_of(content)) is None:
        raise Unreadable("这不是 Excel 工作簿，也不是 CSV 文件", "请上传 Excel 工作簿（.xlsx 等）或 CSV 文件")
    yield csv_book
