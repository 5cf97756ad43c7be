"""The figures of a quarter. Each stands here once: its name, what it counts in one sentence, and its query."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from ..models import Draw, Measure
from ..models.inspection import Outcome
from ..models.strata import Stratum
from ..states import InspectionState
from . import counted
from .counted import Rows, Where

UNITS, PIECES, TIMES, PLACES = "家", "个", "次", "处"
TOTAL = ""  # stands for all strata


@dataclass(frozen=True)
class Figure:
    """One figure: the same words stand on the pages and in the workbook."""

    code: str
    name: str
    definition: str
    unit: str
    parts: tuple[tuple[Rows, Where], ...] = ()  # added up; none: the base of the commit


@dataclass(frozen=True)
class Group:
    """Figures that stand together."""

    name: str
    figures: tuple[Figure, ...]


def _inspections(where: Where) -> tuple[tuple[Rows, Where], ...]:
    return ((counted.INSPECTIONS, where),)


def _measure(kind: Measure.Kind, words: str) -> Figure:
    definition = f"{words}的单位；一家单位同时有几种措施的，每种各计一次，没有逐项登记措施的，按检查结论计。"
    return Figure(kind.value, kind.label, definition, UNITS, counted.measure(kind))


def _not_entered(outcome: Outcome, words: str) -> Figure:
    definition = f"检查组到了现场，{words}，检查结论为“{outcome.label}”的单位。"
    return Figure(outcome.value, outcome.label, definition, UNITS, _inspections(counted.concluded(outcome)))


GROUPS = (
    Group("抽取", (
        Figure("registered", "参加抽签的单位", "冻结名单时按比例计算抽取数的基数，以承诺文件为准。", UNITS),
        Figure(
            "drawn", "抽中的单位", "抽签结果里的单位，不含后来的替补单位。", UNITS,
            ((counted.SELECTIONS, lambda draw: Q(replaces__isnull=True)),),
        ),
        Figure(
            "substitutes", "替补单位", "抽中的单位停产、关闭、搬迁或查无下落，按规则替补进来的单位。", UNITS,
            ((counted.SELECTIONS, lambda draw: Q(replaces__isnull=False)),),
        ),
    )),
    Group("检查", (
        Figure(
            "visited", "已检查", "检查组进场检查过，并且提交过检查结果的单位。", UNITS,
            _inspections(counted.visited),
        ),
        _not_entered(Outcome.CLOSED, "单位停产"),
        _not_entered(Outcome.UNTRACED, "没有找到单位"),
        _not_entered(Outcome.REFUSED, "单位不配合"),
        Figure(
            "unvisited", "未检查", "还没有提交过检查结果的单位。", UNITS,
            _inspections(lambda draw: Q(state=InspectionState.DRAFT)),
        ),
        Figure(
            "overdue", "逾期未检查",
            "还没有提交过检查结果，检查期限在编制当天已经过了的单位；批准延期的、替补的，以各自的日期为准；密封中的抽签，不看延期和替补。",
            UNITS, _inspections(counted.overdue_as_figure),
        ),
        Figure(
            "on_time", "按期检查", "检查日期（没有进场的也算）不晚于检查期限的单位；批准延期的、替补的，以各自的日期为准。",
            UNITS, _inspections(counted.on_time),
        ),
        Figure(
            "late", "逾期检查", "检查日期（没有进场的也算）晚于检查期限的单位；批准延期的、替补的，以各自的日期为准。",
            UNITS, _inspections(counted.late),
        ),
        Figure(
            "postponed", "批准延期", "抽查组织者同意延期检查的单位；密封中的抽签，只计提交过检查结果的。", UNITS,
            _inspections(lambda draw: counted.readable(draw) & Q(postponed_to__isnull=False)),
        ),
    )),
    Group("问题和处理", (
        Figure(
            "faulty", "发现问题的单位", "进场检查后，结论不是“未发现问题”，或者有检查项目不符合的单位。", UNITS,
            _inspections(counted.faulty),
        ),
        Figure(
            "problems", "发现的问题", "提交过的检查结果里“不符合”的检查项目，一项算一个，没有进场、在厂外看到的也算。", PIECES,
            ((counted.FINDINGS, counted.failed_points),),
        ),
        _measure(Measure.Kind.URGE, "检查组当场督促整改"),
        _measure(Measure.Kind.ORDER, "书面责令改正、有改正期限"),
        _measure(Measure.Kind.CASE, "立案"),
        _measure(Measure.Kind.TRANSFER, "移送公安机关或者其他部门（不分开登记，要单报移送公安的，请看各份检查情况）"),
    )),
    Group("审核和公开", (
        Figure(
            "returned", "退回", "审核人或者负责人把检查结果退回检查组的次数。", TIMES,
            ((counted.MOVES, lambda draw: Q(state=InspectionState.RETURNED)),),
        ),
        Figure(
            "published", "已公开", "检查结果已经向社会公开的单位。", UNITS,
            _inspections(counted.published),
        ),
        Figure(
            "published_on_time", "按期公开",
            "不晚于应公开日期公开的单位；没有登记应公开日期的，以检查之日起 28 天（四周，20 个工作日）为准。", UNITS,
            _inspections(counted.published_on_time),
        ),
        Figure(
            "corrections", "更正", "对已公开的检查结果作出的更正，一次算一次。", TIMES,
            ((counted.CORRECTIONS, counted.everything),),
        ),
        Figure(
            "redactions", "依法隐去", "已公开的检查结果和更正里依法隐去的内容，一处算一处。", PLACES,
            ((counted.HIDDEN_RESULTS, counted.everything), (counted.HIDDEN_CORRECTIONS, counted.everything)),
        ),
    )),
)  # fmt: skip
FIGURES = tuple(figure for group in GROUPS for figure in group.figures)
NOT_ENTERED = ("closed", "untraced", "refused")  # the codes of these figures
MEASURES = tuple(kind.value for kind in Measure.Kind)


@dataclass(frozen=True)
class Counts:
    """The figures of one draw.

    :param strata: codes of the strata of the commit, in its order.
    :param values: {code of the figure: {code of the stratum, or TOTAL: number}}; the total is counted, not added up. A stratum
        that the commit does not know stands here too.
    """

    strata: tuple[str, ...]
    values: dict[str, dict[str, int]]

    def of(self, code: str, stratum: str = TOTAL) -> int:
        return self.values[code].get(stratum, 0)

    @property
    def columns(self) -> list[tuple[str, str]]:
        """Return (code, name) of the columns of a table, the total last."""
        return [*((code, Stratum.label_of(code)) for code in self.strata), (TOTAL, "合计")]


def count(draw: Draw) -> Counts:
    """Count all figures of a published draw: two queries for each kind of rows, however many units there are."""
    quotas = draw.quotas()
    values: dict[str, dict[str, int]] = {figure.code: {} for figure in FIGURES}
    values["registered"] = {quota.code: quota.base for quota in quotas}
    values["registered"][TOTAL] = sum(quota.base for quota in quotas)
    for rows, wheres in _by_rows(draw):
        counters = {code: Count("pk", filter=where, distinct=True) for code, where in wheres.items()}
        found = rows.of(draw).order_by()
        _add(values, TOTAL, found.aggregate(**counters))
        for line in found.values(rows.stratum).annotate(**counters):
            _add(values, line.pop(rows.stratum), line)
    return Counts(tuple(quota.code for quota in quotas), values)


def _by_rows(draw: Draw) -> Sequence[tuple[Rows, dict[str, Q]]]:
    """Return the conditions by the rows that they count: what counts the same rows is one query."""
    found: dict[Rows, dict[str, Q]] = {}
    for figure in FIGURES:
        for rows, where in figure.parts:
            found.setdefault(rows, {})[figure.code] = where(draw)
    return list(found.items())


def _add(values: dict[str, dict[str, int]], stratum: str, counts: dict[str, Any]) -> None:
    for code, number in counts.items():
        values[code][stratum] = values[code].get(stratum, 0) + number
