"""The on-site record of a visit: freeze it, read it, confirm it, let the firm sign it, put it right."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from wugang_audit.access.json_answers import wants_json
from wugang_audit.access.limits import MIB, largest_body
from wugang_audit.access.marks import does, only_post, require_role
from wugang_audit.access.roles import Role

from ...models import FirmSignature, Inspection, OnSiteRecord
from ...models.powers import INSPECTION_READERS
from ...states import WITH_OFFICERS
from ...steps import made
from .. import queries, record_verbs
from ..pages import own, readable
from . import json_record
from .record import last_word, may_set_aside, signature_of, standing, team_changed, why_not_signed
from .record_forms import CosignForm, DecideForm, ReopenForm, SignForm
from .shown_record import Group, PutRight, groups, put_right, put_right_of
from .signed_measures import measures_apart
from .supplement_form import SupplementForm


@require_role(Role.OFFICER, *INSPECTION_READERS)
def record(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, readable(request, pk))


@require_role(Role.OFFICER, *INSPECTION_READERS)
def signature(request: HttpRequest, pk: int) -> HttpResponse:
    """The signature that was drawn, as a picture; for who may read the inspection."""
    held = standing(readable(request, pk))
    drawn = signature_of(held) if held else None
    if drawn is None or not drawn.image:
        raise Http404
    headers = {
        "Cache-Control": "private, no-store",
        "Content-Disposition": 'inline; filename="signature.png"',
    }
    return HttpResponse(bytes(drawn.image), content_type="image/png", headers=headers)


@require_role(Role.OFFICER)
@does("重新打开现场记录", ReopenForm.base_fields)
@only_post("inspections:record", "pk")
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    inspection, held = _held(request, pk)
    step = Step(
        name="reopen",
        form=ReopenForm(request.POST),
        verb=partial(record_verbs.set_aside, record=held),
        is_there=json_record.is_reopened,
        done="现场记录已重新打开，改好以后请重新固定。",
        page="inspections:edit",
    )
    return _take(request, inspection, step)


@require_role(Role.OFFICER)
@does("确认现场记录", CosignForm.base_fields)
@only_post("inspections:record", "pk")
def cosign(request: HttpRequest, pk: int) -> HttpResponse:
    inspection, held = _held(request, pk)
    step = Step(
        name="cosign",
        form=CosignForm(request.POST),
        verb=partial(record_verbs.cosign, record=held),
        is_there=json_record.is_cosigned,
        done="您的意见已经记下。",
    )
    return _take(request, inspection, step)


@require_role(Role.OFFICER)
@does("登记当事人签字", SignForm.base_fields)
@only_post("inspections:record", "pk")
@largest_body(MIB)
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    inspection, held = _held(request, pk)
    step = Step(
        name="sign",
        form=SignForm(request.POST),
        verb=partial(record_verbs.sign, record=held),
        is_there=json_record.is_signed,
        done="当事人签字情况已经记下。",
    )
    return _take(request, inspection, step)


@require_role(Role.OFFICER)
@does("补正现场记录", SupplementForm.base_fields)
@only_post("inspections:record", "pk")
def supplement(request: HttpRequest, pk: int) -> HttpResponse:
    inspection, held = _held(request, pk)
    step = Step(
        name="supplement",
        form=SupplementForm(request.POST, inspection=inspection),
        verb=partial(record_verbs.supplement, record=held),
        is_there=json_record.is_supplemented,
        done="补正已经写下，等另一名执法人员确认。",
    )
    return _take(request, inspection, step)


@require_role(Role.OFFICER)
@does("确认补正", DecideForm.base_fields)
@only_post("inspections:record", "pk")
def decide_supplement(request: HttpRequest, pk: int, serial: int) -> HttpResponse:
    inspection, held = _held(request, pk)
    found = get_object_or_404(held.supplements, number=serial)
    step = Step(
        name="decide",
        form=DecideForm(request.POST),
        verb=partial(record_verbs.decide_supplement, supplement=found),
        is_there=json_record.is_decided(serial),
        done="您的意见已经记下。",
    )
    return _take(request, inspection, step)


@dataclass(frozen=True)
class Step:
    """What is said of a record: its form, what carries it out, and what is said once it is done.

    :param name: of the form on the page.
    :param is_there: says whether the very same was said before (`json_record`).
    """

    name: str
    form: Form
    verb: Callable[..., Any]
    is_there: json_record.Repeat
    done: str
    page: str = "inspections:record"


def _take(request: HttpRequest, inspection: Inspection, step: Step) -> HttpResponse:
    if wants_json(request):
        return json_record.answer(request, inspection, step.form, step.verb, step.is_there, step.done)
    if made(request, step.form, step.verb) is None:
        return _page(request, inspection, **{step.name: step.form})
    messages.success(request, step.done)
    return redirect(step.page, inspection.pk)


def _held(request: HttpRequest, pk: int) -> tuple[Inspection, OnSiteRecord]:
    """Return the inspection of the person's team, and its last record: a verb says so if it does not stand any more."""
    inspection = own(request, pk)
    held = standing(inspection) or inspection.records.last()
    if held is None:
        raise Http404
    return inspection, held


@dataclass(frozen=True)
class Earlier:
    """A record that was opened again: it stays readable, with every word about it."""

    record: OnSiteRecord
    groups: list[Group]
    signature: FirmSignature | None
    supplements: list[PutRight]


def _set_aside(inspection: Inspection) -> list[Earlier]:
    rows = inspection.records.filter(set_aside_at__isnull=False).select_related(
        "set_aside_by", "frozen_by", "second", "signature"
    )
    rows = rows.prefetch_related("cosigns__by", "supplements__by", "supplements__point__version__checklist")
    return [
        Earlier(row, groups(row), signature_of(row), put_right(row, row.supplements.all())) for row in rows
    ]


def _page(request: HttpRequest, inspection: Inspection, **sent: Form) -> HttpResponse:
    """Show the record that stands, who has signed it, and the forms for what is still to be done.

    :param sent: the form that was sent and is wrong, by its name.
    """
    held = standing(inspection)
    on_team = inspection.is_on_team(request.user) and inspection.state in WITH_OFFICERS
    context: dict[str, Any] = {
        "inspection": inspection,
        "record": held,
        "sent": list(sent.values()),
        "set_aside": _set_aside(inspection),
        "on_team": on_team,
        "missing": why_not_signed(inspection) if inspection.state in WITH_OFFICERS else "",
        "law": queries.law_of(inspection),
    }
    if held:
        supplements = put_right_of(held)
        waits = next((each.made for each in supplements if each.made.decided_at is None), None)
        is_second = request.user.pk == held.second_id
        seen = {"initial": {"digest": held.digest}}
        context |= {
            "groups": groups(held),
            "apart": measures_apart([inspection]).get(inspection.pk, ""),
            "word": last_word(held),
            "cosigns": list(held.cosigns.all()),
            "signature": signature_of(held),
            "supplements": supplements,
            "waits": waits,
            "changed": team_changed(inspection, held),
            "is_second": is_second,
            "reopen": sent.get("reopen", ReopenForm(**seen))
            if on_team and may_set_aside(inspection, held, request.user)
            else None,
            "cosign": sent.get("cosign", CosignForm(**seen)) if on_team and is_second else None,
            "sign": sent.get("sign", SignForm(**seen)) if on_team and signature_of(held) is None else None,
            "supplement": sent.get("supplement", SupplementForm(inspection=inspection, **seen))
            if on_team and waits is None
            else None,
            "decide": sent.get("decide", DecideForm(**seen))
            if on_team and waits and waits.by_id != request.user.pk
            else None,
        }
    return render(request, "inspections/record.html", context)
