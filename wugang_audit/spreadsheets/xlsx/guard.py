"""The guard against hostile and mistaken files: what is refused before it is read, and with which message.

Sizes are checked before anything is unpacked. A file of another kind is named by how it begins.
"""

import codecs
import io
import re
import zipfile
import zlib

from ..errors import SAVE_AS, Unreadable

XLSX, XLSB, XLS, ODS = "xlsx", "xlsb", "xls", "ods"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # of compound files: .xls, .et, .doc
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


def check_archive(content: bytes) -> str:
    """Say which format a ZIP archive holds, and refuse what is no workbook, or would need too much time or memory.

    :return: ``XLSX``, ``XLSB`` or ``ODS``.
    :raises Unreadable: with what it is instead, or what is too large.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = archive.infolist()
        if any(member.flag_bits & 1 for member in members):
            raise Unreadable("压缩包设了密码", "请取消密码后再上传")
        names = {member.filename.lstrip("/").lower() for member in members}
        texts = [member for member in members if not member.filename.lower().startswith("xl/media/")]
        unpacked, packed = (
            sum(member.file_size for member in texts),
            sum(member.compress_size for member in texts),
        )
        kind = _kind(archive, names)
        if unpacked > MAX_UNPACKED:
            raise too_large(unpacked, MAX_UNPACKED)
        if len(members) > MAX_MEMBERS or (unpacked > 10 * MIB and unpacked > MAX_RATIO * packed):
            raise malformed()
        return kind


def _kind(archive: zipfile.ZipFile, names: set[str]) -> str:
    if "mimetype" in names and names & {"content.xml", "encrypted-package"}:
        _check_open_document(archive)
        return ODS
    if "xl/workbook.bin" in names:
        return XLSB
    if any(name.startswith("xl/") for name in names):
        return XLSX
    raise Unreadable("这是压缩包或其他文档，不是 Excel 工作簿", SAVE_AS)


def _check_open_document(archive: zipfile.ZipFile) -> None:
    with archive.open("mimetype") as stream:
        if b"spreadsheet" not in stream.read(200):
            raise Unreadable("这是 OpenDocument 的其他文档（如文字、演示），不是表格", SAVE_AS)
    try:
        with archive.open("META-INF/manifest.xml") as stream:
            manifest = stream.read(MIB)
    except KeyError:
        return
    if b"encryption-data" in manifest:
        raise with_password()


def other_workbook(content: bytes) -> str:
    """Return the format of a workbook that is no .xlsx, going by its content: ``XLS`` (also .et), ``XLSB``, ``ODS``, else "".

    :raises Unreadable: if it is none of ours, or too large.
    """
    if content.startswith(OLE):
        if wrong := _other_compound(content):
            raise wrong
        return XLS
    if not content.startswith(b"PK"):
        return ""
    try:
        kind = check_archive(content)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError, zlib.error):
        return ""  # a damaged one: whoever opens it says so
    return "" if kind == XLSX else kind


def _other_compound(content: bytes) -> Unreadable | None:
    """Return what to say of a compound file that is no workbook anybody could read, or None."""
    if "EncryptedPackage".encode("utf-16-le") in content:
        return with_password()
    if _stream("Workbook") in content or _stream("Book") in content:
        return None
    if _stream("WordDocument") in content:
        return Unreadable("这是 Word 文档，不是工作簿", "请上传 Excel 工作簿")
    return Unreadable("文件已损坏，或者不是 Excel 工作簿", f"{SAVE_AS}；打不开的请重新下载或复制")


def _stream(name: str) -> bytes:
    """Return how a compound file names a stream."""
    return f"{name}\0".encode("utf-16-le")


def other_format(content: bytes) -> Unreadable | None:
    """Return what to say of a file that is known to be of another kind, or None."""
    start = content[:2048].lstrip(b"\xef\xbb\xbf \t\r\n")
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        start = content[:2048].decode("utf-16", "ignore").strip().encode(errors="ignore")
    if not start:
        return Unreadable("文件是空的", "请确认选对了文件；如果是从网上下载的，请重新下载")
    if 1 < len(content) < len(OLE) and OLE.startswith(content):
        # Its first bytes are Chinese characters too, and would be read as a CSV file.
        return Unreadable(
            "文件不完整：开头像 .xls 工作簿，后面的内容都没有了",
            "请重新下载或复制这个文件，用 Excel 或 WPS 能打开了再上传",
        )
    if is_lock(content):
        return Unreadable(
            "这是 Excel 或 WPS 打开工作簿时的临时文件（名称以“~$”开头），不是名录本身",
            "请关闭 Excel 或 WPS，再选择不带“~$”的那个文件",
        )
    if start.startswith((b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"RIFF", b"II*", b"MM\x00*")):
        return Unreadable("这是一张图片，不是工作簿", "请上传 .xlsx 工作簿")
    if start.startswith(b"%PDF"):
        return Unreadable("这是 PDF 文件，不是工作簿", "请上传 .xlsx 工作簿")
    if content.startswith((b"\x09\x00", b"\x09\x02", b"\x09\x04", b"\x09\x08")):
        return Unreadable("这是很旧的 Excel 文件（Excel 5.0 以前），读不出来", SAVE_AS)
    if re.match(rb"<(?:!doctype|html|table|\?xml|meta|head)", start, re.I):
        return Unreadable("这是网页或 XML 文件，只是改了扩展名", SAVE_AS)
    return None


def is_lock(content: bytes) -> bool:
    """Say whether this is what Excel, WPS or LibreOffice puts beside a workbook while somebody has it open.

    Excel's begins with the length of a name, then the name filled up with spaces, then both again in UTF-16: 165 bytes.
    LibreOffice's is one line of names that ends with the folder of its settings.
    """
    if len(content) == 165 and 0 < content[0] <= 54:
        return not content[44:54].strip(b" \0") and not content[-40:].strip(b" \0")
    return len(content) < 1000 and re.fullmatch(rb",[^\n]*file://[^\n]*;\s*", content) is not None


def with_password() -> Unreadable:
    return Unreadable("工作簿设了打开密码", "请在 Excel 或 WPS 中取消密码，保存后再上传")


def malformed() -> Unreadable:
    """Return the refusal of a file whose structure no spreadsheet program writes."""
    return Unreadable("文件结构异常，为安全起见不读取", _NEW_BOOK)


def too_large(size: int, limit: int) -> Unreadable:
    """Return the refusal of a file whose parts are too large once unpacked; sizes in bytes."""
    return Unreadable(f"文件解压后有 {size // MIB} MB，最多 {limit // MIB} MB", _NEW_BOOK)
