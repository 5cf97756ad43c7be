"""The State Council's notices on the holidays of a year, and the days that they move."""

import datetime
import re

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator, URLValidator
from django.db import models

from .. import clock
from ..registries.history import History
from .words import day_in_words

WEEKDAYS = "一二三四五六日"


def said(day: datetime.date) -> str:
    """Write a day as notices do: 2026年2月14日（星期六）."""
    return f"{day_in_words(day)}（星期{WEEKDAYS[day.weekday()]}）"


class HolidayNotice(models.Model):
    """One notice. A later one on the same year (2019, 2020) is a row of its own."""

    year = models.PositiveSmallIntegerField(
        "年度", db_index=True,
        validators=[
            MinValueValidator(2000, "年度应在 2000 到 2100 之间。"),
            MaxValueValidator(2100, "年度应在 2000 到 2100 之间。"),
        ],
        help_text="安排的是哪一年的节假日，不是发文的年份。",
    )  # fmt: skip
    title = models.CharField("标题", max_length=100)
    document_number = models.CharField(
        "文号", max_length=40, unique=True,
        validators=[
            RegexValidator(re.compile(r"\A[^\W\d_]+〔[0-9]{4}〕[0-9]{1,4}号\Z"), "文号应像“国办发明电〔2025〕7号”：括号用〔〕，年份四位。")
        ],
        error_messages={"unique": "这个文号的通知已经登记过了：请在列表里找到它再修改。"},
    )  # fmt: skip
    issued_on = models.DateField("发文日期")
    url = models.CharField(
        "网址", max_length=300, blank=True, validators=[URLValidator(["http", "https"], message="网址应以 https:// 开头。")],
        help_text="国务院网站上的原文，供核对。",
    )  # fmt: skip
    text = models.TextField("原文", blank=True, help_text="放假和上班日期的那几句，逐句照抄。")
    history = History(verbose_name="历史记录")

    class Meta:
        verbose_name = verbose_name_plural = "节假日通知"
        ordering = ["-year", "-issued_on"]

    def __str__(self) -> str:
        return f"{self.title}（{self.document_number}）"

    def clean(self) -> None:
        super().clean()
        if self.issued_on and self.issued_on > clock.today():
            raise ValidationError({"issued_on": "发文日期还没有到：请照通知上的日期填。"})


class SpecialDay(models.Model):
    """A day that a notice names: a holiday, or a day of a week-end that is worked for it. As it stands after all notices."""

    day = models.DateField("日期", unique=True)
    is_workday = models.BooleanField(
        "放假或上班", choices=[(False, "放假"), (True, "上班（调休）")], default=False
    )
    name = models.CharField(
        "节日", max_length=20, help_text="如 春节；两个节日一起放假的写两个：国庆节、中秋节。"
    )
    notice = models.ForeignKey(HolidayNotice, models.PROTECT, related_name="days", verbose_name="通知")
    history = History(verbose_name="历史记录")

    class Meta:
        verbose_name = verbose_name_plural = "节假日"
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{said(self.day)}{self.get_is_workday_display()}"

    def clean(self) -> None:
        super().clean()
        if not self.day:
            return
        if self.is_workday and self.day.weekday() < 5:
            raise ValidationError(
                {"day": f"{said(self.day)}不是星期六、星期日：调休上班只登记这两天。请核对日期，或改为放假。"}
            )
        year = self.notice.year
        # A notice begins at most in the last days of the year before (30 December 2018), and could end early in the next.
        if year and not (year - 1, 12) <= (self.day.year, self.day.month) <= (year + 1, 1):
            raise ValidationError(
                {
                    "day": f"{said(self.day)}不在{year}年度：这份通知只管{year}年，最多连到上年12月和下年1月。请核对年份。"
                }
            )

    def validate_unique(self, exclude: set[str] | None = None) -> None:
        """Say which notice has the day already: Django would only say that the day is there."""
        other = SpecialDay.objects.filter(day=self.day).exclude(pk=self.pk).select_related("notice").first()
        if other and other.notice_id == self.notice_id:
            raise ValidationError(
                {"day": f"{said(self.day)}在这份通知的另一行里已经有了：一天只登记一次，请核对日期。"}
            )
        if other:
            raise ValidationError(
                {
                    "day": f"{said(self.day)}已登记为{other.get_is_workday_display()}，依据{other.notice}：一天只登记一次。"
                    "新的通知改了这一天的，请到原来那份通知里改它那一行，改动原因写明新的通知；这里不再登记。"
                }
            )
        super().validate_unique(exclude)
