"""The forms that anybody fills in without an account: what somebody says, and the receipt by which he follows it."""

import re
from typing import Any

from django import forms

from wugang_audit.privacy import find

from ...models import Objection, ObjectionSender
from ..fields import LinesField
from . import stamp
from .verbs import Sender

SHORTEST = 10  # characters: less says neither what is wrong nor what is right
LONGEST = Objection._meta.get_field("text").max_length
TELEPHONE = re.compile(r"[0-9+() -]{5,30}")
WHO = "只用来和您核实。只有答复这件事的审核人和负责人看得到；不公开，不导出。"


def _sender(name: str, **options: Any) -> forms.CharField:
    field = ObjectionSender._meta.get_field(name)
    return forms.CharField(label=field.verbose_name, max_length=field.max_length, required=False, **options)


class TextField(LinesField):
    def __init__(self) -> None:
        super().__init__(
            rows=8,
            label="内容",
            max_length=LONGEST,
            help_text="写清哪一处不对、事实是什么、有什么依据。请不要写个人信息：姓名、电话写在下面。",
        )
        self.required = self.widget.is_required = True
        self.error_messages["required"] = "请写清哪一处不对、事实是什么。"

    def clean(self, value: str | None) -> str:
        value = super().clean(value)
        if len(value) < SHORTEST:
            raise forms.ValidationError(f"请写清哪一处不对、事实是什么（至少 {SHORTEST} 个字）。")
        if found := find(value):
            pieces = "、".join(f"“{each.text}”像{each.kind.value}" for each in found[:3])
            raise forms.ValidationError(f"内容里的{pieces}：请从内容里删去，联系方式写在下面的栏目里。")
        return value


class SayForm(forms.Form):
    """What somebody says. `homepage` is filled by programs alone: no person sees it."""

    kind = forms.ChoiceField(
        label="您要",
        widget=forms.RadioSelect,
        choices=[
            ("objection", "提出异议：我代表这家单位，对检查或结果有不同意见"),
            ("mistake", "纠错：公开的内容有错，谁都可以提"),
        ],
    )
    text = TextField()
    name = _sender("name", help_text=f"提出异议的必填。{WHO}")
    telephone = _sender(
        "telephone",
        help_text="提出异议的必填。",
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )
    email = forms.EmailField(
        label="电子邮箱",
        max_length=100,
        required=False,
        help_text="可以不填。答复凭受理编号和查询码查看，不发邮件。",
    )
    homepage = forms.CharField(
        label="请不要填这一栏",
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )
    stamp = forms.CharField(required=False, widget=forms.HiddenInput)
    proof = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_telephone(self) -> str:
        value = self.cleaned_data["telephone"].strip()
        if value and not TELEPHONE.fullmatch(value):
            raise forms.ValidationError("电话只写数字，如 13800000000 或 0375-7000000。")
        return value

    def clean_homepage(self) -> str:
        if self.cleaned_data["homepage"]:
            raise forms.ValidationError("这一栏是用来挡住自动程序的：请清空它，再提交一次。")
        return ""

    def clean(self) -> dict[str, Any] | None:
        data = super().clean() or {}
        if data.get("kind") == Objection.Kind.OBJECTION:
            for field, what in (("name", "姓名"), ("telephone", "电话")):
                if not data.get(field) and field not in self.errors:
                    self.add_error(field, f"提出异议的，请填写{what}：我们要核实您代表这家单位。")
        return data

    @property
    def sender(self) -> Sender:
        data = self.cleaned_data
        return Sender(data["name"].strip(), data["telephone"], data["email"])

    def renew(self) -> None:
        """Let the page that is shown again carry a new stamp: the one that it came with is of no more use."""
        self.data = self.data.copy()
        self.data[self.add_prefix("stamp")] = stamp.fresh()
        self.data[self.add_prefix("proof")] = ""


class FollowForm(forms.Form):
    """The receipt, as it was noted down."""

    number = forms.CharField(
        label="受理编号",
        max_length=40,
        help_text="如 20261008-7KQ3MX。",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    secret = forms.CharField(
        label="查询码",
        max_length=60,
        help_text="提交以后那份回执上的 16 位。大小写、空格和短横都不要紧。",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
