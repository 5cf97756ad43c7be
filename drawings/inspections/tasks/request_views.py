"""The pages on which officers ask for something about a task, and those on which the organiser answers."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import F, Manager
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from wugang_audit import clock
from wugang_audit.access.marks import does, only_post, require_role
from wugang_audit.access.roles import Role
from wugang_audit.pagination import LimitedPaginator
from wugang_audit.problems import Problem

from ... import deadlines
from ...models import Inspection
from ...models import Problem as TaskProblem
from ...models.powers import DRAW_READERS
from ...privacy_gate import reported
from ...states import WITH_OFFICERS, Refused
from ...steps import attempt, decision
from ..pages import own
from . import problems, verbs
from .request_forms import AnswerForm, MarkForm, PostponeForm, ProblemFilter, ProblemForm, RecusalForm

PER_PAGE = 30


@require_role(Role.OFFICER)
@does("申请延期", PostponeForm.base_fields)
def postpone(request: HttpRequest, pk: int) -> HttpResponse:
    inspection = own(request, pk)
    form = PostponeForm(request.POST or None, inspection=inspection, today=clock.today())
    if _asked(request, form, verbs.postpone, inspection, "延期申请已提交，请等组织者答复。"):
        if hint := deadlines.holiday_hint(form.cleaned_data["postpone_to"]):
            messages.warning(request, f"延期到：{hint}")
        return redirect("inspections:dossier", pk)
    context = {
        "inspection": inspection,
        "form": form,
        "last_day": problems.last_day(inspection),
        "why_not": problems.why_not_postpone(inspection),
    }
    return render(request, "inspections/tasks/postpone.html", context)


@require_role(Role.OFFICER)
@does("报告困难或问题", ProblemForm.base_fields)
def report(request: HttpRequest, pk: int) -> HttpResponse:
    inspection = own(request, pk)
    form = ProblemForm(request.POST or None, inspection=inspection, user=request.user)
    if _asked(request, form, verbs.report, inspection, "已报告，请等组织者答复。"):
        return redirect("inspections:dossier", pk)
    return render(request, "inspections/tasks/report.html", {"inspection": inspection, "form": form})


@require_role(Role.OFFICER)
@does("申请回避", RecusalForm.base_fields)
def recuse(request: HttpRequest, pk: int) -> HttpResponse:
    inspection = own(request, pk)
    form = RecusalForm(request.POST or None, inspection=inspection)
    waits = problems.open_recusal(inspection, request.user)
    if waits is None and _asked(
        request, form, verbs.ask_recusal, inspection, "回避申请已提交，请等组织者决定。"
    ):
        return redirect("inspections:dossier", pk)
    context = {
        "inspection": inspection,
        "form": form,
        "waits": waits,
        "errors": [Problem(problems.why_not_again(waits))] if waits and request.method == "POST" else [],
        "possible": inspection.state in WITH_OFFICERS,
    }
    return render(request, "inspections/tasks/recuse.html", context)


@require_role(Role.OFFICER)
@does("撤回申请")
@only_post("inspections:dossier", "pk")
def withdraw_problem(request: HttpRequest, pk: int, serial: int) -> HttpResponse:
    return _withdraw(request, own(request, pk).problems, serial)


@require_role(Role.OFFICER)
@does("撤回回避申请")
@only_post("inspections:dossier", "pk")
def withdraw_recusal(request: HttpRequest, pk: int, serial: int) -> HttpResponse:
    return _withdraw(request, own(request, pk).recusal_requests, serial)


def _withdraw(request: HttpRequest, requests: Manager, serial: int) -> HttpResponse:
    found = get_object_or_404(requests.filter(asked_by=request.user), pk=serial)
    try:
        verbs.withdraw(request=found, actor=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "已撤回。还需要的，可以重新提出。")
    return redirect("inspections:dossier", found.inspection_id)


def _asked(
    request: HttpRequest, form: Form, verb: Callable[..., Any], inspection: Inspection, done: str
) -> bool:
    """Hand a form that was sent to the verb; False where the page is to be shown, with the reason at the form."""
    if request.method != "POST" or not form.is_valid():
        return False
    try:
        made = verb(inspection=inspection, actor=request.user, **form.cleaned_data)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, done)
    if isinstance(made, TaskProblem) and (found := problems.personal(made)):
        messages.warning(request, f"{found}。有个人信息的不能列入上报：用不着的，请撤回，删去以后再提出。")
    return True


@require_role(*DRAW_READERS)
def problem_list(request: HttpRequest) -> HttpResponse:
    form = ProblemFilter(request.GET)
    found = form.narrow(problems.requests())
    # What waits comes first, the oldest of it before all; then what was answered, the latest first.
    found = found.order_by(F("decided_at").desc(nulls_first=True), "asked_at", "pk")
    page = LimitedPaginator(found, PER_PAGE, counted=True).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "form": form,
        "filtered": form.has_changed(),
        "page_obj": page,
        "lines": problems.lines(request.user, list(page)),
        "query": query.urlencode(),
    }
    return render(request, "inspections/tasks/problems.html", context)


@require_role(*DRAW_READERS)
@does("答复困难与问题", AnswerForm.base_fields)
def problem(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(problems.requests(), pk=pk)
    form = AnswerForm(request.POST or None, problem=found, today=clock.today())
    if request.method == "POST" and form.is_valid():
        try:
            verbs.answer(problem=found, actor=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "已答复，检查组在任务里看得到。")
            return redirect("inspections:problems")
        found = get_object_or_404(problems.requests(), pk=pk)
    return _problem(request, found, form, MarkForm(problem=found))


def _problem(request: HttpRequest, found: TaskProblem, form: AnswerForm, marking: MarkForm) -> HttpResponse:
    too_late = form.is_bound and found.decided_at is not None
    may_answer = problems.waiting_for(request.user).filter(pk=found.pk).exists()
    [line] = problems.lines(request.user, [found])
    context = {
        "line": line,
        "problem": found,
        "form": form,
        "marking": marking,
        "marks": reported.marks([found]),
        "holiday": found.postpone_to and deadlines.holiday_hint(found.postpone_to),
        "may_answer": may_answer or (form.is_bound and not too_late),
        "errors": [Problem(problems.why_too_late(found))] if too_late else [],
        "personal": problems.personal(found),
        "may_mark": request.user.has_role(Role.ORGANISER)
        and found.decided_at is not None
        and not found.is_withdrawn,
    }
    return render(request, "inspections/tasks/problem.html", context)


@require_role(Role.ORGANISER)
@does("改动是否上报", goes_up={"yes": "列入上报", "no": "不再上报"})
@only_post("inspections:problem", "pk")
def mark(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(problems.requests(), pk=pk)
    decided = decision(request, "yes", "no", name="goes_up")
    if decided == "yes":
        form = MarkForm(request.POST, problem=found)
        if not form.is_valid():
            return _problem(request, found, AnswerForm(problem=found, today=clock.today()), form)
        reasons = form.cleaned_data["not_personal"]
        attempt(request, "已列入本季度上报。", verbs.mark, problem=found, goes_up=True, not_personal=reasons)
    elif decided == "no":
        attempt(request, "不再列入上报。", verbs.mark, problem=found, goes_up=False)
    return redirect("inspections:problem", pk)
