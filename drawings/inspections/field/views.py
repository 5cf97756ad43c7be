"""The officers' report: keep a draft, hand it in."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import urlencode

from wugang_audit.access.json_answers import wants_json
from wugang_audit.access.marks import does, require_role
from wugang_audit.access.roles import Role

from ... import deadlines
from ...models import Inspection, OnSiteRecord
from ...models.inspection import NOT_ENTERED, Outcome
from ...states import WITH_OFFICERS, InspectionState, Refused
from .. import queries, record_verbs, verbs
from ..evidence.queries import evidence_lines
from ..pages import own, readable
from ..review.forms import pin
from ..review.queries import to_answer
from . import json_form
from .arrival import OUTSIDE
from .form_page import Page
from .forms import WHOLE_SECTION, ReportForm, keys_in
from .phone_frame import frame
from .record import standing, why_not_signed
from .record_forms import SignForm


@require_role(Role.OFFICER)
@does("保存检查结果的草稿", ReportForm.base_fields)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    inspection = own(request, pk)
    if request.method == "POST":
        return _record(request, inspection, verbs.save_draft, complete=False)
    if inspection.state not in WITH_OFFICERS:
        messages.error(request, f"这份检查现在是“{inspection.get_state_display()}”，不能再修改。")
        return redirect("inspections:detail", pk)
    # A copy that the device kept may have been typed into other versions of the checklists.
    opened = keys_in(request.GET.get("versions", ""))
    return _edit(request, inspection, ReportForm(inspection=inspection, opened=opened))


@require_role(Role.OFFICER)
@does("提交检查结果给审核人", ReportForm.base_fields)
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    inspection = own(request, pk)
    if request.method != "POST":  # after a new log-in the browser comes back by GET
        return redirect("inspections:edit", pk)
    return _record(request, inspection, verbs.submit, complete=True)


@require_role(Role.OFFICER)
@does("固定现场记录", ReportForm.base_fields)
def freeze(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the report and freeze what it says of the site; the page of the record comes next."""
    inspection = own(request, pk)
    if request.method != "POST":
        return redirect("inspections:edit", pk)
    return _record(request, inspection, record_verbs.freeze, on_site=True)


def _edit(request: HttpRequest, inspection: Inspection, form: ReportForm, **more: Any) -> HttpResponse:
    held = standing(inspection)
    last = inspection.moves.select_related("by").last()
    told = to_answer(inspection)
    pin(form, told)
    writable = inspection.state in WITH_OFFICERS
    context = {
        "inspection": inspection,
        "form": form,
        "frame": _frame(form) if writable and not form.frozen else None,
        "sign": SignForm(auto_id="gate_%s"),
        "record": held,
        "unsigned": why_not_signed(inspection) if held else "",
        "page": Page(form),
        "marks": form.marks(),
        "permit": queries.conditions(inspection.selection.source),
        "awaited": queries.awaited(inspection),
        "recusal": queries.undecided_recusals([inspection.pk]).get(inspection.pk),
        "told": told,
        "returned": last if inspection.state == InspectionState.RETURNED else None,
        "writable": writable,
        "not_entered": [outcome for outcome in Outcome if outcome in NOT_ENTERED],
        "outside": sorted(OUTSIDE),
    } | more
    return render(request, "inspections/edit.html", context, status=409 if more else 200)


def _frame(form: ReportForm) -> dict[str, Any]:
    lists = {version.checklist.code for version in form.sheet.versions}
    return frame(form, evidence_lines(form.inspection, lists))


def _record(
    request: HttpRequest,
    inspection: Inspection,
    verb: Callable[..., Inspection | OnSiteRecord],
    *,
    complete: bool = False,
    on_site: bool = False,
) -> HttpResponse:
    """Save, freeze or submit what was typed; if somebody was faster, show it again together with his version."""
    if wants_json(request):
        return json_form.record(request, inspection, verb, complete=complete, on_site=on_site)
    form = ReportForm(request.POST, inspection=inspection, complete=complete, on_site=on_site)
    if not form.is_valid():
        return _edit(request, inspection, form)
    if complete and (why := queries.why_not_yet(inspection) or why_not_signed(inspection)):
        form.add_error(None, why)
        return _edit(request, inspection, form)
    pk, given = inspection.pk, {name: form.cleaned_data[name] for name in ("version", "not_personal")}
    try:
        verb(inspection=inspection, actor=request.user, report=form.report(), **given)
    except Refused as refusal:
        latest = readable(request, pk)
        merged, differences = form.merge(latest)
        if differences:
            return _edit(request, latest, merged, refusal=refusal, differences=differences)
        messages.error(request, str(refusal))  # a second click: all that was typed is there already
        return redirect("inspections:detail", pk)
    said = "现场记录已固定：请另一名执法人员确认，请当事人签字。" if on_site else "草稿已保存。"
    messages.success(request, "已提交审核。" if complete else _SAID.get(_button(request), said))
    visited_at = form.report().visited_at
    if visited_at and not form.frozen and (hint := deadlines.holiday_hint(timezone.localdate(visited_at))):
        messages.warning(request, f"检查时间：{hint}")
    page = "inspections:detail" if complete else "inspections:record" if on_site else "inspections:edit"
    copy = urlencode({"saved": request.POST.get("copy", "")})  # the browser may now drop its own copy
    response = redirect(page, pk)
    response["Location"] += f"?{copy}" if request.POST.get("copy") else ""
    response["Location"] += _place(request)
    return response


_SAID = {
    "all": "草稿已保存，这一节空着的都填了“符合”。",
    "all_absent": "草稿已保存，这一节空着的都填了“不涉及”。",
    "add": "草稿已保存，清单已加上。",
    "drop": "草稿已保存，清单已去掉。",
    "drop_filled": "草稿已保存，清单和其中填的内容已去掉。",
}


def _button(request: HttpRequest) -> str:
    """Which button of the sheet was pressed, beside the one that saves."""
    return next((name for name in _SAID if request.POST.get(name)), "")


def _place(request: HttpRequest) -> str:
    """Where on the page to go on after a button of the sheet."""
    section = keys_in("".join(request.POST.get(button, "") for button in WHOLE_SECTION))
    if section:
        return f"#section-{section[0]}"
    return "#points" if _button(request) else ""
