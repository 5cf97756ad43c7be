"""What must add up before figures are reported (平舞环〔2024〕40号 三（四）: 坚决避免误报漏报瞒报谎报).

A rule says in Chinese what must hold; where it does not, it says what was found and names the inspections. A rule that does
not hold stops every report; one that only says that the quarter is still open stops the final one.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypedDict

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from wugang_audit import clock

from ..models import Draw, Finding, Inspection, LogEntry, LogKind, Measure, Substitution, finding_files
from ..models.finding_record import Parts, PartsOf
from ..models.inspection import InspectionQuerySet, Outcome
from ..privacy_gate import reported
from ..protocol import verify
from ..states import HANDED_IN, InspectionState
from . import counted
from .figures import FIGURES, MEASURES, NOT_ENTERED, TOTAL, Counts
from .report import going_up

NAMED = 20  # inspections that a rule names; of more it says how many


@dataclass(frozen=True)
class Concerned:
    """An inspection that a rule is about, for a link."""

    pk: int
    name: str
    state: str


@dataclass(frozen=True)
class Check:
    """One rule and what became of it."""

    code: str
    rule: str
    fault: str = ""  # empty: it holds
    concerned: tuple[Concerned, ...] = ()
    is_open: bool = False  # it only says that the quarter is not over
    has_more: bool = False  # inspections that are not named

    @property
    def holds(self) -> bool:
        return not self.fault


def examine(draw: Draw, counts: Counts) -> list[Check]:
    """Hold the figures of a draw against each other and against the log, and say whether its quarter is over."""
    return [
        *(rule(draw, counts) for rule in _SUMS),
        _log_of_findings(draw),
        _log_of_corrections(draw),
        _digests(draw),
        *(_rows(draw, code, rule, fault, where) for code, rule, fault, where in _WRONG_ROWS),
        _personal_data(draw),
        _due_day(draw),
        _open_tasks(draw),
        _open_substitutes(draw),
    ]


def broken(checks: Iterable[Check]) -> list[Check]:
    """Those that stop every report."""
    return [check for check in checks if not check.holds and not check.is_open]


def unfinished(checks: Iterable[Check]) -> list[Check]:
    """Those by which the quarter is still open."""
    return [check for check in checks if not check.holds and check.is_open]


# --- sums ----------------------------------------------------------------------------------------------------
Holds = Callable[[int, int], bool]


def _compared(
    code: str, rule: str, left: tuple[str, ...], sign: str, right: tuple[str, ...]
) -> Callable[[Draw, Counts], Check]:
    """A rule that a sum of figures equals another one (or is at least as large), for each stratum and in all."""

    def rule_of(_: Draw, counts: Counts) -> Check:
        faults = []
        for stratum, label in counts.columns:
            one = sum(counts.of(figure, stratum) for figure in left)
            other = sum(counts.of(figure, stratum) for figure in right)
            if not (one == other if sign == "=" else one >= other):
                faults.append(f"{label}：{one} 和 {other}")
        return Check(code, rule, "，".join(faults))

    return rule_of


def _take(draw: Draw, counts: Counts) -> Check:
    faults = [
        f"{quota.label}：承诺文件 {quota.take} 家，抽签结果 {counts.of('drawn', quota.code)} 家"
        for quota in draw.quotas()
        if quota.take != counts.of("drawn", quota.code)
    ]
    return Check("take", "抽中的单位数等于承诺文件里的抽取数（不含替补单位）", "，".join(faults))


def _classes(_: Draw, counts: Counts) -> Check:
    faults = []
    for figure in FIGURES:
        in_classes = sum(counts.of(figure.code, stratum) for stratum in counts.strata)
        if in_classes != counts.of(figure.code, TOTAL):
            faults.append(f"{figure.name}：各类相加 {in_classes}，合计 {counts.of(figure.code, TOTAL)}")
    return Check("classes", "每个指标各类单位相加等于合计", "，".join(faults))


_SUMS = (
    _take,
    _classes,
    _compared(
        "places", "抽中的单位和替补单位相加，等于已检查、没有进场和未检查的单位相加",
        ("drawn", "substitutes"), "=", ("visited", *NOT_ENTERED, "unvisited"),
    ),
    _compared(
        "dated", "按期检查和逾期检查相加，等于已检查和没有进场的单位相加",
        ("on_time", "late"), "=", ("visited", *NOT_ENTERED),
    ),
    _compared("waiting", "逾期未检查的不多于未检查的", ("unvisited",), ">=", ("overdue",)),
    _compared("measures", "处理措施合计不少于发现问题的单位数", MEASURES, ">=", ("faulty",)),
    _compared("shown", "按期公开的不多于已公开的", ("published",), ">=", ("published_on_time",)),
)  # fmt: skip


# --- the public log ------------------------------------------------------------------------------------------
def _log_of_findings(draw: Draw) -> Check:
    rows = counted.INSPECTIONS.of(draw).filter(counted.published(draw))
    return _logged(draw, rows, LogKind.FINDING, "findings", "公开日志里的检查结果和已公开的检查逐家对得上", 1)


def _log_of_corrections(draw: Draw) -> Check:
    rows = Inspection.objects.filter(pk__in=counted.CORRECTIONS.of(draw).values("inspection"))
    return _logged(draw, rows, LogKind.CORRECTION, "corrections", "公开日志里的更正和登记的更正逐家对得上", 0)


def _logged(draw: Draw, rows: InspectionQuerySet, kind: LogKind, code: str, rule: str, each: int) -> Check:
    """Compare the log's rows of a kind with what the tables say that was published, unit by unit.

    :param each: how many rows an inspection has in the log; 0: as many as it has corrections.
    """
    in_log = Counter(_rows_of_log(draw, kind).values_list("subject", flat=True))
    found = list(rows.select_related("selection__source").prefetch_related("corrections").order_by("pk"))
    wanted = {
        draw.log_subject(row.selection.source.number): each or len(row.corrections.all()) for row in found
    }
    wrong = [
        row for row in found
        if in_log[subject := draw.log_subject(row.selection.source.number)] != wanted[subject]
    ]  # fmt: skip
    without_row = in_log.keys() - wanted.keys()
    faults = [f"{len(wrong)} 家在公开日志里的条数不对"] if wrong else []
    faults += [f"公开日志里有 {len(without_row)} 家没有对应的检查"] if without_row else []
    return Check(code, rule, "，".join(faults), **_concerned(wrong))


def _rows_of_log(draw: Draw, kind: LogKind) -> QuerySet:
    return LogEntry.objects.filter(kind=kind, subject__startswith=f"{draw.code}/")


def _digests(draw: Draw) -> Check:
    """Each published record and correction is the one that was published: the log has its digest.

    What the law hid is held against the digest that its redaction keeps. What has no row at all is the matter of the
    rules that count the rows.
    """
    wrong: dict[int, Inspection] = {}
    for kind, published in ((LogKind.FINDING, _findings(draw)), (LogKind.CORRECTION, _corrections(draw))):
        in_log: dict[str, set[str]] = defaultdict(set)
        for subject, digest in _rows_of_log(draw, kind).values_list("subject", "digest"):
            in_log[subject].add(digest)
        for row, digest in published:
            known = in_log.get(draw.log_subject(row.selection.source.number))
            if known and digest not in known:
                wrong[row.pk] = row
    rows = [wrong[pk] for pk in sorted(wrong)]
    rule = "已公开的检查结果和更正，内容和公开日志里的指纹一致"
    fault = f"{len(rows)} 家公开以后的内容和公开时的不一样" if rows else ""
    return Check("digests", rule, fault, **_concerned(rows))


def _findings(draw: Draw) -> Iterator[tuple[Inspection, str]]:
    """Yield the published inspections, each with the digest of its record as the tables have it now."""
    rows = counted.INSPECTIONS.of(draw).filter(counted.published(draw))
    parts = PartsOf(rows)
    for row in rows.select_related("selection__draw", "selection__source").order_by("pk"):
        yield row, _digest(draw, row, parts.of(row.pk))


def _digest(draw: Draw, row: Inspection, parts: Parts) -> str:
    try:
        return finding_files.finding(draw, row, parts).digest
    except verify.Invalid:  # what cannot be written down was not published so
        return ""


def _corrections(draw: Draw) -> Iterator[tuple[Inspection, str]]:
    for row, published in finding_files.corrections(draw):
        yield row.inspection, published.digest


# --- single inspections --------------------------------------------------------------------------------------
def _incomplete(_: Draw) -> Q:
    return Q(state__in=HANDED_IN) & (Q(outcome="") | Q(visited_at__isnull=True))


def _clean_but_failed(draw: Draw) -> Q:
    failed = counted.FINDINGS.of(draw).filter(verdict=Finding.Verdict.FAIL)
    return Q(state__in=HANDED_IN, outcome=Outcome.CLEAN, pk__in=failed.values("inspection"))


def _measured(draw: Draw) -> Q:
    return Q(state__in=HANDED_IN, pk__in=counted.MEASURES.of(draw).values("inspection"))


def _clean_but_measured(draw: Draw) -> Q:
    return _measured(draw) & Q(outcome=Outcome.CLEAN)


def _unentered_but_measured(draw: Draw) -> Q:
    """Against whom it was refused entry measures may be taken, and points that were seen from outside may fail."""
    return _measured(draw) & Q(outcome__in=(Outcome.CLOSED, Outcome.UNTRACED))


def _without_own_measure(draw: Draw) -> Q:
    """The outcome names a measure that is not among those that were entered."""
    own = Measure.objects.filter(inspection=OuterRef("pk"))
    wrong = Q()
    for kind, outcome in counted.BY_OUTCOME.items():
        wrong |= Q(outcome=outcome) & ~Exists(own.filter(kind=kind))
    return _measured(draw) & wrong


def _too_early(draw: Draw) -> Q:
    # To the minute, as forms take it.
    start = draw.published_at.replace(second=0, microsecond=0) if draw.published_at else clock.now()
    return Q(state__in=HANDED_IN, visited_at__lt=start)


def _published_before_visit(draw: Draw) -> Q:
    return counted.published(draw) & (Q(published_at__isnull=True) | Q(published_at__lt=F("visited_at")))


_WRONG_ROWS = (
    ("complete", "提交过的检查都有检查时间和检查结论", "没有检查时间或者检查结论", _incomplete),
    (
        "clean", "结论为“未发现问题”的，没有不符合的检查项目",
        "有不符合的检查项目，结论却是“未发现问题”", _clean_but_failed,
    ),
    (
        "unmeasured", "结论为“未发现问题”的，没有处理措施",
        "登记了处理措施，结论却是“未发现问题”", _clean_but_measured,
    ),
    (
        "unentered", "结论为“停产未查”或者“查无下落”的，没有处理措施",
        "登记了处理措施，结论却是“停产未查”或者“查无下落”", _unentered_but_measured,
    ),
    (
        "own_measure", "检查结论和登记的处理措施一致", "登记的处理措施里没有结论所说的那一种", _without_own_measure,
    ),
    ("early", "检查时间不早于抽签结果公布的时间", "检查时间早于抽签结果公布的时间", _too_early),
    ("order", "检查结果在检查以后公开", "没有公开时间，或者公开时间早于检查时间", _published_before_visit),
)  # fmt: skip


def _rows(draw: Draw, code: str, rule: str, fault: str, where: counted.Where) -> Check:
    wrong = list(counted.INSPECTIONS.of(draw).filter(where(draw)).select_related("selection").order_by("pk"))
    return Check(code, rule, f"{len(wrong)} 家{fault}" if wrong else "", **_concerned(wrong))


def _personal_data(draw: Draw) -> Check:
    """What goes to city and province nobody calls back: as in the note that is printed on it, no number of a person."""
    rows = list(going_up(draw))
    stopped = reported.unmarked(rows)
    wrong = list({row.inspection_id: row.inspection for row in rows if row.pk in stopped}.values())
    fault = f"{len(wrong)} 家的困难和问题里有像个人信息的内容，请在“困难与问题”里处理" if wrong else ""
    rule = "上报的困难和问题里没有个人信息，像的都写明了不属于个人信息的理由"
    return Check("personal_data", rule, fault, **_concerned(wrong))


# --- whether the quarter is over -----------------------------------------------------------------------------
def _due_day(draw: Draw) -> Check:
    due = counted.due_day(draw)
    is_over = clock.today() >= due
    fault = "" if is_over else f"检查期限 {due:%Y-%m-%d} 还没有到"
    return Check("due", "检查期限已经到了", fault, is_open=True)


def _open_tasks(draw: Draw) -> Check:
    """Every task has a published result. Of a sealed draw, those that nobody has handed in are counted, not named."""
    waiting = counted.INSPECTIONS.of(draw).exclude(counted.published(draw))
    named = list(waiting.filter(counted.readable(draw)).select_related("selection").order_by("pk"))
    secret = counted.INSPECTIONS.of(draw).exclude(counted.readable(draw)).count() if draw.is_sealed else 0
    number = len(named) + secret
    fault = f"{number} 家的检查结果还没有公开" if number else ""
    if secret:
        fault += f"，其中 {secret} 家还没有提交，密封期间不列名称"
    return Check("tasks", "每一家的检查结果都已公开", fault, is_open=True, **_concerned(named))


def _open_substitutes(draw: Draw) -> Check:
    number = Substitution.objects.pending().filter(draw=draw).count()
    fault = f"{number} 件替补申报还没有定" if number else ""
    return Check("substitutes", "替补申报都已经定了", fault, is_open=True)


class _Named(TypedDict):
    concerned: tuple[Concerned, ...]
    has_more: bool


def _concerned(rows: Sequence[Inspection]) -> _Named:
    """Name the first of them, for links."""
    named = (
        Concerned(row.pk, row.selection.shown_name, InspectionState(row.state).label) for row in rows[:NAMED]
    )
    return {"concerned": tuple(named), "has_more": len(rows) > NAMED}
