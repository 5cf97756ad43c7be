"""The organiser's pages of a rehearsal, in the order of a draw's. The head reads along."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from wugang_audit.access.marks import does, only_post, require_role
from wugang_audit.access.roles import Role

from ..ceremony.forms import StartForm
from ..ceremony.papers.notice import rolling_names
from ..models import Rehearsal
from ..models.powers import DRAW_READERS
from ..models.rehearsal import DICE, THROWS
from ..protocol import verify
from ..readings import ValueForm
from ..states import Refused
from ..steps import attempt, made
from . import queries, verbs

readers = require_role(*DRAW_READERS)
organisers = require_role(Role.ORGANISER)


@readers
@does("开始一次演练", StartForm.base_fields)
def rehearsals(request: HttpRequest) -> HttpResponse:
    form = StartForm(request.POST or None) if request.user.has_role(Role.ORGANISER) else None
    if started := made(request, form, verbs.start):
        return redirect("rehearsals:rehearsal", started.pk)
    rows = Rehearsal.objects.defer("files").select_related("created_by")
    return render(request, "rehearsals/list.html", {"rows": rows, "form": form})


@readers
def rehearsal(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, _found(pk))


def _found(pk: int) -> Rehearsal:
    return get_object_or_404(Rehearsal.objects.select_related("item", "created_by"), pk=pk)


def _page(request: HttpRequest, found: Rehearsal, form: ValueForm | None = None) -> HttpResponse:
    """Show the step at which a rehearsal is."""
    context = {
        "rehearsal": found,
        "may_act": request.user.has_role(Role.ORGANISER),
        "checking": not found.frozen_at,
        "typing": found.frozen_at and not found.drawn_at,
    }
    if not found.frozen_at:
        context |= {"flight": queries.flight_of(found)}
        return render(request, "rehearsals/draft.html", context)
    context |= {
        "quotas": queries.quotas_of(found),
        "commit": verify.digest(found.files[verify.COMMIT]),
        "throws": THROWS,
    }
    if found.drawn_at:
        context |= {"drawn": queries.drawn_in(found), "unfolded": "all" in request.GET}
        return render(request, "rehearsals/drawn.html", context)
    return render(request, "rehearsals/frozen.html", context | {"form": form or ValueForm(source=DICE)})


@readers
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """The page for the projector, as a draw has it, marked so that nobody takes it for one."""
    found = _found(pk)
    if not found.drawn_at:
        messages.error(request, "演练还没有抽取，没有什么可展示。")
        return redirect("rehearsals:rehearsal", pk)
    context = {
        "draw": found,
        "commit": verify.digest(found.files[verify.COMMIT]),
        "result": queries.drawn_in(found),
        "names": rolling_names(found.files[verify.POOL], queries.names_of(found, "unit")),
    }
    return render(request, "rehearsals/show.html", context)


@organisers
@does("冻结演练的名单")
@only_post("rehearsals:rehearsal", "pk")
def freeze(request: HttpRequest, pk: int) -> HttpResponse:
    seen = request.POST.get("seen", "")
    done = "演练的名单已冻结。正式抽签时，承诺值会立即公开。"
    attempt(request, done, verbs.freeze, rehearsal=_found(pk), seen=seen)
    return redirect("rehearsals:rehearsal", pk)


@organisers
@does("录入演练的随机数", ValueForm.base_fields)
@only_post("rehearsals:rehearsal", "pk")
def enter(request: HttpRequest, pk: int) -> HttpResponse:
    found, form = _found(pk), ValueForm(request.POST, source=DICE)
    if found.drawn_at or not form.is_valid():
        return redirect("rehearsals:rehearsal", pk) if found.drawn_at else _page(request, found, form)
    was_second = bool(found.first_value)
    try:
        found = verbs.enter_value(rehearsal=found, value=form.cleaned_data["value"], actor=request.user)
    except Refused as refusal:
        form.add_error("value", str(refusal))
        return _page(request, found, form)
    if found.drawn_at:
        messages.success(request, "两次录入一致，结果已算出。")
    elif was_second:
        messages.error(request, "两次录入不一致，两次都作废，请对照骰子重新录入。")
    else:
        messages.success(request, "第一次录入已记下。请对照骰子独立录入第二次。")
    return redirect("rehearsals:rehearsal", pk)


@organisers
@does("删除一次演练")
@only_post("rehearsals:rehearsal", "pk")
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    attempt(request, "演练已整个删除，只在审计记录里留有痕迹。", verbs.delete, rehearsal=_found(pk))
    return redirect("rehearsals:list")
