"""What the cells of a column say of its heading: they confirm what it may mean, contradict it, or stand for one."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from .cell_reader import PLACEHOLDERS
from .cell_text import clean, shown
from .headers import MAX_COLUMNS, Header
from .lines import Sheet
from .recognition import Check, Vocabulary
from .table import Column

LOOKED = 30  # rows below the header in which samples are looked for
KEPT = 12  # different cells of a column by which it is judged
SQUARE = 3  # columns of nothing but names that are names of different units or people
ENOUGH, MOST = 0.5, 0.8  # shares of them that must fit
_UNKNOWN = PLACEHOLDERS | {"不详", "未知", "待定", "待核实", "同上", "〃", "NULL"}
Samples = Mapping[int, Sequence[str]]  # by position from 1


def samples(sheet: Sheet, row: int, looked: int = LOOKED) -> dict[int, tuple[str, ...]]:
    """Return the first different texts of each column in some rows below a row."""
    held: dict[int, dict[str, None]] = {}
    for line in islice(sheet.lines(row + 1, row + looked, MAX_COLUMNS), looked):
        for at, value in enumerate(line.values, 1):
            if value is None or len(held.setdefault(at, {})) == KEPT:
                continue
            if text := clean(shown(value)):
                held[at][text] = None
    return {at: tuple(texts) for at, texts in held.items() if texts}


def share(check: Check | None, texts: Sequence[str]) -> float:
    """Return how much of what cells hold a check fits, cells that say nothing aside; of nothing, and without a check, all."""
    told = telling(texts)
    return sum(map(check, told)) / len(told) if told and check else 1.0


def telling(texts: Sequence[str]) -> list[str]:
    """Return what cells hold without what means nothing."""
    return [text for text in texts if text.upper() not in _UNKNOWN]


def settle(header: Header, held: Samples, names: Vocabulary) -> None:
    """Read the columns of a header as their cells allow."""
    _drop_contradicted(header, held, names)
    _drop_empty(header, held)
    _keep_the_plainest(header, names)
    chosen: dict[str, list[tuple[int, int]]] = {}
    for position, ranks in header.likely.items():
        if position in header.unknown and (attribute := _fitting(ranks, held.get(position, ()), names)):
            chosen.setdefault(attribute, []).append((ranks[attribute], position))
    for attribute, *_ in header.ticked.values():
        header.second |= {position: attribute for _, position in chosen.pop(attribute, ())}
    for attribute, offers in chosen.items():
        there = header.found.get(attribute, [])
        best = [position for rank, position in offers if rank == min(offers)[0]]
        if any(position in held for position in there):
            best = []
        elif len(best) == 1:
            for position in list(there):
                header.move(position, None)
            header.move(best[0], attribute)
        if attribute in header.found:
            header.second |= {position: attribute for _, position in offers if position not in best}


def _drop_contradicted(header: Header, held: Samples, names: Vocabulary) -> None:
    """Read no column by a mere alias where none of its cells can be meant."""
    for attribute, positions in list(header.found.items()):
        way = names.ways.get(attribute)
        if way is None or way.possible is None:
            continue
        for position in list(positions):
            key = header.keys[position]
            if key in names.proper or share(way.possible, held.get(position, ())) > 0:
                continue
            header.move(position, None)
            header.unlike[position] = attribute
            header.likely[position] = {
                other: rank for other, rank in names.by_parts(key).items() if other != attribute
            }


def _drop_empty(header: Header, held: Samples) -> None:
    """Of several columns of one meaning read none that is empty, if another is not."""
    for positions in list(header.found.values()):
        if len(positions) > 1 and any(position in held for position in positions):
            for position in [each for each in positions if each not in held]:
                header.move(position, None)


def _keep_the_plainest(header: Header, names: Vocabulary) -> None:
    """Of several columns of one meaning read the one whose heading says it best, if there is one: 生产地址 before 地址."""
    for attribute, positions in list(header.found.items()):
        if len(positions) == 1 or attribute not in names.ways:
            continue
        ranks = {at: names.by_parts(header.keys[at]).get(attribute) for at in positions if at in header.keys}
        known = [rank for rank in ranks.values() if rank is not None]
        best = [at for at, rank in ranks.items() if rank is not None and rank == min(known)]
        if len(best) == 1 and len(known) == len(positions):
            for at in [each for each in positions if each not in best]:
                header.move(at, None)
                header.second[at] = attribute


def _fitting(ranks: Mapping[str, int], texts: Sequence[str], names: Vocabulary) -> str:
    """Return the one column of those that a heading may mean that the cells fit; empty if none does, or several alike."""
    if not texts or not ranks:
        return ""
    checks = {name: names.ways[name].fits or names.ways[name].possible for name in ranks}
    shares = {name: share(check, texts) for name, check in checks.items()}
    best = max(shares.values())
    fit = [name for name, fits in shares.items() if fits == best]
    first = min(ranks[name] for name in fit)
    fit = [name for name in fit if ranks[name] == first]
    if len(fit) > 1 or best < ENOUGH:
        return ""
    left = [text for text in telling(texts) if (check := checks[fit[0]]) and not check(text)]
    # A column that mixes the words of two columns is neither.
    mixed = any(check(text) for check in checks.values() if check for text in left)
    return "" if mixed else fit[0]


def begins_with_data(sheet: Sheet, row: int, columns: Sequence[Column]) -> bool:
    """Say whether a row that no name tells to be a header holds what the rows below it hold."""
    checks = [check for column in columns if (check := typical_of(column))]
    own = {at: texts[0] for at, texts in samples(sheet, row - 1, 1).items()}
    below = samples(sheet, row)
    fits = [
        check(text)
        for at, text in own.items()
        for check in checks
        if (telling(below.get(at, ())) and share(check, below[at]) >= MOST) or (not below and check(text))
    ]
    return bool(fits) and all(fits)


def guesses(
    header: Header, held: Samples, columns: Sequence[Column], positions: Sequence[int]
) -> Iterator[tuple[int, str]]:
    """Yield positions and attributes of columns that no heading names, by cells that can hardly belong to another.

    :param positions: of the columns that are read as nothing.
    """
    read = header.found.keys() | {attribute for attribute, *_ in header.ticked.values()}
    wanted = [column for column in columns if column.attribute not in read and typical_of(column)]
    fits = {
        column.attribute: {
            at: fit
            for at in positions
            if telling(held.get(at, ())) and (fit := share(typical_of(column), held[at])) >= ENOUGH
        }
        for column in wanted
    }
    taken: set[int] = set()
    for column in wanted:
        own = fits.pop(column.attribute)
        best = max((fit for at, fit in own.items() if at not in taken), default=0)
        # What another column could be as well is left to whoever knows.
        places = [
            at
            for at, fit in own.items()
            if fit == best and at not in taken and all(other.get(at, 0) < best for other in fits.values())
        ]
        if header.absent and column.required and len(places) >= SQUARE and len(places) == len(held):
            yield from ((at, column.attribute) for at in places)  # a square of names
            return
        if places and (len(places) == 1 or column.required):
            taken.add(places[0])
            yield places[0], column.attribute


def typical_of(column: Column) -> Check | None:
    """Return the check for cells that can hardly belong to another column."""
    if column.recognition.typical:
        return column.recognition.typical
    pattern = column.looks_like
    return (lambda text: pattern.search(text) is not None) if pattern else None
