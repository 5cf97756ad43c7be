"""The one field of these forms: a code."""

from django import forms


def _digits(**attributes: str | bool) -> forms.CharField:
    return forms.CharField(
        label="六位验证码",
        max_length=20,
        error_messages={"required": "请输入验证器现在显示的六位数字。", "max_length": "验证码只有六位数字。"},
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "class": "code-input"}
            | attributes
        ),
    )


class CodeForm(forms.Form):
    """Six digits, and nothing else on the screen's key pad."""

    code = _digits(autofocus=True)


class ScanForm(forms.Form):
    """The same below a QR code, which must not scroll away as the page opens."""

    code = _digits()


class RecoveryForm(forms.Form):
    code = forms.CharField(
        label="恢复码",
        max_length=40,
        help_text="形如 7K3M-Q9XA-B2CD，大小写都可以，中间的横线可以不输。",
        error_messages={
            "required": "请输入一个没有用过的恢复码。",
            "max_length": "恢复码只有十二个字母和数字。",
        },
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "autofocus": True,
            }
        ),
    )


class EitherForm(forms.Form):
    """For a person who is in already: six digits, or a recovery code where the phone is gone."""

    code = forms.CharField(
        label="六位验证码或恢复码",
        max_length=40,
        help_text="先确认是您本人：输入验证器现在显示的六位数字；手机不在了，就输入一个恢复码。",
        error_messages={"required": "请先输入验证码或恢复码。", "max_length": "验证码六位，恢复码十二位。"},
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "spellcheck": "false"}),
    )
