"""The officers' form as the outbox of their phones sends it: the same form and verbs, answered in JSON.

The answer to a step may be lost on its way. Then the phone sends the same once more, and hears that it is done: nothing
is done twice, and nobody is asked to choose between two versions that are both his own.
"""

import datetime
from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, JsonResponse
from django.utils import timezone

from ... import deadlines
from ...models import Inspection, OnSiteRecord
from ...protocol import verify
from ...states import WITH_OFFICERS, InspectionState, Refused
from .. import queries
from ..pages import readable
from .arrival import HTML_MINUTE
from .forms import ReportForm
from .merging import Difference
from .phone_record import NotAsShown
from .phone_time import PhoneTimeField
from .record import is_frozen, standing, why_not_signed
from .report import stored

OTHER_FROZEN = (
    "现场记录已经固定，但不是这台设备上显示的那一份：您的没有固定，当事人在这台设备上的签字也不算。"
    "请打开“现场记录”页，请当事人看那一份再签。"
)
Verb = Callable[..., Inspection | OnSiteRecord]
# What travels with a form beside the fields of the report.
_NOT_TYPED = {"csrfmiddlewaretoken", "version", "copy"}


def record(
    request: HttpRequest,
    inspection: Inspection,
    verb: Verb,
    *,
    complete: bool,
    on_site: bool,
) -> JsonResponse:
    """Save what was typed, freeze the record of it, or submit it.

    200 ``{"version", "saved": its token, "state", "hint", "record": digest of the frozen record}``; 409 ``{"version", "error", "writable", "differences":
    [{"name", "label", "theirs", "mine", "value": theirs as the field takes it}], "values": both together}``; 422
    ``{"errors": {field: [text]}}``.
    """
    shown = _shown(request) if on_site else {}
    form = ReportForm(
        request.POST, inspection=inspection, complete=complete, on_site=on_site, shown=bool(shown)
    )
    if not form.is_valid():
        return _wrong(form)
    if complete and inspection.state in WITH_OFFICERS:
        if why := queries.why_not_yet(inspection) or why_not_signed(inspection):
            form.add_error(None, why)
            return _wrong(form)
    try:
        return _acted(request, form, verb, form.cleaned_data["version"])
    except NotAsShown as refusal:
        form.add_error(None, str(refusal))
        return _wrong(form)
    except Refused as refusal:
        return _refused(request, form, verb, refusal)


def _shown(request: HttpRequest) -> dict[str, Any]:
    """Return what a phone that has frozen the record without a signal says of it, for `record_verbs.freeze`."""
    text = request.POST.get("shown_text", "")
    return {"shown_text": text, "phone_time": _phone_time(request)} if text else {}


def _phone_time(request: HttpRequest) -> datetime.datetime | None:
    try:
        return PhoneTimeField().clean(request.POST.get("phone_time", ""))
    except ValidationError:
        return None  # no clock says that; what was signed is worth more


def _acted(request: HttpRequest, form: ReportForm, verb: Verb, version: str) -> JsonResponse:
    verb(
        inspection=form.inspection,
        actor=request.user,
        version=version,
        report=form.report(),
        not_personal=form.cleaned_data["not_personal"],
        **(_shown(request) if form.on_site else {}),
    )
    return _saved(readable(request, form.inspection.pk), form)


def _refused(request: HttpRequest, form: ReportForm, verb: Verb, refusal: Refused) -> JsonResponse:
    latest = readable(request, form.inspection.pk)
    if (shown := _shown(request) if form.on_site else {}) and (held := standing(latest)):
        # The answer was lost, or somebody else has frozen another text, though of the same entries.
        if verify.digest(shown["shown_text"].replace("\r\n", "\n")) == held.digest:
            return _saved(latest, form)
        form.add_error(None, OTHER_FROZEN)
        return _wrong(form)
    if is_frozen(latest) and not form.frozen:
        # Somebody was faster by this very moment: what was typed about the site has no place any more, and is told.
        late = ReportForm(request.POST, inspection=latest, complete=form.complete, on_site=form.on_site)
        if not late.is_valid():
            return _wrong(late)
    merged, differences = form.merge(latest)
    # What was seen on the site nobody can change any more, and where the others have written nothing, nothing is lost.
    adds = form.frozen and not form.complete and not any(each.theirs for each in differences)
    if not differences or adds:
        done = is_frozen(latest) if form.on_site else not form.complete and not differences
        if done or latest.state not in WITH_OFFICERS:
            return _saved(latest, form)
        # The draft as it stands is this text: what is stale is only the number of the page. But a report that was sent back
        # meanwhile was handed in by this very form, and is not handed in a second time.
        seen = form.cleaned_data["version"]
        opened_again = form.on_site and latest.records.exists()
        if seen != latest.version and not opened_again and not _handed_in_since(latest, seen):
            try:
                return _acted(request, form, verb, latest.version)
            except Refused as again:
                refusal = again
    return _conflict(latest, merged, differences, refusal)


def _handed_in_since(inspection: Inspection, version: str) -> bool:
    """Say whether the report was handed in after that version; a version that is none is as old as can be."""
    try:
        seen = datetime.datetime.fromisoformat(version)
        return inspection.moves.filter(state=InspectionState.SUBMITTED, at__gt=seen).exists()
    except (ValueError, TypeError):
        return True


def _saved(row: Inspection, form: ReportForm) -> JsonResponse:
    visited_at, held = form.report().visited_at, standing(row)
    hint = deadlines.holiday_hint(timezone.localdate(visited_at)) if visited_at else ""
    return JsonResponse(
        {
            "version": row.version,
            "saved": form.data.get("copy", ""),
            "state": row.get_state_display(),
            "hint": f"检查时间：{hint}" if hint else "",
            "record": held.digest if held else "",
        }
    )


def _wrong(form: ReportForm) -> JsonResponse:
    errors = {name: [str(text) for text in texts] for name, texts in form.errors.items()}
    return JsonResponse({"errors": errors}, status=422)


def _conflict(
    latest: Inspection, merged: ReportForm, differences: list[Difference], refusal: Refused
) -> JsonResponse:
    theirs = stored(latest).flat()
    told: dict[str, Any] = {
        "version": latest.version,
        "error": str(refusal),
        "writable": latest.state in WITH_OFFICERS,
        "differences": [
            {
                "name": each.name,
                "label": str(each.label),
                "theirs": each.theirs,
                "mine": each.mine,
                "value": _as_typed(theirs.get(each.name, "")),
            }
            for each in differences
        ],
        "values": {name: value for name, value in merged.data.items() if name not in _NOT_TYPED},
    }
    return JsonResponse(told, status=409)


def _as_typed(value: str | datetime.datetime) -> str:
    return f"{timezone.localtime(value):{HTML_MINUTE}}" if isinstance(value, datetime.datetime) else value
