"""The reviewer's decision, and a correction of what is public."""

from django import forms

from ..fields import LinesField


class ReviewForm(forms.Form):
    version = forms.CharField(widget=forms.HiddenInput)
    comment = LinesField(
        label="审核意见",
        rows=3,
        max_length=500,
        help_text="退回时必须写明要补充或改正什么。只供内部，不公开。",
    )
    decision = forms.ChoiceField(choices=[("approve", "通过"), ("return", "退回")])

    def clean(self) -> None:
        values = self.cleaned_data
        if values.get("decision") == "return" and not values.get("comment") and "comment" not in self.errors:
            self.add_error("comment", "退回时请写明要补充或改正什么。")


class CorrectionForm(forms.Form):
    text = LinesField(
        label="更正内容",
        rows=3,
        max_length=1000,
        help_text="会公开，不能再改：写明原来哪里不对，正确的是什么。不要写个人信息。",
    )

    def clean_text(self) -> str:
        if not self.cleaned_data["text"]:
            raise forms.ValidationError("请写明更正内容。")
        return self.cleaned_data["text"]
