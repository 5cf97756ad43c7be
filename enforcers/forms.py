"""The forms in which an administrator edits officers, recusals, absences and trainings."""

from django import forms

from wugang_audit.access.keys import KeysField
from wugang_audit.registries.forms import CellForm, ReasonForm
from wugang_audit.spreadsheets import cell_types, no_names
from wugang_audit.spreadsheets.table import Column

from .columns import COLUMNS
from .models import Absence, Officer, Recusal, TrainingRecord


class OfficerForm(CellForm, ReasonForm):
    columns = COLUMNS
    # All that the frozen list of officers takes from the row: the name, and whether he may be sent.
    reason_for = frozenset({"name", "certificate_expiry", "duty_state", "is_active"})

    class Meta:
        model = Officer
        exclude = ["specialities", "updated_at"]

    def clean_name(self) -> str:
        name = self.cleaned_data["name"]
        if no_names.names_nobody(name):
            raise forms.ValidationError(
                f"“{name}”不是姓名：名单里这样的一行是合计或说明，不当作一个人。请填写姓名。"
            )
        return name


class RecusalRowForm(CellForm):
    columns = (Column("reason", "原因", cell_types.text(200), required=True),)

    class Meta:
        model = Recusal
        exclude = []


class RecusalForm(RecusalRowForm, ReasonForm):
    pass


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self):
        super().__init__(format="%Y-%m-%d")


class KeptForm(forms.ModelForm):
    """A training or an absence that several officers share."""

    officers = KeysField(
        Officer.objects.filter(is_active=True).order_by("certificate_number"),
        label="执法人员", widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "请至少勾选一名执法人员。"},
    )  # fmt: skip

    @property
    def said(self) -> str:
        return self.Meta.model._meta.verbose_name


class TrainingForm(KeptForm):
    class Meta:
        model = TrainingRecord
        fields = ["date", "topic", "hours", "result"]
        widgets = {"date": DayInput}


class AbsenceForm(KeptForm):
    class Meta:
        model = Absence
        fields = ["kind", "since", "until", "reason"]
        widgets = {"since": DayInput, "until": DayInput}


KEPT_FORMS = {"training": TrainingForm, "absence": AbsenceForm}
