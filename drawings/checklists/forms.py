"""Why a version is withdrawn, and a form of points that shows a version as the officers see it."""

from django import forms

from wugang_audit import clock

from ..inspections.field.sheet import sections
from ..inspections.field.sheet_fields import PointRow, SectionRows, point_fields
from ..models import ChecklistVersion
from ..privacy_gate.forms import Clear
from .verbs import fault_of_reason


class WithdrawForm(Clear, forms.Form):
    searched = ("reason",)

    reason = forms.CharField(
        label="停用原因",
        max_length=300,
        widget=forms.Textarea({"rows": 2}),
        error_messages={"required": "请写明停用原因。"},
        help_text="执法人员会看到。已经用这一版开始的检查照常填完；还没有开始的不再采用这份清单，没有别的清单可用的，"
        "要等新的版本启用才能提交。要换成新版的，请直接启用新版，不用停用。",
    )

    def clean_reason(self) -> str:
        reason = " ".join(self.cleaned_data["reason"].split())
        if fault := fault_of_reason(reason):
            raise forms.ValidationError(fault)
        return reason


class PreviewForm(forms.Form):
    """The fields of a version as the officers' form has them today; it is never sent."""

    def __init__(self, version: ChecklistVersion) -> None:
        super().__init__()
        self.found = sections([version])
        self.fields |= point_fields(self.found, clock.today())

    def sections(self) -> list[SectionRows]:
        return [
            SectionRows(
                section,
                [
                    PointRow(each, self[f"verdict_{each.pk}"], self[f"note_{each.pk}"])
                    for each in section.points
                ],
            )
            for section in self.found
        ]
