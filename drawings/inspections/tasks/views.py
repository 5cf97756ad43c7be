"""Officers' tasks, the list of all inspections, and the page of one unit."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from sources import doubles, permit_expiry
from sources.models import CreditClass, PollutionSource
from wugang_audit import clock
from wugang_audit.access.marks import require_role
from wugang_audit.access.roles import Role
from wugang_audit.access.throttle import SEARCH, throttled
from wugang_audit.pagination import LimitedPaginator

from ...models.powers import DRAW_READERS, INSPECTION_READERS
from ...states import COUNTED, WITH_OFFICERS
from .. import queries, unit_history
from ..pages import readable
from . import dossier as before
from . import problems
from .board import board as board_of
from .board import draws_under_way
from .forms import BoardFilter, InspectionFilter, TaskFilter
from .home import home, open_tasks, task_of

PER_PAGE = 30


@require_role(Role.OFFICER)
def tasks(request: HttpRequest) -> HttpResponse:
    form = TaskFilter(request.GET)
    own = home(request.user, form.name(), clock.today())
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "form": form,
        "filtered": form.has_changed(),
        "home": own,
        "page_obj": LimitedPaginator(own.done, PER_PAGE, counted=True).get_page(request.GET.get("page")),
        "query": query.urlencode(),
    }
    return render(request, "inspections/tasks/home.html", context)


@require_role(Role.OFFICER)
def print_list(request: HttpRequest) -> HttpResponse:
    """What the officer has still to visit, on paper."""
    today = clock.today()
    context = {"tasks": open_tasks(request.user, today), "today": today}
    return render(request, "inspections/tasks/print.html", context)


@require_role(*INSPECTION_READERS)
@throttled(SEARCH)
def everything(request: HttpRequest) -> HttpResponse:
    """Every inspection that the person may read, to look things up; what awaits him stands in `review.views.waiting`."""
    form = InspectionFilter(request.GET)
    found = form.narrow(queries.with_recusals(queries.listed(request.user)))
    page = LimitedPaginator(found, PER_PAGE, counted=True).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "form": form,
        "page_obj": page,
        "query": query.urlencode(),
        "filtered": form.has_changed(),
        "today": clock.today(),
        "decides": request.user.has_role(Role.REVIEWER, Role.HEAD),
        "organises": request.user.has_role(*DRAW_READERS),
    }
    return render(request, "inspections/list.html", context)


@require_role(*DRAW_READERS)
def board(request: HttpRequest) -> HttpResponse:
    form = BoardFilter(request.GET)
    asked = form.draw()
    draws = [asked] if asked else draws_under_way()
    context = {
        "form": form,
        "board": board_of(request.user, draws, clock.today()),
        "waiting": problems.waiting_for(request.user).count(),
        "columns": list(COUNTED.items()),
    }
    return render(request, "inspections/tasks/board.html", context)


@require_role(Role.OFFICER, *INSPECTION_READERS)
def dossier(request: HttpRequest, pk: int) -> HttpResponse:
    """All that is to be known before a visit."""
    inspection, user, today = readable(request, pk), request.user, clock.today()
    source = inspection.selection.source
    on_team = inspection.is_on_team(user) and user.has_role(Role.OFFICER)
    context = {
        "inspection": inspection,
        "source": source,
        "on_team": on_team,
        "task": task_of(user, inspection, today),
        "may_fill": queries.what_may(user, inspection).fill,
        "may_postpone": on_team and not problems.why_not_postpone(inspection),
        "may_recuse": on_team
        and inspection.state in WITH_OFFICERS
        and problems.open_recusal(inspection, user) is None,
        "open_places": queries.open_places(inspection),
        "law": queries.law_of(inspection),
        "recusals": before.recusals_of_team(inspection, source, today),
        "visits": before.visits_of_year(user, inspection, today),
        "past": before.past_visits(user, inspection),
        "credit": CreditClass.objects.current().filter(source=source).first(),
        "permit_warning": permit_expiry.permit_warning(source),
        "permit": queries.conditions(source),
        "asked": problems.of_inspection(inspection),
        "asked_recusals": problems.own_recusals(inspection, user),
        "history_link": user.has_role(*INSPECTION_READERS),
    }
    return render(request, "inspections/tasks/dossier.html", context)


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
        "permit": queries.conditions(source),
        "draws": unit_history.draws(request.user, source),
        "recusals": unit_history.recusals(source),
        "versions": unit_history.versions(source),
        "reads": request.user.has_role(*INSPECTION_READERS),
        "keeps": request.user.has_role(Role.ADMIN),
    }
    return render(request, "inspections/unit.html", context)
