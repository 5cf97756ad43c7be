"""Which objections from outside a person of the staff may read and act on, and what of it stands on the desk."""

from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse

from wugang_audit import clock
from wugang_audit.access.roles import Role
from wugang_audit.accounts.models import User
from wugang_audit.staff.desk import Todo, todo

from ...models import Inspection, Objection, ObjectionAnswer
from ...models.inspection import InspectionQuerySet
from ...models.objections import ObjectionQuerySet
from ...models.seal import sealed_now

# Who answers and who confirms: nobody else reads what was sent, or who sent it.
READERS = (Role.REVIEWER, Role.HEAD)


def listed() -> ObjectionQuerySet:
    """All of them, what waits first, by the day on which it is due."""
    rows = Objection.objects.select_related("unit", "draw", "inspection__selection")
    return rows.order_by("due_on", "pk")


def readable(user: User) -> ObjectionQuerySet:
    """Those of which this person may read what they say. Whoever may not know yet that a unit was drawn reads nothing of it."""
    if not user.has_role(*READERS):
        return listed().none()
    return listed().exclude(_is_secret(user))


def _is_secret(user: User) -> Q:
    """Sent from the page of a sealed visit that this person may not know of before its report is handed in."""
    known = Inspection.objects.of(user).values("pk")
    return Q(is_from_visit=True) & sealed_now("draw__") & ~Q(inspection__in=known)


@dataclass(frozen=True)
class Line:
    """One of the list; of what is still secret, the number and the day alone."""

    objection: Objection
    may_read: bool
    is_late: bool

    @property
    def unit(self) -> str:
        if not self.may_read:
            return "密封抽查里的一家单位（检查组提交以后才能看）"
        return self.objection.unit.name


def lines(user: User, rows: list[Objection]) -> list[Line]:
    known = set(readable(user).filter(pk__in=[row.pk for row in rows]).values_list("pk", flat=True))
    today = clock.today()
    return [Line(row, row.pk in known, not row.is_decided and row.due_on < today) for row in rows]


def concerned(row: Objection) -> InspectionQuerySet:
    """The inspections that an objection may be about: the one that it names, else all of the unit."""
    if row.inspection_id:
        return Inspection.objects.filter(pk=row.inspection_id)
    return Inspection.objects.filter(selection__source=row.unit_id)


def took_part(row: Objection, user: User) -> bool:
    """Say whether the person is or was on the team of a visit that an objection may be about."""
    return concerned(row).with_part_of(user).exists()


def findings_of(row: Objection, user: User) -> InspectionQuerySet:
    """The published results that stand beside an objection for who answers it."""
    shown = Inspection.objects.of(user).filter(pk__in=concerned(row).disclosed().values("pk"))
    return shown.select_related("selection__draw").order_by("-published_at")[:5]


def open_answer(row: Objection) -> ObjectionAnswer | None:
    return row.answers.select_related("by").filter(decided_at__isnull=True).first()


def is_shown(row: Objection) -> bool:
    """Say whether an answer is there for the public and was not hidden, be its draw still sealed or not."""
    return row.answers.confirmed().filter(goes_public=True, hidden_at=None).exists()


def _waiting(user: User, rows: ObjectionQuerySet) -> ObjectionQuerySet:
    """Those of a list in which this person may act, as far as one query says."""
    own = Inspection.objects.with_part_of(user)
    of_visit = Q(inspection__in=own.values("pk"))
    of_unit = Q(inspection=None, unit__in=own.values("selection__source"))
    return rows.exclude(_is_secret(user)).exclude(of_visit).exclude(of_unit)


def _todo(user: User, label: str, rows: ObjectionQuerySet) -> list[Todo]:
    waiting = _waiting(user, rows)
    if not (count := waiting.count()):
        return []
    first = waiting.order_by("due_on").first()
    late = first.due_on < clock.today()
    hint = f"最早的{'应在' if late else '到'} {first.due_on} {'答复，已过期限' if late else '到期'}"
    return [Todo(label, reverse("inspections:objections"), count, hint, "bad" if late else "info")]


@todo(Role.REVIEWER)
def _reviewer_todos(user: User) -> list[Todo]:
    return _todo(user, "异议和纠错待答复", Objection.objects.to_answer())


@todo(Role.HEAD)
def _head_todos(user: User) -> list[Todo]:
    return _todo(user, "异议的答复待确认", Objection.objects.to_confirm())
