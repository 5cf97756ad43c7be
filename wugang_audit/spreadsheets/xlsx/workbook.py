"""Opening a workbook that anybody may have made: each hostile or mistaken file becomes a clear message.

Sizes are checked before anything is parsed; openpyxl reads in read-only mode with defusedxml, follows no external
link and runs no macro. What a declared dimension says is not believed.
"""

import codecs
import io
import logging
import re
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import openpyxl
from defusedxml import DefusedXmlException
from openpyxl.reader.excel import ExcelReader
from openpyxl.worksheet._read_only import ReadOnlyWorksheet
from openpyxl.xml.constants import SHARED_STRINGS

from .. import csv_file
from ..errors import Unreadable
from .parts import DateStyles, date_styles, shared_strings
from .worksheet import Sheet

MIB = 1024 * 1024
MAX_FILE = 20 * MIB
MAX_MEMBERS = 2000
MAX_UNPACKED = 160 * MIB  # of XML; pictures inside are never unpacked
MAX_STRINGS = 48 * MIB  # shared strings, which openpyxl holds in memory
MAX_PART = 12 * MIB
MAX_TAGS = 60_000  # of the list of sheets and the like, which openpyxl holds as objects of some KB
MAX_RATIO = 200  # XML of real workbooks shrinks to a tenth, of blank formatted rows to a hundredth
MAX_SHEETS = 20

_STYLES = "xl/styles.xml"
_STRICT = b"http://purl.oclc.org/ooxml/"
_NEW_BOOK = "请把有数据的行和列复制到一个新工作簿里（只粘贴数值），再上传；一次最多 10 万行"
_SAVE_AS = "请用 Excel 或 WPS 打开，另存为“Excel 工作簿（*.xlsx）”后再上传"
logger = logging.getLogger(__name__)

if not openpyxl.DEFUSEDXML:
    raise RuntimeError("openpyxl must read with defusedxml: install it, and unset OPENPYXL_DEFUSEDXML.")


@contextmanager
def opened(content: bytes) -> Iterator[openpyxl.Workbook | csv_file.CsvBook]:
    """Open the workbook in read-only mode, values instead of formulas; or a CSV file as a book.

    :raises Unreadable: for whatever is neither, also when that shows only while reading.
    """
    if len(content) > MAX_FILE:
        raise Unreadable(
            f"文件有 {len(content) // MIB} MB，最大 {MAX_FILE // MIB} MB", "请删去图片和无关的工作表后再上传"
        )
    if not content.startswith(b"PK"):
        if stranger := _stranger(content):
            raise stranger
        if book := csv_file.book_of(content):
            yield book
            return
        raise Unreadable("这不是 Excel 工作簿，也不是 CSV 文件", "请上传 .xlsx 工作簿或 CSV 文件")
    book = None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of extensions that it leaves out
            _check(content)
            reader = _Reader(content)
            reader.read()
            book = reader.wb
            yield book
    except Unreadable:
        raise
    except Exception as error:
        if isinstance(error, DefusedXmlException) or isinstance(error.__cause__, DefusedXmlException):
            raise Unreadable("文件中含有工作簿不该有的 XML 实体定义，为安全起见不读取", _SAVE_AS) from None
        # A damaged file makes the reader fail in any way whatever; the clerk needs to know only this.
        logger.warning("a workbook could not be read", exc_info=True)
        raise Unreadable("文件已损坏或不完整，读不出来", f"{_SAVE_AS}；打不开的请重新下载或复制") from error
    finally:
        if book is not None:
            with suppress(Exception):
                book.close()


def _stranger(content: bytes) -> Unreadable | None:
    """Say what kind of file this is instead, if it is known."""
    start = content[:2048].lstrip(b"\xef\xbb\xbf \t\r\n")
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        start = content[:2048].decode("utf-16", "ignore").strip().encode(errors="ignore")
    if not start:
        return Unreadable("文件是空的", "请确认选对了文件；如果是从网上下载的，请重新下载")
    if content.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        if "EncryptedPackage".encode("utf-16-le") in content:
            return Unreadable("工作簿设了打开密码", "请在 Excel 或 WPS 中取消密码，保存后再上传")
        return Unreadable("这是旧格式的表格（.xls 或 .et）", _SAVE_AS)
    if start.startswith((b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"RIFF", b"II*", b"MM\x00*")):
        return Unreadable("这是一张图片，不是工作簿", "请上传 .xlsx 工作簿")
    if start.startswith(b"%PDF"):
        return Unreadable("这是 PDF 文件，不是工作簿", "请上传 .xlsx 工作簿")
    if re.match(rb"<(?:!doctype|html|table|\?xml|meta|head)", start, re.I):
        return Unreadable("这是网页或 XML 文件，只是改了扩展名", _SAVE_AS)
    return None


class _Worksheet(ReadOnlyWorksheet):
    """A sheet that is not searched for its declared dimension: without one, openpyxl would parse all of it."""

    def _get_size(self) -> None:
        pass


class _Archive(zipfile.ZipFile):
    """A workbook's archive. What openpyxl reads in one piece it also holds as objects, so that must be small."""

    def read(self, name, pwd=None):
        if self.getinfo(name).file_size > MAX_PART:
            raise _strange()
        data = super().read(name, pwd)
        if data.count(b"<") > MAX_TAGS:
            raise _strange()
        return data


class _Reader(ExcelReader):
    """openpyxl's reader of the list of sheets; strings, styles and sheets, which grow with the list, are read here.

    What is of no use to the reader, such as properties and themes, is not read at all: it cannot be at fault either.
    """

    def __init__(self, content: bytes):
        super().__init__(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        self.archive = _Archive(io.BytesIO(content))

    def read(self) -> None:
        self.read_manifest()
        self.read_strings()
        self.read_workbook()
        self.wb.date_styles = DateStyles()
        if _STYLES in self.valid_files:
            with self.archive.open(_STYLES) as stream:
                self.wb.date_styles = date_styles(stream)
        self.read_worksheets()

    def read_strings(self) -> None:
        if (part := self.package.find(SHARED_STRINGS)) is not None:
            name = part.PartName[1:]
            if self.archive.getinfo(name).file_size > MAX_STRINGS:
                raise _too_large(self.archive.getinfo(name).file_size, MAX_STRINGS)
            with self.archive.open(name) as stream:
                self.shared_strings = shared_strings(stream)

    def read_worksheets(self) -> None:
        for sheet, relation in self.parser.find_sheets():
            if relation.target in self.valid_files and "chartsheet" not in relation.Type:
                known = _Worksheet(self.wb, sheet.name, relation.target, self.shared_strings)
                known.sheet_state = sheet.state
                self.wb._sheets.append(known)
        if not self.wb._sheets and _STRICT in self.archive.read(self.parser.workbook_part_name):
            raise Unreadable("这是“Strict Open XML”格式的工作簿", _SAVE_AS)


def _strange() -> Unreadable:
    return Unreadable("文件结构异常，为安全起见不读取", _NEW_BOOK)


def _too_large(size: int, limit: int) -> Unreadable:
    return Unreadable(f"文件解压后有 {size // MIB} MB，最多 {limit // MIB} MB", _NEW_BOOK)


def _check(content: bytes) -> None:
    """Refuse what is no workbook, or would need too much time or memory to read."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = archive.infolist()
        if any(member.flag_bits & 1 for member in members):
            raise Unreadable("压缩包设了密码", "请取消密码后再上传")
        names = {member.filename.lstrip("/").lower() for member in members}
        if {"mimetype", "content.xml"} <= names:
            raise Unreadable("这是 OpenDocument 表格（.ods）", _SAVE_AS)
        if not any(name.startswith("xl/") for name in names):
            raise Unreadable("这是压缩包或其他文档，不是 Excel 工作簿", _SAVE_AS)
        if "xl/workbook.bin" in names:
            raise Unreadable("这是二进制工作簿（.xlsb）", _SAVE_AS)
        texts = [member for member in members if not member.filename.lower().startswith("xl/media/")]
        unpacked, packed = (
            sum(member.file_size for member in texts),
            sum(member.compress_size for member in texts),
        )
        if unpacked > MAX_UNPACKED:
            raise _too_large(unpacked, MAX_UNPACKED)
        if len(members) > MAX_MEMBERS or (unpacked > 10 * MIB and unpacked > MAX_RATIO * packed):
            raise _strange()


def sheets(book) -> list[Sheet | csv_file.CsvSheet]:
    """Return the sheets of an opened file that may be looked into."""
    if isinstance(book, csv_file.CsvBook):
        return book.worksheets
    return [Sheet(each) for each in book.worksheets[:MAX_SHEETS]]
