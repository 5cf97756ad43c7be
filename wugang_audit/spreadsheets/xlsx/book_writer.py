"""Writing a plain workbook row by row, from values alone: standard library only, memory does not grow with the rows."""

import datetime
import math
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import chain
from types import TracebackType
from typing import IO, Self
from xml.sax.saxutils import escape, quoteattr

from ..lines import Merge
from .text import text_of

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PROLOG = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_FORMATS = ("General", "@", "yyyy\\-mm\\-dd", "h:mm:ss", "[h]:mm:ss", "yyyy\\-mm\\-dd\\ hh:mm")
_TEXT, _DAY, _TIME, _DURATION, _MOMENT = range(1, 6)  # places in `_FORMATS`
_EPOCH = datetime.datetime(1899, 12, 30)
_FIRST_DAY = datetime.date(1900, 3, 1)  # before it Excel's calendar has a day that never was
_MARKUP = re.compile(r"[&<>\r]")
_STATES = {True: "visible", False: "hidden"}
BATCH = 5_000  # cells and tags that are written together
LAST_COLUMN = 1_000  # more are never written


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row to be written: its number from 1, the values from column `first` on."""

    number: int
    values: Sequence[object]
    first: int = 1
    hidden: bool = False


class BookWriter:
    """A workbook that is written sheet by sheet; it is whole once the writer is closed without an error."""

    def __init__(self, sink: IO[bytes]) -> None:
        self._archive = zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, compresslevel=1)
        self._titles: list[tuple[str, bool]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            for name, text in _skeleton(self._titles):
                self._archive.writestr(name, _PROLOG + text)
            self._archive.close()

    def sheet(
        self,
        title: str,
        rows: Iterable[SheetRow],
        merges: Iterable[Merge] = (),
        *,
        visible: bool = True,
        hidden_columns: AbstractSet[int] = frozenset(),
    ) -> None:
        """Write the next sheet.

        :param rows: from the top.
        :param merges: are looked at once the rows are written.
        :param hidden_columns: numbers from 1; they are looked at once the first row has come.
        """
        self._titles.append((title, visible))
        rows = iter(rows)
        first = next(rows, None)
        with self._archive.open(f"xl/worksheets/sheet{len(self._titles)}.xml", "w") as stream:
            stream.write(f'{_PROLOG}<worksheet xmlns="{_MAIN}">'.encode())
            stream.write(b'<sheetFormatPr defaultColWidth="14" defaultRowHeight="15"/>')
            if hidden_columns:
                columns = "".join(f'<col min="{n}" max="{n}" hidden="1"/>' for n in sorted(hidden_columns))
                stream.write(f"<cols>{columns}</cols>".encode())
            stream.write(b"<sheetData>")
            if first is not None:
                for piece in _pieces(chain((first,), rows)):
                    stream.write(piece.encode())
            stream.write(b"</sheetData>")
            if ranges := "".join(map(_merged, merges)):
                stream.write(f"<mergeCells>{ranges}</mergeCells>".encode())
            stream.write(b"</worksheet>")


def _pieces(rows: Iterable[SheetRow]) -> Iterator[str]:
    letters = [column_letter(position) for position in range(1, LAST_COLUMN + 1)]
    batch: list[str] = []
    for row in rows:
        number = row.number
        batch.append(f'<row r="{number}" hidden="1">' if row.hidden else f'<row r="{number}">')
        batch.extend(
            _cell(f"{letters[position]}{number}", value)
            for position, value in enumerate(row.values, row.first - 1)
            if value is not None and value != ""
        )
        batch.append("</row>")
        if len(batch) > BATCH:
            yield "".join(batch)
            batch.clear()
    yield "".join(batch)


def column_letter(position: int) -> str:
    """Return the name of a column by its number from 1."""
    letters = ""
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _merged(merge: Merge) -> str:
    left, top, right, bottom = merge
    return f'<mergeCell ref="{column_letter(left)}{top}:{column_letter(right)}{bottom}"/>'


def _cell(place: str, value: object) -> str:
    if isinstance(value, str):
        return _text(place, value)
    if isinstance(value, bool):
        return f'<c r="{place}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, int | float):
        return f'<c r="{place}"><v>{value!r}</v></c>' if math.isfinite(value) else _text(place, str(value))
    if isinstance(value, datetime.time):
        day = _EPOCH.replace(hour=value.hour, minute=value.minute, second=value.second)
        return f'<c r="{place}" s="{_TIME}"><v>{(day - _EPOCH) / datetime.timedelta(1)!r}</v></c>'
    if isinstance(value, datetime.timedelta):
        return f'<c r="{place}" s="{_DURATION}"><v>{value / datetime.timedelta(1)!r}</v></c>'
    if isinstance(value, datetime.date):
        return _date(place, value)
    return _text(place, str(value))


def _date(place: str, value: datetime.date) -> str:
    if not isinstance(value, datetime.datetime):
        if value < _FIRST_DAY:
            return _text(place, value.isoformat())
        return f'<c r="{place}" s="{_DAY}"><v>{value.toordinal() - _EPOCH.toordinal()}</v></c>'
    if value.date() < _FIRST_DAY:
        return _text(place, value.isoformat(" "))
    return f'<c r="{place}" s="{_MOMENT}"><v>{(value - _EPOCH) / datetime.timedelta(1)!r}</v></c>'


def _text(place: str, value: str) -> str:
    kept = text_of(value)
    if _MARKUP.search(kept):
        kept = escape(kept.replace("\r\n", "\n").replace("\r", "\n"))
    return f'<c r="{place}" t="inlineStr" s="{_TEXT}"><is><t xml:space="preserve">{kept}</t></is></c>'


def _skeleton(titles: Sequence[tuple[str, bool]]) -> Iterator[tuple[str, str]]:
    """Yield name and text of all parts but the sheets."""
    numbers = range(1, len(titles) + 1)
    parts = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_TYPES}.worksheet+xml"/>'
        for n in numbers
    )
    yield (
        "[Content_Types].xml",
        (
            f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPES}.sheet.main+xml"/>'
            f'<Override PartName="/xl/styles.xml" ContentType="{_TYPES}.styles+xml"/>{parts}</Types>'
        ),
    )
    yield (
        "_rels/.rels",
        (
            f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
            f'Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
        ),
    )
    sheets = "".join(
        f'<sheet name={quoteattr(text_of(title))} sheetId="{n}" state="{_STATES[visible]}" r:id="rId{n}"/>'
        for n, (title, visible) in zip(numbers, titles, strict=True)
    )
    yield (
        "xl/workbook.xml",
        (f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><sheets>{sheets}</sheets></workbook>'),
    )
    relations = "".join(
        f'<Relationship Id="rId{n}" Type="{_RELATIONS}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in numbers
    )
    styles = f'<Relationship Id="rId{len(titles) + 1}" Type="{_RELATIONS}/styles" Target="styles.xml"/>'
    yield (
        "xl/_rels/workbook.xml.rels",
        (f'<Relationships xmlns="{_PACKAGE}/relationships">{relations}{styles}</Relationships>'),
    )
    yield "xl/styles.xml", _styles()


def _styles() -> str:
    own = [(number, code) for number, code in enumerate(_FORMATS, 163) if number > 163]
    formats = "".join(f'<numFmt numFmtId="{number}" formatCode={quoteattr(code)}/>' for number, code in own)
    xf = '<xf numFmtId="{}" fontId="0" fillId="0" borderId="0" xfId="0"{}/>'
    cells = xf.format(0, "") + "".join(xf.format(number, ' applyNumberFormat="1"') for number, _ in own)
    return (
        f'<styleSheet xmlns="{_MAIN}"><numFmts count="{len(own)}">{formats}</numFmts>'
        '<fonts count="1"><font><sz val="11"/><name val="宋体"/></font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>'
        '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        f'<cellXfs count="{len(own) + 1}">{cells}</cellXfs>'
        '<cellStyles count="1"><cellStyle name="常规" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    )
