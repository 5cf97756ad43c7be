"""The organiser's form for a quarter's report."""

from django import forms

from .report import Kind


class MakeForm(forms.Form):
    kind = forms.ChoiceField(label="种类", choices=Kind.choices, widget=forms.HiddenInput)
    note = forms.CharField(
        label="说明",
        max_length=200,
        required=False,
        help_text="已有上一版的，写明为什么重新编制；会印在表上。",
    )
