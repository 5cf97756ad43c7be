"""What the pages of the officers' registry show, and what awaits its keeper."""

import datetime
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone

from sources.models import Speciality
from wugang_audit.desk import Awaiting, awaits
from wugang_audit.roles import Role

from .models import Officer

SOON = datetime.timedelta(days=60)  # how long before its end a certificate is to be renewed
TEAM = 2  # officers whom every inspection needs


def expiring(officers, today: datetime.date | None = None):
    """Officers whose certificate is valid still, but for 60 days at most."""
    today = today or timezone.localdate()
    return officers.filter(certificate_expiry__range=(today, today + SOON))


@dataclass(frozen=True)
class Column:
    """A speciality and how many officers could be sent for it today."""

    speciality: Speciality
    available: int

    @property
    def missing(self) -> int:
        return max(TEAM - self.available, 0)


@dataclass(frozen=True)
class Row:
    """An officer in the matrix: the level in each speciality, in the order of the columns."""

    officer: Officer
    available: bool
    levels: list[str]

    @property
    def place(self) -> str:
        named = (self.officer.department, self.officer.group)
        return " · ".join(name for name in named if name) or "未填所属机构"


@dataclass(frozen=True)
class Matrix:
    columns: list[Column]
    rows: list[Row]

    @property
    def short(self) -> list[Column]:
        return [column for column in self.columns if column.missing]


def matrix() -> Matrix:
    """Who masters what, in four queries whatever the number of officers."""
    specialities = list(Speciality.objects.all())
    able = set(Officer.objects.available().values_list("pk", flat=True))
    people = Officer.objects.filter(is_active=True).order_by(
        "department", "group", "name", "certificate_number"
    )
    counts, rows = dict.fromkeys((each.pk for each in specialities), 0), []
    for officer in people.prefetch_related("abilities"):
        levels = {each.speciality_id: each.get_level_display() for each in officer.abilities.all()}
        if officer.pk in able:
            for key in levels:
                counts[key] += 1
        rows.append(Row(officer, officer.pk in able, [levels.get(each.pk, "") for each in specialities]))
    return Matrix([Column(each, counts[each.pk]) for each in specialities], rows)


@awaits(Role.ADMIN)
def _certificates(user) -> list[Awaiting]:
    count = expiring(Officer.objects.filter(is_active=True)).count()
    if not count:
        return []
    url = f"{reverse('admin:enforcers_officer_changelist')}?certificate=soon&is_active__exact=1"
    return [Awaiting("执法证 60 天内到期", url, count, "请尽快换证：过期后不能派出。")]
