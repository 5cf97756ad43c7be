"""Opening a workbook that anybody may have made: each hostile or mistaken file becomes a clear message.

Sizes are checked before anything is parsed (`guard`); openpyxl reads the list of sheets, follows no external link and runs
no macro. It does so with lxml where another package brings lxml along, which leaves entities in a text alone but expands
those in an attribute; else with defusedxml. So a document type is refused before openpyxl sees it. The declared dimension
of a sheet is not trusted.
"""

import io
import logging
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import openpyxl
from defusedxml import DefusedXmlException
from openpyxl.reader.excel import ExcelReader
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.xml.constants import SHARED_STRINGS

from ..errors import SAVE_AS, Unreadable
from . import guard
from .parts import DateStyles, date_styles, refuse_doctype, shared_strings
from .strict import usual_names
from .worksheet import XlsxSheet

MAX_SHEETS = 20

_STYLES = "xl/styles.xml"
logger = logging.getLogger(__name__)

if not openpyxl.DEFUSEDXML:
    raise RuntimeError(
        "Where lxml is missing, openpyxl must read with defusedxml: install it, and unset OPENPYXL_DEFUSEDXML."
    )


@dataclass(frozen=True)
class XlsxBook:
    """An open workbook: its sheets, at most `MAX_SHEETS` of them."""

    sheets: list[XlsxSheet]


@contextmanager
def opened(content: bytes) -> Iterator[XlsxBook]:
    """Open the workbook; its sheets give values instead of formulas.

    :raises Unreadable: if it is none, or damaged, also when that shows only while its sheets are read.
    """
    reader = None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of extensions that it leaves out
            guard.check_archive(content)
            reader = BookReader(content)
            yield reader.read_book()
    except Unreadable:
        raise
    except Exception as error:
        if isinstance(error, DefusedXmlException) or isinstance(error.__cause__, DefusedXmlException):
            raise Unreadable("文件中含有工作簿不该有的 XML 实体定义，为安全起见不读取", SAVE_AS) from None
        # A damaged file makes the reader fail in any way whatever; the clerk needs to know only this.
        logger.debug("a workbook could not be read", exc_info=True)
        raise Unreadable("文件已损坏或不完整，读不出来", f"{SAVE_AS}；打不开的请重新下载或复制") from error
    finally:
        if reader is not None:
            with suppress(Exception):
                reader.archive.close()


class _Archive(zipfile.ZipFile):
    """A workbook's archive. What openpyxl reads in one piece it also holds as objects, so that must be small."""

    def read(self, name: str | zipfile.ZipInfo, pwd: bytes | None = None) -> bytes:
        member = name if isinstance(name, zipfile.ZipInfo) else self.getinfo(name)
        if member.file_size > guard.MAX_PART:
            raise guard.malformed()
        data = super().read(name, pwd)
        if data.count(b"<") > guard.MAX_TAGS:
            raise guard.malformed()
        refuse_doctype(data)
        return usual_names(data)


class BookReader(ExcelReader):
    """openpyxl's reader of the list of sheets; strings, styles and sheets, which grow with the list, are read here.

    What the reader does not need, such as properties and themes, is not read at all, so that it may be damaged.
    """

    def __init__(self, content: bytes) -> None:
        super().__init__(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        self.archive = _Archive(io.BytesIO(content))

    def read_book(self) -> XlsxBook:
        """Return the book, its sheets not yet read."""
        self.read_manifest()
        self.read_strings()
        self.read_workbook()
        styles = DateStyles()
        if _STYLES in self.valid_files:
            with self.archive.open(_STYLES) as stream:
                styles = date_styles(stream)
        return XlsxBook(self._sheets(styles)[:MAX_SHEETS])

    def read_strings(self) -> None:
        if (part := self.package.find(SHARED_STRINGS)) is not None:
            name = part.PartName[1:]
            if self.archive.getinfo(name).file_size > guard.MAX_STRINGS:
                raise guard.too_large(self.archive.getinfo(name).file_size, guard.MAX_STRINGS)
            with self.archive.open(name) as stream:
                self.shared_strings = shared_strings(stream)

    def _sheets(self, styles: DateStyles) -> list[XlsxSheet]:
        from_1904 = self.wb.epoch == CALENDAR_MAC_1904
        return [
            XlsxSheet(
                self.archive,
                relation.target,
                sheet.name,
                hidden=sheet.state != "visible",
                from_1904=from_1904,
                strings=self.shared_strings,
                styles=styles,
            )
            for sheet, relation in self.parser.find_sheets()
            if relation.target in self.valid_files and "chartsheet" not in relation.Type
        ]
