"""The page of the samples of one inspection: the team asks and fills in, whoever may read the inspection reads."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from wugang_audit.access.marks import does, require_role
from wugang_audit.access.roles import Role

from ...models import Inspection, Sampling
from ...models.powers import INSPECTION_READERS
from ...states import Refused
from ..pages import own, readable
from . import sampling as verbs
from .sampling_forms import SamplingForm, WithdrawForm


@require_role(Role.OFFICER, *INSPECTION_READERS)
@does("申请采样监测", SamplingForm.base_fields)
def sampling(request: HttpRequest, pk: int) -> HttpResponse:
    if request.method != "POST":
        inspection = readable(request, pk)
        return _page(request, inspection, SamplingForm(inspection=inspection, user=request.user))
    inspection = own(request, pk)
    form = SamplingForm(request.POST, inspection=inspection, user=request.user)
    if form.is_valid():
        try:
            on = form.cleaned_data["requested_on"]
            verbs.ask(inspection=inspection, actor=request.user, values=form.values(), on=on)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "采样申请已记下。")
            return redirect("inspections:sampling", pk)
    return _page(request, inspection, form)


@require_role(Role.OFFICER)
@does("填写采样监测结果", SamplingForm.base_fields)
def sampling_result(request: HttpRequest, pk: int, serial: int) -> HttpResponse:
    inspection = own(request, pk)
    row = get_object_or_404(Sampling, pk=serial, inspection=inspection)
    if row.withdrawn_at:
        messages.warning(request, verbs.WITHDRAWN)
        return redirect("inspections:sampling", pk)
    about = {"inspection": inspection, "user": request.user, "sampling": row}
    form = SamplingForm(request.POST or None, **about)
    if request.method == "POST" and form.is_valid():
        said = {name: form.cleaned_data.get(name, "") for name in ("version", "reason")}
        try:
            verbs.record(sampling=row, actor=request.user, values=form.values(), **said)
        except Refused as refusal:
            row.refresh_from_db()
            data = request.POST.copy()
            data["version"] = row.updated_at.isoformat()
            form = SamplingForm(data, **about)
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "已保存。")
            return redirect("inspections:sampling", pk)
    context = {"inspection": inspection, "sampling": row, "form": form}
    return render(request, "inspections/sampling_result.html", context)


@require_role(Role.OFFICER)
@does("作废采样申请", WithdrawForm.base_fields)
def sampling_withdraw(request: HttpRequest, pk: int, serial: int) -> HttpResponse:
    inspection = own(request, pk)
    row = get_object_or_404(Sampling, pk=serial, inspection=inspection)
    if wrong := verbs.why_not_withdrawn(row):
        messages.warning(request, wrong)
        return redirect("inspections:sampling", pk)
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            verbs.withdraw(sampling=row, actor=request.user, reason=form.cleaned_data["reason"])
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "这一条采样申请已作废。")
            return redirect("inspections:sampling", pk)
    context = {"inspection": inspection, "sampling": row, "form": form}
    return render(request, "inspections/sampling_withdraw.html", context)


def _page(request: HttpRequest, inspection: Inspection, form: SamplingForm) -> HttpResponse:
    context = {
        "inspection": inspection,
        "samplings": inspection.samplings.select_related("requested_by"),
        "on_team": inspection.is_on_team(request.user) and request.user.has_role(Role.OFFICER),
        "form": form,
    }
    return render(request, "inspections/sampling.html", context)
