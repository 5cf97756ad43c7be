"""The organiser's pages of the plans. The head reads along."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from wugang_audit import clock
from wugang_audit.access.marks import does, only_post, require_role
from wugang_audit.access.roles import Role

from ..models import Plan
from ..models.powers import DRAW_READERS
from ..states import Refused
from ..steps import attempt
from . import verbs
from .bases import Stops, against, stops
from .forms import PlanForm
from .quotas import expected, readings

readers = require_role(*DRAW_READERS)
organisers = require_role(Role.ORGANISER)


def _plan_form(request: HttpRequest, form: PlanForm) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            plan = verbs.save(form=form, actor=request.user)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "计划已保存，还没有公布。请核对下面的数字。")
            return redirect("plans:plan", plan.year, plan.version)
    return render(request, "plans/form.html", {"form": form})


@readers
def plans(request: HttpRequest) -> HttpResponse:
    return render(request, "plans/list.html", {"plans": Plan.objects.prefetch_related("rates")})


@readers
def plan(request: HttpRequest, year: int, version: int) -> HttpResponse:
    found = Plan.objects.prefetch_related("rates", "items__citations__basis")
    plan = get_object_or_404(found, year=year, version=version)
    items, moment = plan.items.all(), plan.published_at or clock.now()
    found = Stops([], []) if plan.is_published else stops(items, clock.today())
    context = {
        "plan": plan,
        "day": timezone.localdate(moment),
        "items": [(item, item.law_at(moment)) for item in items],
        "against": [] if plan.is_published else against(plan, found),
        "lapsed": found.lapsed,
        "unfounded": found.unfounded,
        "readings": readings(plan),
        "outlook": expected(plan),
        "changes": plan.changes(),
    }
    return render(request, "plans/plan.html", context)


@organisers
@does("保存新的抽查计划", PlanForm.base_fields)
def plan_new(request: HttpRequest) -> HttpResponse:
    today = clock.today()
    last = Plan.objects.in_force(today.year)
    return _plan_form(request, PlanForm(request.POST or None, initial=PlanForm.first_guess(today.year, last)))


@organisers
@does("修改抽查计划", PlanForm.base_fields)
def plan_edit(request: HttpRequest, year: int, version: int) -> HttpResponse:
    plan = get_object_or_404(Plan.objects.unpublished(), year=year, version=version)
    return _plan_form(request, PlanForm(request.POST or None, instance=plan))


@organisers
@does("公布抽查计划")
@only_post("plans:plan", "year", "version")
def plan_publish(request: HttpRequest, year: int, version: int) -> HttpResponse:
    plan = get_object_or_404(Plan, year=year, version=version)
    attempt(request, f"{plan.title}已公布。", verbs.publish, plan=plan)
    return redirect("plans:plan", year, version)
