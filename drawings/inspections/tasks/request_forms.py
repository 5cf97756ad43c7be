"""What an officer asks, and what the organiser answers."""

import datetime
from typing import Any

from django import forms
from django.db.models import Q, QuerySet

from wugang_audit.accounts.models import User

from ...models import Draw, Inspection, Problem
from ...privacy_gate.forms import Guarded
from ...privacy_gate.queries import Marked, Subject, marked_of
from ..fields import LinesField
from .problems import DECISIONS, KEEP_OUT, fault_of_day, why_not_twice

LENGTH = Problem._meta.get_field("reason").max_length
INTERNAL = "不公开。"
SEALED = "抽查还在密封，不要写单位名称：组织者这时还不能知道是哪一家。"


class ReasonField(LinesField):
    """Why somebody asks; blank is an error with its own words."""

    def __init__(self, **options: Any) -> None:
        super().__init__(rows=4, max_length=LENGTH, **options)

    def clean(self, value: str | None) -> str:
        value = super().clean(value)
        if not value:
            raise forms.ValidationError("请写明原因。")
        return value


class DayField(forms.DateField):
    def __init__(self, **options: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        words = {"required": "请填延期到哪一天。", "invalid": "日期应像 2026-10-08。"}
        super().__init__(widget=widget, error_messages=words, **options)


class RequestForm(forms.Form):
    """What an officer asks about an inspection; under seal his words are asked not to name the unit."""

    def __init__(self, *args: Any, inspection: Inspection, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.inspection = inspection
        if inspection.selection.draw.is_sealed:
            self.fields["reason"].help_text += SEALED


class PostponeForm(RequestForm):
    postpone_to = DayField(label="延期到")
    reason = ReasonField(label="原因", help_text=f"如单位停产检修、道路不通、本人出差。{INTERNAL}")

    def __init__(self, *args: Any, today: datetime.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_postpone_to(self) -> datetime.date:
        day = self.cleaned_data["postpone_to"]
        if fault := fault_of_day(self.inspection, day, self.today):
            raise forms.ValidationError(fault)
        return day


class ProblemForm(RequestForm):
    reason = ReasonField(label="困难或问题", help_text=f"写明是什么困难、需要谁协助。{INTERNAL}")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_reason(self) -> str:
        if why := why_not_twice(self.inspection, self.user, self.cleaned_data["reason"]):
            raise forms.ValidationError(why)
        return self.cleaned_data["reason"]


class RecusalForm(RequestForm):
    reason = ReasonField(
        label="应当回避的原因",
        help_text=f"如近亲属在这家单位任职、与它有利害关系。只有组织者看得到。{INTERNAL}",
    )


class GoingUp(Guarded):
    """To be put before ``forms.Form``: what goes up with the quarter's report holds no personal data.

    The officer's words are stored, so what is found in them is told at the line for the reason.
    """

    mend = KEEP_OUT
    problem: Problem

    def marked(self) -> Marked:
        return marked_of(Subject.PROBLEM, [self.problem.pk])[self.problem.pk]

    def label_of(self, name: str) -> str:
        return {"reason": "原因", "answer": "答复"}[name]


class AnswerForm(GoingUp, forms.Form):
    """The organiser's answer: for a postponement also the day, where another one is granted."""

    decision = forms.ChoiceField(label="处理结果", widget=forms.RadioSelect)
    postpone_to = DayField(
        label="延期到", required=False, help_text="同意的，可以改成另一天；不改就是申请的那一天。"
    )
    answer = LinesField(rows=3, label="答复", max_length=LENGTH, help_text="检查组看得到，不公开。")
    goes_up = forms.BooleanField(label="需要上报", required=False, help_text="列入本季度上报的困难和问题。")

    def __init__(self, *args: Any, problem: Problem, today: datetime.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.problem, self.today = problem, today
        kind = Problem.Kind(problem.kind)
        self.fields["decision"].choices = [(each.value, each.label) for each in DECISIONS[kind]]
        if kind == Problem.Kind.REPORT:
            del self.fields["postpone_to"]
            self.fields["decision"].initial = Problem.Decision.ANSWERED
        else:
            self.fields["postpone_to"].initial = problem.postpone_to

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        granted = data.get("decision") == Problem.Decision.GRANTED
        if granted and (day := data.get("postpone_to")):
            if fault := fault_of_day(self.problem.inspection, day, self.today):
                self.add_error("postpone_to", fault)
        elif data.get("decision") and not granted and not data.get("answer") and "answer" not in self.errors:
            self.add_error("answer", "请写明答复。")
        if data.get("goes_up"):
            self.guard({"reason": self.problem.reason, "answer": data.get("answer") or ""})
        return data


class MarkForm(GoingUp, forms.Form):
    """An answered request that is to be listed for the report: it asks for reasons alone, where something is found."""

    def __init__(self, *args: Any, problem: Problem, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.problem = problem
        if not self.is_bound:
            self._search()

    def clean(self) -> dict[str, Any] | None:
        data = super().clean()
        self._search()
        return data

    def _search(self) -> None:
        self.guard({"reason": self.problem.reason, "answer": self.problem.answer})


class ProblemFilter(forms.Form):
    state = forms.ChoiceField(
        label="处理",
        required=False,
        choices=[("", "全部"), ("waiting", "待答复"), ("decided", "已答复"), ("withdrawn", "已撤回")],
    )
    kind = forms.ChoiceField(label="类型", required=False, choices=[("", "全部"), *Problem.Kind.choices])
    quarter = forms.ModelChoiceField(
        None, label="季度", required=False, to_field_name="code", empty_label="全部"
    )
    up = forms.ChoiceField(label="上报", required=False, choices=[("", "全部"), ("yes", "需要上报的")])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["quarter"].queryset = Draw.objects.published()

    def narrow(self, problems: QuerySet[Problem]) -> QuerySet[Problem]:
        """Keep what matches; a filter that makes no sense is ignored."""
        self.is_valid()
        values = self.cleaned_data
        wanted = Q()
        if state := values.get("state"):
            withdrawn = Q(decision=Problem.Decision.WITHDRAWN)
            decided = Q(decided_at__isnull=False) & ~withdrawn
            wanted &= {"waiting": Q(decided_at__isnull=True), "decided": decided}.get(state, withdrawn)
        if kind := values.get("kind"):
            wanted &= Q(kind=kind)
        if draw := values.get("quarter"):
            wanted &= Q(inspection__selection__draw=draw)
        if values.get("up"):
            wanted &= Q(goes_up=True)
        return problems.filter(wanted)
