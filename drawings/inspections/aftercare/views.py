"""The staff's pages of objections and corrections: the list, and one with what is answered and decided."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Case, IntegerField, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from wugang_audit import clock
from wugang_audit.access.marks import does, only_post, require_role
from wugang_audit.access.roles import Role
from wugang_audit.pagination import LimitedPaginator

from ...models import Objection
from ...privacy_gate.queries import Mark, Subject, marks_on
from ...steps import attempt, decision
from . import queries, verbs
from .forms import AnswerForm, DecisionForm, HideForm

PER_PAGE = 30
State = Objection.State
WAITING_FIRST = Case(
    When(state__in=(State.RECEIVED, State.ANSWERED), then=Value(0)),
    default=Value(1),
    output_field=IntegerField(),
)


@require_role(*queries.READERS)
def objection_list(request: HttpRequest) -> HttpResponse:
    rows = queries.listed().order_by(WAITING_FIRST, "due_on", "pk")
    page = LimitedPaginator(rows, PER_PAGE, counted=True).get_page(request.GET.get("page"))
    context = {"page_obj": page, "lines": queries.lines(request.user, list(page)), "query": ""}
    return render(request, "aftercare/objections.html", context)


@require_role(*queries.READERS)
@does("答复异议或纠错", AnswerForm.base_fields)
def objection(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(queries.readable(request.user), pk=pk)
    if request.method == "POST" and not request.user.has_role(Role.REVIEWER):
        raise PermissionDenied("答复由审核人写，负责人确认。")
    form = AnswerForm(request.POST or None, objection=row, initial={"public_text": row.text[:1000]})
    if request.method == "POST" and form.is_valid():
        done = "已写好答复，请负责人确认。"
        if attempt(request, done, verbs.answer, on=form, objection=row, **form.arguments):
            return redirect("inspections:objections")
        row.refresh_from_db()
    return _page(request, row, form, None)


@require_role(Role.HEAD)
@does("处理异议的答复", DecisionForm.base_fields, decision={"confirm": "确认答复", "return": "退回审核人"})
@only_post("inspections:objection", "pk")
def objection_decide(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(queries.readable(request.user), pk=pk)
    decided, form = decision(request, "confirm", "return"), DecisionForm(request.POST)
    if decided and queries.open_answer(row) is None:
        messages.error(request, "这份答复已经处理过，没有改动。请看现在的内容。")
    if not decided or queries.open_answer(row) is None:
        return redirect("inspections:objection", pk)
    if not form.is_valid():
        return _page(request, row, None, form)
    answer, note = form.cleaned_data["answer"], form.cleaned_data["note"]
    if decided == "confirm":
        attempt(request, "已确认。提出人凭查询码看得到答复。", verbs.confirm, objection=row, answer=answer)
    elif not note:
        form.add_error("note", "退回的，请写明理由。")
        return _page(request, row, None, form)
    else:
        attempt(request, "已退回审核人。", verbs.send_back, objection=row, answer=answer, note=note)
    return redirect("inspections:objection", pk)


@require_role(Role.HEAD)
@does("依法隐去异议的答复", HideForm.base_fields)
@only_post("inspections:objection", "pk")
def objection_hide(request: HttpRequest, pk: int) -> HttpResponse:
    row, form = get_object_or_404(queries.readable(request.user), pk=pk), HideForm(request.POST)
    done = "已依法隐去，公众只看到日期和理由。"
    if form.is_valid() and attempt(
        request,
        done,
        verbs.hide,
        on=form,
        field="because",
        objection=row,
        because=form.cleaned_data["because"],
    ):
        return redirect("inspections:objection", pk)
    return _page(request, row, None, None, form)


def _page(
    request: HttpRequest,
    row: Objection,
    form: AnswerForm | None,
    deciding: DecisionForm | None,
    hiding: HideForm | None = None,
) -> HttpResponse:
    user = request.user
    took_part, opened = queries.took_part(row, user), queries.open_answer(row)
    answers = row.answers.select_related("by", "decided_by", "hidden_by").filter(decided_at__isnull=False)
    may_answer = user.has_role(Role.REVIEWER) and row.state == State.RECEIVED and not took_part
    may_decide = user.has_role(Role.HEAD) and opened is not None and not took_part and opened.by_id != user.pk
    context: dict[str, Any] = {
        "row": row,
        "sender": getattr(row, "sender", None),
        "findings": queries.findings_of(row, user),
        "answers": answers,
        "opened": opened,
        "marks": _marks(opened),
        "took_part": took_part,
        "is_late": not row.is_decided and row.due_on < clock.today(),
        "may_answer": may_answer or (form is not None and form.is_bound),
        "may_decide": may_decide,
        "may_hide": hiding is not None
        or (user.has_role(Role.HEAD) and not took_part and queries.is_shown(row)),
        "hiding": hiding or HideForm(),
        "form": form or AnswerForm(objection=row, initial={"public_text": row.text[:1000]}),
        "deciding": deciding or DecisionForm(initial={"answer": opened and opened.pk}),
    }
    return render(request, "aftercare/objection.html", context)


def _marks(opened: Any) -> list[Mark]:
    if opened is None:
        return []
    return marks_on(Subject.SAID, {opened.pk: verbs.texts(opened.public_text, opened.answer)})[opened.pk]
