"""Officers' tasks, the list of all inspections, and the page of one unit."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from sources import doubles, permit_expiry
from sources.models import CreditClass, PollutionSource
from wugang_audit.access.marks import require_role
from wugang_audit.access.roles import Role
from wugang_audit.access.throttle import SEARCH, throttled
from wugang_audit.pagination import LimitedPaginator

from ...models.powers import INSPECTION_READERS
from ...states import WITH_OFFICERS
from .. import queries, unit_history
from .forms import InspectionFilter

PER_PAGE = 30


@require_role(Role.OFFICER)
def tasks(request: HttpRequest) -> HttpResponse:
    own = queries.tasks(request.user)
    done = own.exclude(state__in=WITH_OFFICERS)
    context = {
        "open": own.filter(state__in=WITH_OFFICERS).order_by("-state", "selection"),
        "page_obj": LimitedPaginator(done, PER_PAGE, counted=True).get_page(request.GET.get("page")),
    }
    return render(request, "inspections/tasks.html", context)


@require_role(*INSPECTION_READERS)
@throttled(SEARCH)
def everything(request: HttpRequest) -> HttpResponse:
    form = InspectionFilter(request.GET)
    found = form.narrow(queries.listed(request.user))
    page = LimitedPaginator(found, PER_PAGE, counted=True).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    heads = request.user.has_role(Role.HEAD)
    context = {
        "form": form,
        "page_obj": page,
        "query": query.urlencode(),
        "filtered": form.has_changed(),
        "redacts": request.user.has_role(Role.REVIEWER, Role.HEAD),
        "to_confirm": queries.draws_to_confirm() if heads else (),
    }
    return render(request, "inspections/list.html", context)


@require_role(Role.ADMIN, *INSPECTION_READERS)
def unit(request: HttpRequest, number: str) -> HttpResponse:
    source = get_object_or_404(PollutionSource.objects.select_related("speciality"), number=number)
    context = {
        "source": source,
        "survivor": doubles.survivor(source),
        "joined": doubles.joined_units(source),
        "permit_warning": permit_expiry.permit_warning(source),
        "credit": CreditClass.objects.current().filter(source=source).first(),
        "rated": source.credit_classes.all(),
        "outlets": queries.outlets(source),
        "draws": unit_history.draws(request.user, source),
        "recusals": unit_history.recusals(source),
        "versions": unit_history.versions(source),
        "reads": request.user.has_role(*INSPECTION_READERS),
        "keeps": request.user.has_role(Role.ADMIN),
    }
    return render(request, "inspections/unit.html", context)
