"""One unit for the staff: where it was drawn, what the visits found, and every change of its row in the registry."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.shortcuts import get_object_or_404, render

from sources.models import PollutionSource
from wugang_audit.registry_admin import changes_of, field_names
from wugang_audit.roles import Role, require_role

from ..models import Inspection, Selection
from ..models.draw import sealed_now
from ..models.inspection import READ_ALL
from ..states import DrawState

KINDS = {"+": "新增", "~": "修改", "-": "删除"}


@dataclass(frozen=True)
class Version:
    """One change of the row: who, when, why, and what it was and became."""

    at: datetime
    who: str
    kind: str
    why: str
    changes: dict[str, list[str]]


def versions(source: PollutionSource) -> list[Version]:
    """Every change of the row, newest first, in one query."""
    rows = list(
        source.history.select_related("history_user", "speciality").order_by("history_date", "history_id")
    )
    names = field_names(PollutionSource)
    found = []
    for before, row in zip([None, *rows], rows, strict=False):
        changes = changes_of(before, row, names) if before else {}
        who = row.history_user.full_name if row.history_user else "系统"
        found.append(
            Version(row.history_date, who, KINDS[row.history_type], row.history_change_reason or "", changes)
        )
    return found[::-1]


def draws(user, source: PollutionSource) -> list[tuple[Selection, Inspection | None]]:
    """The published draws that the unit stands in, each with its inspection where this person may read that.

    That a unit stands in a sealed draw is told only to those who may read its inspection there.
    """
    mine = {
        each.selection_id: each
        for each in Inspection.objects.of(user)
        .filter(selection__source=source)
        .prefetch_related("corrections")
    }
    rows = (
        Selection.objects.filter(source=source, draw__state=DrawState.PUBLISHED)
        .exclude(sealed_now("draw__") & ~Q(pk__in=mine))
        .select_related("draw")
        .order_by("-draw__year", "-draw__quarter", "-draw")
    )
    return [(row, mine.get(row.pk)) for row in rows]


@require_role(Role.ADMIN, *READ_ALL)
def unit(request, number):
    source = get_object_or_404(PollutionSource.objects.select_related("speciality"), number=number)
    context = {
        "source": source,
        "draws": draws(request.user, source),
        "versions": versions(source),
        "reads": request.user.has_role(*READ_ALL),
    }
    return render(request, "inspections/unit.html", context)
