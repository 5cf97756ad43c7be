"""The pages of redactions: what is asked for, what the head decides, and the forms for a result's texts and for a draw's."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from wugang_audit.access.marks import does, only_post, require_role
from wugang_audit.access.roles import Role
from wugang_audit.pagination import LimitedPaginator

from ..models import Draw, Inspection, Redaction
from ..steps import attempt, decision
from . import hideable, redactions, repeats
from .forms import RedactionForm

reviewers = require_role(Role.REVIEWER)
heads = require_role(Role.HEAD)
redactors = require_role(Role.REVIEWER, Role.HEAD)

REDACTIONS_PAGE = 30
HIDDEN = "已依法隐去：公开页面、文件和下载包里，它的位置都写“已依法隐去”，日志已记下。"


@redactors
def redaction_list(request: HttpRequest) -> HttpResponse:
    """What waits for a head, and what was decided, newest first."""
    user, rows = request.user, hideable.listed()
    heads = user.has_role(Role.HEAD)
    waiting = list(rows.waiting().order_by("pk"))
    page = LimitedPaginator(rows.decided().order_by("-pk"), REDACTIONS_PAGE, counted=True)
    page = page.get_page(request.GET.get("page"))
    context = {
        "waiting": hideable.lines(waiting, user, heads=heads, repeats=repeats.of_requests(waiting)),
        "page_obj": page,
        "decided": hideable.lines(page, user, heads=False),
        "draws": hideable.draws_with_texts() if user.has_role(Role.REVIEWER) else (),
    }
    return render(request, "amendments/redactions.html", context)


@reviewers
@does("申请依法隐去检查结果", RedactionForm.base_fields)
def redact_inspection(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    draw = get_object_or_404(Draw, code=code)
    readable = Inspection.objects.of(request.user).disclosed().select_related("selection__source")
    inspection = get_object_or_404(readable, selection__draw=draw, pk=pk)
    if inspection.took_part(request.user):
        raise PermissionDenied("您参加过这次检查：须由没有参加检查的审核人提出。")
    return _redact(request, draw, hideable.of_inspection(draw, inspection), inspection)


@reviewers
@does("申请依法隐去抽签里的文字", RedactionForm.base_fields)
def redact_draw(request: HttpRequest, code: str) -> HttpResponse:
    draw = get_object_or_404(hideable.draws_with_texts(), code=code)
    return _redact(request, draw, hideable.of_draw(draw), None)


def _redact(
    request: HttpRequest, draw: Draw, texts: list[hideable.Hideable], inspection: Inspection | None
) -> HttpResponse:
    texts = hideable.still_public(draw, texts)
    found = repeats.of_texts(draw, texts, inspection, request.user)
    form = RedactionForm(request.POST or None, texts=texts, repeats=found)
    if request.method == "POST" and form.is_valid():
        count = 1 + len(form.arguments()["also"])
        done = f"已提出{f' {count} 份' if count > 1 else ''}，请负责人确认。确认以前公众仍然看得到。"
        if attempt(request, done, redactions.ask_for_all, on=form, draw=draw, **form.arguments()):
            return redirect("amendments:redactions")
    context = {"draw": draw, "inspection": inspection, "texts": texts, "form": form}
    return render(request, "amendments/redact.html", context)


@heads
@does("处理依法隐去的申请", decision={"confirm": "确认隐去", "refuse": "驳回申请"})
@only_post("amendments:redactions")
def redaction_decide(request: HttpRequest, pk: int) -> HttpResponse:
    redaction = get_object_or_404(hideable.listed(), pk=pk)
    decided = decision(request, "confirm", "refuse")
    if decided == "confirm" and attempt(request, HIDDEN, redactions.confirm, redaction=redaction):
        _say_what_is_left(request, redaction)
    elif decided == "refuse":
        attempt(request, "已驳回，文字仍然公开。", redactions.refuse, redaction=redaction)
    return redirect("amendments:redactions")


def _say_what_is_left(request: HttpRequest, redaction: Redaction) -> None:
    """Say which other texts keep the words public: hidden is only what was asked for."""
    left = repeats.of_requests([redaction])[redaction.pk]
    asked = [each for each in left if each.asked]
    others = [each for each in left if not each.asked]
    if asked:
        messages.warning(
            request, f"同样的内容公众还看得到，已经申请隐去，等负责人决定：{repeats.said(asked)}。"
        )
    if others:
        messages.warning(
            request,
            f"同样的内容公众还看得到，没有人申请隐去：{repeats.said(others)}。要隐去的，请审核人申请。",
        )
