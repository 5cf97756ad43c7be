"""The pages of what follows a draw: voids, substitutes, the end of a seal."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from wugang_audit.roles import Role, require_role

from ..models import Disclosure, Draw
from ..states import Refused
from . import aftermath, queries
from .aftermath_forms import VoidForm

organisers = require_role(Role.ORGANISER)


def _attempt(request, done: str, verb, /, **arguments) -> bool:
    """Take the step, and tell whether it was taken or why not."""
    try:
        verb(actor=request.user, **arguments)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return False
    messages.success(request, done)
    return True


def _open_void(draw):
    return (
        draw.void_requests.filter(confirmed_at__isnull=True, refused_at__isnull=True)
        .select_related("declared_by")
        .first()
    )


@organisers
def void(request, code):
    """File a void, or look at the one that waits."""
    draw = get_object_or_404(Draw, code=code)
    form = VoidForm(request.POST or None, reasons=aftermath.void_reasons(draw))
    if request.method == "POST" and form.is_valid():
        done = "作废申请已提交，请另一名组织者确认。"
        _attempt(request, done, aftermath.request_void, draw=draw, **form.cleaned_data)
        return redirect("ceremony:void", code)
    waiting = _open_void(draw)
    context = {
        "draw": draw,
        "form": form,
        "waiting": waiting,
        "mine": waiting and waiting.declared_by_id == request.user.pk,
        "may_void": queries.may_be_voided(draw),
        "refused": draw.void_requests.filter(refused_at__isnull=False).select_related(
            "declared_by", "refused_by"
        ),
    }
    return render(request, "ceremony/void.html", context)


@organisers
@require_POST
def void_decide(request, code):
    draw = get_object_or_404(Draw, code=code)
    void_request = get_object_or_404(draw.void_requests, pk=_number(request.POST.get("request")))
    if request.POST.get("decision") == "confirm":
        done = "本次抽签已作废，原因已公开。可以重新建立一次。"
        _attempt(request, done, aftermath.confirm_void, request=void_request)
    else:
        done = "已驳回作废申请，抽签照常进行。"
        _attempt(request, done, aftermath.refuse_void, request=void_request)
    return redirect("ceremony:draw", code)


def _number(text) -> int:
    return int(text) if text and text.isdecimal() else 0


@organisers
def unseal(request, code):
    draw = get_object_or_404(Draw, code=code, disclosure=Disclosure.SEALED)
    if request.method == "POST":
        _attempt(request, "已解封，全部文件已公开。", aftermath.unseal, draw=draw)
        return redirect("ceremony:draw", code)
    return render(request, "ceremony/unseal.html", {"draw": draw})
