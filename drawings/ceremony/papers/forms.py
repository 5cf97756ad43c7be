"""Forms of the records of a draw: who watches, and where the digest was left."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from ...models import ChangesObjection, Deposit, Draw
from ...privacy_gate.forms import Guarded
from ...privacy_gate.queries import Marked, Subject, marked_of


class WitnessForm(Guarded, forms.Form):
    """Who watches: one person a line, for the minutes."""

    guarded = ("witnesses",)
    witnesses = forms.CharField(
        label="见证人",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="每行一人：姓名，单位或身份。写进会议记录，公布结果以前可以修改。",
    )

    def __init__(self, *args: Any, draw: Draw, **kwargs: Any) -> None:
        self.draw = draw
        super().__init__(*args, **kwargs)

    def marked(self) -> Marked:
        return marked_of(Subject.WITNESSES, [self.draw.pk])[self.draw.pk]

    def clean_witnesses(self) -> str:
        lines = [" ".join(line.split()) for line in self.cleaned_data["witnesses"].splitlines()]
        if not all(line.isprintable() for line in lines):
            raise forms.ValidationError("有看不见的字符，请删去后重新输入。")
        return "\n".join(line for line in lines if line)


def _one_line(text: str) -> str:
    """Return a text with its blanks folded, or say that it holds what nobody sees."""
    text = " ".join(text.split())
    if not text.isprintable():
        raise forms.ValidationError("有看不见的字符，请删去后重新输入。")
    return text


class ObjectionForm(Guarded, forms.ModelForm):
    """Why the registries should not be frozen as they stand."""

    guarded = ("reason",)

    class Meta:
        model = ChangesObjection
        fields = ["reason"]
        widgets = {"reason": forms.Textarea(attrs={"rows": 3})}
        error_messages = {"reason": {"required": "请写明异议：哪一处变动，为什么不对。"}}

    def clean_reason(self) -> str:
        return _one_line(self.cleaned_data["reason"])


class LiftForm(Guarded, forms.Form):
    """Why a head lifts another's objection."""

    guarded = ("because",)

    because = forms.CharField(
        label="解除理由",
        max_length=300,
        help_text=ChangesObjection._meta.get_field("lifted_because").help_text,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "请写明解除的理由：怎样核实的，为什么不成立或已经处理。"},
    )

    def clean_because(self) -> str:
        return _one_line(self.cleaned_data["because"])


class DepositForm(Guarded, forms.ModelForm):
    """Where outside the bureau the commit's digest was left."""

    guarded = ("where",)
    LARGEST = 100 * 1024
    upload = forms.FileField(
        label="时间戳文件", required=False, help_text="只在选“可信时间戳”时上传，不超过 100 KB。"
    )

    class Meta:
        model = Deposit
        fields = ["kind", "where"]

    def clean_upload(self) -> UploadedFile | None:
        upload = self.cleaned_data["upload"]
        if upload and upload.size > self.LARGEST:
            raise forms.ValidationError("文件超过 100 KB：时间戳文件一般只有几 KB，请核对。")
        return upload

    def clean_where(self) -> str:
        return _one_line(self.cleaned_data["where"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        stamp, upload = data.get("kind") == Deposit.Kind.TIMESTAMP, data.get("upload")
        if stamp and not upload and "upload" not in self.errors:
            self.add_error("upload", "请上传时间戳文件。")
        elif upload and not stamp:
            self.add_error("upload", "只有可信时间戳才上传文件。")
        return data
