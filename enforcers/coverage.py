"""What the pages of the officers' registry show, and what its administrator has to do."""

import datetime
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse

from sources.models import PollutionSource, Speciality, SpecialityQuerySet
from wugang_audit import clock
from wugang_audit.access.roles import Role
from wugang_audit.accounts.models import User
from wugang_audit.staff.desk import Todo, todo

from .models import Officer, OfficerQuerySet

SOON = datetime.timedelta(days=60)  # how long before its end a certificate is to be renewed
TEAM = 2  # officers whom every inspection needs


def expiring(officers: OfficerQuerySet, today: datetime.date | None = None) -> OfficerQuerySet:
    """Return the officers whose certificate is still valid, but for 60 days at most."""
    today = today or clock.today()
    return officers.filter(certificate_expiry__range=(today, today + SOON))


def unbroken(text: str) -> str:
    """Return the text with dates that a narrow column does not break at their hyphens."""
    return text.replace("-", "\u2011")


def short_of_officers() -> SpecialityQuerySet:
    """Return the specialities that units of the registry need, but for which fewer than two officers could be sent today."""
    needed = PollutionSource.objects.registered().filter(speciality=OuterRef("pk"))
    able = Count("abilities", filter=Q(abilities__officer__in=Officer.objects.available()))
    found = Speciality.objects.filter(Exists(needed)).annotate(able=able).filter(able__lt=TEAM)
    return found.order_by("code")  # a grouped query forgets the model's own order


@dataclass(frozen=True)
class Column:
    """A speciality, who knows it, and how many units of the registry need it."""

    speciality: Speciality
    masters: list[Officer]  # with their absences
    units: int

    @property
    def absent(self) -> list[Officer]:
        return [officer for officer in self.masters if officer.why_absent]

    @property
    def available(self) -> int:
        """How many could be sent for it today."""
        return len(self.masters) - len(self.absent)

    @property
    def missing(self) -> int:
        return max(TEAM - self.available, 0)


@dataclass(frozen=True)
class Row:
    """An officer in the matrix: the level in each speciality, in the order of the columns."""

    officer: Officer
    levels: list[str]

    @property
    def place(self) -> str:
        named = (self.officer.department, self.officer.group)
        return " · ".join(name for name in named if name) or "没有填所属机构"

    @property
    def why_absent(self) -> str:
        return unbroken(self.officer.why_absent)


@dataclass(frozen=True)
class Matrix:
    columns: list[Column]
    rows: list[Row]

    @property
    def short(self) -> list[Column]:
        """The columns that lack officers whom units need (as `short_of_officers`)."""
        return [column for column in self.columns if column.missing and column.units]

    @property
    def idle(self) -> list[Column]:
        """The columns that lack officers, but that no unit needs today."""
        return [column for column in self.columns if column.missing and not column.units]


def matrix() -> Matrix:
    """Return who knows what, in five queries whatever the number of officers and units."""
    specialities = list(Speciality.objects.all())
    units = dict(
        PollutionSource.objects.registered()
        .order_by()
        .values_list("speciality")
        .annotate(number=Count("pk"))
    )  # fmt: skip
    people = Officer.objects.filter(is_active=True).order_by(
        "department", "group", "name", "certificate_number"
    )
    masters, rows = {each.pk: [] for each in specialities}, []
    for officer in people.with_absences().prefetch_related("abilities"):
        levels = {each.speciality_id: each.get_level_display() for each in officer.abilities.all()}
        for key in levels:
            masters[key].append(officer)
        rows.append(Row(officer, [levels.get(each.pk, "") for each in specialities]))
    columns = [Column(each, masters[each.pk], units.get(each.pk, 0)) for each in specialities]
    return Matrix(columns, rows)


@todo(Role.ADMIN)
def _drafts(user: User) -> list[Todo]:
    """Say to whoever keeps the registry whose certificate numbers are missing."""
    count = Officer.objects.drafts().count()
    if not count:
        return []
    url = f"{reverse('admin:enforcers_officer_changelist')}?check=no-certificate&is_active__exact=1"
    return [Todo("补执法证号", url, count, "没有执法证号的人员不能派出，也不能开立登录账号。")]


@todo(Role.ADMIN)
def _certificates(user: User) -> list[Todo]:
    count = expiring(Officer.objects.filter(is_active=True)).count()
    if not count:
        return []
    url = f"{reverse('admin:enforcers_officer_changelist')}?certificate=soon&is_active__exact=1"
    return [Todo("执法证 60 天内到期", url, count, "请尽快换证：过期后不能派出。")]
