"""What a quarter's report says: built once from the figures, kept as JSON, and read from there ever after."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet, TextChoices
from django.utils import timezone

from wugang_audit import bureau

from ..models import Draw, Problem, QuarterReport
from ..models.quarters import quarter_title
from ..states import Tag
from . import counted
from .figures import GROUPS, Counts

FORM = "report/1"


class Kind(TextChoices):
    FINAL = "final", "汇总表"
    INTERIM = "interim", "进度表"  # of a quarter that is still open: nobody can approve it


def content(draw: Draw, counts: Counts, kind: str) -> dict[str, Any]:
    """Return the report as it is kept.

    ::

        {"form": "report/1", "kind": "final", "title": "...", "bureau": "...", "draw": "2026Q4", "due": "2026-12-31",
         "columns": ["重点排污单位", ..., "合计"],
         "groups": [{"name": "抽取", "rows": [{"code", "name", "unit", "definition", "numbers": [1, ..., 5]}, ...]}, ...],
         "problems": [{"unit", "stratum", "kind", "asked", "reason", "decision", "answer"}, ...]}
    """
    title = f"{quarter_title(draw.year, draw.quarter)}“双随机、一公开”抽查{Kind(kind).label}"
    return {
        "form": FORM,
        "kind": kind,
        "title": title,
        "bureau": bureau.facts().name,
        "draw": draw.code,
        "due": f"{counted.due_day(draw):%Y-%m-%d}",
        "columns": [label for _, label in counts.columns],
        "groups": [
            {
                "name": group.name,
                "rows": [
                    {
                        "code": figure.code,
                        "name": figure.name,
                        "unit": figure.unit,
                        "definition": figure.definition,
                        "numbers": [counts.of(figure.code, stratum) for stratum, _ in counts.columns],
                    }
                    for figure in group.figures
                ],
            }
            for group in GROUPS
        ],
        "problems": _problems(draw),
    }


def going_up(draw: Draw) -> QuerySet[Problem]:
    """Return what is marked to be reported upwards; of a sealed draw, only of tasks that were handed in."""
    tasks = counted.INSPECTIONS.of(draw).filter(counted.readable(draw))
    rows = Problem.objects.filter(goes_up=True, inspection__in=tasks)
    return rows.select_related("inspection__selection").order_by("pk")


def _problems(draw: Draw) -> list[dict[str, str]]:
    return [
        {
            "unit": row.inspection.selection.shown_name,
            "stratum": row.inspection.selection.get_stratum_display(),
            "kind": row.get_kind_display(),
            "asked": f"{timezone.localtime(row.asked_at):%Y-%m-%d}",
            "reason": row.reason,
            "decision": row.get_decision_display() or "还没有答复",
            "answer": row.answer,
        }
        for row in going_up(draw)
    ]


@dataclass(frozen=True)
class Row:
    """A figure of a report with its numbers, each with the name of its column."""

    name: str
    unit: str
    definition: str
    cells: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Table:
    """The figures of a report as a page shows them: groups of rows."""

    columns: tuple[str, ...]
    groups: tuple[tuple[str, tuple[Row, ...]], ...]

    @property
    def width(self) -> int:
        return len(self.columns) + 2


def table(content: dict[str, Any]) -> Table:
    columns = tuple(content["columns"])
    groups = tuple(
        (
            group["name"],
            tuple(
                Row(
                    row["name"],
                    row["unit"],
                    row["definition"],
                    tuple(zip(columns, row["numbers"], strict=True)),
                )
                for row in group["rows"]
            ),
        )
        for group in content["groups"]
    )
    return Table(columns, groups)


@dataclass(frozen=True)
class Kept:
    """A report that is kept, for pages and files.

    :param heir: key and version of the newest later one that was approved.
    """

    report: QuarterReport
    heir: tuple[int, int] | None = None

    @classmethod
    def of(cls, row: Any) -> "Kept":
        """Read a row of `queries.reports`."""
        return cls(row, (row.heir, row.heir_version) if row.heir else None)

    @property
    def kind(self) -> Kind:
        return Kind(self.report.figures["kind"])

    @property
    def is_interim(self) -> bool:
        return self.kind == Kind.INTERIM

    @property
    def is_approved(self) -> bool:
        return self.report.approved_at is not None

    @property
    def title(self) -> str:
        """Name it as lists do: ``2026年第4季度汇总表（第2版）``."""
        row = self.report
        version = f"（第{row.version}版）" if row.version > 1 else ""
        return f"{quarter_title(row.year, row.quarter)}{self.kind.label}{version}"

    @property
    def tag(self) -> Tag:
        if self.is_interim:
            return Tag("进度表", "muted")
        if self.replaced_by:
            return Tag(f"已批准，已由第 {self.replaced_by[1]} 版代替", "muted")
        return Tag("已批准", "ok") if self.is_approved else Tag("未批准", "warn")

    @property
    def replaced_by(self) -> tuple[int, int] | None:
        """Of an approved one: key and version of what the bureau has reported since."""
        return self.heir if self.is_approved else None

    @property
    def filename(self) -> str:
        """Name the workbook, such as ``2026年第4季度汇总表-第1版.xlsx``."""
        row = self.report
        return f"{quarter_title(row.year, row.quarter)}{self.kind.label}-第{row.version}版.xlsx"


def differences(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """Say in Chinese what differs between two reports: ``已公开（合计）：5 → 6``."""
    if old["columns"] != new["columns"]:
        return ["类别"]
    before = {row["code"]: row for group in old["groups"] for row in group["rows"]}
    found = []
    for group in new["groups"]:
        for row in group["rows"]:
            numbers = (
                before[row["code"]]["numbers"] if row["code"] in before else [None] * len(row["numbers"])
            )
            found += [
                f"{row['name']}（{label}）：{'没有' if was is None else was} → {now}"
                for label, was, now in zip(new["columns"], numbers, row["numbers"], strict=True)
                if was != now
            ]
    if old["problems"] != new["problems"]:
        found.append("需要上报的困难和问题")
    return found or (["表上的文字"] if old != new else [])
