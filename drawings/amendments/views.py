"""The pages of amendments: voids, substitutes, the end of a seal."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from wugang_audit.access.keys import key_of
from wugang_audit.access.marks import does, only_post, require_role
from wugang_audit.access.roles import SECOND_READERS, Role
from wugang_audit.accounts.models import User
from wugang_audit.problems import Problem

from ..inspections.tasks.problems import why_too_late
from ..models import Disclosure, Draw, RecusalRequest, Substitution
from ..models.powers import DRAW_READERS, SUBSTITUTE_SECONDS
from ..protocol import verify
from ..states import WITH_SUBSTITUTES, DrawState, Refused
from ..steps import attempt, decision
from . import away, issues, queries, recusals, seals, standing, substitutes, voids
from .forms import (
    GrantRecusalForm,
    RefuseRecusalForm,
    SubstituteOfficerForm,
    SubstituteUnitForm,
    SubstituteValueForm,
    VoidForm,
)

organisers = require_role(Role.ORGANISER)
seconds = require_role(*SUBSTITUTE_SECONDS)
typists = require_role(*SECOND_READERS)

DECLARED = "已申报，请另一个人确认。"


@organisers
@does("申请作废抽签", VoidForm.base_fields)
def void(request: HttpRequest, code: str) -> HttpResponse:
    """File a void, or look at the one that waits."""
    draw = get_object_or_404(Draw, code=code)
    form = VoidForm(request.POST or None, reasons=voids.void_reasons(draw))
    if request.method == "POST" and form.is_valid():
        done = "作废申请已提交，请另一名组织者确认。"
        if attempt(request, done, voids.request_void, on=form, draw=draw, **form.cleaned_data):
            return redirect("amendments:void", code)
    waiting = draw.void_requests.waiting().select_related("declared_by").first()
    context = {
        "draw": draw,
        "form": form,
        "waiting": waiting,
        "marks": waiting and queries.void_marks(waiting),
        "mine": waiting and waiting.declared_by_id == request.user.pk,
        "may_void": draw.may_be_voided(),
        "refused": draw.void_requests.refused().select_related("declared_by", "refused_by"),
    }
    return render(request, "amendments/void.html", context)


@organisers
@does("处理作废申请", decision={"confirm": "确认作废", "refuse": "驳回申请"})
@only_post("amendments:void", "code")
def void_decide(request: HttpRequest, code: str) -> HttpResponse:
    draw = get_object_or_404(Draw, code=code)
    void_request = get_object_or_404(draw.void_requests, pk=key_of(request.POST.get("request")))
    decided, taken = decision(request, "confirm", "refuse"), False
    if decided == "confirm":
        done = "本次抽签已作废，原因已公开。可以重新建立一次。"
        taken = attempt(request, done, voids.confirm_void, request=void_request)
    elif decided == "refuse":
        done = "已驳回作废申请，抽签照常进行。"
        taken = attempt(request, done, voids.refuse_void, request=void_request)
    return redirect("ceremony:draw" if taken else "amendments:void", code)


@organisers
@does("解封抽签结果")
def unseal(request: HttpRequest, code: str) -> HttpResponse:
    draw = get_object_or_404(Draw, code=code, disclosure=Disclosure.SEALED)
    if request.method == "POST":
        taken = attempt(request, "已解封，全部文件已公开。", seals.unseal, draw=draw)
        return redirect("ceremony:draw" if taken else "amendments:unseal", code)
    return render(request, "amendments/unseal.html", {"draw": draw})


def _under_way(code: str) -> Draw:
    """Return the published draw, or answer 404: a substitute can only step in once the tasks are out."""
    return get_object_or_404(Draw.objects.published(), code=code)


@seconds
def substitute_list(request: HttpRequest, code: str) -> HttpResponse:
    """What was declared and decided about substitutes."""
    draw = get_object_or_404(Draw, code=code, state__in=WITH_SUBSTITUTES)
    waiting, settled = queries.lines(draw, request.user)
    context = {
        "draw": draw,
        "waiting": waiting,
        "settled": settled,
        "recusals": recusals.lines(request.user, _asked_in(draw, request.user)),
        "lottery": _lottery(draw),
        "to_enter": queries.drawn_issues().filter(draw=draw).first(),
        "reads_draw": request.user.has_role(*DRAW_READERS),
        "may_declare": request.user.has_role(Role.ORGANISER) and draw.state == DrawState.PUBLISHED,
    }
    return render(request, "amendments/substitutes.html", context)


def _asked_in(draw: Draw, user: User) -> QuerySet[RecusalRequest]:
    rows = recusals.waiting(user).filter(inspection__selection__draw=draw)
    return rows.select_related("inspection__selection", "officer")


@organisers
@does("申报替补单位", SubstituteUnitForm.base_fields)
def substitute_unit(request: HttpRequest, code: str) -> HttpResponse:
    draw = _under_way(code)
    inspections = queries.closed_units(draw, request.user)
    form = SubstituteUnitForm(request.POST or None, inspections=inspections, **_for_form(draw))
    if request.method == "POST" and form.is_valid():
        arguments = {
            "selection": draw.selections.get(pk=form.cleaned_data["unit"]),
            "evidence": form.cleaned_data["evidence"],
            "not_personal": form.cleaned_data["not_personal"],
            "away": form.away(),
            "issue": form.issue(),
        }
        if attempt(request, DECLARED, substitutes.declare_unit, on=form, **arguments):
            return redirect("amendments:substitutes", code)
    context = {
        "draw": draw,
        "form": form,
        "possible": bool(form.fields["unit"].choices),
        "lottery": _lottery(draw),
    }
    return render(request, "amendments/substitute_unit.html", context)


@organisers
@does("申报替补人员", SubstituteOfficerForm.base_fields)
def substitute_officer(request: HttpRequest, code: str) -> HttpResponse:
    draw = _under_way(code)
    form = SubstituteOfficerForm(request.POST or None, **_for_form(draw))
    if request.method == "POST" and form.is_valid():
        values = {
            name: form.cleaned_data[name]
            for name in ("officer", "reason", "unit", "evidence", "not_personal")
        }
        arguments = values | {"draw": draw, "away": form.away(), "issue": form.issue()}
        if attempt(request, DECLARED, substitutes.declare_officer, on=form, **arguments):
            return redirect("amendments:substitutes", code)
    context = {"draw": draw, "form": form, "lottery": _lottery(draw)}
    return render(request, "amendments/substitute_officer.html", context)


@organisers
@does("同意回避申请，申报替补", GrantRecusalForm.base_fields)
def recusal(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """An officer's request to be recused: granted here, or refused by the form below."""
    return _recusal(request, _request_of(code, pk), RefuseRecusalForm())


@organisers
@does("不同意回避申请", RefuseRecusalForm.base_fields)
@only_post("amendments:recusal", "code", "pk")
def recusal_refuse(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    asked = _request_of(code, pk)
    form = RefuseRecusalForm(request.POST)
    arguments = {"request": asked, "answer": form.cleaned_data["answer"]} if form.is_valid() else {}
    if arguments and attempt(request, "已答复，人员没有变动。", recusals.refuse, on=form, **arguments):
        return redirect("amendments:substitutes", code)
    return _recusal(request, asked, form)


def _request_of(code: str, pk: int) -> RecusalRequest:
    rows = RecusalRequest.objects.filter(inspection__selection__draw=_under_way(code))
    rows = rows.select_related("inspection__selection__draw", "officer", "asked_by", "decided_by")
    return get_object_or_404(rows, pk=pk)


def _recusal(request: HttpRequest, asked: RecusalRequest, decline: RefuseRecusalForm) -> HttpResponse:
    draw = asked.inspection.selection.draw
    sent = request.POST if request.method == "POST" and not decline.is_bound else None
    [line] = recusals.lines(request.user, [asked])
    first = _for_form(draw)
    # Who asks is the one to be replaced: he is not among the others who cannot go either.
    first["officers"].pop(asked.officer.certificate_number, None)
    if line.unit:  # under seal the recusals from it would name it
        first["away"] = away.recused(asked.inspection.selection) | first["away"]
    form = GrantRecusalForm(sent, **first)
    if sent is not None and form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("evidence", "not_personal")}
        given |= {"away": form.away(), "issue": form.issue()}
        if attempt(request, DECLARED, recusals.grant, on=form, request=asked, **given):
            return redirect("amendments:substitutes", draw.code)
    asked.refresh_from_db()  # somebody may have been faster
    too_late = request.method == "POST" and asked.decided_at is not None
    context = {
        "draw": draw,
        "line": line,
        "asked": asked,
        "errors": [Problem(why_too_late(asked))] if too_late else [],
        "form": form,
        "decline": decline,
        "may_decide": recusals.waiting(request.user).filter(pk=asked.pk).exists(),
        "only_refused": recusals.why_only_refused(asked),
        "lottery": _lottery(draw),
    }
    return render(request, "amendments/recusal.html", context)


@seconds
@does("处理替补申报", decision={"confirm": "确认属实", "refuse": "驳回"})
@only_post("amendments:substitutes", "code")
def substitute_decide(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    draw = get_object_or_404(Draw, code=code)
    row = get_object_or_404(Substitution, pk=pk, draw=draw)
    decided = decision(request, "confirm", "refuse")
    if decided == "confirm":
        done = "已确认：替补已按本次抽签原来的号码算出，任务已下达。"
        if row.source:
            done = f"已确认，已记入公开日志。{row.issue_in_words}开奖以后，两个人录入号码，替补当即算出。"
        attempt(request, done, substitutes.confirm, substitution=row)
    elif decided == "refuse":
        attempt(request, "已驳回，人员和单位都没有变动。", substitutes.refuse, substitution=row)
    return redirect("amendments:substitutes", code)


@typists
@does("录入替补号码", SubstituteValueForm.base_fields)
def substitute_entry(request: HttpRequest, code: str) -> HttpResponse:
    """Type the value of the issue that decides the next substitutes: the first reading, or the second one by somebody else."""
    draw = _under_way(code)
    after = "amendments:substitutes" if request.user.has_role(*SUBSTITUTE_SECONDS) else "desk"
    arguments = [code] if after != "desk" else []
    row = queries.drawn_issues().filter(draw=draw).first()
    if row is None:
        messages.info(request, "现在没有等录入的替补号码：还没有开奖，或者已经录入。")
        return redirect(after, *arguments)
    form = SubstituteValueForm(request.POST or None, source=row.source)
    if request.method == "POST" and form.is_valid() and _typed(request, draw, form):
        return redirect(after, *arguments)
    return render(request, "amendments/substitute_entry.html", {"draw": draw, "next": row, "form": form})


def _typed(request: HttpRequest, draw: Draw, form: SubstituteValueForm) -> bool:
    """Hand the value to the verb and report what became of it; False where it has to be typed again here."""
    values = {name: form.cleaned_data[name] for name in ("value", "issue")}
    try:
        row = substitutes.enter_value(draw=draw, actor=request.user, **values)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    if row.effective_at:
        messages.success(
            request, f"{row.issue_in_words}：两次录入一致，替补已算出，任务已下达，并记入公开日志。"
        )
    elif row.first_by_id:
        messages.success(
            request, f"{row.issue_in_words}：第一次录入已记下，请另一个人用自己的账号再录入一次。"
        )
    else:
        messages.error(
            request, f"{row.issue_in_words}：两次录入不一致，两次都已清除。请对照开奖公告，重新录入两次。"
        )
    return True


def _lottery(draw: Draw) -> str:
    """Return the name of the lottery by which the draw's substitutes are found; empty: by the draw's own numbers."""
    source = standing.source_of(draw)
    return verify.SOURCES[source].title if source else ""


def _for_form(draw: Draw) -> dict[str, Any]:
    source, officers = standing.source_of(draw), standing.roster(draw)
    proposal = issues.proposed(draw, source) if source else None
    return {"officers": officers, "away": away.registered(officers), "source": source, "proposal": proposal}
