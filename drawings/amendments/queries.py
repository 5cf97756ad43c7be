"""What the pages of amendments show, and what waits for their people on the desk."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import F, QuerySet
from django.urls import reverse

from wugang_audit.access.roles import Role
from wugang_audit.accounts.models import User
from wugang_audit.staff.desk import Todo, todo

from ..models import Draw, Inspection, Substitution, TeamMember, VoidRequest
from ..models.inspection import InspectionQuerySet
from ..models.powers import SUBSTITUTE_SECONDS
from ..protocol import verify
from ..states import DrawState
from . import seals, substitutes


@dataclass(frozen=True)
class Panel:
    """What `_panel.html` shows below a draw."""

    void: VoidRequest | None  # a request that waits for a second organiser
    waiting: int  # declarations of substitutes that wait
    settled: int
    may_declare: bool
    may_unseal: bool
    is_due: bool


def panel(draw: Draw, user: User) -> Panel:
    organises, under_way = user.has_role(Role.ORGANISER), draw.state == DrawState.PUBLISHED
    states = Counter(row.is_open for row in Substitution.objects.filter(selection__draw=draw))
    sealed = draw.has_seal
    return Panel(
        void=draw.void_requests.waiting().select_related("declared_by").first(),
        waiting=states[True],
        settled=states[False],
        may_declare=organises and under_way,
        may_unseal=organises and under_way and sealed,
        is_due=sealed and not draw.is_sealed,
    )


@dataclass(frozen=True)
class Line:
    """A declaration of a substitute, or several that were made together about one officer."""

    pk: int
    substitution: Substitution
    tasks: int
    concerns: str  # who cannot go, or which unit was not inspected
    place: str  # the unit that an officer cannot go to; in a sealed draw not even the organiser reads it here
    steps_in: str
    away: list[str]
    may_decide: bool


def lines(draw: Draw, user: User) -> tuple[list[Line], list[Line]]:
    """Return (waiting, settled) declarations of the draw. Of a sealed draw neither units nor substitutes are named,
    except for a unit whose officers have already handed in that it was closed."""
    rows = Substitution.objects.filter(selection__draw=draw).select_related(
        "selection", "member__officer", "officer", "unit", "declared_by", "confirmed_by", "refused_by"
    )
    names = substitutes.roster(verify.parse_officers(draw.file("officers.tsv")).officers)
    readable = set(
        Inspection.objects.of(user).filter(selection__draw=draw).values_list("selection", flat=True)
    )
    own_teams = set(teams_of(user).values_list("selection", flat=True))
    groups = {}
    for row in rows:
        together = (row.member.officer_id, row.declared_by_id, row.reason, row.evidence) if row.member else 0
        groups.setdefault((together, row.is_open) if together and row.is_open else row.pk, []).append(row)
    found = [_line(draw, user, group, names, readable, own_teams) for group in groups.values()]
    return (
        [line for line in found if line.substitution.is_open],
        [line for line in found if not line.substitution.is_open],
    )


def _line(
    draw: Draw,
    user: User,
    group: list[Substitution],
    names: dict[str, str],
    readable: set[int],
    own_teams: set[int],
) -> Line:
    row, hidden = group[0], draw.is_sealed
    is_unit = row.kind == Substitution.Kind.UNIT
    unit = row.selection.name if not hidden or row.selection_id in readable else "密封中"
    if row.confirmed_at is None:
        steps_in = "未替补"
    elif row.unit_id is None and row.officer_id is None:
        steps_in = "无人可替，空缺"
    elif hidden:
        steps_in = "已算出，密封中"
    else:
        steps_in = row.unit.name if is_unit else names[row.officer.certificate_number]
    own = row.declared_by_id == user.pk or any(each.selection_id in own_teams for each in group)
    return Line(
        pk=row.pk,
        substitution=row,
        tasks=len(group),
        concerns=unit if is_unit else row.member.name,
        place="" if is_unit or len(group) > 1 else unit,
        steps_in=steps_in,
        away=[f"{names.get(number, number)}：{why}" for number, why in sorted(row.unavailable.items())],
        may_decide=row.is_open and not own and draw.state == DrawState.PUBLISHED,
    )


def teams_of(user: User) -> QuerySet[TeamMember]:
    """Return the places in teams that this person has or had."""
    return TeamMember.ever.filter(officer__user=user)


def closed_units(draw: Draw, user: User) -> InspectionQuerySet:
    """Inspections for which a substitute unit may be declared, as far as the person may read them."""
    mine = Inspection.objects.of(user).filter(selection__draw=draw).values("pk")
    return substitutes.replaceable().filter(pk__in=mine).select_related("selection__source")


@todo(Role.ORGANISER)
def _organisers_desk(user: User) -> list[Todo]:
    requested = VoidRequest.objects.waiting().exclude(declared_by=user).select_related("draw")
    lines = [
        Todo(f"{request.draw.title}：请确认或驳回作废申请", _url("void", request.draw))
        for request in requested
    ]
    for draw in seals.due_to_unseal().filter(state=DrawState.PUBLISHED):
        lines.append(
            Todo(
                f"{draw.title}：密封期已满，请解封",
                _url("unseal", draw),
                hint="全部文件已经公开，解封后记入日志",
            )
        )
    return lines


@todo(*SUBSTITUTE_SECONDS)
def _second_person(user: User) -> list[Todo]:
    """Declarations of substitutes that this person may confirm: not his own, and not in a team that he belongs or
    belonged to. What was declared together about one officer is confirmed together."""
    rows = Substitution.objects.waiting().filter(selection__draw__state=DrawState.PUBLISHED)
    own = rows.filter(selection__in=teams_of(user).values("selection"))
    with_own = own.filter(member__isnull=False).values(
        "selection__draw", "member__officer", "declared_by", "reason", "evidence"
    )
    rows = rows.exclude(declared_by=user).exclude(pk__in=own.values("pk"))
    for each in with_own:
        rows = rows.exclude(**each)
    counts = Counter(rows.annotate(draw=F("selection__draw")).values_list("draw", flat=True))
    return [
        Todo(f"{draw.title}：请确认替补申报", _url("substitutes", draw), counts[draw.pk])
        for draw in Draw.objects.filter(pk__in=counts)
    ]


def _url(name: str, draw: Draw) -> str:
    return reverse(f"amendments:{name}", args=[draw.code])
