"""The texts that are public today and hold what looks like personal data: where each stands, and how it is mended.

The gate searches a text before it is published; what was stored before the gate came, or before its finder knew a way of
writing a number, is found here alone. All texts of a year, or of the registries and lists, are searched in one go:
nothing that is opened every day may do so. A substitute's evidence that a seal keeps
secret is left out until the seal falls; notes on the points of a checklist and the names of witnesses are never public.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from enforcers.models import Officer
from sources.models import PollutionSource
from wugang_audit.access.roles import Role
from wugang_audit.spreadsheets.contacts import personal_data

from ..amendments import substitutes, voids
from ..checklists.verbs import CHECKLIST_WORDS, POINT_WORDS
from ..inspections.aftercare.verbs import texts as texts_of_answer
from ..inspections.privacy import caption
from ..models import (
    ChecklistPoint,
    ChecklistVersion,
    Correction,
    Deposit,
    Draw,
    Inspection,
    InspectionItem,
    LegalBasis,
    ObjectionAnswer,
    Plan,
    PublicPhoto,
    Redaction,
    Substitution,
    VoidRequest,
    Withdrawal,
)
from ..models.inspection import InspectionQuerySet
from ..models.powers import DRAW_READERS
from ..models.seal import sealed_now
from ..plans.forms import WORDS as PLAN_WORDS
from ..privacy_gate.queries import Obstacle, Subject, Text, Texts, marked_of, obstacles
from ..public_fields import ITEM
from ..states import WITH_SUBSTITUTES

Kind = Redaction.Text
LAW_WORDS = ("law", "document_number", "article", "text")
# The cells of the registries that the public reads and somebody types, by the table and its page in the admin.
CELLS = (
    (
        PollutionSource,
        "number",
        ("name", "township", "industry_name"),
        "admin:sources_pollutionsource_change",
    ),
    (Officer, "certificate_number", ("name",), "admin:enforcers_officer_change"),
)
HIDE = "由审核人申请依法隐去，负责人确认。"
HIDE_ANSWER = "由负责人在那份答复的页面上依法隐去。"
NEVER_HIDDEN = "法律理由永远公开，不能隐去：请报负责人，由他决定怎样处理。"
NEW_PLAN = "已公布的计划不能改：公布新的版次时改好；旧版次仍然公开。"
EDIT = "由系统管理员修改；已列入公布的计划、不能改的，另建一项代替，停用这一项。"
EDIT_LAW = "由系统管理员修改；公开页面已经引用、不能改的，另建一条。"
NEW_VERSION = "由系统管理员做一个新版改好、启用，再停用这一版；已公开的结果仍按这一版。"
EDIT_ROW = "由系统管理员在名录里修改；已冻结的抽签里的名称不变。"


class Stored(NamedTuple):
    """Texts that stand in one place, its page for who mends them, and what they may be marked or hidden as."""

    where: str
    texts: Texts
    url: str
    may_open: tuple[Role, ...]
    advice: str
    subject: Subject | None = None
    pk: int = 0
    hidden_by: frozenset[tuple[int, str]] = (
        frozenset()
    )  # draw and target of the redactions that hide all of it


class Line(NamedTuple):
    """One place where something was found, with its middle left out, and what can be done about it."""

    where: str
    found: str
    advice: str
    url: str
    may_open: tuple[Role, ...]


def years() -> list[int]:
    """Return the years of the draws that the public sees, the latest first."""
    return sorted(set(Draw.objects.visible().values_list("year", flat=True)), reverse=True)


def of_year(year: int) -> list[Line]:
    """Search what is public of the year's draws and their results; a fixed number of queries."""
    redactions = Redaction.objects.in_effect().filter(draw__year=year).select_related("draw").order_by("pk")
    hidden = {(row.draw_id, row.target) for row in redactions}
    stored = [
        *_results(year), *_corrections(year), *_captions(year), *_voids(year), *_substitutions(year),
        *_deposits(year), *_withdrawals(year), *_reasons(redactions), *_answers(year),
    ]  # fmt: skip
    return _found(each for each in stored if hidden.isdisjoint(each.hidden_by))


def of_lists() -> list[Line]:
    """Search what is public of the plans, the items, the law, the checklists and the two registries."""
    return _found([*_plans(), *_items(), *_law(), *_checklists()]) + list(_registries())


def _found(stored: Iterable[Stored]) -> list[Line]:
    """Return a line for each place where something stands that nobody has marked; one query for each kind of text."""
    rest: list[tuple[Stored, list[Obstacle]]] = []
    keys: dict[Subject, set[int]] = defaultdict(set)
    for each in stored:
        if found := obstacles(each.texts):
            rest.append((each, found))
            if each.subject:
                keys[each.subject].add(each.pk)
    marked = {subject: marked_of(subject, pks) for subject, pks in keys.items()}
    lines = []
    for each, found in rest:
        passed = marked[each.subject][each.pk] if each.subject else set()
        by_label: dict[str, list[str]] = {}
        for one in found:
            if (one.field, one.piece) not in passed:
                by_label.setdefault(one.label, []).append(one.masked)
        said = "；".join(f"{label}：{'、'.join(pieces)}" for label, pieces in by_label.items())
        if said:
            lines.append(Line(each.where, said, each.advice, each.url, each.may_open))
    return lines


# --- of a year's draws --------------------------------------------------------------------------------------------


def _public_results(year: int) -> InspectionQuerySet:
    """Of a sealed draw, too: what is published of it, everybody reads."""
    rows = Inspection.objects.disclosed().filter(selection__draw__year=year)
    return rows.select_related("selection__draw").order_by("pk")


def _results(year: int) -> Iterator[Stored]:
    label = str(Inspection._meta.get_field("summary").verbose_name)
    for row in _public_results(year):
        hidden_by = _targets(row.selection.draw, f"{Kind.SUMMARY}/{row.pk}", f"{Kind.FINDING}/{row.pk}")
        texts = {"summary": Text(label, row.summary)}
        yield _of_result(row, "检查结果", texts, Subject.INSPECTION, row.pk, hidden_by)


def _corrections(year: int) -> Iterator[Stored]:
    rows = Correction.objects.filter(inspection__in=_public_results(year))
    for row in rows.select_related("inspection__selection__draw").order_by("pk"):
        hidden_by = _targets(row.inspection.selection.draw, f"{Kind.CORRECTION}/{row.pk}")
        texts = {"text": Text("更正内容", row.text)}
        yield _of_result(row.inspection, "检查结果的更正", texts, Subject.CORRECTION, row.pk, hidden_by)


def _captions(year: int) -> Iterator[Stored]:
    rows = PublicPhoto.objects.filter(inspection__in=_public_results(year))
    for row in rows.select_related("inspection__selection__draw", "evidence").order_by("pk"):
        about = row.inspection
        hidden_by = _targets(
            about.selection.draw, f"{Kind.PHOTO}/{row.pk}", f"{Kind.FINDING}/{row.inspection_id}"
        )
        what = f"第 {row.number} 张公开照片"
        yield _of_result(about, what, caption(row.evidence), Subject.INSPECTION, about.pk, hidden_by)


def _of_result(
    row: Inspection, what: str, texts: Texts, subject: Subject, pk: int, hidden_by: frozenset[tuple[int, str]]
) -> Stored:
    draw = row.selection.draw
    where = f"{draw.title}，{row.selection.shown_name}：{what}"
    url = reverse("amendments:redact_inspection", args=[draw.code, row.pk])
    return Stored(where, texts, url, (Role.REVIEWER,), HIDE, subject, pk, hidden_by)


def _voids(year: int) -> Iterator[Stored]:
    rows = VoidRequest.objects.confirmed().filter(draw__year=year)
    for row in rows.select_related("draw").order_by("pk"):
        yield _of_draw(row.draw, Kind.VOID, voids.texts(row.evidence), Subject.VOID, row.pk)


def _substitutions(year: int) -> Iterator[Stored]:
    rows = (
        Substitution.objects.confirmed().of_units().filter(draw__year=year, draw__state__in=WITH_SUBSTITUTES)
    )
    for row in rows.exclude(sealed_now("draw__")).select_related("draw").order_by("pk"):
        public = {"evidence": substitutes.texts(row)["evidence"]}
        yield _of_draw(row.draw, Kind.EVIDENCE, public, Subject.SUBSTITUTION, row.pk)


def _deposits(year: int) -> Iterator[Stored]:
    rows = Deposit.objects.filter(draw__year=year).select_related("draw").defer("file")
    for row in rows.order_by("pk"):
        texts = {"where": Text("存放处", row.where)}
        yield _of_draw(row.draw, Kind.DEPOSIT, texts, Subject.DEPOSIT, row.pk)


def _withdrawals(year: int) -> Iterator[Stored]:
    for row in Withdrawal.objects.filter(draw__year=year).select_related("draw").order_by("pk"):
        texts = {"reason": Text("撤下的原因", row.reason)}
        yield _of_draw(row.draw, Kind.WITHDRAWAL, texts, Subject.WITHDRAWAL, row.pk)


def _of_draw(draw: Draw, kind: Redaction.Text, texts: Texts, subject: Subject, pk: int) -> Stored:
    target = str(kind) if kind == Kind.VOID else f"{kind}/{pk}"  # as `Redaction.named`
    url = reverse("amendments:redact_draw", args=[draw.code])
    where = f"{draw.title}：{kind.label}"
    return Stored(where, texts, url, (Role.REVIEWER,), HIDE, subject, pk, _targets(draw, target))


def _reasons(redactions: Iterable[Redaction]) -> Iterator[Stored]:
    """The legal reasons of what is hidden: they stand in clear for ever."""
    label = str(Redaction._meta.get_field("legal_reason").verbose_name)
    for row in redactions:
        texts = {"legal_reason": Text(label, row.legal_reason)}
        where = f"{row.draw.title}：依法隐去“{row.get_text_display()}”"
        url = reverse("amendments:redactions")
        yield Stored(where, texts, url, (Role.REVIEWER,), NEVER_HIDDEN, Subject.REDACTION, row.pk)


def _answers(year: int) -> Iterator[Stored]:
    """Public answers to objections and corrections, by the year in which they were confirmed."""
    rows = ObjectionAnswer.objects.public().filter(hidden_at=None, decided_at__year=year)
    for row in rows.select_related("objection").order_by("pk"):
        url = reverse("inspections:objection", args=[row.objection_id])
        texts = texts_of_answer(row.public_text, row.answer)
        where = f"异议和纠错 {row.objection}：公开的答复"
        yield Stored(where, texts, url, (Role.REVIEWER, Role.HEAD), HIDE_ANSWER, Subject.SAID, row.pk)


def _targets(draw: Draw, *targets: str) -> frozenset[tuple[int, str]]:
    return frozenset((draw.pk, target) for target in targets)


# --- of the registries and lists ----------------------------------------------------------------------------------


def _plans() -> Iterator[Stored]:
    for row in Plan.objects.published().order_by("year", "version"):
        url = reverse("plans:plan", args=[row.year, row.version])
        yield Stored(f"抽查计划“{row}”", _words(row, PLAN_WORDS), url, DRAW_READERS, NEW_PLAN)


def _items() -> Iterator[Stored]:
    planned = Exists(Plan.objects.published().filter(items=OuterRef("pk")))
    for row in InspectionItem.objects.filter(Q(is_active=True) | planned).order_by("pk"):
        url = reverse("admin:drawings_inspectionitem_change", args=[row.pk])
        yield Stored(f"抽查事项“{row}”", _words(row, ITEM), url, (Role.ADMIN,), EDIT)


def _law() -> Iterator[Stored]:
    for row in LegalBasis.objects.order_by("pk"):
        url = reverse("admin:drawings_legalbasis_change", args=[row.pk])
        yield Stored(f"法律依据“{row}”", _words(row, LAW_WORDS), url, (Role.ADMIN,), EDIT_LAW)


def _checklists() -> Iterator[Stored]:
    """Versions that were ever in use: results that went by them show the points."""
    for row in ChecklistVersion.objects.published().select_related("checklist"):
        texts = _words(row.checklist, CHECKLIST_WORDS) | _words(row, ("name", "withdrawn_because"))
        yield _of_version(row, texts, "")
    points = ChecklistPoint.objects.filter(version__published_at__isnull=False)
    for point in points.select_related("version__checklist"):
        yield _of_version(point.version, _words(point, POINT_WORDS), f"的“{point}”")


def _of_version(row: ChecklistVersion, texts: Texts, what: str) -> Stored:
    url = reverse("checklists:versions", args=[row.checklist_id])
    return Stored(f"检查清单“{row}”{what}", texts, url, (Role.ADMIN,), NEW_VERSION)


def _words(row: object, names: Iterable[str]) -> dict[str, Text]:
    fields = row._meta.get_field
    return {name: Text(str(fields(name).verbose_name), getattr(row, name)) for name in names}


def _registries() -> Iterator[Line]:
    """Search names and places as the imports do: whose the number of a house is, nobody can tell there."""
    for model, number, cells, page in CELLS:
        labels = [str(model._meta.get_field(name).verbose_name) for name in cells]
        rows = model._default_manager.order_by("pk").values_list("pk", number, *cells)
        for pk, key, *values in rows.iterator(chunk_size=5000):
            kinds = zip(labels, map(personal_data, values), strict=True)
            if said := "；".join(f"{label}：{kind}" for label, kind in kinds if kind):
                where = f"{model._meta.verbose_name} {key}"
                yield Line(where, said, EDIT_ROW, reverse(page, args=[pk]), (Role.ADMIN,))
