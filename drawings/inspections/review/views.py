"""The page of one inspection, and the steps from a report that was handed in to publication."""

from dataclasses import dataclass
from typing import Any

import segno
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from sources import permit_expiry
from wugang_audit import clock
from wugang_audit.access.marks import does, require_role
from wugang_audit.access.roles import Role
from wugang_audit.accounts.models import User

from ... import deadlines
from ...models import Draw, Inspection
from ...models.powers import INSPECTION_READERS
from ...privacy_gate.queries import Mark
from ...states import WITH_OFFICERS, InspectionState, Refused
from .. import privacy, queries, verbs
from ..case_file.contents import may_take
from ..evidence import queries as evidence_queries
from ..field.details import Basis, bases_of, details
from ..field.record import standing, why_not_signed
from ..field.shown_record import put_right_of
from ..field.signed_measures import measures_apart
from ..pages import readable
from . import queries as review_queries
from .content import Entry, in_short
from .forms import APPROVE, DECISIONS, CorrectionForm, PublishAllForm, ReviewForm


@require_role(Role.OFFICER, *INSPECTION_READERS)
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    return _detail(request, readable(request, pk), None)


@require_role(Role.OFFICER, *INSPECTION_READERS)
def version(request: HttpRequest, pk: int, serial: int) -> HttpResponse:
    """One report of the past as it was handed in, beside the one before it."""
    inspection = readable(request, pk)
    found = review_queries.handed_in(inspection, serial)
    if found is None:
        raise Http404
    row, comparison = found
    context = {
        "inspection": inspection,
        "version": row,
        "comparison": comparison,
        "groups": review_queries.under_headings(
            comparison.shown,
            lambda point: point.change.field,
            review_queries.headings(point.change.field for point in comparison.points),
        ),
        "told": review_queries.told(inspection, serial),
    }
    return render(request, "inspections/review/version.html", context)


@require_role(*INSPECTION_READERS)
def waiting(request: HttpRequest) -> HttpResponse:
    """What awaits the reviewer and the head, the oldest first."""
    user = request.user
    context = {
        "to_review": review_queries.with_due_days(review_queries.to_review(user)),
        "to_publish": review_queries.with_due_days(review_queries.to_publish(user)),
        "overdue": review_queries.overdue(user),
        "days": settings.PUBLISH_WORKDAYS,
        "reviews": user.has_role(Role.REVIEWER),
        "heads": user.has_role(Role.HEAD),
        "draws": queries.draws_to_confirm() if user.has_role(Role.HEAD) else (),
    }
    return render(request, "inspections/review/waiting.html", context)


@require_role(Role.REVIEWER, Role.HEAD)
@does("审核检查结果", ReviewForm.base_fields, decision=DECISIONS)
def review(request: HttpRequest, pk: int) -> HttpResponse:
    inspection = readable(request, pk)
    if request.method != "POST":
        return redirect("inspections:detail", pk)
    form = ReviewForm(request.POST, comparison=review_queries.before_reviewer(inspection))
    if not form.is_valid():
        return _again(request, inspection, form)
    decision = form.cleaned_data["decision"]
    given = {name: form.cleaned_data[name] for name in ("comment", "version")}
    try:
        if decision in APPROVE:
            verbs.approve(inspection=inspection, actor=request.user, **given)
            done = "审核已通过，等负责人确认公开。"
        else:
            verbs.send_back(inspection=inspection, actor=request.user, notes=form.notes(), **given)
            done = "已退回检查组，附上了您的意见。"
    except Refused as refusal:
        latest = readable(request, pk)
        # The page shows the report as it is now: the next press of a button is about that one.
        data = request.POST.copy()
        data["version"] = latest.version
        form = ReviewForm(data, comparison=review_queries.before_reviewer(latest))
        form.add_error(None, str(refusal))
        return _again(request, latest, form)
    if decision.endswith("_next"):
        return _next(request, inspection, done)
    messages.success(request, done)
    return redirect("inspections:detail", pk)


@require_role(Role.HEAD)
@does("确认公开检查结果", ReviewForm.base_fields, then={"next": "确认公开，看下一份"})
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    inspection = readable(request, pk)
    if request.method != "POST":
        return redirect("inspections:detail", pk)
    comparison = review_queries.before_reviewer(inspection)
    form = ReviewForm(request.POST, comparison=comparison, publishing=True)
    if not form.is_valid():
        return _again(request, inspection, form)
    try:
        verbs.publish(inspection=inspection, actor=request.user, version=form.cleaned_data["version"])
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("inspections:detail", pk)
    done = "检查结果已向社会公开。"
    if request.POST.get("then") == "next":
        return _next(request, inspection, done)
    messages.success(request, done)
    return redirect("inspections:detail", pk)


def _again(request: HttpRequest, inspection: Inspection, form: ReviewForm) -> HttpResponse:
    """Show the page with what was typed and what is wrong; where nothing can be decided any more, say that instead."""
    may = queries.what_may(request.user, inspection)
    if may.approve or may.send_back or may.publish:
        return _detail(request, inspection, form)
    found = "；".join(str(message) for message in form.non_field_errors())
    messages.error(request, found or f"这份检查现在是“{inspection.get_state_display()}”，没有改动。")
    return redirect("inspections:detail", inspection.pk)


def _next(request: HttpRequest, inspection: Inspection, done: str) -> HttpResponse:
    """Go on to the report that has waited longest for the same decision; at the end say that there is none."""
    heads = inspection.state == InspectionState.APPROVED and request.user.has_role(Role.HEAD)
    line = (review_queries.to_publish if heads else review_queries.to_review)(request.user)
    messages.success(request, f"{inspection.selection.shown_name}：{done}")
    following = line.values_list("pk", flat=True).first()
    if following:
        return redirect("inspections:detail", following)
    messages.info(request, f"没有等您{'确认公开' if heads else '审核'}的了。")
    return redirect("inspections:waiting")


@require_role(Role.REVIEWER, Role.HEAD)
@does("公开更正", CorrectionForm.base_fields)
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    inspection = readable(request, pk)
    if request.method != "POST":
        return redirect("inspections:detail", pk)
    form = CorrectionForm(request.POST, inspection=inspection)
    if not form.is_valid():
        return _detail(request, inspection, None, form)
    try:
        verbs.correct(inspection=inspection, actor=request.user, **form.arguments())
    except Refused as refusal:
        form.add_error("text", str(refusal))
        return _detail(request, inspection, None, form)
    messages.success(request, "更正已公开，原来的结果仍然保留。")
    return redirect("inspections:detail", pk)


@require_role(Role.HEAD)
@does("一并确认公开检查结果")
def publish_all(request: HttpRequest, draw_pk: int) -> HttpResponse:
    draw = get_object_or_404(Draw.objects.published(), pk=draw_pk)
    form = PublishAllForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _publish_all(request, draw, form)
    versions = form.versions()
    try:
        published = verbs.publish_all(draw=draw, actor=request.user, versions=versions)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _publish_all(request, draw, form)
    messages.success(request, f"已确认公开 {len(published)} 家单位的检查结果。")
    kept = queries.kept_from_publishing(request.user, versions)
    for row in queries.readable(request.user).filter(pk__in=kept):
        messages.warning(request, f"{row.selection}没有公开：{kept[row.pk]}，须由另一名负责人确认。")
    stopped = privacy.stopped(
        list(queries.to_confirm(request.user, draw).filter(pk__in=versions).exclude(pk__in=kept))
    )
    for row in queries.readable(request.user).filter(pk__in=stopped):
        messages.warning(request, f"{row.selection}没有公开：{stopped[row.pk]}。{privacy.MEND}")
    asked = queries.undecided_recusals(set(versions) - kept.keys() - stopped.keys())
    for row in queries.to_confirm(request.user, draw).filter(pk__in=asked):
        messages.warning(request, f"{row.selection}没有公开：{asked[row.pk]}。")
    if left := len(versions) - len(published) - len(kept) - len(stopped) - len(asked):
        messages.warning(
            request, f"另有 {left} 家没有公开：刚刚有了变动，或者内容写不成公开的记载。请点单位名称查看。"
        )
    return redirect("inspections:waiting")


@dataclass(frozen=True)
class Report:
    """A report on the page where several are confirmed; ``tick`` stands for this version of it."""

    inspection: Inspection
    tick: str
    entries: list[Entry]
    marks: list[Mark]
    basis: Basis
    holiday: str
    again: list[str]  # what was hidden elsewhere
    photos: int  # that become public with it
    apart: str  # measures that were changed since the record was signed


def _holiday(inspection: Inspection) -> str:
    """Say that the visit fell on no working day, for who may ask the officers about it; empty where it did not."""
    visited_at = inspection.visited_at
    return deadlines.holiday_hint(timezone.localdate(visited_at)) if visited_at else ""


def _publish_all(request: HttpRequest, draw: Draw, form: PublishAllForm) -> HttpResponse:
    approved = list(queries.to_confirm(request.user, draw))
    kept = queries.kept_from_publishing(request.user, [row.pk for row in approved])
    stopped = privacy.stopped([row for row in approved if row.pk not in kept])
    asked = queries.undecided_recusals([row.pk for row in approved if row.pk not in kept | stopped])
    own = [row for row in approved if row.pk not in kept | stopped | asked]
    texts, marks, bases = review_queries.full_texts(own), privacy.marks_of(own), bases_of(own)
    again = privacy.said_again(own)
    photos, apart = evidence_queries.to_publish(row.pk for row in own), measures_apart(own)
    context = {
        "draw": draw,
        "form": form,
        "inspections": own,
        "reports": [
            Report(
                row,
                f"{row.pk}@{row.version}",
                in_short(texts[row.pk]),
                marks[row.pk],
                bases[row.pk],
                _holiday(row),
                again.get(row.pk, []),
                photos[row.pk],
                apart.get(row.pk, ""),
            )
            for row in own
        ],
        "today": clock.today(),
        "ticked": form.ticked(),
        "kept": [(row, kept[row.pk]) for row in approved if row.pk in kept],
        "stopped": [(row, stopped[row.pk]) for row in approved if row.pk in stopped],
        "asked": [(row, asked[row.pk]) for row in approved if row.pk in asked],
    }
    return render(request, "inspections/publish_all.html", context)


@dataclass(frozen=True)
class Gate:
    """What the officers show at the gate: the firm's own address, and its QR code as a ``data:`` address."""

    url: str
    qr: str


def _gate(request: HttpRequest, inspection: Inspection) -> Gate | None:
    """The address that the officers show at the gate while the draw is sealed: the firm's own proof that it is drawn."""
    if not (inspection.selection.draw.is_sealed and inspection.is_on_team(request.user)):
        return None
    url = request.build_absolute_uri(reverse("disclosure:visit", args=[inspection.token]))
    return Gate(url, segno.make(url).svg_data_uri(scale=5, border=2))


def _detail(
    request: HttpRequest,
    inspection: Inspection,
    form: ReviewForm | None,
    correction: CorrectionForm | None = None,
) -> HttpResponse:
    user = request.user
    context = {
        "inspection": inspection,
        "today": clock.today(),
        "source": inspection.selection.source,
        "on_team": inspection.is_on_team(user),
        "permit_warning": permit_expiry.permit_warning(inspection.selection.source),
        "law": queries.law_of(inspection),
        "permit": queries.conditions(inspection.selection.source, inspection.submitted_at),
        "steps": review_queries.steps(inspection),
        "told": review_queries.to_answer(inspection),
        "details": details(inspection),
        "record": (record := standing(inspection)),
        "supplements": put_right_of(record) if record else [],
        "may_take": may_take(inspection, user),
        "apart": measures_apart([inspection]).get(inspection.pk, ""),
        "unsigned": why_not_signed(inspection) if inspection.state in WITH_OFFICERS else "",
        "evidence": evidence_queries.shown(inspection, user),
        "corrections": inspection.corrections.select_related("by").prefetch_related("redactions"),
        "obstacles": privacy.stopped([inspection]).get(inspection.pk),
        "marks": privacy.marks_in(inspection),
        "again": _said_again(inspection),
        "correction_marks": privacy.marks_in_corrections(inspection),
        "correction": correction or CorrectionForm(),
        "gate": _gate(request, inspection),
        "earlier": queries.earlier(user, inspection),
        "open_places": queries.open_places(inspection),
        "awaited": queries.awaited(inspection),
        "recusal": queries.undecided_recusals([inspection.pk]).get(inspection.pk),
        "history_link": user.has_role(*INSPECTION_READERS),
    } | _decision(user, inspection, form)
    return render(request, "inspections/detail.html", context)


def _said_again(inspection: Inspection) -> list[str]:
    """What is hidden elsewhere and would become public here; nothing of what is public already."""
    if inspection.state == InspectionState.PUBLISHED:
        return []
    return privacy.said_again([inspection]).get(inspection.pk, [])


def _decision(user: User, inspection: Inspection, form: ReviewForm | None) -> dict[str, Any]:
    """What reviewer or head decide on: the report beside the version before, and who else waits."""
    may = queries.what_may(user, inspection)
    if not (may.approve or may.send_back or may.publish):
        return {"may": may, "comparison": None}
    comparison = review_queries.before_reviewer(inspection)
    form = form or ReviewForm(comparison=comparison, initial={"version": inspection.version})
    line = review_queries.to_publish if may.publish else review_queries.to_review
    basis = bases_of([inspection])[inspection.pk]
    folds = may.approve and comparison.earlier is not None
    return {
        "may": may,
        "comparison": comparison,
        "form": form,
        # The head reads all of it, whatever the reviewer has seen before.
        "stretches": form.stretches(folds=folds, clauses=basis.clauses),
        "versions": basis.versions,
        "holiday": _holiday(inspection),
        "gone": form.gone(),
        "waits": review_queries.with_due_days([inspection])[0],
        "queue": review_queries.queue(line(user), inspection),
    }
