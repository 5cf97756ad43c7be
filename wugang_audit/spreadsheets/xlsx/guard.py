"""The guard against hostile and mistaken files: what is refused before it is read, and with which message.

Sizes are checked before anything is unpacked. A file of another kind is named by how it begins.
"""

import codecs
import io
import re
import zipfile

from ..errors import SAVE_AS, Unreadable

MIB = 1024 * 1024
MAX_FILE = 20 * MIB
MAX_MEMBERS = 2000
MAX_UNPACKED = 160 * MIB  # of XML; pictures inside are never unpacked
MAX_STRINGS = 48 * MIB  # shared strings, which openpyxl holds in memory
MAX_PART = 12 * MIB
MAX_TAGS = 60_000  # of the list of sheets and the like, which openpyxl holds as objects of some KB
MAX_RATIO = 200  # XML of real workbooks shrinks to a tenth, of blank formatted rows to a hundredth

_NEW_BOOK = "请把有数据的行和列复制到一个新工作簿里（只粘贴数值），再上传；一次最多 10 万行"


def check_size(content: bytes) -> None:
    """Refuse a file that is larger than any list needs.

    :raises Unreadable: with the size and the limit.
    """
    if len(content) > MAX_FILE:
        raise Unreadable(
            f"文件有 {len(content) // MIB} MB，最大 {MAX_FILE // MIB} MB", "请删去图片和无关的工作表后再上传"
        )


def check_archive(content: bytes) -> None:
    """Refuse a ZIP archive that is no workbook, or would need too much time or memory to read.

    :raises Unreadable: with what it is instead, or what is too large.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = archive.infolist()
        if any(member.flag_bits & 1 for member in members):
            raise Unreadable("压缩包设了密码", "请取消密码后再上传")
        names = {member.filename.lstrip("/").lower() for member in members}
        if {"mimetype", "content.xml"} <= names:
            raise Unreadable("这是 OpenDocument 表格（.ods）", SAVE_AS)
        if not any(name.startswith("xl/") for name in names):
            raise Unreadable("这是压缩包或其他文档，不是 Excel 工作簿", SAVE_AS)
        if "xl/workbook.bin" in names:
            raise Unreadable("这是二进制工作簿（.xlsb）", SAVE_AS)
        texts = [member for member in members if not member.filename.lower().startswith("xl/media/")]
        unpacked, packed = (
            sum(member.file_size for member in texts),
            sum(member.compress_size for member in texts),
        )
        if unpacked > MAX_UNPACKED:
            raise too_large(unpacked, MAX_UNPACKED)
        if len(members) > MAX_MEMBERS or (unpacked > 10 * MIB and unpacked > MAX_RATIO * packed):
            raise malformed()


def other_format(content: bytes) -> Unreadable | None:
    """Return what to say of a file that is known to be of another kind, or None."""
    start = content[:2048].lstrip(b"\xef\xbb\xbf \t\r\n")
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        start = content[:2048].decode("utf-16", "ignore").strip().encode(errors="ignore")
    if not start:
        return Unreadable("文件是空的", "请确认选对了文件；如果是从网上下载的，请重新下载")
    if content.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        if "EncryptedPackage".encode("utf-16-le") in content:
            return Unreadable("工作簿设了打开密码", "请在 Excel 或 WPS 中取消密码，保存后再上传")
        return Unreadable("这是旧格式的表格（.xls 或 .et）", SAVE_AS)
    if start.startswith((b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"RIFF", b"II*", b"MM\x00*")):
        return Unreadable("这是一张图片，不是工作簿", "请上传 .xlsx 工作簿")
    if start.startswith(b"%PDF"):
        return Unreadable("这是 PDF 文件，不是工作簿", "请上传 .xlsx 工作簿")
    if re.match(rb"<(?:!doctype|html|table|\?xml|meta|head)", start, re.I):
        return Unreadable("这是网页或 XML 文件，只是改了扩展名", SAVE_AS)
    return None


def malformed() -> Unreadable:
    """Return the refusal of a file whose structure no spreadsheet program writes."""
    return Unreadable("文件结构异常，为安全起见不读取", _NEW_BOOK)


def too_large(size: int, limit: int) -> Unreadable:
    """Return the refusal of a file whose parts are too large once unpacked; sizes in bytes."""
    return Unreadable(f"文件解压后有 {size // MIB} MB，最多 {limit // MIB} MB", _NEW_BOOK)
