"""The organiser's form for a quarter's report."""

from django import forms

from wugang_audit.privacy import find

from .report import Kind


class MakeForm(forms.Form):
    kind = forms.ChoiceField(label="种类", choices=Kind.choices, widget=forms.HiddenInput)
    note = forms.CharField(
        label="说明",
        max_length=200,
        required=False,
        help_text="已有上一版的，写明为什么重新编制；会印在表上。",
    )

    def clean_note(self) -> str:
        """It goes to city and province with the workbook, which nobody calls back."""
        note = self.cleaned_data["note"]
        if found := find(note):
            kinds = "、".join(f"“{each.text}”像{each.kind.value}" for each in found)
            raise forms.ValidationError(f"{kinds}。说明印在上报的表上，请删去个人信息。")
        return note
