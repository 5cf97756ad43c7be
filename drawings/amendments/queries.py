"""What the pages of amendments show, and what waits for their people on the desk."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, QuerySet
from django.urls import reverse

from wugang_audit import clock
from wugang_audit.access.roles import SECOND_READERS, Role
from wugang_audit.accounts.models import User
from wugang_audit.staff.desk import Todo, todo

from ..hidden_texts import said_again, said_in
from ..models import Draw, Inspection, Substitution, SubstitutionPlace, TeamMember, VoidRequest
from ..models.draw import OFFICER_WITHDRAWN
from ..models.inspection import InspectionQuerySet
from ..models.lotteries import known_issues
from ..models.powers import SUBSTITUTE_SECONDS
from ..models.substitutions import SubstitutionQuerySet
from ..privacy_gate.queries import Mark, Subject, marks_on
from ..states import DrawState
from . import away, hideable, issues, recusals, seals, standing, substitutes, voids


@dataclass(frozen=True)
class Panel:
    """What `_panel.html` shows below a draw."""

    void: VoidRequest | None  # a request that waits for a second organiser
    waiting: int  # declarations of substitutes that nobody has decided on
    without_value: int  # those that wait for the lottery
    settled: int
    may_declare: bool
    may_unseal: bool
    is_due: bool


def panel(draw: Draw, user: User) -> Panel:
    organises, under_way = user.has_role(Role.ORGANISER), draw.state == DrawState.PUBLISHED
    rows = Substitution.objects.filter(draw=draw)
    undecided, pending = rows.waiting().count(), rows.pending().count()
    sealed = draw.has_seal
    return Panel(
        void=draw.void_requests.waiting().select_related("declared_by").first(),
        waiting=undecided,
        without_value=pending - undecided,
        settled=rows.count() - pending,
        may_declare=organises and under_way,
        may_unseal=organises and under_way and sealed,
        is_due=sealed and not draw.is_sealed,
    )


@dataclass(frozen=True)
class Place:
    """A unit that a declaration concerns, and who steps in there."""

    unit: str
    steps_in: str


@dataclass(frozen=True)
class Line:
    """A declaration of a substitute as a person reads it. In a sealed draw neither units nor who steps in are named."""

    substitution: Substitution
    marks: list[Mark]  # what in its texts was marked as not personal
    again: list[str]  # what in them was hidden elsewhere; nothing of what is confirmed
    concerns: str  # who cannot go, or which unit was not inspected
    tasks: int
    places: list[Place]
    away: list[str]
    few: list[str]  # places for which too many were declared away
    unsaid: list[str]  # who may step in though the registry says that he is not to be sent today
    may_decide: bool
    remark: str  # to whoever may decide: what this site works out for the issue

    @property
    def pk(self) -> int:
        return self.substitution.pk


def lines(draw: Draw, user: User) -> tuple[list[Line], list[Line]]:
    """Return (waiting, settled) declarations of the draw, waiting ones in the order in which they take effect.

    Of a sealed draw neither units nor substitutes are named, except for a unit whose officers have already handed in.
    """
    rows = list(
        Substitution.objects.filter(draw=draw)
        .select_related("officer", "unit", "declared_by", "confirmed_by", "refused_by")
        .prefetch_related("places__selection__source", "places__officer", "redactions")
        .order_by(F("serial").asc(nulls_last=True), "pk")
    )
    reading = _Reading(draw, user, [row for row in rows if row.is_open])
    marks = marks_on(Subject.SUBSTITUTION, {row.pk: substitutes.texts(row) for row in rows})
    again = _said_again([row for row in rows if row.is_open])
    found = [reading.line(row, marks[row.pk], again.get(row.pk, [])) for row in rows]
    return (
        [line for line in found if line.substitution.is_pending],
        [line for line in found if not line.substitution.is_pending],
    )


def _said_again(rows: list[Substitution]) -> dict[int, list[str]]:
    """Return {primary key: what a declaration says again of what the law hid}; the units' names may stand in both."""
    names = {
        row.pk: [
            name
            for place in row.places.all()
            for name in (place.selection.shown_name, place.selection.source.name)
        ]
        for row in rows
    }
    return said_again({row.pk: said_in(row) for row in rows}, names)


def void_marks(request: VoidRequest) -> list[Mark]:
    """Return what of a request was marked as not personal: the second organiser decides on that too."""
    return marks_on(Subject.VOID, {request.pk: voids.texts(request.evidence)})[request.pk]


class _Reading:
    """What one person may read of a draw's declarations; read once for all of them."""

    def __init__(self, draw: Draw, user: User, undecided: list[Substitution]):
        self.draw, self.user, self.hidden = draw, user, draw.is_sealed
        self.under_way = draw.state == DrawState.PUBLISHED
        self.names = standing.roster(draw)
        readable = Inspection.objects.of(user).filter(selection__draw=draw)
        self.readable = set(readable.values_list("selection", flat=True))
        self.own_teams = set(teams_of(user).values_list("selection", flat=True))
        known = {
            place.selection_id
            for row in undecided
            for place in row.places.all()
            if not self.hidden or place.selection_id in self.readable
        }
        self.unsaid = away.unsaid(undecided, self.names, known)
        self.known = known_issues(standing.source_of(draw))

    def line(self, row: Substitution, marks: list[Mark], again: list[str]) -> Line:
        places = row.places.all()
        own = row.declared_by_id == self.user.pk
        own = own or any(place.selection_id in self.own_teams for place in places)
        listed = self._places(row)
        may_decide = row.is_open and not own and self.under_way
        return Line(
            substitution=row,
            marks=marks,
            again=again,
            concerns=listed[0].unit if row.is_unit else self._name(row.officer.certificate_number),
            tasks=len(places),
            places=[] if self.hidden and not row.is_unit and len(listed) > 1 else listed,
            away=[f"{self._name(number)}：{why}" for number, why in sorted(row.away.items())],
            few=[] if self.hidden else [self._few(unit, left) for unit, _, left in row.few],
            unsaid=[f"{self._name(number)}：{why}" for number, why in self.unsaid.get(row.pk, {}).items()],
            may_decide=may_decide,
            remark=issues.remark(row.source, row.label, row.known_at, self.known) if may_decide else "",
        )

    def _places(self, row: Substitution) -> list[Place]:
        if not row.is_unit:
            return [Place(self._unit(place), self._officer(row, place)) for place in row.places.all()]
        [place] = row.places.all()
        return [
            Place(
                self._unit(place), self._steps_in(row, row.unit and row.unit.shown_name, "没有可替补的单位")
            )
        ]

    def _officer(self, row: Substitution, place: SubstitutionPlace) -> str:
        name = place.officer and self._name(place.officer.certificate_number)
        return self._steps_in(row, name, "无人可替，空缺")

    def _steps_in(self, row: Substitution, found: str | None, nobody: str) -> str:
        if row.effective_at is None:
            return "未替补"
        if not found:
            return nobody
        return "已算出，密封中" if self.hidden else found

    def _unit(self, place: SubstitutionPlace) -> str:
        is_open = not self.hidden or place.selection_id in self.readable
        return place.selection.shown_name if is_open else "密封中"

    def _name(self, number: str) -> str:
        return self.names.get(number) or f"{OFFICER_WITHDRAWN}（{number}）"

    def _few(self, unit: str, left: int) -> str:
        return (
            f"{unit}：除去不能派出的，只剩 {left} 人可选"
            if left
            else f"{unit}：除去不能派出的，已经没有人可选"
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


@todo(Role.ORGANISER)
def _recusals_asked(user: User) -> list[Todo]:
    """Officers who ask to be recused; until somebody decides they may have to go."""
    rows = recusals.waiting(user).select_related("inspection__selection__draw")
    counts = Counter(row.inspection.selection.draw for row in rows)
    return [
        Todo(f"{draw.title}：请决定回避申请", _url("substitutes", draw), count, "同意的，由您申报替补")
        for draw, count in counts.items()
    ]


@todo(*SUBSTITUTE_SECONDS)
def _second_person(user: User) -> list[Todo]:
    """Declarations of substitutes that this person may confirm: not his own, and not in a team that he belongs or
    belonged to."""
    rows = Substitution.objects.waiting().filter(draw__state=DrawState.PUBLISHED)
    own = SubstitutionPlace.objects.filter(selection__in=teams_of(user).values("selection"))
    rows = rows.exclude(declared_by=user).exclude(pk__in=own.values("substitution"))
    counts = Counter(rows.values_list("draw", flat=True))
    return [
        Todo(f"{draw.title}：请确认替补申报", _url("substitutes", draw), counts[draw.pk])
        for draw in Draw.objects.filter(pk__in=counts)
    ]


def drawn_issues() -> SubstitutionQuerySet:
    """Confirmed declarations whose issue has been drawn, so that its value is to be typed; each draw's first one."""
    rows = Substitution.objects.without_value().filter(
        draw__state=DrawState.PUBLISHED, known_at__lte=clock.now()
    )
    earlier = rows.filter(draw=OuterRef("draw"), serial__lt=OuterRef("serial"))
    return rows.exclude(Exists(earlier)).select_related("draw").order_by("pk")


@todo(Role.ORGANISER)
def _values_to_type(user: User) -> list[Todo]:
    return [
        Todo(f"{row.draw.title}：请录入替补号码", _url("substitute_entry", row.draw), hint=row.issue_in_words)
        for row in drawn_issues().filter(first_by=None)
    ]


@todo(*SECOND_READERS)
def _values_to_read_again(user: User) -> list[Todo]:
    """Values for substitutes that a colleague has typed and that wait for a second person."""
    waiting = drawn_issues().filter(first_by__isnull=False).exclude(first_by=user)
    return [
        Todo(
            f"{row.draw.title}：请复核录入替补号码",
            _url("substitute_entry", row.draw),
            hint=row.issue_in_words,
        )
        for row in waiting
    ]


@todo(Role.HEAD)
def _texts_to_hide(user: User) -> list[Todo]:
    """Requests to hide a published text that this head may decide on."""
    count = hideable.to_decide(user).count()
    url = reverse("amendments:redactions")
    return [Todo("请确认或驳回依法隐去的申请", url, count, "确认以前公众仍然看得到")] if count else []


def _url(name: str, draw: Draw) -> str:
    return reverse(f"amendments:{name}", args=[draw.code])
