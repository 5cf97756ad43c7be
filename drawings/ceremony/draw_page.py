"""The page of one draw: the step that is to be taken now, and what the steps before it fixed."""

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from wugang_audit import clock
from wugang_audit.access.roles import Role
from wugang_audit.pagination import LimitedPaginator

from .. import public_log
from ..amendments.queries import panel
from ..models import Draw
from ..readings import ValueForm
from ..states import DrawState
from . import queries
from .freeze_form import FreezeForm
from .papers.forms import WitnessForm
from .preflight.attribution import LISTED, attribute
from .preflight.checks import past_objections, preflight

UNITS_PAGE = 500  # a county's result fits on one page, to be printed as a whole
# Which step of the five is to be taken now, and whether the first one is done; of each page some are True.
STEPS = dict.fromkeys(("checking", "checked", "freezing", "typing", "publishing"), False)


def draw_page(
    request: HttpRequest,
    draw: Draw,
    *,
    sources_form: FreezeForm | None = None,
    value_form: ValueForm | None = None,
    witness_form: WitnessForm | None = None,
) -> HttpResponse:
    """Show the page; a form that is given is shown again as it was typed, with what is wrong with it."""
    may_act = request.user.has_role(Role.ORGANISER)
    context = STEPS | {
        "draw": draw,
        "log_head": public_log.head(),
        "may_act": may_act,
        "may_void": may_act and draw.may_be_voided(),
    }
    if draw.state == DrawState.DRAFT:
        flight = preflight(draw)
        flight = replace(flight, comparison=attribute(flight.comparison, draw.year))
        context |= {"checking": not flight.ready, "checked": flight.ready, "freezing": flight.ready}
        form = sources_form or FreezeForm(draw=draw, under=queries.seal_that_stands())
        context |= {"flight": flight, "listed": LISTED, "sources_form": form}
        context["past_objections"] = past_objections(draw, flight.objections)
        return render(request, "ceremony/draft.html", context)
    context |= {
        "checked": True,
        "publishing": draw.state == DrawState.DRAWN,
        "sources": draw.entropy.select_related("first_by", "accepted_by"),
        "panel": panel(draw, request.user),
        "deposits": draw.deposits.defer("file").select_related("by").prefetch_related("redactions"),
        "witness_marks": queries.witness_marks(draw),
        "witness_form": witness_form or WitnessForm(draw=draw, initial={"witnesses": draw.witnesses}),
    }
    if draw.state == DrawState.FROZEN:
        context |= _typing(draw, value_form)
        return render(request, "ceremony/frozen.html", context)
    # A sealed result is in no answer to a GET: it is opened by a POST, on record.
    result = LimitedPaginator(queries.selections_of(draw), UNITS_PAGE, counted=True)
    shown = None if draw.is_sealed else result.get_page(request.GET.get("page"))
    context |= {"page_obj": shown, "openings": queries.openings(draw)}
    return render(request, "ceremony/drawn.html", context)


def _typing(draw: Draw, form: ValueForm | None) -> dict[str, Any]:
    """What the page shows while values are typed: of which source, from when, and until when."""
    entropy = draw.next_source()
    now = clock.now()
    until = entropy.last_moment()
    return {
        "typing": True,
        "next": entropy,
        "form": form or ValueForm(source=entropy.source),
        "overdue": entropy.overdue(now),
        "too_early": now < entropy.known_at,
        "wait_seconds": int((entropy.known_at - now).total_seconds()),
        "left_seconds": int((until - now).total_seconds()) if until else 0,
        "wait": queries.words_until(entropy.known_at, now),
        "until": until,
        "left": queries.words_until(until, now) if until else "",
    }
