"""A line of the files of published results: its columns as the data dictionary has them, and how each is written.

The lines are read batch by batch, each one a query of its own that goes on after the last cursor: memory does not grow, and no
transaction stands open while somebody's browser reads slowly. Where nobody asks for another order they go by quarter and number,
which never change: a result that is hidden meanwhile, and has another day from then on, is neither written twice nor left out.
"""

import datetime
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db.models import CharField, F, Field, IntegerField, QuerySet
from django.db.models.functions import Cast

from wugang_audit import clock

from .. import public_fields
from ..models import Correction, Measure, PublishedResult, Stratum
from ..models.draw import UNIT_WITHDRAWN
from ..models.finding_record import NEW_FORM
from ..models.inspection import Outcome
from ..models.published_results import PublishedResultQuerySet, division_label
from ..states import DrawState, InspectionState
from .draws import public_draws
from .paging import grouped
from .prepared import Keys, prepared
from .redactions import HIDDEN, Kind, hidden_of_inspections
from .result_lists import Cursor, Order

BATCH = 2000
# By what never changes of a result.
FOR_EVER = Order("file", "按季度和污染源编码", (("year", False), ("quarter", False), ("number", False)))
Cell = str | int | datetime.date | None


class Batch:
    """The rows of one query, column by column, and what stands beside them: a loop for each column, not a call for each cell."""

    def __init__(self, found: list[tuple[Any, ...]], site: str, rehearsals: Collection[str] = ()):
        """
        :param found: the rows as RESULT_LINE has them; one at least.
        :param site: the address of the site, without a slash at its end.
        :param rehearsals: codes of the draws with the machine's own numbers.
        """
        self.of: dict[str, tuple[Any, ...]] = dict(
            zip(public_fields.RESULT_LINE, zip(*found, strict=True), strict=True)
        )
        self.site = site
        self.rehearsals = rehearsals
        self.keys = self.of["inspection_id"]
        self.hidden = hidden_of_inspections(self.keys)
        self.measures = grouped(_measures_of(self.keys), "inspection_id")
        self.corrections = grouped(_corrections_of(self.keys), "inspection_id")

    def row(self, number: int) -> dict[str, Any]:
        found = {name: values[number] for name, values in self.of.items()}
        return found | {"day": _day(found["day"])}


@dataclass(frozen=True)
class Column:
    """A column of the files: its header, what it means, which values it has, where they come from."""

    attribute: str
    header: str
    meaning: str
    source: str
    write: Callable[[Batch], Iterable[Cell]]  # its cells, one for each row
    values: tuple[tuple[str, str], ...] = ()  # (as it is written, what it means)
    kind: str = "文字"  # what stands in a cell
    example: str = ""
    is_day: bool = False

    @property
    def typed(self) -> str:
        """What stands in a cell, with an example."""
        return f"{self.kind}，如 {self.example}" if self.example else self.kind


def _of(name: str, named: Callable[[Any], Cell] | None = None) -> Callable[[Batch], Iterable[Cell]]:
    """Write what stands in a column.

    :param named: what is written for a value, where that is not the value itself.
    """
    if named is None:
        return lambda batch: batch.of[name]
    return lambda batch: map(named, batch.of[name])


_STRATA: dict[str, str] = {str(code): str(label) for code, label in Stratum.choices}
_OUTCOMES: dict[str, str] = {str(code): str(label) for code, label in Outcome.choices} | {"": ""}
_MEASURES: dict[str, str] = {str(code): str(label) for code, label in Measure.Kind.choices}
_DRAW = "inspection__selection__draw__code"
_FAULTY = {True: "是", False: "否", None: ""}


@lru_cache(5000)  # more days than any inspection goes back
def _day(text: str | None) -> datetime.date | None:
    return datetime.date.fromisoformat(text) if text else None


def _outcomes(batch: Batch) -> Iterator[str]:
    for outcome, is_hidden in zip(batch.of["outcome"], batch.of["is_hidden"], strict=True):
        yield HIDDEN if is_hidden else _OUTCOMES[outcome]


def _measures(batch: Batch) -> Iterator[str]:
    taken = {
        key: "；".join(
            _MEASURES[each["kind"]] + (f"（{each['due_on']} 前改正）" if each["due_on"] else "")
            for each in measures
        )
        for key, measures in batch.measures.items()
    }
    for key, is_hidden in zip(batch.keys, batch.of["is_hidden"], strict=True):
        yield "" if is_hidden else taken.get(key, "")


def _summaries(batch: Batch) -> Iterable[str]:
    written = zip(batch.keys, batch.of["inspection__summary"], batch.of["is_hidden"], strict=True)
    if not batch.hidden:
        return ["" if is_hidden else summary for _, summary, is_hidden in written]
    return [
        batch.hidden.get((Kind.FINDING, key))
        or batch.hidden.get((Kind.SUMMARY, key))
        or ("" if is_hidden else summary)
        for key, summary, is_hidden in written
    ]


def _corrections(batch: Batch) -> Iterator[str]:
    told = {
        key: "\n".join(
            f"{clock.day_of(each['at'])}：{batch.hidden.get((Kind.CORRECTION, each['pk'])) or each['text']}"
            for each in corrections
        )
        for key, corrections in batch.corrections.items()
    }
    return (told.get(key, "") for key in batch.keys)


def _rehearsals(batch: Batch) -> Iterator[str]:
    return ("是" if code in batch.rehearsals else "否" for code in batch.of[_DRAW])


def _pages(batch: Batch) -> Iterator[str]:
    start = f"{batch.site}/units/"
    for number, code in zip(batch.of["number"], batch.of[_DRAW], strict=True):
        yield f"{start}{number}/#{code}"


A_DAY, THAT_DAY = "日期（年-月-日）", "2026-10-09"
_DRAWN, _REGISTRY, _RECORD = "抽签时冻结的名单", "结果公开当天的污染源名录", "公开的检查记载"
_THEN = "以后单位搬迁、改行，这里不改。没有登记的为空；全文依法隐去的也为空。"
COLUMNS = (
    Column(
        "draw", "抽查编号", "这次抽签的编号，和“抽签公开”里的一致；同一季度重抽过的，后面带第几次。", _DRAWN,
        _of(_DRAW), kind="文字（年度、Q、季度，重抽的再加次数）", example="2025Q4、2025Q4-2",
    ),
    Column("year", "年度", "抽查所属的年度，四位数字。", _DRAWN, _of("year"), kind="整数", example="2025"),
    Column("quarter", "季度", "抽查所属的季度，1 至 4。", _DRAWN, _of("quarter"), kind="整数", example="4"),
    Column("number", "污染源编码", "单位在名录里的编码，一家一个，从不改给别家：对照各季度用它。", _DRAWN, _of("number"), kind="文字", example="410481-9001"),
    Column(
        "name", "单位名称", f"抽签时名称：冻结名单那一天的，以后改名也不改；现在的名称在网页上。已经撤下的写“{UNIT_WITHDRAWN}”。", _DRAWN,
        _of("inspection__selection__name", lambda name: name or UNIT_WITHDRAWN),
    ),
    Column(
        "stratum", "类别", "按哪一类抽中的。", _DRAWN, _of("stratum", _STRATA.__getitem__),
        tuple((label, code) for code, label in _STRATA.items()),
    ),
    Column("township", "乡镇（街道）", f"单位所在的乡镇或街道。{_THEN}", _REGISTRY, _of("township")),
    Column(
        "industry", "行业大类代码", f"GB/T 4754-2017 的大类，两位数字。{_THEN}", _REGISTRY, _of("industry"), kind="文字（两位数字）", example="06、26",
    ),
    Column(
        "industry_name", "行业大类", f"这个大类的名称。{_THEN}", _REGISTRY,
        _of("industry", division_label),
    ),
    Column("speciality", "行业专业组", f"派检查人员时按它配专业。{_THEN}", _REGISTRY, _of("speciality")),
    Column("item", "抽查事项", "按哪一项抽查，见“抽查事项”。", "抽查事项清单", _of("inspection__item__subject")),
    Column(
        "visited_on", "检查日期", "检查人员到现场的那一天。全文依法隐去的为空。", _RECORD, _of("visited_on", _day), kind=A_DAY, example=THAT_DAY, is_day=True,
    ),
    Column(
        "outcome", "检查结论", "这次检查的结论；有几种处理的，写最重的一种。", _RECORD, _outcomes,
        (*((label, code) for code, label in _OUTCOMES.items() if code), (HIDDEN, "法律要求全文不再公开")),
    ),
    Column(
        "is_faulty", "发现问题", "进了厂，并且结论不是“未发现问题”，或者有检查项目不符合。", _RECORD,
        _of("is_faulty", _FAULTY.__getitem__),
        (("是", "发现了问题"), ("否", "进厂检查过，没有发现问题"), ("（空）", "没有进厂，或者全文依法隐去")),
    ),
    Column(
        "measures", "处理措施", "采取的每一种措施；有改正期限的写明日期。较早公开的没有逐项登记，为空，看检查结论。", _RECORD, _measures,
        kind="文字（几种的，中间用“；”隔开）",
        values=tuple((label, code) for code, label in _MEASURES.items()),
    ),
    Column("summary", "检查情况", "公开的文字原文。依法隐去的，写明何时、依据什么隐去。", _RECORD, _summaries, kind="文字（可以有换行）"),
    Column("corrections", "更正", "公开以后的更正，一行一处，日期在前；原来的内容不改。", "更正", _corrections, kind="文字（每行一处，日期、冒号、内容）", example=f"{THAT_DAY}：……"),
    Column("published_on", "公开日期", "结果向社会公开的那一天。", _RECORD, _of("published_on", _day), kind=A_DAY, example=THAT_DAY, is_day=True),
    Column(
        "rehearsal", "演示抽签", "这次抽签的随机数是不是本网站的计算机自己产生的。这样的抽签只作演示（演练），不是正式的抽查。", "承诺文件", _rehearsals,
        (("是", "演示（演练）"), ("否", "正式抽签")),
    ),
    Column("page", "网页", "这份结果的网页：检查人员、检查项目、读数和照片在那里。", "本网站", _pages, kind="网址"),
)  # fmt: skip


def lines(rows: PublishedResultQuerySet, site: str, order: Order = FOR_EVER) -> Iterator[tuple[Cell, ...]]:
    """Yield the cells of each row, in the order of COLUMNS.

    In another order than FOR_EVER a result that is hidden just while its file is being read may be left out.

    :param site: the address of the site, as ``https://example.org``.
    """
    rehearsals = {draw.code for draw in public_draws() if draw.is_rehearsal}
    # The row alone is never trusted: what is not public by its inspection is in no file.
    open_rows = rows.filter(
        inspection__state=InspectionState.PUBLISHED,
        inspection__selection__draw__state=DrawState.PUBLISHED,
    ).order_by(*order.columns)
    last: Cursor | None = None
    while True:
        more = open_rows.filter(order.behind(last)) if last else open_rows
        found = _read(more[:BATCH])
        if not found:
            return
        batch = Batch(found, site, rehearsals)
        yield from zip(*(column.write(batch) for column in COLUMNS), strict=True)
        if len(found) < BATCH:
            return
        last = order.cursor(batch.row(-1))


# SQLite makes a date of each text and asks a function about each truth, which takes a third of all the time: days are
# read as texts, of which there are few, and truths as 0 and 1.
_AS: dict[str, type[Field]] = {
    "DateField": CharField,
    "BooleanField": IntegerField,
}
_READ = tuple(
    Cast(name, _AS[kind]()) if kind in _AS else F(name)
    for name in public_fields.RESULT_LINE
    for kind in [PublishedResult._meta.get_field(name).get_internal_type() if "__" not in name else ""]
)


def _read(rows: PublishedResultQuerySet) -> list[tuple[Any, ...]]:
    return list(rows.values_list(*_READ))


@prepared
def _measures_of(keys: Keys) -> QuerySet:
    rows = Measure.objects.filter(inspection__in=keys, inspection__record_form=NEW_FORM)
    return rows.values(*public_fields.MEASURE)


@prepared
def _corrections_of(keys: Keys) -> QuerySet:
    return Correction.objects.filter(inspection__in=keys).order_by("pk").values(*public_fields.CORRECTION)
