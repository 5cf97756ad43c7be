"""Workbooks saved as "Strict Open XML": the same parts under other namespaces (ISO/IEC 29500-1 instead of -4)."""

import io
import re
import zipfile

MARK = b"http://purl.oclc.org/ooxml/"
_NAMESPACE = re.compile(rb"http://purl\.oclc\.org/ooxml/([A-Za-z]+)/")
_USUAL = rb"http://schemas.openxmlformats.org/\1/2006/"


def usual_names(part: bytes) -> bytes:
    """Return a part of a workbook with the namespaces that all programs know."""
    return _NAMESPACE.sub(_USUAL, part) if MARK in part else part


def is_strict(content: bytes) -> bool:
    """Say whether a workbook names its parts in the strict way."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        try:
            with archive.open("_rels/.rels") as stream:
                return MARK in stream.read(64 * 1024)
        except KeyError:
            return False


def transitional(content: bytes) -> bytes:
    """Return the whole workbook under the usual names, for programs that know no others."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new,
    ):
        for member in old.infolist():
            data = old.read(member)
            new.writestr(member, usual_names(data) if member.filename.endswith((".xml", ".rels")) else data)
    return out.getvalue()
