"""What is said of an on-site record: confirmed or not, signed or not, opened again, put right."""

import base64
import binascii
from typing import Any

from django import forms

from ...models import CoSign, Finding, FirmSignature, Inspection, Supplement
from ...models.checklists import names_of
from ..fields import LinesField
from .phone_time import PhoneTimeField

PNG = "data:image/png;base64,"
LONGEST_IMAGE = 420_000  # characters: 300 KB in base64
SEEN = {"required": "页面不完整，请刷新后再办。"}


class OfRecord(forms.Form):
    """A form about the record that lay before the person: its digest says which one."""

    digest = forms.CharField(max_length=64, widget=forms.HiddenInput, error_messages=SEEN)


class SaidAtTheGate(OfRecord):
    """What may have been said hours before it could be sent."""

    phone_time = PhoneTimeField()


class ReopenForm(OfRecord):
    reason = forms.CharField(
        label="为什么重新打开",
        required=False,
        max_length=200,
        help_text="如：排放口编号记错了。会记在这次检查里。",
        widget=forms.TextInput({"autocomplete": "off"}),
    )


class CosignForm(SaidAtTheGate):
    verdict = forms.ChoiceField(
        label="您的意见",
        choices=CoSign.Verdict.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "请选择“确认无误”或“有异议”。"},
    )
    note = LinesField(
        label="异议内容",
        rows=3,
        max_length=500,
        help_text="有异议的，写明哪一处不对、应当怎样记。会一直留在记录里，审核人看得到。",
    )


class SignForm(SaidAtTheGate):
    kind = forms.ChoiceField(
        label="签字情况",
        choices=FirmSignature.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "请选择签字情况。"},
    )
    name = forms.CharField(label="签字人姓名", required=False, max_length=60)
    post = forms.CharField(label="职务", required=False, max_length=60)
    reason = forms.CharField(label="没有签字的原因", required=False, max_length=200)
    witness = forms.CharField(
        label="见证人",
        required=False,
        max_length=100,
        help_text="拒绝签字的必填：姓名、单位；没有别人的，写“无，执法记录仪全程记录”。",
    )
    image = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("name", "post", "reason", "witness"):
            self.fields[name].widget.attrs["autocomplete"] = "off"

    def clean_image(self) -> bytes:
        """Return the drawn signature: a PNG, as a page draws it into a ``data:`` address."""
        text = self.cleaned_data["image"]
        if not text:
            return b""
        try:
            if text.startswith(PNG) and len(text) <= LONGEST_IMAGE:
                return base64.b64decode(text.removeprefix(PNG), validate=True)
        except binascii.Error:
            pass
        self.add_error("kind", "签字图读不出来，请重新签一次。")  # nobody sees the hidden field
        return b""


class SupplementForm(OfRecord):
    text = LinesField(
        label="补正内容",
        rows=3,
        max_length=Supplement._meta.get_field("text").max_length,
        help_text="写明现场记录里哪一处有错，正确的是什么。原来的记录不变，两名执法人员都确认后附在后面。",
    )
    point = forms.TypedChoiceField(label="检查项目", required=False, coerce=int, empty_value=None)
    verdict = forms.ChoiceField(
        label="结果改为", required=False, choices=[("", "不改"), *Finding.Verdict.choices]
    )

    def __init__(self, *args: Any, inspection: Inspection, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        points = [row.point for row in inspection.findings.select_related("point__version__checklist")]
        names = names_of(points)
        self.fields["point"].choices = [("", "不改检查项目的结果")] + [
            (point.pk, names[point.pk]) for point in points
        ]


class DecideForm(OfRecord):
    verdict = forms.ChoiceField(
        label="您的意见",
        choices=[("confirm", "确认这条补正"), ("object", "不同意")],
        widget=forms.RadioSelect,
        error_messages={"required": "请选择确认还是不同意。"},
    )
    note = forms.CharField(label="不同意的理由", required=False, max_length=500)
