"""The page of one inspection, and the steps from a report that was handed in to publication."""

from dataclasses import dataclass

import segno
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from sources import doubles, permit_expiry
from wugang_audit.access.keys import key_of
from wugang_audit.access.marks import does, require_role
from wugang_audit.access.roles import Role

from ...models import Draw, Inspection
from ...models.powers import INSPECTION_READERS
from ...states import Refused
from .. import privacy, queries, verbs
from ..pages import readable
from .forms import CorrectionForm, ReviewForm


@require_role(Role.OFFICER, *INSPECTION_READERS)
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    return _detail(request, readable(request, pk), None)


@require_role(Role.REVIEWER, Role.HEAD)
@does("审核检查结果", ReviewForm.base_fields, decision={"approve": "审核通过", "return": "退回检查组"})
def review(request: HttpRequest, pk: int) -> HttpResponse:
    inspection = readable(request, pk)
    if request.method != "POST":
        return redirect("inspections:detail", pk)
    form = ReviewForm(request.POST)
    if not form.is_valid():
        return _detail(request, inspection, form)
    verb, done = {
        "approve": (verbs.approve, "审核已通过，等负责人确认公开。"),
        "return": (verbs.send_back, "已退回检查组，附上了您的意见。"),
    }[form.cleaned_data["decision"]]
    values = {name: form.cleaned_data[name] for name in ("comment", "version")}
    try:
        verb(inspection=inspection, actor=request.user, **values)
    except Refused as refusal:
        latest = readable(request, pk)
        may = queries.what_may(request.user, latest)
        if not (may.approve or may.send_back):
            messages.error(request, str(refusal))
            return redirect("inspections:detail", pk)
        # The page shows the report as it is now: the next press of a button is about that one.
        data = request.POST.copy()
        data["version"] = latest.version
        form = ReviewForm(data)
        form.add_error(None, str(refusal))
        return _detail(request, latest, form)
    messages.success(request, done)
    return redirect("inspections:detail", pk)


@require_role(Role.HEAD)
@does("确认公开检查结果")
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    inspection = readable(request, pk)
    if request.method != "POST":
        return redirect("inspections:detail", pk)
    version = request.POST.get("version", "")
    try:
        verbs.publish(inspection=inspection, actor=request.user, version=version)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "检查结果已向社会公开。")
    return redirect("inspections:detail", pk)


@require_role(Role.REVIEWER, Role.HEAD)
@does("公开更正", CorrectionForm.base_fields)
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    inspection = readable(request, pk)
    if request.method != "POST":
        return redirect("inspections:detail", pk)
    form = CorrectionForm(request.POST)
    if not form.is_valid():
        return _detail(request, inspection, None, form)
    try:
        verbs.correct(inspection=inspection, actor=request.user, **form.cleaned_data)
    except Refused as refusal:
        form.add_error("text", str(refusal))
        return _detail(request, inspection, None, form)
    messages.success(request, "更正已公开，原来的结果仍然保留。")
    return redirect("inspections:detail", pk)


@require_role(Role.HEAD)
@does("一并确认公开检查结果")
def publish_all(request: HttpRequest, draw_pk: int) -> HttpResponse:
    draw = get_object_or_404(Draw.objects.published(), pk=draw_pk)
    if request.method != "POST":
        approved = list(queries.to_confirm(request.user, draw))
        kept = queries.kept_from_publishing(request.user, [row.pk for row in approved])
        stopped = privacy.stopped([row for row in approved if row.pk not in kept])
        context = {
            "draw": draw,
            "inspections": [row for row in approved if row.pk not in kept | stopped],
            "kept": [(row, kept[row.pk]) for row in approved if row.pk in kept],
            "stopped": [(row, stopped[row.pk]) for row in approved if row.pk in stopped],
        }
        return render(request, "inspections/publish_all.html", context)
    # Each box carries what the head had before him, as "17@2026-10-08T15:30:00+00:00".
    seen = (value.partition("@") for value in request.POST.getlist("seen"))
    versions = {key: version for pk, _, version in seen if (key := key_of(pk))}
    try:
        published = verbs.publish_all(draw=draw, actor=request.user, versions=versions)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("inspections:publish_all", draw_pk)
    messages.success(request, f"已确认公开 {len(published)} 家单位的检查结果。")
    kept = queries.kept_from_publishing(request.user, versions)
    for row in queries.readable(request.user).filter(pk__in=kept):
        messages.warning(request, f"{row.selection}没有公开：{kept[row.pk]}，须由另一名负责人确认。")
    stopped = privacy.stopped(
        list(queries.to_confirm(request.user, draw).filter(pk__in=versions).exclude(pk__in=kept))
    )
    for row in queries.readable(request.user).filter(pk__in=stopped):
        messages.warning(request, f"{row.selection}没有公开：{stopped[row.pk]}。{privacy.MEND}")
    if left := len(versions) - len(published) - len(kept) - len(stopped):
        messages.warning(request, f"另有 {left} 家刚刚有了变动，没有公开，请重新查看。")
    return redirect("inspections:all")


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
        "source": inspection.selection.source,
        "may": queries.what_may(user, inspection),
        "on_team": inspection.is_on_team(user),
        "permit_warning": permit_expiry.permit_warning(inspection.selection.source),
        "law": queries.law_of(inspection),
        "outlets": queries.outlets(inspection.selection.source, inspection.submitted_at),
        "survivor": doubles.survivor(inspection.selection.source),
        "moves": inspection.moves.select_related("by"),
        "findings": inspection.findings.select_related("point"),
        "corrections": inspection.corrections.select_related("by").prefetch_related("redactions"),
        "obstacles": privacy.stopped([inspection]).get(inspection.pk),
        "marks": privacy.marks_in(inspection),
        "correction_marks": privacy.marks_in_corrections(inspection),
        "correction": correction or CorrectionForm(),
        "gate": _gate(request, inspection),
        "earlier": queries.earlier(user, inspection),
        "open_places": queries.open_places(inspection),
        "awaited": queries.awaited(inspection),
        "form": form or ReviewForm(initial={"version": inspection.version}),
        "history_link": user.has_role(*INSPECTION_READERS),
    }
    return render(request, "inspections/detail.html", context)
