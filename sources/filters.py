"""What narrows the pages of the registry, and what is filled in there."""

from django import forms
from django.db.models import QuerySet

from wugang_audit import clock

from .doubles import Line
from .models import Category, PollutionSource
from .search import townships

ALL = [("", "全部")]


class ScatterFilter(forms.Form):
    township = forms.ChoiceField(label="乡镇（街道）", required=False)
    category = forms.ChoiceField(label="监管类别", required=False, choices=[*ALL, *Category.choices])

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["township"].choices = [*ALL, *((name, name) for name in townships())]

    def narrow(self, units: QuerySet[PollutionSource]) -> QuerySet[PollutionSource]:
        """Keep what matches; a filter that makes no sense is ignored."""
        self.is_valid()
        if township := self.cleaned_data.get("township"):
            units = units.filter(township=township)
        if category := self.cleaned_data.get("category"):
            units = units.with_class(clock.today()).filter(class_today=category)
        return units

    def in_registry_list(self) -> dict[str, str]:
        """Return what narrows the registry's own list in the same way."""
        chosen = {"township": self.cleaned_data.get("township")}
        return {name: value for name, value in chosen.items() if value}


class DifferentForm(forms.Form):
    """That two units are not the same, and why."""

    why = forms.CharField(
        label="为什么不是同一家", max_length=100, help_text="例如同名的两个厂区、各有执照。记入审计记录，以后不再提示这两家。",
        error_messages={"required": "请写明为什么不是同一家。"},
    )  # fmt: skip


class JoinForm(forms.Form):
    """Which of two units goes on, and what it takes from which."""

    stays = forms.ChoiceField(label="保留哪一家（编码不变，另一家停用并指向它）", widget=forms.RadioSelect)
    despite_permits = forms.BooleanField(
        label="许可证不同，仍是同一家（例如换了证）",
        required=False,
        help_text="两处生产场所各有一证的，不要合并。",
    )
    reason = forms.CharField(
        label="合并理由", max_length=60, help_text="怎么核实的。记入两家的历史记录和审计记录。",
        error_messages={"required": "请写明怎么核实是同一家的。"},
    )  # fmt: skip

    def __init__(self, one: PollutionSource, other: PollutionSource, lines: list[Line], *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.one, self.other = one, other
        units = {"one": one, "other": other}
        self.fields["stays"].choices = [(key, f"{unit.name}（{unit.number}）") for key, unit in units.items()]
        self.fields["stays"].initial = "one" if one.is_active else "other"
        if one.permit_number == other.permit_number or not (one.permit_number and other.permit_number):
            del self.fields["despite_permits"]
        self.differing = [line for line in lines if line.differs]
        for line in self.differing:
            self.fields[f"take_{line.choice.key}"] = forms.ChoiceField(
                label=line.choice.label, choices=[("one", "左边"), ("other", "右边")], initial=line.better,
                widget=forms.RadioSelect, error_messages={"required": f"请选{line.choice.label}取哪一家的。"},
            )  # fmt: skip

    def rows(self) -> list[tuple[Line, forms.BoundField]]:
        """The differing lines, each with the field that chooses."""
        return [(line, self[f"take_{line.choice.key}"]) for line in self.differing]

    def decided(self) -> dict[str, object]:
        """Return the arguments of `joining.join`."""
        stays = self.cleaned_data["stays"]
        units = {"one": self.one, "other": self.other}
        return {
            "stays": units[stays],
            "goes": self.other if stays == "one" else self.one,
            "taken": {
                line.choice.key: self.cleaned_data[f"take_{line.choice.key}"] != stays
                for line in self.differing
            },
            "reason": self.cleaned_data["reason"],
            "despite_permits": self.cleaned_data.get("despite_permits", False),
        }
