"""What a reviewer answers, and what a head says when he sends it back."""

from typing import Any

from django import forms

from ...models import Objection, ObjectionAnswer
from ...privacy_gate.forms import Guarded
from ...states import Refused
from ..fields import LinesField
from .verbs import require_fit

PUBLIC_LONGEST = ObjectionAnswer._meta.get_field("public_text").max_length
ANSWER_LONGEST = ObjectionAnswer._meta.get_field("answer").max_length
NOTE_LONGEST = ObjectionAnswer._meta.get_field("note").max_length


class AnswerForm(Guarded, forms.Form):
    """The answer. What goes public is searched for personal data; what the sender alone reads is not."""

    goes_public = forms.ChoiceField(
        label="答复怎样办",
        widget=forms.RadioSelect,
        choices=[
            ("yes", "公开：公众在单位页面的检查结果旁边看到下面两段"),
            ("no", "不公开，办结：只有提出人凭查询码看得到答复，答复里要写明为什么不公开"),
        ],
    )
    public_text = LinesField(
        rows=4,
        label="公开的异议内容",
        max_length=PUBLIC_LONGEST,
        help_text="用一两句话写对方提了什么。不写单位名称、个人信息，也不写密封中的抽查。不公开的留空。",
    )
    answer = LinesField(
        rows=6,
        label="答复",
        max_length=ANSWER_LONGEST,
        help_text="查明了什么、依据什么、更正没有。提出人看得到；公开的，公众也看得到。",
    )

    def __init__(self, *args: Any, objection: Objection, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.objection = objection

    def clean(self) -> dict[str, Any] | None:
        data = forms.Form.clean(self) or self.cleaned_data
        if not data.get("answer") and "answer" not in self.errors:
            self.add_error("answer", "请写明答复。")
        is_public = data.get("goes_public") == "yes"
        if is_public and not data.get("public_text") and "public_text" not in self.errors:
            self.add_error("public_text", "公开的，请写一两句对方提了什么；公众只看答复会看不懂。")
        contents = {name: data.get(name) or "" for name in ("public_text", "answer")} if is_public else {}
        self.guard(contents)
        for name, content in contents.items():
            try:
                require_fit(self.objection, content)
            except Refused as refusal:
                self.add_error(name, str(refusal))
        return data

    @property
    def arguments(self) -> dict[str, Any]:
        """What the verb takes."""
        data = self.cleaned_data
        return {name: data[name] for name in ("public_text", "answer", "not_personal")} | {
            "goes_public": data["goes_public"] == "yes"
        }


class HideForm(forms.Form):
    """Why the law asks to hide a public answer."""

    because = forms.CharField(
        label="法律理由（会公开）",
        max_length=ObjectionAnswer._meta.get_field("hidden_because").max_length,
        help_text="写明法律名称、条款和事由，不要重复要隐去的内容。隐去以后不能撤回。",
    )


class DecisionForm(forms.Form):
    """Which answer the head has read, and why he sends it back."""

    answer = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**63 - 1)
    note = LinesField(
        rows=2, label="退回的理由", max_length=NOTE_LONGEST, help_text="退回的必填，审核人看得到。"
    )
