"""The form that gives many units a class, an industry, or both."""

from collections.abc import Iterable
from typing import Any

from django import forms

from wugang_audit.admin_frame.words import DayInput
from wugang_audit.spreadsheets.cell_reader import KEEP, read_cell
from wugang_audit.spreadsheets.cell_types import Adjusted, Wrong

from . import industries
from .classifying import Decision, Group, Standing, label_of_industry
from .columns import COLUMNS
from .industry_cells import COARSE, SUGGESTED, UNKNOWN
from .models import Category, Speciality
from .models.unit import LATER
from .special_basis import BASIS
from .special_basis import NEEDED as NEEDED_BASIS

NO_CHANGE = [("", "不改")]
LEAVE, REPLACE = "keep", "replace"
NEEDED = "定为特殊监管对象时必填"  # who is drawn more often must be told why, and since when
SPECIAL_NEEDS = {
    "special_reason": "定为特殊监管对象的，要写明原因。",
    BASIS: NEEDED_BASIS,
    "special_from": "定为特殊监管对象的，要写明从哪一天起。",
}
SPECIAL = ("special_reason", "special_basis", "special_from", "special_until", "category_after")


class ClassifyForm(forms.Form):
    """What is given to all units of a choice. Who has another class or industry already is never changed unasked."""

    category = forms.ChoiceField(
        label="监管类别", required=False, choices=[*NO_CHANGE, *Category.choices], widget=forms.RadioSelect
    )
    special_reason = forms.CharField(
        label="特殊监管原因", required=False, max_length=200, help_text=f"{NEEDED}。"
    )
    special_basis = forms.CharField(
        label="特殊监管依据", required=False, max_length=200,
        help_text=f"{NEEDED}：文件名称和文号，或处罚决定书文号。",
    )  # fmt: skip
    special_from = forms.DateField(
        label="特殊监管起始日", required=False, widget=DayInput, help_text=f"{NEEDED}。"
    )
    special_until = forms.DateField(
        label="特殊监管截止日", required=False, widget=DayInput, help_text="没有定下的留空。"
    )
    category_after = forms.ChoiceField(
        label="监管结束后的类别", required=False, choices=LATER, initial=Category.GENERAL,
        help_text="起始日以前、截止日以后，自动按这一类抽签。",
    )  # fmt: skip
    industry = forms.CharField(
        label="行业", required=False, max_length=100,
        help_text="4 位小类代码，或行业名称，如 2669、水泥制造；不填就不改。",
    )  # fmt: skip
    pick = forms.CharField(label="是哪一个行业", required=False, widget=forms.RadioSelect)
    others = forms.ChoiceField(
        label="已经有别的类别或行业的单位", required=False, widget=forms.RadioSelect,
        choices=[(LEAVE, "保持不变，只给没有的定"), (REPLACE, "也改成新的")], help_text="会改到这样的单位时，要选一个。",
    )  # fmt: skip
    reason = forms.CharField(
        label="为什么这样定", max_length=100,
        help_text="例如文件名称和文号。记入每家单位的历史记录和审计记录；影响抽签，抽签前由第二人核对。",
        error_messages={"required": "请写明为什么这样定：会影响抽签。"},
    )  # fmt: skip

    def __init__(self, standing: Standing, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.standing = standing
        self.industry_code = ""
        self.asks_industry = False
        if not any(each.code for each in (*standing.categories, *standing.industries)):
            del self.fields["others"]

    def clean_special_reason(self) -> Any:
        return _as_cell("special_reason", self.cleaned_data["special_reason"])

    def clean_special_basis(self) -> Any:
        return _as_cell("special_basis", self.cleaned_data["special_basis"])

    def clean_industry(self) -> str:
        """Read a code or words; what is not certain is asked, with suggestions."""
        text = self.cleaned_data["industry"].strip()
        if not text:
            return text
        if len(text) == 4 and text.isascii() and text.isdecimal():
            code, problem, offered = text, "", []
        else:
            code, problem, offered = _read(text)
        self.fields["pick"].widget.choices = [(each, label_of_industry(each)) for each in offered]
        self.asks_industry = bool(offered)
        if (picked := self.data.get(self.add_prefix("pick"))) in offered:
            code = picked
        if code and _speciality(code) is None:
            raise forms.ValidationError("没有行业专业组管这个行业：请核对代码（大类应为 01 至 97）。")
        self.industry_code = code
        if not code:
            how = "请在下面选一个，或改填 4 位代码" if offered else "请改填 4 位小类代码"
            raise forms.ValidationError(f"“{text}”{problem}：{how}。")
        return text

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        category = data.get("category", "")
        if "industry" in data and "category" in data and not (category or self.industry_code):
            self.add_error("category", "请选监管类别，或在下面填行业：两样都没有，就没有可改的。")
        start, end = data.get("special_from"), data.get("special_until")
        if category == Category.SPECIAL:
            for name, said in SPECIAL_NEEDS.items():
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, said)
        if category == Category.SPECIAL and start and end and end < start:
            self.add_error("special_until", "截止日早于起始日。")
        others = self.standing.others(category, self.industry_code)
        if others and not data.get("others"):
            self.add_error("others", f"{_counted(others)}，请选这些单位改不改。")
        if self.data.get("counted") != str(self.standing.units):  # the page gives it back as it was shown
            said = f"所选单位现在是 {self.standing.units} 家，与刚才显示的不同：名录有了变动，请看过再定。"
            self.add_error(None, said)
        return data

    def decision(self) -> Decision:
        data = self.cleaned_data
        special = {name: data[name] for name in SPECIAL} if data["category"] == Category.SPECIAL else {}
        if special:
            special["category_after"] = special["category_after"] or Category.GENERAL
        return Decision(data["category"], self.industry_code, special, data.get("others") == REPLACE)


def _as_cell(name: str, text: str) -> Any:
    """Return a text as an import would keep it, so that an export of the registry comes in as unchanged."""
    column = next(each for each in COLUMNS if each.attribute == name)
    try:
        value = read_cell(text, column)
    except Wrong as wrong:
        raise forms.ValidationError(f"{wrong.problem}；{wrong.fix}。") from None
    value = column.blank if value is KEEP else value
    return value.value if isinstance(value, Adjusted) else value


def _read(text: str) -> tuple[str, str, list[str]]:
    """Return the code that a text means for certain; else nothing, why it does not, and what it may mean."""
    reading = industries.read_industry(text)
    code = reading.code
    if 0 < len(code) < 4 and _speciality(code) is None:
        return "", COARSE, _drawn(industries.classes(code))
    if code:
        return code, "", []
    return "", reading.note or UNKNOWN, _drawn(each.industry.code for each in reading.candidates)[:SUGGESTED]


def _drawn(codes: Iterable[str]) -> list[str]:
    """Keep the codes that one speciality covers: a unit of another one cannot be drawn."""
    table = Speciality.objects.by_prefix()
    return [code for code in codes if Speciality.objects.all().match(table, code) is not None]


def _speciality(code: str) -> Speciality | None:
    return Speciality.objects.all().match(Speciality.objects.by_prefix(), code)


def _counted(groups: list[Group]) -> str:
    named = "、".join(f"{each.label} {each.units} 家" for each in groups[:3])
    return f"所选单位里已有{named}{'等' if len(groups) > 3 else ''}"
