"""Forms of what follows a draw: a void, and substitutes."""

from collections.abc import Iterable
from typing import Any

from django import forms

from ..models import Inspection, Substitution, VoidRequest

EVIDENCE = VoidRequest._meta.get_field("evidence")


class EvidenceField(forms.CharField):
    def __init__(self, **options: Any) -> None:
        super().__init__(
            label=EVIDENCE.verbose_name,
            min_length=5,
            max_length=EVIDENCE.max_length,
            widget=forms.Textarea(attrs={"rows": 4}),
            help_text=EVIDENCE.help_text,
            **options,
        )


class VoidForm(forms.Form):
    """Why a draw is to be void: only reasons that can be true in its state are offered."""

    reason = forms.ChoiceField(label="作废原因", widget=forms.RadioSelect)
    evidence = EvidenceField()

    def __init__(self, *args: Any, reasons: list[VoidRequest.Reason], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = [(reason.value, reason.label) for reason in reasons]


class SubstituteForm(forms.Form):
    """What both kinds of substitutes need: evidence, and which officers cannot be sent, each with the reason."""

    evidence = EvidenceField()

    def __init__(self, *args: Any, officers: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.numbers = list(officers)
        for number, name in officers.items():
            self.fields[f"away_{number}"] = forms.CharField(
                label=f"{name}（{number}）", required=False, max_length=100
            )

    def away_fields(self) -> list[forms.BoundField]:
        return [self[f"away_{number}"] for number in self.numbers]

    def has_away(self) -> bool:
        return any(field.value() or field.errors for field in self.away_fields())

    def unavailable(self) -> dict[str, str]:
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
            (each.selection_id, f"{each.selection.name}（{each.get_outcome_display()}）")
            for each in inspections
        ]


class SubstituteOfficerForm(SubstituteForm):
    """Who cannot go, and why. In a sealed draw the list shows all officers: it must not show who has tasks."""

    officer = forms.ChoiceField(label="不能去的人员")
    reason = forms.ChoiceField(
        label="原因",
        widget=forms.RadioSelect,
        choices=[(reason.value, reason.label) for reason in Substitution.FOR_OFFICERS],
    )
    unit = forms.CharField(
        label="只涉及一家单位时，它的污染源编码",
        required=False,
        max_length=55,
        help_text="应当回避的，必须写明是哪一家。不写就是本次抽查里他所有还没有提交的任务。",
    )
    field_order = ["officer", "reason", "unit", "evidence"]

    def __init__(self, *args: Any, officers: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, officers=officers, **kwargs)
        self.fields["officer"].choices = [("", "请选择"), *officers.items()]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("reason") == Substitution.Reason.RECUSED and not data.get("unit"):
            self.add_error("unit", "应当回避的，请写明单位的污染源编码。")
        return data
