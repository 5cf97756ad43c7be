"""Forms of the steps of a draw: its start, the freeze with the sources of randomness."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django import forms
from django.conf import settings
from django.utils import timezone

from ..models import Disclosure, InspectionItem
from ..models.entropy import DICE, DRAND, LOTTERIES, SYSTEM
from ..models.quarters import QUARTERS, quarter_of
from ..protocol import verify

ENOUGH = 64_000  # thousandths of a bit that the public must be able to count on (draw/2)


class StartForm(forms.Form):
    """Which quarter is drawn, and under which inspection item."""

    year = forms.IntegerField(label="年度", min_value=2015, max_value=2999)
    quarter = forms.TypedChoiceField(
        label="季度", choices=[(n, f"第 {n} 季度") for n in QUARTERS], coerce=int
    )
    item = forms.ModelChoiceField(
        label="抽查事项", queryset=InspectionItem.objects.filter(is_active=True), empty_label=None
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        year, quarter = quarter_of(timezone.localdate())
        kwargs.setdefault("initial", {"year": year, "quarter": quarter})
        super().__init__(*args, **kwargs)


class SourceRow(NamedTuple):
    """The fields of one source: whether it is used, its issue or number of throws, when its value is known."""

    switch: forms.BoundField
    label: forms.BoundField | None
    time: forms.BoundField | None


class SourcesForm(forms.Form):
    """The sources of randomness that the commit names, each with the time when it becomes known."""

    # What the label of a source is called, and what is to be known of it.
    LABELS = dict.fromkeys(DICE, "投掷次数") | dict.fromkeys(LOTTERIES, "期号") | {DRAND: "链/轮次"}
    HELP = {
        "dice10": "十面骰（或 0–9 号球，每次放回）。20 次起单独够用；当众投掷。",
        "dice6": "普通六面骰。25 次起单独够用；当众投掷。",
        "ssq": "双色球，每周二、四、日 21:15 开奖，例如 2026112。",
        "pl5": "排列5，每日 21:25 开奖，例如 26261。",
        "fc3d": "福彩3D，每日 21:15 开奖，例如 2026261。",
        "drand": "公共随机信标：64 位链摘要/轮次。",
    }
    INITIAL_LABELS = {"dice10": "20", "dice6": "25"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        soon = timezone.localtime() + timezone.timedelta(minutes=5)
        for source, label in self.LABELS.items():
            self.fields[f"{source}_on"] = forms.BooleanField(
                label=verify.SOURCES[source].title, required=False, help_text=self.HELP[source]
            )
            self.fields[f"{source}_label"] = forms.CharField(
                label=label, required=False, max_length=90, initial=self.INITIAL_LABELS.get(source)
            )
            self.fields[f"{source}_time"] = forms.DateTimeField(
                label="开始投掷时间" if source in DICE else "揭晓时间",
                required=False,
                initial=soon.replace(second=0, microsecond=0) if source in DICE else None,
                widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
            )
        if settings.ALLOW_SYSTEM_ENTROPY:
            self.fields["system_on"] = forms.BooleanField(
                label="系统随机数（仅供演示和演练）",
                required=False,
                help_text="由本机产生，当场完成。公众无法排除反复重抽，公开页面会如实标明。不能与其他来源同用。",
            )

    def rows(self) -> Iterator[SourceRow]:
        """Yield the fields of each source that may be chosen."""
        for source in self.LABELS:
            yield SourceRow(self[f"{source}_on"], self[f"{source}_label"], self[f"{source}_time"])
        if "system_on" in self.fields:
            yield SourceRow(self["system_on"], None, None)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        chosen = [source for source in self.LABELS if data.get(f"{source}_on")]
        if data.get("system_on"):
            if chosen:
                raise forms.ValidationError("系统随机数只能单独使用：请取消其他来源，或取消系统随机数。")
            self.sources = [verify.Source(SYSTEM, "os", timezone.localtime().isoformat(timespec="seconds"))]
            return data
        if not chosen:
            raise forms.ValidationError("请至少选择一种随机来源。")
        sources = [source for source in (self._source(data, name) for name in chosen) if source]
        if not self.errors:
            self.sources = sorted(sources, key=lambda source: source.time)
            self._check_together()
        return data

    def _source(self, data: dict[str, Any], name: str) -> verify.Source | None:
        title = verify.SOURCES[name].title
        label, moment = data.get(f"{name}_label", "").strip(), data.get(f"{name}_time")
        if moment is None and f"{name}_time" not in self.errors:
            self.add_error(f"{name}_time", f"{title}：请填写{self.fields[f'{name}_time'].label}。")
        try:
            verify.bits(name, label)
        except verify.Invalid:
            words = (
                "投掷次数请填 1 至 999 的整数"
                if name in DICE
                else f"请填写数字、字母组成的{self.LABELS[name]}"
            )
            self.add_error(f"{name}_label", f"{title}：{words}。")
            return None
        if moment is None:
            return None
        local = timezone.localtime(moment).isoformat(timespec="seconds")
        return verify.Source(name, label, local)

    def _check_together(self) -> None:
        times = [source.time for source in self.sources]
        if len(set(times)) < len(times):
            raise forms.ValidationError("两个来源的时间相同：请错开，先揭晓的在前。")
        dice = [source.source in DICE for source in self.sources]
        if dice != sorted(dice, reverse=True):
            raise forms.ValidationError(
                "骰子必须在彩票开奖之前投掷：开奖之后再掷骰子，别人会怀疑是凑出来的。"
            )
        total = sum(verify.bits(source.source, source.label) for source in self.sources)
        if total < ENOUGH:
            raise forms.ValidationError(
                f"随机性不够：现在合计 {total / 1000:.1f} 比特，至少要 64 比特。"
                "请增加骰子次数（十面骰 20 次、六面骰 25 次即够），或再加一种来源。"
            )


class FreezeForm(SourcesForm):
    """All that an organiser chooses at the freeze: the sources of randomness, and whether the result is sealed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["disclosure"] = forms.ChoiceField(
            label="结果怎样公开",
            choices=Disclosure.choices,
            initial=Disclosure.OPEN,
            widget=forms.RadioSelect,
            required=False,
            help_text="密封：抽中的单位和检查组先保密，承诺值、随机数和结果的摘要照常公布；解封以后全部公开。",
        )
        self.fields["unseal_on"] = forms.DateField(
            label="到这一天自动解封",
            required=False,
            help_text="只在密封时填写。不填的，由抽查组织者在检查完成后解封。",
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        )

    def clean_disclosure(self) -> str:
        return self.cleaned_data["disclosure"] or Disclosure.OPEN

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        day = data.get("unseal_on")
        if day and data.get("disclosure") != Disclosure.SEALED:
            self.add_error("unseal_on", "随即公开的抽签不用填解封日期。")
        elif day and day <= timezone.localdate():
            self.add_error("unseal_on", "解封日期要在今天以后。")
        return data

    def choices(self) -> dict[str, Any]:
        """What the verb takes, of a valid form."""
        return {
            "sources": self.sources,
            "disclosure": self.cleaned_data["disclosure"],
            "unseal_on": self.cleaned_data["unseal_on"],
        }
