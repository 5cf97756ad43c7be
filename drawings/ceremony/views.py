"""The organiser's pages: the steps of a draw. The head reads along."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from wugang_audit.access.marks import does, only_post, require_role
from wugang_audit.access.roles import SECOND_READERS, Role

from .. import public_log
from ..models import Draw, EntropySource
from ..models.powers import DRAW_READERS
from ..readings import ValueForm
from ..states import UNPUBLISHED, DrawState, Refused
from ..steps import attempt, made
from . import queries, verbs
from .draw_page import draw_page
from .forms import StartForm
from .freeze_form import FreezeForm
from .question import ask_to_freeze, ask_to_publish

readers = require_role(*DRAW_READERS)
organisers = require_role(Role.ORGANISER)
typists = require_role(*SECOND_READERS)


@readers
@does("建立一次抽签", StartForm.base_fields)
def draws(request: HttpRequest) -> HttpResponse:
    form = StartForm(request.POST or None) if request.user.has_role(Role.ORGANISER) else None
    if draw := made(request, form, verbs.start):
        return redirect("ceremony:draw", draw.code)
    draws = Draw.objects.prefetch_related("entropy")
    return render(request, "ceremony/draws.html", {"draws": draws, "form": form})


@readers
def draw(request: HttpRequest, code: str) -> HttpResponse:
    return draw_page(request, get_object_or_404(Draw, code=code))


@organisers
@does("冻结名单", lambda: FreezeForm().fields, sure={"yes": "确定冻结"}, back={"yes": "返回修改"})
@only_post("ceremony:draw", "code")
def freeze(request: HttpRequest, code: str) -> HttpResponse:
    """Ask once more what cannot be undone, with all that was typed; freeze when that is answered."""
    draw = get_object_or_404(Draw, code=code)
    form = FreezeForm(request.POST, draw=draw, under=queries.seal_that_stands())
    if draw.state == DrawState.DRAFT and (not form.is_valid() or "back" in request.POST):
        return draw_page(request, draw, sources_form=form)
    seen = request.POST.get("seen", "")
    try:
        if draw.state == DrawState.DRAFT and "sure" not in request.POST:
            return ask_to_freeze(request, draw, form, seen=seen, actor=request.user)
        choices = form.choices() if form.is_valid() else {"sources": []}
        verbs.freeze(draw=draw, seen=seen, actor=request.user, **choices)
        messages.success(request, "名单已冻结，承诺值已在公开页面公布。")
    except Refused as refusal:
        if Draw.objects.filter(pk=draw.pk, state=DrawState.DRAFT).exists():
            form.add_error(None, str(refusal))
            return draw_page(request, draw, sources_form=form)
        messages.error(request, str(refusal))
    return redirect("ceremony:draw", code)


@typists
@does("录入随机数", ValueForm.base_fields)
def entry(request: HttpRequest, code: str) -> HttpResponse:
    """Type the value of the next source: the first reading, or the second one by somebody else."""
    draw = get_object_or_404(Draw, code=code, state__in=UNPUBLISHED)
    organiser = request.user.has_role(Role.ORGANISER)
    entropy = draw.next_source()
    if entropy is None or draw.state != DrawState.FROZEN:
        messages.info(request, "随机数已经全部录入，不再接受录入。")
        return redirect("ceremony:draw", code) if organiser else redirect("desk")
    form = ValueForm(request.POST or None, source=entropy.source)
    if request.method == "POST" and form.is_valid():
        if _typed(request, entropy, form):
            return redirect("ceremony:draw", code) if organiser else redirect("ceremony:entry", code)
    if request.method == "POST" and organiser:  # he typed it on the draw's own page
        return draw_page(request, draw, value_form=form)
    return render(request, "ceremony/entry.html", {"draw": draw, "next": entropy, "form": form})


def _typed(request: HttpRequest, entropy: EntropySource, form: ValueForm) -> bool:
    """Hand the value to the verb and report what became of it; False where it has to be typed again here."""
    try:
        entropy = verbs.enter_value(entropy=entropy, value=form.cleaned_data["value"], actor=request.user)
    except Refused as refusal:
        form.add_error("value", str(refusal))
        return False
    title = entropy.title
    if entropy.accepted_at:
        messages.success(
            request,
            f"{title}：两次录入一致，已经确认并记入日志，不能再改。日志链值 {public_log.head()[:16]}…",
        )
    elif entropy.first_by_id:
        messages.success(request, f"{title}：第一次录入已记下，请另一个人用自己的账号再录入一次。")
    else:
        messages.error(request, f"{title}：两次录入不一致，两次都已清除。请对照原始记录，重新录入两次。")
    return True


@organisers
@does("产生系统随机数并抽取")
@only_post("ceremony:draw", "code")
def system(request: HttpRequest, code: str) -> HttpResponse:
    draw = get_object_or_404(Draw, code=code)
    attempt(request, "系统随机数已产生，结果已算出。", verbs.draw_from_system, draw=draw)
    return redirect("ceremony:draw", code)


@organisers
@does("公布抽签结果，下达任务", sure={"yes": "确定公布"})
@only_post("ceremony:draw", "code")
def publish(request: HttpRequest, code: str) -> HttpResponse:
    draw = get_object_or_404(Draw, code=code)
    if draw.state == DrawState.DRAWN and "sure" not in request.POST:
        return ask_to_publish(request, draw)
    done = "任务已下达给执法人员，名单继续密封。" if draw.is_sealed else "结果已公布，任务已下达给执法人员。"
    attempt(request, done, verbs.publish, draw=draw)
    return redirect("ceremony:draw", code)
