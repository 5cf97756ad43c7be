"""A request for sampling, and what becomes of it."""

import datetime
from typing import Any

from django import forms
from django.utils import timezone

from wugang_audit import clock
from wugang_audit.accounts.models import User

from ...models import Inspection, Sampling
from . import sample_numbers
from .sampling import (
    LONGEST,
    NO_REASON,
    REQUESTED,
    SHORTEST,
    STANDS,
    WHY_WITHDRAWN,
    changes_result,
    why_not_on,
    why_taken,
)

DAY = {"invalid": "日期请照 2026-12-31 的样子填。"}
JUDGED = {"": None, "over": True, "within": False}


def _day(label: str, help_text: str = "") -> forms.DateField:
    widget = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(
        label=label, required=False, widget=widget, help_text=help_text, error_messages=DAY
    )


class SamplingForm(forms.Form):
    """What is asked for; numbers, receipt and result may follow later."""

    version = forms.CharField(widget=forms.HiddenInput, required=False)
    station = forms.CharField(
        label="监测机构", max_length=100, error_messages={"required": "请写明请哪个监测机构采样。"}
    )
    outlet = forms.CharField(
        label="采样点位",
        max_length=60,
        help_text="如 DW001、厂界下风向。",
        error_messages={"required": "请写明采样点位。"},
    )
    pollutants = forms.CharField(
        label="监测项目",
        max_length=200,
        help_text="几项用顿号分开。",
        error_messages={"required": "请写明监测哪些项目。"},
    )
    requested_on = forms.DateField(
        label="申请日期",
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text="向监测机构提出的那一天，默认是今天。",
        error_messages=DAY | {"required": "请填向监测机构申请的日期。"},
    )
    numbers = forms.CharField(
        label="样品编号",
        max_length=200,
        required=False,
        help_text="几个编号用逗号分开；还没有编号的可以以后填。",
    )
    received_on = _day("监测机构收样日期")
    receipt = forms.CharField(label="收样单号", max_length=60, required=False)
    result = forms.CharField(
        label="监测结果", max_length=1000, required=False, widget=forms.Textarea({"rows": 4}),
        help_text="只供内部，不公开。不要写个人信息。",
    )  # fmt: skip
    result_on = _day("报告日期")
    judged = forms.ChoiceField(
        label="结论", required=False, widget=forms.RadioSelect,
        choices=[("", "还没有结论"), ("within", "达标"), ("over", "超标")],
    )  # fmt: skip

    reason = forms.CharField(
        label="改动已有监测结果的理由", max_length=LONGEST, required=False,
        help_text="只在改动已经填过的结果、报告日期、结论时填写，记入审计记录。不要写个人信息。",
    )  # fmt: skip

    # What is asked at the visit; the rest is filled in when it is there.
    AT_FIRST = (*REQUESTED, "requested_on", "numbers")

    def __init__(
        self, data: Any = None, *, inspection: Inspection, user: User, sampling: Sampling | None = None
    ) -> None:
        self.sampling, self.inspection, self.user = sampling, inspection, user
        super().__init__(data, initial=_initial(sampling) if sampling else {"requested_on": clock.today()})
        if sampling is None:
            for name in self.fields.keys() - {*self.AT_FIRST, "version"}:
                del self.fields[name]
            return
        for name in (*REQUESTED, "requested_on"):
            del self.fields[name]
        if not sampling.result:
            del self.fields["reason"]

    def clean_requested_on(self) -> datetime.date:
        day = self.cleaned_data["requested_on"]
        if wrong := why_not_on(self.inspection, day):
            raise forms.ValidationError(wrong)
        return day

    def clean_numbers(self) -> str:
        """Numbers that were put down before, as they stand, are not held against rules that came later."""
        typed = self.cleaned_data["numbers"]
        if self.sampling and typed == self.sampling.numbers:
            return typed
        try:
            numbers = sample_numbers.read(typed)
        except sample_numbers.BadNumbers as wrong:
            raise forms.ValidationError(str(wrong)) from wrong
        if wrong := why_taken(self.inspection, self.user, numbers, self.sampling):
            raise forms.ValidationError(wrong)
        return numbers

    def clean(self) -> None:
        values, today = self.cleaned_data, clock.today()
        if self.sampling is None:
            return
        if any(self.data.get(name, was).strip() != was for name, was in self._requested().items()):
            self.add_error(None, STANDS)
        asked = timezone.localdate(self.sampling.requested_at)
        received, reported = values.get("received_on"), values.get("result_on")
        self._order("received_on", received, asked, "收样日期早于申请采样的日期")
        self._order("result_on", reported, received or asked, "报告日期早于收样或申请的日期")
        for name, day in (("received_on", received), ("result_on", reported)):
            if day and day > today:
                self.add_error(name, "这一天还没有到，请填实际的日期。")
        if values.get("result") and not reported:
            self.add_error("result_on", "填了监测结果，请填报告日期。")
        if (reported or values.get("judged")) and not values.get("result"):
            self.add_error("result", "请写明监测结果，如 化学需氧量 85 mg/L。")

        self._why()

    def _requested(self) -> dict[str, str]:
        return {name: getattr(self.sampling, name) for name in REQUESTED}

    def _why(self) -> None:
        """Ask why a result that was set is changed; a page that is out of date is told so first, by the verb."""
        if "reason" not in self.cleaned_data or self.cleaned_data["version"] != _version(self.sampling):
            return
        if len(self.cleaned_data["reason"]) < SHORTEST and changes_result(self.sampling, self.values()):
            self.add_error("reason", NO_REASON)

    def _order(self, name: str, day: datetime.date | None, first: datetime.date, message: str) -> None:
        if day and day < first:
            self.add_error(name, f"{message}（{first}），请改正。")

    def values(self) -> dict[str, Any]:
        """Return the columns of `Sampling` that were filled in."""
        beside = ("version", "judged", "reason", "requested_on")
        found = {name: value for name, value in self.cleaned_data.items() if name not in beside}
        if "judged" in self.cleaned_data:
            found["is_over"] = JUDGED[self.cleaned_data["judged"]]
        return found


class WithdrawForm(forms.Form):
    """Why a request is withdrawn."""

    reason = forms.CharField(
        label="作废理由",
        min_length=SHORTEST,
        max_length=LONGEST,
        widget=forms.Textarea({"rows": 3}),
        help_text="如 点位写错、改请别的监测机构。记入审计记录，不要写个人信息。",
        error_messages=dict.fromkeys(("required", "min_length", "max_length"), WHY_WITHDRAWN),
    )


def _initial(sampling: Sampling) -> dict[str, Any]:
    names = ["numbers", "received_on", "receipt", "result", "result_on"]
    judged = {None: "", True: "over", False: "within"}[sampling.is_over]
    return {name: getattr(sampling, name) for name in names} | {
        "judged": judged,
        "version": _version(sampling),
    }


def _version(sampling: Sampling) -> str:
    return sampling.updated_at.isoformat()
