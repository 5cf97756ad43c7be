"""The versions of a checklist: what each holds, and the steps from draft to use to withdrawal."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from wugang_audit import clock
from wugang_audit.access.keys import key_of
from wugang_audit.access.marks import does, require_role
from wugang_audit.access.roles import Role

from ..models import Checklist, ChecklistVersion
from ..states import Refused
from . import drafts, verbs
from .forms import PreviewForm, WithdrawForm
from .open_tasks import effects
from .queries import standing


@require_role(Role.ADMIN)
def versions(request: HttpRequest, pk: int) -> HttpResponse:
    return _versions(request, get_object_or_404(Checklist, pk=pk))


@require_role(Role.ADMIN)
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a version as it is on the officers' phones."""
    version = _version(pk)
    context = {"version": version, "form": PreviewForm(version)}
    if version.is_draft:
        context |= {"faults": verbs.faults(version, clock.today()), "seen": drafts.digest_of(version)}
    return render(request, "checklists/preview.html", context)


@require_role(Role.ADMIN)
@does("起草检查清单的新版")
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    checklist = get_object_or_404(Checklist, pk=pk)
    if request.method != "POST":
        return redirect("checklists:versions", pk)
    like = key_of(request.POST.get("like", ""))
    like = checklist.versions.filter(pk=like).first() if like else None
    try:
        made = verbs.new_draft(checklist=checklist, actor=request.user, like=like)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("checklists:versions", pk)
    messages.success(request, f"已起草“{made}”：改好以后预览，再启用。")
    return redirect("admin:drawings_checklistversion_change", made.pk)


@require_role(Role.ADMIN)
@does("启用检查清单")
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    version = _version(pk)
    if request.method != "POST":
        return redirect("checklists:preview", pk)
    try:
        verbs.publish(version=version, actor=request.user, seen=request.POST.get("seen", ""))
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("checklists:preview", pk)
    messages.success(request, f"“{version}”已启用：从现在起开始的检查用这一版。")
    return redirect("checklists:versions", version.checklist_id)


@require_role(Role.ADMIN)
@does("弃用检查清单的草稿")
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask first: what is typed in a draft is some hours' work."""
    version = _version(pk)
    if request.method != "POST":
        if not version.is_draft:
            messages.error(request, f"“{version}”已经{verbs.became(version)}，不能弃用。")
            return redirect("checklists:versions", version.checklist_id)
        return render(
            request, "checklists/discard.html", {"version": version, "count": version.points.count()}
        )
    try:
        verbs.discard(version=version, actor=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"“{version}”的草稿已弃用，可以起草新的一版。")
    return redirect("checklists:versions", version.checklist_id)


@require_role(Role.ADMIN)
@does("停用检查清单", WithdrawForm.base_fields)
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    version = _version(pk)
    if request.method != "POST":
        return redirect("checklists:versions", version.checklist_id)
    form = WithdrawForm(request.POST)
    if form.is_valid():
        try:
            verbs.withdraw(version=version, actor=request.user, reason=form.cleaned_data["reason"])
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"“{version}”已停用。")
            return redirect("checklists:versions", version.checklist_id)
    return _versions(request, version.checklist, version, form)


def too_late(request: HttpRequest, version: ChecklistVersion) -> HttpResponse:
    """Answer who saves a draft that is none any more: say what became of it, and keep what was typed on the page."""
    typed = drafts.differences(drafts.rows_of(version), drafts.changed_in(request.POST))
    context = {"version": version, "typed": typed, "became": verbs.became(version)}
    return render(request, "checklists/too_late.html", context, status=409)


def _versions(
    request: HttpRequest,
    checklist: Checklist,
    asked: ChecklistVersion | None = None,
    form: WithdrawForm | None = None,
) -> HttpResponse:
    rows = checklist.versions.order_by("-number").select_related("published_by", "withdrawn_by")
    in_use = next((row for row in rows if row.published_at and not row.withdrawn_at), None)
    shown = asked or in_use
    can_go = shown is not None and shown.published_at is not None and shown.withdrawn_at is None
    context = {
        "checklist": checklist,
        "effects": effects(shown) if can_go else None,
        "versions": rows,
        "in_use": in_use,
        "has_draft": any(row.is_draft for row in rows),
        "asked": shown,
        "form": form or WithdrawForm(),
        "standing": standing(checklist),
    }
    return render(request, "checklists/versions.html", context)


def _version(pk: int) -> ChecklistVersion:
    return get_object_or_404(ChecklistVersion.objects.select_related("checklist"), pk=pk)
