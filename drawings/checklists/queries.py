"""For how many units a checklist is chosen today, and what keeps it from being chosen at all."""

from dataclasses import dataclass

from django.db.models import Count

from sources.models import PollutionSource
from wugang_audit import clock

from ..inspections.field.choice import applies
from ..inspections.field.facts import FACTS, has_outlets, kinds_in, unit_with
from ..inspections.field.sheet import candidate
from ..models import Checklist, ChecklistVersion


@dataclass(frozen=True)
class Standing:
    """How a checklist stands.

    :param units: registered units that meet its criteria today; None where the team alone decides.
    :param hints: what keeps it from being used, and what an administrator can do, each in a sentence or two.
    """

    units: int | None
    hints: list[str]


def standing(checklist: Checklist) -> Standing:
    units, everybody = (None, 0) if checklist.by_hand else _counted(checklist)
    hints = _use(checklist, list(checklist.versions.order_by("-number")))
    if checklist.by_hand and checklist.criteria:
        hints.append("勾选了“只由检查组选用”：填的适用范围不起作用。要按范围自动采用，请去掉这个勾。")
    elif units == 0 and everybody:
        hints.append(
            "名录里现在没有一家单位符合适用范围，不会自动采用：请核对范围。确实没有这类单位的，可以不管，检查组仍能在现场加上。"
        )
    return Standing(units, hints)


def _counted(checklist: Checklist) -> tuple[int, int]:
    """Return how many registered units meet the criteria today, and how many units there are.

    The very rule by which a visit chooses says it, once for all units of which it knows the same.
    """
    asked = candidate(checklist)
    kinds = has_outlets("pk")
    registered = PollutionSource.objects.registered().with_class(clock.today()).annotate(**kinds).order_by()
    rows = registered.values_list("class_today", *FACTS, *kinds).annotate(Count("pk"))
    met = everybody = 0
    for category, *known, units in rows:
        unit = unit_with(category, known[: len(FACTS)], kinds_in(known[len(FACTS) :]))
        everybody += units
        met += units if applies(asked, unit) else 0
    return met, everybody


def _use(checklist: Checklist, versions: list[ChecklistVersion]) -> list[str]:
    """Say why no visit begins with it, or why not with its newest version; the versions come newest first."""
    if not checklist.is_active:
        return ["没有勾选“在用”：新的检查不采用这份清单，检查组也不能加上。"]
    published = [row for row in versions if row.published_at]
    in_use = next((row for row in published if not row.withdrawn_at), None)
    if in_use is None:
        if published:
            return [
                f"第 {published[0].number} 版已停用，没有别的版本在用：新的检查不采用这份清单。要恢复，以它为底稿做新版，再启用。"
            ]
        draft = next((row for row in versions if row.is_draft), None)
        what = f"第 {draft.number} 版还是草稿" if draft else "还没有版本"
        return [f"{what}：启用以前，新的检查不采用这份清单。"]
    if in_use != published[0]:
        return [f"最新的第 {published[0].number} 版已停用：新的检查用第 {in_use.number} 版。"]
    return []
