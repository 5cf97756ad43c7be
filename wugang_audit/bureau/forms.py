"""The form of the bureau's own facts."""

import unicodedata

from django import forms

from .models import Bureau

WIDE = forms.TextInput(attrs={"class": "vTextField"})


class DigitsField(forms.CharField):
    """A code of digits; those typed in full width are read as digits."""

    def to_python(self, value: str | None) -> str:
        return super().to_python(unicodedata.normalize("NFKC", value or ""))


class BureauForm(forms.ModelForm):
    class Meta:
        model = Bureau
        fields = ["name", "address", "phone", "county_prefix"]
        field_classes = {"county_prefix": DigitsField}
        widgets = {"name": WIDE, "address": WIDE, "phone": WIDE}
        error_messages = {
            "name": {"required": "请填写单位全称。"},
            "address": {"required": "请填写地址。"},
            "phone": {"required": "请填写电话。"},
            "county_prefix": {
                "required": "请填写 6 位行政区划代码。",
                "max_length": "应为 6 位行政区划代码（GB/T 2260），如 410481。",
            },
        }
