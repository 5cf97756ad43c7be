"""The forms in which an administrator edits pollution sources and specialities."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms

from wugang_audit.bureau import current
from wugang_audit.registries.forms import CellForm, ReasonForm
from wugang_audit.spreadsheets import cell_types, coordinates
from wugang_audit.spreadsheets.table import Column

from .columns import COLUMNS
from .matching import next_number
from .models import Category, Medium, PollutionSource, Speciality
from .places import Place, in_order, region


class DegreesField(forms.CharField):
    """A coordinate as people write it: decimals or degrees, minutes and seconds; the form's rules of cells read it."""

    widget = forms.TextInput(attrs={"class": "vTextField", "size": 24, "autocomplete": "off"})

    def prepare_value(self, value: Any) -> Any:
        return f"{value:f}" if isinstance(value, Decimal) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return Decimal(str(initial or 0)) != Decimal(str(data or 0).strip())
        except InvalidOperation:
            return True


AFTER_HELP = "特殊监管填了起始日或截止日的，这一项必填：起始日以前、截止日以后，自动按这一类抽签。"
PLACE_HELP = "小数（113.516842）或度分秒（113°31′00.6″）；经度和纬度可以一起粘贴在这里。"


class PollutionSourceForm(CellForm, ReasonForm):
    columns = COLUMNS
    # All that the frozen pool takes from a unit: its class, speciality, standing, name, and that it is there.
    reason_for = frozenset({
        "name", "category", "special_from", "special_until", "category_after", "industry_code",
        "discharges_wastewater", "discharges_waste_gas", "operating_state", "out_of_season", "exempt_reason", "is_active",
    })  # fmt: skip
    media = forms.MultipleChoiceField(
        label="重点单位类型", choices=Medium, required=False, help_text="重点排污单位填写，可多选。",
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    swapped = False  # the two coordinates stand in each other's place: the page offers to exchange them
    longitude = DegreesField(label="经度", required=False, help_text=PLACE_HELP)
    latitude = DegreesField(label="纬度", required=False)

    class Meta:
        model = PollutionSource
        exclude = ["speciality", "updated_at", "joined_into"]

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if "number" in self.fields:
            self.fields["number"].required = False
            self.fields["number"].help_text = "抽签时代表该单位，一经使用不再更换。不填的，由本站按顺序给。"
        if "category_after" in self.fields:
            self.fields["category_after"].required = False
            self.fields["category_after"].help_text = AFTER_HELP
        if "media" in self.fields:
            self.initial["media"] = [medium for medium in (self.instance.media or "").split(",") if medium]

    def clean_media(self) -> str:
        chosen = self.cleaned_data["media"]
        return ",".join(medium for medium in Medium.values if medium in chosen)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if "is_active" in self.changed_data:
            self.instance.joined_into = None  # as `verbs.set_active`
        if "number" in data and not data["number"]:
            data["number"] = next_number(current().county_prefix)
        self._find_speciality(data.get("industry_code"))
        credit, permit = data.get("credit_code"), data.get("permit_number")
        if credit and permit and not permit.startswith(credit):
            self.add_error("permit_number", "前 18 位与本单位的统一社会信用代码不一致，请核对这两个号码。")
        self._clean_place(data)
        start, end = data.get("special_from"), data.get("special_until")
        if start and end and end < start:
            self.add_error("special_until", "截止日早于起始日。")
        if not data.get("category_after") and "category_after" not in self.errors:
            if data.get("category") == Category.SPECIAL and (start or end):
                self.add_error("category_after", "填了特殊监管的起止日期，请选期外按哪一类抽签。")
            data["category_after"] = Category.GENERAL
        return data

    def _find_speciality(self, code: str | None) -> None:
        if not code:
            if code == "":
                self.instance.speciality = None
            return
        speciality = Speciality.objects.all().match(Speciality.objects.by_prefix(), code)
        if speciality is None:
            self.add_error("industry_code", "没有行业专业组管这个行业：请核对代码（大类应为 01 至 97）。")
        else:
            self.instance.speciality = speciality

    def _clean_place(self, data: dict[str, Any]) -> None:
        names = ("longitude", "latitude")
        self._split_place(data, names)
        place = Place(*(data.get(name) if name not in self.errors else None for name in names))
        if place.swapped:
            self.swapped = True
            said = "经度和纬度填反了：{}里填的 {} 是{}，请把两格的数对调。"
            for one, other, value in (("经度", "纬度", place.longitude), ("纬度", "经度", place.latitude)):
                self.add_error(names[one == "纬度"], said.format(one, value.normalize(), other))
            return
        for at in place.far():
            self.add_error(names[at], f"{region().far_in_words(at)}；一时查不清的请留空。")

    def _split_place(self, data: dict[str, Any], names: tuple[str, str]) -> None:
        for name, other in (names, names[::-1]):
            both = data.get(name)
            if isinstance(both, coordinates.TwoDegrees):
                if data.get(other) is None and other not in self.errors:
                    data.update(in_order(*both)._asdict())
                else:
                    self.add_error(name, "一格里写了两个数，请把经度和纬度分别填写。")


class SpecialityForm(CellForm, ReasonForm):
    columns = (Column("name", "名称", cell_types.name(60), required=True),)
    reason_for = frozenset({"prefixes"})

    class Meta:
        model = Speciality
        fields = ["code", "name", "prefixes", "remarks"]

    def clean_name(self) -> str:
        """Refuse a name that workbooks of officers, which list several in one cell, would read as two."""
        name = self.cleaned_data["name"]
        if len(cell_types.names(name)) > 1:
            raise forms.ValidationError("名称中不要用顿号、逗号、分号或斜线：导入时会被当作几个行业。")
        return name

    def clean_prefixes(self) -> str:
        """Refuse prefixes that another group claims, and changes that leave units without a group."""
        prefixes = self.cleaned_data["prefixes"]
        own = set(Speciality(prefixes=prefixes).prefix_list)
        others = Speciality.objects.exclude(pk=self.instance.pk)
        for other in others:
            if both := own.intersection(other.prefix_list):
                raise forms.ValidationError(
                    f"“{other.name}”已经有 {'、'.join(sorted(both))}，一个代码只能归一组。"
                )
        table = {prefix: other for other in others for prefix in other.prefix_list} | dict.fromkeys(
            own, self.instance
        )
        units = PollutionSource.objects.exclude(industry_code="").order_by()
        codes = units.values_list("industry_code", flat=True).distinct()
        if homeless := [code for code in codes if Speciality.objects.all().match(table, code) is None]:
            raise forms.ValidationError(
                f"改后行业代码 {'、'.join(sorted(homeless)[:10])} 的单位无处可归，请先把这些代码加到别的组。"
            )
        return prefixes
