"""The form of the freeze: the sources of randomness, dice and the next lottery proposed, and how the result is disclosed."""

import datetime
from collections.abc import Iterator
from typing import Any, NamedTuple

from django import forms
from django.conf import settings
from django.utils import timezone

from wugang_audit import clock
from wugang_audit.calendar.shown import ESTIMATED, WHY

from .. import deadlines
from ..amendments import issues
from ..models import Disclosure, Draw
from ..models.entropy import DICE, DRAND, LOTTERIES, SYSTEM
from ..models.lotteries import CALENDARS, Issue, calendar_of, propose
from ..protocol import verify
from ..states import Refused

ENOUGH = 64_000  # thousandths of a bit that the public must be able to count on (draw/2)
TO_THE_DICE = datetime.timedelta(minutes=10)  # to read the last question, and to read the commit out
FOR_THE_DICE = datetime.timedelta(minutes=40)  # to throw, and to type twice: the lottery comes after that
FULL_MINUTES = 5


class SourceRow(NamedTuple):
    """The fields of one source: whether it is used, its issue or number of throws, when its value is known."""

    switch: forms.BoundField
    label: forms.BoundField | None
    time: forms.BoundField | None

    @property
    def is_open(self) -> bool:
        """Say whether the source is chosen, or something is wrong with it."""
        return bool(self.switch.value()) or any(field.errors for field in self if field)


class Preset(NamedTuple):
    """What is proposed: dice in a few minutes, and the lottery that is drawn next after them."""

    dice: datetime.datetime
    issues: dict[str, Issue]  # of each lottery the next one after the dice
    lottery: str

    @classmethod
    def at(cls, now: datetime.datetime) -> "Preset":
        """Work it out; of two lotteries at the same time the one of more bits is taken."""
        dice = timezone.localtime(now + TO_THE_DICE).replace(second=0, microsecond=0)
        dice += datetime.timedelta(minutes=-dice.minute % FULL_MINUTES)
        issues = {source: propose(source, dice + FOR_THE_DICE) for source in LOTTERIES}
        first = min(LOTTERIES, key=lambda each: (issues[each].known_at, -verify.SOURCES[each].thousandths))
        return cls(dice, issues, first)


class SourcesForm(forms.Form):
    """The sources of randomness that the commit names, each with the time when it becomes known."""

    # What the label of a source is called, and what is to be known of it.
    LABELS = dict.fromkeys(DICE, "投掷次数") | dict.fromkeys(LOTTERIES, "期号") | {DRAND: "链/轮次"}
    HELP = {
        "dice10": "十面骰（或 0–9 号球，每次放回）。20 次起单独够用；当众投掷。",
        "dice6": "普通六面骰。25 次起单独够用；当众投掷。",
        "ssq": "双色球，每周二、四、日 {time} 开奖。",
        "pl5": "排列5，每日 {time} 开奖。",
        "fc3d": "福彩3D，每日 {time} 开奖。",
        "drand": "公共随机信标：64 位链指纹/轮次。轮次和时间要对得上。",
    }
    EXAMPLES = {"ssq": "2026112", "pl5": "26261", "fc3d": "2026261"}
    CHECKED_AT = {
        "ssq": "中国福彩网 www.cwl.gov.cn",
        "pl5": "中国体彩网 www.lottery.gov.cn",
        "fc3d": "中国福彩网 www.cwl.gov.cn",
    }
    THROWS = {"dice10": "20", "dice6": "25"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.preset = Preset.at(clock.now())
        self.proposed = ("dice10", self.preset.lottery)
        for source, label in self.LABELS.items():
            issue = self._proposal(source)
            self.fields[f"{source}_on"] = forms.BooleanField(
                label=verify.SOURCES[source].title,
                required=False,
                help_text=self._what(source),
                initial=source in self.proposed,
            )
            self.fields[f"{source}_label"] = forms.CharField(
                label=label,
                required=False,
                max_length=90,
                initial=issue.label,
                help_text=self._where_to_check(source, issue),
                widget=forms.TextInput(attrs={"inputmode": "text" if source == DRAND else "numeric"}),
            )
            self.fields[f"{source}_time"] = forms.DateTimeField(
                label="开始投掷时间" if source in DICE else "揭晓时间",
                required=False,
                initial=issue.known_at,
                widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
            )
        if settings.ALLOW_SYSTEM_ENTROPY:
            self.fields["system_on"] = forms.BooleanField(
                label="系统随机数（仅供演示和演练）",
                required=False,
                help_text="由本机产生，当场完成。公众无法排除反复重抽，公开页面会如实标明。只能单独使用，请取消其他来源。",
            )

    def _proposal(self, source: str) -> Issue:
        if source in DICE:
            return Issue(self.THROWS[source], self.preset.dice)
        if source in LOTTERIES:
            return self.preset.issues[source]
        known_at = self.preset.issues[self.preset.lottery].known_at + datetime.timedelta(minutes=FULL_MINUTES)
        number = (int(known_at.timestamp()) - verify.DRAND_START) // verify.DRAND_PERIOD + 1
        return Issue(f"{verify.DRAND}/{number}", known_at)

    def _what(self, source: str) -> str:
        if source not in CALENDARS:
            return self.HELP[source]
        return self.HELP[source].format(time=f"{calendar_of(source).time:%H:%M}")

    def _where_to_check(self, source: str, issue: Issue) -> str:
        if source not in LOTTERIES:
            return ""
        where = f"请到{self.CHECKED_AT[source]}核对期号和时间：春节、国庆休市，推算会不准。"
        if issue.label:
            return f"由本站登记过的期号推算。{where}"
        return f"本站还没有登记过这种彩票的期号，推算不出，请查好填写，例如 {self.EXAMPLES[source]}。{where}"

    def _row(self, source: str) -> SourceRow:
        return SourceRow(self[f"{source}_on"], self[f"{source}_label"], self[f"{source}_time"])

    def proposed_rows(self) -> list[SourceRow]:
        """The fields of what is proposed: dice first, then the lottery."""
        return [self._row(source) for source in self.proposed]

    def other_rows(self) -> Iterator[SourceRow]:
        """Yield the fields of the sources that are folded away."""
        for source in self.LABELS:
            if source not in self.proposed:
                yield self._row(source)
        if "system_on" in self.fields:
            yield SourceRow(self["system_on"], None, None)

    def has_other(self) -> bool:
        """Say whether what is folded away must be seen: a source there is chosen, or something is wrong with it."""
        return any(row.is_open for row in self.other_rows())

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        chosen = [source for source in self.LABELS if data.get(f"{source}_on")]
        if data.get("system_on"):
            if chosen:
                self.add_error("system_on", "系统随机数只能单独使用：请取消其他来源，或取消系统随机数。")
                return data
            self.sources = [verify.Source(SYSTEM, "os", clock.local_now().isoformat(timespec="seconds"))]
            return data
        if not chosen:
            raise forms.ValidationError("请至少选择一种随机来源。")
        sources = [source for source in (self._source(data, name) for name in chosen) if source]
        if not self.errors:
            self.sources = sorted(sources, key=lambda source: datetime.datetime.fromisoformat(source.time))
            self._check_together()
        return data

    def _source(self, data: dict[str, Any], name: str) -> verify.Source | None:
        """Return a chosen source, or None with what is wrong beside its fields."""
        title = verify.SOURCES[name].title
        label, moment = data.get(f"{name}_label", "").strip(), data.get(f"{name}_time")
        if moment is None:
            if f"{name}_time" not in self.errors:
                asked = self.fields[f"{name}_time"].label
                self.add_error(f"{name}_time", f"{title}：请填写{asked}。")
        elif moment <= clock.now():
            when = f"{timezone.localtime(moment):%m月%d日 %H:%M}"
            self.add_error(f"{name}_time", f"{title}：{when} 已经过去，必须选用冻结之后才揭晓的。")
        try:
            verify.bits(name, label)
        except verify.Invalid:
            self.add_error(f"{name}_label", f"{title}：{self._form_of_label(name)}。")
            return None
        if moment is None:
            return None
        if name in LOTTERIES:
            self._check_issue(name, label, moment)
        if name == DRAND:
            self._check_round(label, moment)
        return verify.Source(name, label, timezone.localtime(moment).isoformat(timespec="seconds"))

    def _form_of_label(self, name: str) -> str:
        if name in DICE:
            return "投掷次数请填 1 至 999 的整数"
        if name in CALENDARS:
            example = self.EXAMPLES[name]
            return f"期号是 {len(example)} 位数字，例如 {example}"
        return f"请填写 quicknet 的链指纹（{verify.DRAND[:8]}… 开头，64 位）、斜线和轮次"

    def _check_issue(self, name: str, label: str, moment: datetime.datetime) -> None:
        """An issue that was drawn before may not be named again under a later time: its value is known.

        Nor under a time at which nothing is drawn, or a number that the year cannot have reached or has long passed.
        """
        field = f"{name}_time"
        try:
            issues.check_time(name, moment)
            field = f"{name}_label"
            issues.check_calendar(name, label, moment)
            issues.check_known(name, label, moment)
        except Refused as refusal:
            self.add_error(field, str(refusal))

    def _check_round(self, label: str, moment: datetime.datetime) -> None:
        """A round is known at a second of its own: a later time beside it would name one that is out already."""
        known_at = verify.DRAND_START + verify.DRAND_PERIOD * (int(label.partition("/")[2]) - 1)
        if known_at != moment.timestamp():
            when = timezone.localtime(datetime.datetime.fromtimestamp(known_at, datetime.UTC))
            self.add_error("drand_time", f"这一轮在 {when:%Y-%m-%d %H:%M:%S} 揭晓，和填写的时间对不上。")

    def _check_together(self) -> None:
        for one, other in zip(self.sources, self.sources[1:], strict=False):
            if datetime.datetime.fromisoformat(one.time) == datetime.datetime.fromisoformat(other.time):
                self.add_error(f"{other.source}_time", "两个来源的时间相同：请错开，先揭晓的在前。")
            if other.source in DICE and one.source not in DICE:
                self.add_error(
                    f"{other.source}_time",
                    "骰子必须在彩票开奖之前投掷：开奖之后再掷骰子，别人会怀疑是凑出来的。",
                )
        total = sum(verify.bits(source.source, source.label) for source in self.sources)
        if total < ENOUGH:
            dice = next((source.source for source in self.sources if source.source in DICE), None)
            self.add_error(
                dice and f"{dice}_label",
                f"随机性不够：现在合计 {total / 1000:.1f} 比特，至少要 64 比特。"
                "请增加骰子次数（十面骰 20 次、六面骰 25 次即够），或再加一种来源。",
            )


class FreezeForm(SourcesForm):
    """All that an organiser chooses at the freeze: the sources of randomness, and whether the result is sealed."""

    def __init__(
        self, *args: Any, draw: Draw | None = None, under: Draw | None = None, **kwargs: Any
    ) -> None:
        """
        :param draw: the draft that is frozen; without it no day is proposed for the visits.
        :param under: the earlier draw whose seal still stands: then this one is sealed too.
        """
        super().__init__(*args, **kwargs)
        self.draw, self.under = draw, under
        known_at = self.preset.issues[self.preset.lottery].known_at
        proposed = deadlines.visit_by_default(draw, timezone.localdate(known_at)) if draw else None
        self.fields["visit_by"] = forms.DateField(
            label="检查期限",
            required=False,
            initial=proposed and proposed.day,
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            help_text="抽中的单位要在这一天以前（含当日）查完，会公开。不填的，取本季度最后一个工作日。"
            + (f"现在填的这一天是{ESTIMATED}：{WHY}" if proposed and proposed.is_estimated else ""),
        )
        choices = [each for each in Disclosure.choices if not under or each[0] == Disclosure.SEALED]
        self.fields["disclosure"] = forms.ChoiceField(
            label="结果怎样公开",
            choices=choices,
            initial=choices[0][0],
            widget=forms.RadioSelect,
            required=False,
            error_messages={"invalid_choice": f"{under}还在密封，这次也必须密封。"} if under else None,
            help_text="随即公开：最后一个号码一公布，人人都能自己算出结果。密封：解封以前，抽中的单位和检查组只有承办的人知道。",
        )
        self.fields["unseal_on"] = forms.DateField(
            label="到这一天自动解封",
            required=False,
            help_text="只在密封时填写。不填的，由抽查组织者在检查完成后解封。",
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        )

    def clean_disclosure(self) -> str:
        return self.cleaned_data["disclosure"] or self.fields["disclosure"].initial

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        day = data.get("unseal_on")
        if day and data.get("disclosure") != Disclosure.SEALED:
            self.add_error("unseal_on", "随即公开的抽签不用填解封日期。")
        elif day and day <= clock.today():
            self.add_error("unseal_on", "解封日期要在今天以后。")
        elif day and self.under:
            self._check_seals(day, self.under)
        if data.get("visit_by") and self.draw and not self.errors:
            if why := deadlines.why_not_visit_by(self.draw, data["visit_by"], self.known_on()):
                self.add_error("visit_by", why)
        return data

    def known_on(self) -> datetime.date:
        """Return the day on which the last of the chosen sources becomes known."""
        return timezone.localdate(
            max(datetime.datetime.fromisoformat(source.time) for source in self.sources)
        )

    def _check_seals(self, day: datetime.date, under: Draw) -> None:
        """A seal falls no earlier than that of the draw that it would give away."""
        if under.unseal_on is None:
            self.add_error("unseal_on", f"{under}没有定解封日期，这次也不能定：请留空。")
        elif day < under.unseal_on:
            self.add_error("unseal_on", f"{under}到 {under.unseal_on:%Y-%m-%d} 才解封，这次不能更早。")

    def choices(self) -> dict[str, Any]:
        """What the verb takes, of a valid form."""
        return {
            "sources": self.sources,
            "disclosure": self.cleaned_data["disclosure"],
            "unseal_on": self.cleaned_data["unseal_on"],
            "visit_by": self.cleaned_data["visit_by"],
        }
