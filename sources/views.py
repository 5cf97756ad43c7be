"""The pages of the registry that are no list: where the units lie."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from wugang_audit.access.marks import require_role
from wugang_audit.access.roles import Role
from wugang_audit.access.throttle import SEARCH, throttled

from .data_checks import LIST
from .filters import ScatterFilter
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
