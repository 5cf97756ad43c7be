"""The page of the evidence of one inspection, and its files: the team adds, whoever may read the inspection looks.

A phone sends with ``Accept: application/json`` and gets short answers; without it the same addresses work as plain forms.
"""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from wugang_audit.access.errors import FULL
from wugang_audit.access.json_answers import wants_json
from wugang_audit.access.limits import BESIDE_A_FILE, largest_body
from wugang_audit.access.marks import does, only_post, require_role
from wugang_audit.access.roles import Role
from wugang_audit.access.throttle import DOWNLOAD, throttled

from ...models import Evidence, Inspection
from ...models.powers import INSPECTION_READERS
from ...states import Refused
from ...steps import attempt, decision
from ..pages import own, readable
from . import kept_files, pictures, queries, verbs
from .forms import TOGETHER, CaptionForm, PublicForm, RemoveForm, UploadForm
from .kept_files import DiskFull
from .pictures import Wrong

PAGE = "inspections:evidence"


@require_role(Role.OFFICER, *INSPECTION_READERS)
@largest_body(TOGETHER + BESIDE_A_FILE)
@does("添加照片或 PDF", CaptionForm.base_fields)
def evidence(request: HttpRequest, pk: int) -> HttpResponse:
    if request.method != "POST":
        inspection = readable(request, pk)
        return _page(request, inspection, UploadForm(inspection=inspection))
    inspection = own(request, pk)
    form = UploadForm(request.POST, request.FILES, inspection=inspection)
    if wants_json(request):
        return _answer_phone(request, inspection, form)
    kept = 0
    for name, sent in form.sent() if form.is_valid() else ():
        try:
            kept += verbs.add(inspection=inspection, actor=request.user, sent=sent)[1]
        except (Wrong, Refused, DiskFull) as why:
            form.add_error("file", f"{name}：{why}")
    if kept:
        messages.success(request, f"已添加 {kept} 份。")
    if form.is_valid():
        return redirect(PAGE, pk)
    return _page(request, readable(request, pk), form)


def _answer_phone(request: HttpRequest, inspection: Inspection, form: UploadForm) -> JsonResponse:
    """201 kept, 200 the same again, 409 here under another key or too late, 422 a wrong file, 507 no room."""
    if not form.is_valid():
        return _error(422, _first(form))
    name, sent = next(iter(form.sent()))
    try:
        row, is_new = verbs.add(inspection=inspection, actor=request.user, sent=sent)
    except verbs.Twice as twice:
        return _error(409, f"{name}：{twice}", **_as_it_stands(twice.row))
    except Refused as refusal:
        return _error(409, f"{name}：{refusal}")
    except Wrong as wrong:
        return _error(422, f"{name}：{wrong}")
    except DiskFull as full:
        return _error(FULL, f"{name}：{full}")
    told = {"key": str(row.key), "state": "kept" if is_new else "again", "caption": row.caption}
    return JsonResponse(told, status=201 if is_new else 200)


def _as_it_stands(row: Evidence) -> dict[str, str]:
    """Return what a phone takes over for its own photo: the record will say the same of it on both sides."""
    taken = timezone.localtime(row.taken_at).isoformat()
    point = str(row.point_id or "")
    return {"key": str(row.key), "caption": row.caption, "point": point, "taken_at": taken}


@require_role(Role.OFFICER, Role.REVIEWER, Role.HEAD)
@largest_body(pictures.LARGEST + BESIDE_A_FILE)
@throttled(DOWNLOAD)
@does("补传原图")
def original(request: HttpRequest, pk: int, key: UUID) -> HttpResponse:
    """The original: brought by the team, downloaded by the team, reviewers and the head."""
    if request.method == "POST":
        return _take_original(request, own(request, pk), key)
    inspection = readable(request, pk)
    if not queries.may_download(inspection, request.user):
        raise PermissionDenied("原图里有位置，只有检查组、审核人和负责人可以下载。")
    row = _one(request, inspection, key)
    name = f"{row.digest[:16]}.{row.original_name.rpartition('.')[2]}"
    return _file(row.original_name, "application/octet-stream", f'attachment; filename="{name}"')


def _take_original(request: HttpRequest, inspection: Inspection, key: UUID) -> HttpResponse:
    row = get_object_or_404(Evidence, inspection=inspection, key=key)
    upload, status, said = request.FILES.get("file"), 422, ""
    if upload is None:
        said = "没有收到原图，请重新选择。"
    else:
        try:
            is_new = verbs.add_original(evidence=row, actor=request.user, content=upload.read())
        except Wrong as wrong:
            said = f"{row.caption or row}：{wrong}"
        except Refused as refusal:
            status, said = 409, str(refusal)
        except DiskFull as full:
            status, said = FULL, str(full)
    if wants_json(request):
        if said:
            return _error(status, said)
        return JsonResponse(
            {"key": str(key), "state": "kept" if is_new else "again"}, status=201 if is_new else 200
        )
    if said:
        messages.error(request, said)
    else:
        messages.success(request, "原图已收到。")
    return redirect(PAGE, inspection.pk)


@require_role(Role.OFFICER, *INSPECTION_READERS)
def copy(request: HttpRequest, pk: int, key: UUID) -> HttpResponse:
    row = _one(request, readable(request, pk), key)
    return _file(row.copy_name, "image/jpeg", "inline")


@require_role(Role.OFFICER, *INSPECTION_READERS)
def small(request: HttpRequest, pk: int, key: UUID) -> HttpResponse:
    row = _one(request, readable(request, pk), key)
    return _file(row.copy_name, "image/jpeg", "inline", pictures.small)


@require_role(Role.OFFICER)
@does("修改照片说明", CaptionForm.base_fields)
def caption(request: HttpRequest, pk: int, key: UUID) -> HttpResponse:
    inspection = own(request, pk)
    # A phone is told that the photo was removed; the page to change it is gone.
    is_phone = request.method == "POST" and wants_json(request)
    row = get_object_or_404(
        inspection.evidence.all() if is_phone else inspection.evidence.standing(), key=key
    )
    start = {"point": row.point_id, "caption": row.caption}
    form = CaptionForm(request.POST or None, inspection=inspection, initial=start)
    given = {"evidence": row, "verb": verbs.set_caption, "done": "说明已改。"}
    return _change(request, inspection, form, **given, title="修改说明")


@require_role(Role.OFFICER)
@does("移除照片", RemoveForm.base_fields)
def remove(request: HttpRequest, pk: int, key: UUID) -> HttpResponse:
    inspection = own(request, pk)
    row = get_object_or_404(inspection.evidence.standing(), key=key)
    given = {"evidence": row, "verb": verbs.remove, "done": "已移除，审核人仍能看到它和理由。"}
    return _change(request, inspection, RemoveForm(request.POST or None), **given, title="移除")


def _change(
    request: HttpRequest, inspection: Inspection, form: BaseForm, *, evidence: Evidence, verb: Any, done: str, title: str
) -> HttpResponse:  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            verb(evidence=evidence, actor=request.user, **form.cleaned_data)
        except (Refused, Wrong) as why:
            if wants_json(request):
                return _error(409 if isinstance(why, Refused) else 422, str(why))
            form.add_error(None, str(why))
        else:
            if wants_json(request):
                return JsonResponse({"key": str(evidence.key), "state": "kept"})
            messages.success(request, done)
            return redirect(PAGE, inspection.pk)
    if request.method == "POST" and wants_json(request):
        return _error(422, _first(form))
    context = {"inspection": inspection, "row": evidence, "form": form, "title": title}
    return render(request, "inspections/evidence/change.html", context)


@require_role(Role.REVIEWER)
@does("决定照片可否公开", decision={"yes": "可以公开", "no": "不公开"})
@only_post(PAGE, "pk")
def public(request: HttpRequest, pk: int, key: UUID) -> HttpResponse:
    inspection = readable(request, pk)
    row = get_object_or_404(inspection.evidence.standing(), key=key)
    said = decision(request, "yes", "no")
    if said == "yes":
        form = PublicForm(request.POST, evidence=row)
        if not form.is_valid():
            context = {"inspection": inspection, "row": row, "form": form}
            return render(request, "inspections/evidence/public.html", context)
        attempt(
            request,
            "这张照片标为可以公开，随检查结果一起公开。",
            verbs.mark_public,
            evidence=row,
            is_public=True,
            **form.cleaned_data,
        )
    elif said:
        attempt(request, "这张照片不公开。", verbs.mark_public, evidence=row, is_public=False)
    return redirect(f"{reverse(PAGE, args=[pk])}#{key}")


def _error(status: int, said: str, **more: str) -> JsonResponse:
    return JsonResponse({"error": said} | more, status=status, json_dumps_params={"ensure_ascii": False})


def _first(form: BaseForm) -> str:
    return next(str(message) for errors in form.errors.values() for message in errors)


def _one(request: HttpRequest, inspection: Inspection, key: UUID) -> Evidence:
    return get_object_or_404(queries.readable_rows(inspection, request.user), key=key)


def _file(name: str, content_type: str, disposition: str, made: Any = bytes) -> HttpResponse:
    """Answer with a file that nobody keeps and no browser takes for anything else."""
    if not name:
        raise Http404
    try:
        answer = HttpResponse(made(kept_files.content(name)), content_type=content_type)
    except FileNotFoundError:
        raise Http404 from None
    answer["Content-Disposition"] = disposition
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox; frame-ancestors 'none'"
    answer["Cache-Control"] = "private, no-store"
    return answer


def _page(request: HttpRequest, inspection: Inspection, form: UploadForm) -> HttpResponse:
    context = {
        "inspection": inspection,
        "evidence": queries.shown(inspection, request.user),
        "on_team": inspection.is_on_team(request.user),
        "form": form,
        "limits": (queries.PER_POINT, queries.PER_VISIT),
    }
    return render(request, "inspections/evidence/page.html", context)
