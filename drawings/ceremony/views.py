"""The organiser's pages: the steps of a draw. The head reads along."""

from dataclasses import replace

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from wugang_audit.access.marks import require_role
from wugang_audit.access.roles import SECOND_READERS, Role

from .. import public_log
from ..amendments.queries import panel
from ..models import Draw, EntropySource
from ..models.powers import DRAW_READERS
from ..states import UNPUBLISHED, DrawState, Refused
from ..steps import attempt
from . import queries, verbs
from .forms import FreezeForm, StartForm, ValueForm
from .papers.forms import WitnessForm
from .preflight.attribution import LISTED, attribute
from .preflight.checks import preflight

readers = require_role(*DRAW_READERS)
organisers = require_role(Role.ORGANISER)
typists = require_role(*SECOND_READERS)


@readers
def draws(request: HttpRequest) -> HttpResponse:
    may_start = request.user.has_role(Role.ORGANISER)
    form = StartForm(request.POST or None) if may_start else None
    if request.method == "POST" and may_start and form.is_valid():
        try:
            draw = verbs.start(**form.cleaned_data, actor=request.user)
            return redirect("ceremony:draw", draw.code)
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("ceremony:draws")
    return render(request, "ceremony/draws.html", {"draws": Draw.objects.all(), "form": form})


@readers
def draw(request: HttpRequest, code: str) -> HttpResponse:
    return _draw_page(request, get_object_or_404(Draw, code=code))


def _draw_page(request: HttpRequest, draw: Draw, *, sources_form: FreezeForm | None = None) -> HttpResponse:
    """Show the one step that is to be taken now, and what the steps before it fixed."""
    may_act = request.user.has_role(Role.ORGANISER)
    steps = dict.fromkeys(("checking", "checked", "freezing", "typing", "publishing"), False)
    context = steps | {
        "draw": draw,
        "log_head": public_log.head(),
        "may_act": may_act,
        "may_void": may_act and draw.may_be_voided(),
    }
    if draw.state == DrawState.DRAFT:
        flight = preflight(draw)
        flight = replace(flight, comparison=attribute(flight.comparison, draw.year))
        context |= {"checking": not flight.ready, "checked": flight.ready, "freezing": flight.ready}
        context |= {"flight": flight, "listed": LISTED, "sources_form": sources_form or FreezeForm()}
        return render(request, "ceremony/draft.html", context)
    context |= {
        "checked": True,
        "publishing": draw.state == DrawState.DRAWN,
        "sources": draw.entropy.select_related("first_by", "accepted_by"),
        "panel": panel(draw, request.user),
        "deposits": draw.deposits.defer("file").select_related("by"),
        "witness_form": WitnessForm(initial={"witnesses": draw.witnesses}),
    }
    if draw.state == DrawState.FROZEN:
        entropy = draw.next_source()
        now = timezone.now()
        until = entropy.last_moment()
        context |= {
            "typing": True,
            "next": entropy,
            "form": ValueForm(source=entropy.source),
            "overdue": entropy.overdue(now),
            "too_early": now < entropy.known_at,
            "wait_seconds": int((entropy.known_at - now).total_seconds()),
            "left_seconds": int((until - now).total_seconds()) if until else 0,
            "wait": queries.words_until(entropy.known_at, now),
            "until": until,
            "left": queries.words_until(until, now) if until else "",
        }
        return render(request, "ceremony/frozen.html", context)
    # A sealed result is in no answer to a GET: it is opened by a POST, on record.
    shown = [] if draw.is_sealed else queries.selections_of(draw)
    context |= {"selections": shown, "openings": queries.openings(draw)}
    return render(request, "ceremony/drawn.html", context)


@organisers
@require_POST
def freeze(request: HttpRequest, code: str) -> HttpResponse:
    draw = get_object_or_404(Draw, code=code)
    form = FreezeForm(request.POST)
    if draw.state == DrawState.DRAFT and not form.is_valid():
        messages.error(request, "没有冻结：有几项填写有误，见下面标红的地方。")
        return _draw_page(request, draw, sources_form=form)
    try:
        seen = request.POST.get("seen", "")
        choices = form.choices() if form.is_valid() else {"sources": []}
        verbs.freeze(draw=draw, seen=seen, actor=request.user, **choices)
        messages.success(request, "名单已冻结，承诺值已在公开页面公布。")
    except Refused as refusal:
        messages.error(request, str(refusal))
        if Draw.objects.filter(pk=draw.pk, state=DrawState.DRAFT).exists():
            return _draw_page(request, draw, sources_form=form)
    return redirect("ceremony:draw", code)


@typists
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
        if _typed(request, entropy, form.cleaned_data["value"]):
            return redirect("ceremony:draw", code) if organiser else redirect("ceremony:entry", code)
    return render(request, "ceremony/entry.html", {"draw": draw, "next": entropy, "form": form})


def _typed(request: HttpRequest, entropy: EntropySource, value: str) -> bool:
    """Hand the value to the verb and report what became of it; False where it has to be typed again here."""
    try:
        entropy = verbs.enter_value(entropy=entropy, value=value, actor=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return False
    title = entropy.title
    if entropy.accepted_at:
        messages.success(
            request,
            f"{title}：两次录入一致，已经确认并记入日志，不能再改。日志链头 {public_log.head()[:16]}…",
        )
    elif entropy.first_by_id:
        messages.success(request, f"{title}：第一次录入已记下，请另一个人用自己的账号再录入一次。")
    else:
        messages.error(request, f"{title}：两次录入不一致，两次都已清除。请对照原始记录，重新录入两次。")
    return True


@organisers
@require_POST
def system(request: HttpRequest, code: str) -> HttpResponse:
    draw = get_object_or_404(Draw, code=code)
    attempt(request, "系统随机数已产生，结果已算出。", verbs.draw_from_system, draw=draw)
    return redirect("ceremony:draw", code)


@organisers
@require_POST
def publish(request: HttpRequest, code: str) -> HttpResponse:
    draw = get_object_or_404(Draw, code=code)
    done = "任务已下达给执法人员，名单继续密封。" if draw.is_sealed else "结果已公布，任务已下达给执法人员。"
    attempt(request, done, verbs.publish, draw=draw)
    return redirect("ceremony:draw", code)
