"""The pages of the registry that are no list: where the units lie, and which may be there twice."""

from urllib.parse import urlencode

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from wugang_audit.access.marks import does, only_post, require_role
from wugang_audit.access.roles import Role
from wugang_audit.access.throttle import SEARCH, throttled

from . import doubles, joining
from .data_checks import LIST
from .filters import DifferentForm, JoinForm, ScatterFilter
from .models import PollutionSource
from .scatter import LISTED, scatter


@require_role(Role.ADMIN, Role.ORGANISER, Role.REVIEWER, Role.HEAD)
@throttled(SEARCH)
def where(request: HttpRequest) -> HttpResponse:
    form = ScatterFilter(request.GET)
    units = form.narrow(PollutionSource.objects.registered())
    keeps = request.user.has_role(Role.ADMIN)
    lists = {
        check: f"{reverse(LIST)}?{urlencode({'check': check} | form.in_registry_list())}"
        for check in ("outside", "no-place")
    }
    context = {
        "form": form,
        "filtered": form.has_changed(),
        "scatter": scatter(units),
        "listed": LISTED,
        "keeps": keeps,
        "outside_url": lists["outside"] if keeps else "",
        "without_url": lists["no-place"] if keeps else "",
    }
    return render(request, "sources/scatter.html", context)


@require_role(Role.ADMIN)
def double_list(request: HttpRequest) -> HttpResponse:
    found = doubles.suspects()
    context = {"pairs": found[: doubles.SHOWN], "total": len(found), "obstacle": joining.why_not()}
    return render(request, "sources/doubles.html", context)


@require_role(Role.ADMIN)
def double(request: HttpRequest, one: str, other: str) -> HttpResponse:
    return _double(request, *_pair(one, other))


@require_role(Role.ADMIN)
@does("合并两家单位的登记", JoinForm.base_fields)
@only_post("sources:double", "one", "other")
def join(request: HttpRequest, one: str, other: str) -> HttpResponse:
    units = _pair(one, other)
    form = JoinForm(*units, doubles.side_by_side(*units), request.POST)
    if form.is_valid():
        try:
            stays = joining.join(**form.decided(), actor=request.user)
        except joining.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, f"已合并，保留“{stays.name}”（{stays.number}）。另一家的记录在这一页一并列出。"
            )
            return redirect("inspections:unit", stays.number)
    return _double(request, *units, join_form=form)


@require_role(Role.ADMIN)
@does("说明两家单位不是同一家", DifferentForm.base_fields)
@only_post("sources:double", "one", "other")
def different(request: HttpRequest, one: str, other: str) -> HttpResponse:
    units = _pair(one, other)
    form = DifferentForm(request.POST)
    if form.is_valid():
        joining.call_different(*units, reason=form.cleaned_data["why"], actor=request.user)
        messages.success(request, "已记下这两家不是同一家，以后不再提示。")
        return redirect("sources:doubles")
    return _double(request, *units, different_form=form)


def _pair(one: str, other: str) -> tuple[PollutionSource, PollutionSource]:
    units = doubles.pair(one, other)
    if units is None:
        raise Http404
    return units


def _double(
    request: HttpRequest,
    one: PollutionSource,
    other: PollutionSource,
    join_form: JoinForm | None = None,
    different_form: Form | None = None,
) -> HttpResponse:
    lines = doubles.side_by_side(one, other)
    form = join_form or JoinForm(one, other, lines)
    context = {
        "one": one,
        "other": other,
        "lines": [line for line in lines if not line.differs and (line.one or line.other)],
        "form": form,
        "different_form": different_form or DifferentForm(),
        "obstacle": joining.why_not(),
        "already": one.is_joined or other.is_joined,
    }
    return render(request, "sources/double.html", context)
