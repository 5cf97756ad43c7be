"""Tables that stand side by side on a sheet: the same headings again, further to the right."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from openpyxl.utils import get_column_letter

from .headers import Header
from .lines import CellValue

MOST = 6  # tables side by side
Places = Mapping[str, int]  # {attribute: position from 1}


def tables_beside(
    found: Mapping[str, Sequence[int]], keys: Mapping[int, str], required: Sequence[str]
) -> list[Places]:
    """Return the tables of a row of headings, from the left; empty if they are not the same one again.

    :param found: {attribute: positions from 1}.
    :param keys: header keys by position; those of one column are the same in each table.
    :param required: attributes that each table has.
    """
    anchors = [sorted(found[name]) for name in required if name in found]
    if not anchors or not 1 < len(anchors[0]) <= MOST:
        return []
    offsets = [position - anchors[0][0] for position in anchors[0]]
    first = {name: min(positions) for name, positions in found.items() if positions}
    tables: list[Places] = [{name: at + offset for name, at in first.items()} for offset in offsets]
    if any(sorted(positions) != [table[name] for table in tables] for name, positions in found.items()):
        return []
    same = all(
        keys.get(at, "") == keys.get(first[name], "") for table in tables for name, at in table.items()
    )
    apart = max(first.values()) < min(tables[1].values())
    return tables if same and apart else []


def offsets_of(keys: Mapping[int, str]) -> list[int]:
    """Return how far to the right the same headings stand again, each time; empty if they do not.

    :param keys: header keys by position.
    """
    places = sorted(keys)
    for count in range(2, MOST + 1):
        width, rest = divmod(len(places), count)
        if rest or width < 1 or (width == 1 and count == 2):
            continue
        tables = [places[start : start + width] for start in range(0, len(places), width)]
        offsets = [table[0] - tables[0][0] for table in tables]
        if all(
            at - offset == first and keys[at] == keys[first]
            for table, offset in zip(tables, offsets, strict=True)
            for at, first in zip(table, tables[0], strict=True)
        ):
            return offsets[1:]
    return []


def first_of(header: Header, offsets: Sequence[int]) -> None:
    """Leave in a header only the columns of its first table."""
    end = min(header.keys) + offsets[0]
    found = {name: [at for at in positions if at < end] for name, positions in header.found.items()}
    header.found = {name: positions for name, positions in found.items() if positions}
    for columns in (header.unknown, header.likely, header.ticked, header.forgotten):
        for at in [each for each in columns if each >= end]:
            del columns[at]


def split(header: Header, required: Sequence[str]) -> None:
    """Leave in a header whose columns a clerk chose its first table, and note the others."""
    tables = tables_beside(header.found, header.keys, required)
    if len(tables) > 1:
        header.found = {name: [at] for name, at in tables[0].items()}
        header.beside = [dict(table) for table in tables[1:]]


def notice(tables: Sequence[Places]) -> str:
    """Return what the clerk is told of the tables beside the first."""
    said = "、".join(
        f"{get_column_letter(min(table.values()))}列至{get_column_letter(max(table.values()))}列"
        for table in tables
    )
    return f"左右并排有 {len(tables) + 1} 张表：右边的（{said}）接在左边的下面读取，行号后面标“右”"


def headers_of(header: Header) -> list[Header]:
    """Return the header of each table, from the left."""
    return [
        header,
        *(
            replace(header, found={name: [at] for name, at in table.items()}, ticked={})
            for table in header.beside
        ),
    ]


def ends_of(headers: Sequence[Header]) -> list[tuple[int, int | None]]:
    """Return from where to where each table goes, in positions from 0; the last has no end."""
    starts = [min(positions[0] for positions in each.found.values()) - 1 for each in headers[1:]]
    return list(zip([0, *starts], [*starts, None], strict=True))


def window(values: Sequence[CellValue | None], start: int, end: int | None) -> list[CellValue | None]:
    """Return the cells of a row with those of the other tables left empty; positions from 0."""
    own = list(values[start:end])
    return [None] * start + own + [None] * (len(values) - start - len(own))
