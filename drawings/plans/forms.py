"""The form of a year's plan."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from django import forms

from wugang_audit.access.keys import KeysField

from ..models import InspectionItem, Plan, PlanRate, Stratum
from ..models.plan import SCHEME
from ..privacy_gate.forms import Clear

# What people write in a plan; the public reads it.
WORDS = ("title", "document_number", "basis")


class RateFields(NamedTuple):
    """The two fields of a stratum's fraction."""

    stratum: Stratum
    label: str
    numerator: forms.BoundField
    denominator: forms.BoundField


class PlanForm(Clear, forms.ModelForm):
    """The plan of a year, with one fraction for each stratum (平舞环〔2024〕40号 二（四）)."""

    searched = WORDS
    year = forms.IntegerField(label="年度", min_value=2015, max_value=2999)
    emitting = forms.BooleanField(
        label="涉水涉气重点排污单位单列，提高比例",
        required=False,
        help_text="平舞环〔2024〕40号二（二）：有针对性地提高重点排污单位中废水、废气排放企业的检查频次。",
    )

    class Meta:
        model = Plan
        fields = [
            "year", "title", "document_number", "basis", "general_reading", "fresh_first", "yearly_cap",
            "substitutes", "items",
        ]  # fmt: skip
        widgets = {
            "basis": forms.Textarea(attrs={"rows": 3}),
            "general_reading": forms.RadioSelect,
            "substitutes": forms.RadioSelect,
            "items": forms.CheckboxSelectMultiple,
        }
        field_classes = {"items": KeysField}
        help_texts = {"general_reading": "各种算法的得数在保存后的计划页面上并排列出。"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["items"].queryset = InspectionItem.objects.filter(is_active=True)
        current = {rate.stratum: (rate.numerator, rate.denominator) for rate in self._rates()}
        self.fields["emitting"].initial = self.initial.get("emitting", Stratum.EMITTING in current)
        for stratum in Stratum:
            default = SCHEME.get(stratum, SCHEME[Stratum.KEY])
            numerator, denominator = current.get(stratum, self.initial.get(stratum, default))
            for part, name, value in (("n", "抽取", numerator), ("d", "总数", denominator)):
                self.fields[f"{stratum}_{part}"] = forms.IntegerField(
                    label=f"{stratum.label}：{name}",
                    min_value=1,
                    max_value=1000,
                    initial=value,
                    required=stratum != Stratum.EMITTING,
                )

    @staticmethod
    def first_guess(year: int, last: Plan | None) -> dict[str, Any]:
        """What a new plan starts from: the version in force, else the scheme of 2024."""
        items = InspectionItem.objects.filter(is_active=True)
        if last is None:
            return {
                "year": year,
                "title": f"{year}年度“双随机、一公开”抽查计划",
                "basis": "《国务院办公厅关于推广随机抽查规范事中事后监管的通知》（国办发〔2015〕58号）；"
                "平舞环〔2024〕40号《“双随机、一公开”监管工作实施方案》二（四）。",
                "items": items,
            }
        rates = {rate.stratum: (rate.numerator, rate.denominator) for rate in last.rates.all()}
        names = tuple(name for name in PlanForm.Meta.fields if name != "items")
        taken = {name: getattr(last, name) for name in names}
        return rates | taken | {"emitting": last.has_emitting, "items": last.items.filter(is_active=True)}

    def _rates(self) -> Iterable[PlanRate]:
        return self.instance.rates.all() if self.instance.pk else ()

    def rate_fields(self) -> Iterator[RateFields]:
        for stratum in Stratum:
            yield RateFields(stratum, stratum.label, self[f"{stratum}_n"], self[f"{stratum}_d"])

    def _strata(self) -> list[Stratum]:
        return [
            stratum for stratum in Stratum if stratum != Stratum.EMITTING or self.cleaned_data.get("emitting")
        ]

    def clean(self) -> None:
        super().clean()
        for stratum in self._strata():
            numerator = self.cleaned_data.get(f"{stratum}_n")
            denominator = self.cleaned_data.get(f"{stratum}_d")
            if stratum == Stratum.EMITTING and not (numerator and denominator):
                self.add_error(f"{stratum}_n", "单列的涉水涉气重点排污单位要填抽查比例。")
            elif numerator and denominator and numerator > denominator:
                self.add_error(f"{stratum}_n", "抽取的家数不能大于总数。")

    def rates(self) -> list[tuple[str, int, int]]:
        return [
            (stratum, self.cleaned_data[f"{stratum}_n"], self.cleaned_data[f"{stratum}_d"])
            for stratum in self._strata()
        ]
