"""The pages of the help, and the handbook that is all of them to print."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from .. import clock
from ..access.marks import signed_in
from .help_topics import own_topic, site_version, topics


@signed_in
@require_safe
def own_help(request: HttpRequest) -> HttpResponse:
    return redirect("help_page", own_topic(request.user))


@signed_in
@require_safe
def help_page(request: HttpRequest, slug: str) -> HttpResponse:
    shown = topics()
    topic = next((each for each in shown if each.slug == slug), None)
    if topic is None:
        raise Http404
    own = [each.slug for each in shown if each.slug in request.user.roles]
    return render(request, "help/page.html", {"topic": topic, "topics": shown, "own": own})


@signed_in
@require_safe
def handbook(request: HttpRequest) -> HttpResponse:
    context = {"topics": topics(), "version": site_version(), "today": clock.today()}
    return render(request, "help/handbook.html", context)
