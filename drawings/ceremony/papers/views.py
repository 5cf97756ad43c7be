"""The pages around the steps: the second person's look at the changes, the show, the papers, deposits, witnesses."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from wugang_audit.access.limits import BESIDE_A_FILE, largest_body
from wugang_audit.access.marks import does, only_post, require_role
from wugang_audit.access.roles import SECOND_READERS, Role
from wugang_audit.access.throttle import DOWNLOAD, throttled

from ...models import ChangesObjection, Draw
from ...models.powers import DRAW_READERS
from ...privacy_gate.queries import Subject, Text, marks_on
from ...protocol import verify
from ...states import DrawState, Refused
from ...steps import attempt
from ..draw_page import draw_page
from ..preflight.attribution import LISTED, attribute
from ..preflight.changes import compare
from ..preflight.checks import objections_to, past_objections
from ..preflight.snapshot import snapshot
from . import verbs
from .docx import CONTENT_TYPE, word_file
from .forms import DepositForm, LiftForm, ObjectionForm, WitnessForm
from .minutes import Minutes, minutes_of, result_of
from .notice import notice_of, rolling_names

readers = require_role(*DRAW_READERS)
organisers = require_role(Role.ORGANISER)
seconds = require_role(*SECOND_READERS)
heads = require_role(Role.HEAD)


def _with_commit(code: str) -> Draw:
    frozen = Draw.objects.visible().select_related("created_by", "frozen_by", "item", "plan")
    return get_object_or_404(frozen, code=code)


def _with_result(code: str) -> Draw:
    return get_object_or_404(Draw.objects.with_result(), code=code)


def _back(request: HttpRequest, code: str) -> HttpResponse:
    """Where the person goes on: only the organiser and the head may open the draw's own page."""
    may = request.user.has_role(*DRAW_READERS)
    return redirect("ceremony:draw", code) if may else redirect("desk")


@seconds
@does("核对确认名录变动")
def confirm(request: HttpRequest, code: str) -> HttpResponse:
    """What changed since the last draw; somebody who did not open the draw confirms that he has read it."""
    draw = get_object_or_404(Draw, code=code)
    if draw.state != DrawState.DRAFT:
        messages.info(request, "名单已经冻结，不用再核对。")
        return _back(request, code)
    if request.method == "POST":
        seen = request.POST.get("seen", "")
        if attempt(request, "名录变动已核对确认。", verbs.confirm_changes, draw=draw, seen=seen):
            return _back(request, code)
    return _changes_page(request, draw)


def _changes_page(
    request: HttpRequest,
    draw: Draw,
    form: ObjectionForm | None = None,
    lifting: tuple[int, LiftForm] | None = None,
) -> HttpResponse:
    """Show what changed, who confirmed or objected; a form that is given is shown again as it was typed.

    :param lifting: the key of the objection that a head tries to lift, and the form.
    """
    found = attribute(compare(draw, snapshot(draw)), draw.year)
    confirmed = (
        found and draw.confirmations.filter(fingerprint=found.fingerprint).select_related("by").first()
    )
    standing = objections_to(draw, found)
    mine = any(objection.by_id == request.user.pk for objection in standing)
    may_lift = request.user.has_role(Role.HEAD) and draw.created_by_id != request.user.pk
    marks = marks_on(Subject.OBJECTION, {each.pk: {"reason": Text("异议", each.reason)} for each in standing})
    for each in standing:
        each.marks = marks[each.pk]
        each.outdated = each.fingerprint != found.fingerprint
        if may_lift and each.by_id != request.user.pk:
            again = lifting and lifting[0] == each.pk
            each.lift_form = lifting[1] if again else LiftForm(auto_id=f"id_{each.pk}_%s")
    reads = bool(found and found.total and draw.created_by_id != request.user.pk)
    context = {
        "draw": draw,
        "found": found,
        "listed": LISTED,
        "confirmed": confirmed,
        "objections": standing,
        "past_objections": past_objections(draw, standing),
        "mine": mine,
        "may_read": reads,
        "may_confirm": reads and not confirmed and not standing,
        "may_object": reads and not mine,
        "form": form or ObjectionForm(),
        "lifting": lifting and lifting[1],
    }
    return render(request, "ceremony/confirm.html", context)


@seconds
@does("对名录变动提出异议", ObjectionForm.base_fields)
@only_post("ceremony:confirm", "code")
def objection(request: HttpRequest, code: str) -> HttpResponse:
    """Object to the changes: the draw is not frozen on them."""
    draw = get_object_or_404(Draw, code=code)
    form = ObjectionForm(request.POST)
    if form.is_valid():
        seen = request.POST.get("seen", "")
        done = "异议已记下：撤回或解除以前不能冻结。"
        if attempt(
            request, done, verbs.object_to_changes, on=form, draw=draw, seen=seen, **form.cleaned_data
        ):
            return redirect("ceremony:confirm", code)
    if not Draw.objects.filter(pk=draw.pk, state=DrawState.DRAFT).exists():
        messages.error(request, "名单已经冻结，不能再提异议。发现问题请告诉抽查组织者：可以申请作废。")
        return _back(request, code)
    return _changes_page(request, draw, form)


@seconds
@does("撤回对名录变动的异议")
@only_post("ceremony:confirm", "code")
def withdraw(request: HttpRequest, code: str) -> HttpResponse:
    draw = get_object_or_404(Draw, code=code)
    attempt(request, "异议已撤回，请重新核对确认。", verbs.withdraw_objection, draw=draw)
    return redirect("ceremony:confirm", code)


@heads
@does("解除对名录变动的异议", LiftForm.base_fields)
@only_post("ceremony:confirm", "code")
def lift(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Lift another's objection, with a reason."""
    draw = get_object_or_404(Draw, code=code)
    objection = get_object_or_404(ChangesObjection, pk=pk, draw=draw)
    form = LiftForm(request.POST, auto_id=f"id_{pk}_%s")
    done = "异议已解除，理由已记下。请重新核对确认。"
    if form.is_valid() and attempt(
        request, done, verbs.lift_objection, on=form, objection=objection, **form.cleaned_data
    ):
        return redirect("ceremony:confirm", code)
    if objection.withdrawn_at:
        messages.info(request, "这条异议已经撤回或解除，不用再解除。")
    if draw.state != DrawState.DRAFT or objection.withdrawn_at:
        return redirect("ceremony:confirm", code)
    return _changes_page(request, draw, lifting=(pk, form))


@organisers
@does("保存见证人", WitnessForm.base_fields)
@only_post("ceremony:draw", "code")
def witnesses(request: HttpRequest, code: str) -> HttpResponse:
    draw = _with_commit(code)
    form = WitnessForm(request.POST, draw=draw)
    if form.is_valid() and attempt(
        request, "见证人已记下。", verbs.name_witnesses, on=form, draw=draw, **form.cleaned_data
    ):
        return redirect("ceremony:draw", code)
    return draw_page(request, draw, witness_form=form)


@organisers
@largest_body(DepositForm.LARGEST + BESIDE_A_FILE)
@does("登记承诺值存放", DepositForm.base_fields)
def deposit(request: HttpRequest, code: str) -> HttpResponse:
    draw = _with_commit(code)
    form = DepositForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        data, upload = form.cleaned_data, form.cleaned_data["upload"]
        if attempt(
            request, "存放处已登记。", verbs.deposit, on=form,
            draw=draw, kind=data["kind"], where=data["where"], not_personal=data["not_personal"],
            file=upload.read() if upload else None,
        ):  # fmt: skip
            return redirect("ceremony:draw", code)
    return render(request, "ceremony/papers/deposit.html", {"draw": draw, "form": form})


@readers
def notice(request: HttpRequest, code: str) -> HttpResponse:
    draw = _with_commit(code)
    return render(request, "ceremony/papers/notice.html", {"draw": draw, "notice": notice_of(draw)})


@readers
def show(request: HttpRequest, code: str) -> HttpResponse:
    """The page for the projector: it reveals one by one what the arithmetic already gave."""
    draw = _with_result(code)
    if draw.is_sealed:
        messages.error(request, "结果密封，不当众展示。")
        return redirect("ceremony:draw", code)
    names = rolling_names(draw.file(verify.POOL), draw.names_of("unit"))
    context = {"draw": draw, "commit": draw.commit_digest, "result": result_of(draw), "names": names}
    return render(request, "ceremony/papers/show.html", context)


@readers
def minutes(request: HttpRequest, code: str) -> HttpResponse:
    draw = _with_commit(code)
    return render(request, "ceremony/papers/minutes.html", {"draw": draw, "minutes": minutes_of(draw)})


@readers
@throttled(DOWNLOAD)
def minutes_docx(request: HttpRequest, code: str) -> HttpResponse:
    draw = _with_commit(code)
    return _word(draw, minutes_of(draw))


def _word(draw: Draw, minutes: Minutes) -> HttpResponse:
    answer = HttpResponse(word_file(minutes), content_type=CONTENT_TYPE)
    answer["Content-Disposition"] = f'attachment; filename="minutes-{draw.code}.docx"'
    return answer


@readers
@does(
    "打开密封结果",
    **{"as": {"page": "在网页上看", "minutes": "看含名单的抽签记录", "docx": "下载含名单的 Word 记录"}},
)
@only_post("ceremony:draw", "code")
def open_sealed(request: HttpRequest, code: str) -> HttpResponse:
    """Answer with the sealed result itself: no address leads to it, so that each look is on record."""
    draw = _with_result(code)
    paper = request.POST.get("as", "page")
    try:
        verbs.open_sealed(draw=draw, actor=request.user, paper=paper)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("ceremony:draw", code)
    if paper == "page":
        return render(request, "ceremony/papers/opened.html", {"draw": draw, "result": result_of(draw)})
    minutes = minutes_of(_with_commit(code), opened=True)
    if paper == "docx":
        return _word(draw, minutes)
    return render(request, "ceremony/papers/minutes.html", {"draw": draw, "minutes": minutes})
