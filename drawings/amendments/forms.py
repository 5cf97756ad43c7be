"""Forms of what follows a draw: a void, and substitutes."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms

from ..models import Inspection, Redaction, Substitution, VoidRequest
from ..models.declarations import one_line
from ..models.draw import OFFICER_WITHDRAWN
from ..models.lotteries import Issue
from ..privacy_gate.forms import Guarded
from ..protocol import verify
from ..readings import ValueForm
from .away import LONGEST
from .hideable import Hideable, Repeat, fault_of_reason

EVIDENCE = VoidRequest._meta.get_field("evidence")
LEGAL_REASON = Redaction._meta.get_field("legal_reason")


MEND_INSIDE = "内部留存的文字里也不能有个人信息：请删去；确实不属于个人信息的，在下面写明理由。"
KEPT_INSIDE = "不公开，由本局内部留存，供第二个人核对：写明时间、事实和凭据。公开的只有原因的类别。"


class EvidenceField(forms.CharField):
    def __init__(self, *, help_text: str = EVIDENCE.help_text, **options: Any) -> None:
        super().__init__(
            label=EVIDENCE.verbose_name,
            min_length=5,
            max_length=EVIDENCE.max_length,
            widget=forms.Textarea(attrs={"rows": 4}),
            help_text=help_text,
            **options,
        )

    def to_python(self, value: str | None) -> str:
        """Return the line that is published: so is it searched for what may not be."""
        return one_line(super().to_python(value))


class VoidForm(Guarded, forms.Form):
    """Why a draw is to be void: only reasons that can be true in its state are offered."""

    guarded = ("evidence",)
    reason = forms.ChoiceField(label="作废原因", widget=forms.RadioSelect)
    evidence = EvidenceField()

    def __init__(self, *args: Any, reasons: list[VoidRequest.Reason], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = [(reason.value, reason.label) for reason in reasons]


class SubstituteForm(Guarded, forms.Form):
    """What both kinds of substitutes need: evidence, which officers cannot be sent, each with the reason, and the issue."""

    evidence = EvidenceField()

    def __init__(
        self,
        *args: Any,
        officers: dict[str, str],
        away: dict[str, str],
        source: str,
        proposal: Issue | None,
        **kwargs: Any,
    ) -> None:
        """Take the frozen officers as {certificate number: name}, and of those who are away by the registry why."""
        super().__init__(*args, **kwargs)
        self.has_registered = any(number in away for number in officers)
        if source:
            self._ask_for_the_issue(verify.SOURCES[source].title, proposal)
        self.numbers = list(officers)
        self.guarded = ("evidence", *(f"away_{number}" for number in self.numbers))
        for number, name in officers.items():
            self.fields[f"away_{number}"] = forms.CharField(
                label=f"{name or OFFICER_WITHDRAWN}（{number}）",
                required=False,
                max_length=LONGEST,
                initial=away.get(number),
            )

    def _ask_for_the_issue(self, title: str, proposal: Issue | None) -> None:
        self.fields["label"] = forms.CharField(
            label=f"{title}下一期的期号",
            max_length=80,
            initial=proposal and proposal.label,
            widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
            help_text="替补用这一期的号码算出。请对照彩票机构公布的期号核对：春节、国庆休市以后，推算的会不准。",
            error_messages={"required": f"请填写{title}下一期的期号。"},
        )
        self.fields["known_at"] = forms.DateTimeField(
            label="这一期的开奖时间",
            initial=proposal and proposal.known_at,
            widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
            help_text="另一个人须在开奖以前确认这份申报，过时要重新申报。",
            error_messages={"required": "请填写这一期的开奖时间。"},
        )

    def issue_fields(self) -> list[forms.BoundField]:
        """The fields of the issue that the substitute is found by; none where the draw's own numbers decide."""
        return [self[name] for name in ("label", "known_at") if name in self.fields]

    def issue(self) -> Issue | None:
        """Return the issue that a valid form names."""
        if "label" not in self.fields:
            return None
        return Issue(self.cleaned_data["label"], self.cleaned_data["known_at"])

    def away_fields(self) -> list[forms.BoundField]:
        return [self[f"away_{number}"] for number in self.numbers]

    def evidence_reasons(self) -> list[forms.BoundField]:
        return [field for field in self.reasons() if field.name.startswith("evidence")]

    def away_reasons(self) -> list[forms.BoundField]:
        return [field for field in self.reasons() if field.name.startswith("away_")]

    def has_away(self) -> bool:
        return any(field.value() or field.errors for field in self.away_fields())

    def away(self) -> dict[str, str]:
        """Return {certificate number: why} of those for whom a reason is given."""
        given = ((number, self.cleaned_data[f"away_{number}"]) for number in self.numbers)
        return {number: why for number, why in given if why}


class SubstituteUnitForm(SubstituteForm):
    """Which unit could not be inspected: only those whose officers have reported so."""

    unit = forms.ChoiceField(label="没有检查成的单位", widget=forms.RadioSelect)
    field_order = ["unit", "evidence"]

    def __init__(self, *args: Any, inspections: Iterable[Inspection], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = [
            (each.selection_id, f"{each.selection}（{each.get_outcome_display()}）") for each in inspections
        ]


class SubstituteOfficerForm(SubstituteForm):
    """Who cannot go, and why. In a sealed draw the list shows all officers: it must not show who has tasks."""

    mend = MEND_INSIDE
    officer = forms.ChoiceField(label="不能去的人员")
    reason = forms.ChoiceField(
        label="原因",
        widget=forms.RadioSelect,
        choices=[(reason.value, reason.label) for reason in Substitution.FOR_OFFICERS],
        help_text="公开的只有类别：应当回避的写“依法回避”，因病、休假、学习、借调都只写“因故不能参加”。",
    )
    evidence = EvidenceField(help_text=KEPT_INSIDE)
    unit = forms.CharField(
        label="只涉及一家单位时，它的污染源编码",
        required=False,
        max_length=55,
        help_text="应当回避的，必须写明是哪一家。不写就是本次抽查里他所有还没有提交的任务。",
    )
    field_order = ["officer", "reason", "unit", "evidence"]

    def __init__(self, *args: Any, officers: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, officers=officers, **kwargs)
        named = ((number, name or f"{OFFICER_WITHDRAWN}（{number}）") for number, name in officers.items())
        self.fields["officer"].choices = [("", "请选择"), *named]

    def clean(self) -> dict[str, Any] | None:
        data = super().clean() or {}
        if data.get("reason") == Substitution.Reason.RECUSED and not data.get("unit"):
            self.add_error("unit", "应当回避的，请写明单位的污染源编码。")
        return data


class GrantRecusalForm(SubstituteForm):
    """What a granted request to be recused needs besides: officer and unit stand in the request."""

    mend = MEND_INSIDE
    evidence = EvidenceField(help_text=KEPT_INSIDE)


class RefuseRecusalForm(forms.Form):
    answer = forms.CharField(
        label="不同意的理由",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="本人看得到，不公开。",
        error_messages={"required": "不同意的，请写明理由。"},
    )


class SubstituteValueForm(ValueForm):
    """The value of the issue that a declaration names, or of the first one drawn after it where it was never drawn."""

    issue = forms.CharField(
        label="点名的这一期没有开奖时，其后首先开奖的期号",
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text="点名的这一期照常开奖的，不用填。两个人都要这样录入；用了哪一期会公开，并记入审计记录。",
    )


class RedactionForm(forms.Form):
    """Which published text is to be hidden, and for which legal reason; that can never be hidden itself.

    Where other public texts repeat it, the form comes back once and asks about those, all ticked: it is taken as soon as
    the person has seen them.
    """

    target = forms.ChoiceField(label="要隐去的内容", widget=forms.RadioSelect)
    also = forms.MultipleChoiceField(
        label="同样的内容也公开在这里，一并申请隐去",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="只隐去上面一处，公众在这里还看得到。确实不用隐去的，去掉勾；法律理由相同，负责人逐份决定。",
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    legal_reason = forms.CharField(
        label=LEGAL_REASON.verbose_name,
        min_length=8,
        max_length=LEGAL_REASON.max_length,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="永远公开，不能再隐去：写明依据哪部法律第几条、为什么，不要写姓名、号码，不要重复要隐去的内容。",
        error_messages={"min_length": "法律理由太短：请写明依据哪部法律第几条，为什么。"},
    )

    def __init__(
        self, *args: Any, texts: Iterable[Hideable], repeats: Mapping[str, list[Repeat]], **kwargs: Any
    ) -> None:
        """Take the texts that may be hidden, and of each by its target the others that repeat it."""
        super().__init__(*args, **kwargs)
        self.fields["target"].choices = [
            (each.target, _told(each, repeats.get(each.target, []))) for each in texts
        ]
        found = repeats.get(self.data.get("target", ""), []) if self.is_bound else []
        self.repeats = [each for each in found if each.may_ask]
        self.was_asked = not self.repeats
        if self.was_asked:
            del self.fields["also"], self.fields["seen"]
        else:
            self._ask_about_repeats()

    def _ask_about_repeats(self) -> None:
        targets = [each.text.target for each in self.repeats]
        shown = " ".join([self.data["target"], *targets])
        self.fields["also"].choices = [
            (each.text.target, f"{each.label}：“{each.piece}”") for each in self.repeats
        ]
        self.was_asked = self.data.get("seen") == shown
        if not self.was_asked:
            self.data = self.data.copy()
            self.data.setlist("also", targets)
            self.data["seen"] = shown

    @property
    def also_field(self) -> forms.BoundField | None:
        """The other texts to be ticked; None where nothing repeats the chosen one."""
        return self["also"] if self.repeats else None

    def clean(self) -> dict[str, Any] | None:
        data = super().clean()
        if not self.was_asked:
            self.add_error("also", "要隐去的内容也公开在下面：请核对要不要一并申请，再提交一次。")
        return data

    def arguments(self) -> dict[str, Any]:
        """Return what a valid form hands to the verb."""
        names = ("target", "legal_reason")
        return {name: self.cleaned_data[name] for name in names} | {"also": self.cleaned_data.get("also", [])}

    def clean_legal_reason(self) -> str:
        reason = one_line(self.cleaned_data["legal_reason"])
        if fault := fault_of_reason(reason):
            raise forms.ValidationError(fault)
        return reason


def _told(text: Hideable, repeats: list[Repeat]) -> str:
    where = "、".join(f"{each.label}{'（已有人申请）' if each.asked else ''}" for each in repeats)
    return f"{text.label}；同样的内容也公开在：{where}" if where else text.label
