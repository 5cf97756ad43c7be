"""What the list of published results, and every file of it, can be narrowed by. The question lives in the address alone."""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import F, OuterRef, Q, Subquery
from django.http import QueryDict

from wugang_audit.remembered import remembered

from ..models import PublishedResult, SearchText
from ..models.inspection import Outcome
from ..models.published_results import PublishedResultQuerySet, division_label
from ..models.search_texts import NAMED
from ..public_fields import RESULT_FILTERS
from . import home
from .forms import LOST_CURSOR, SearchField
from .periods import Period
from .redactions import HIDDEN
from .result_lists import FIRST, NEWEST, ORDERS, Cursor, Order, Turn
from .unit_search import words_of

FAULTY = [("yes", "发现问题"), ("no", "没有发现问题")]
IS_HIDDEN = "hidden"
ANY = "全部"
COUNTED = 1000  # beyond that the page says "more than"


def choices_of_periods() -> list[tuple[str, str]]:
    """Return (code, label) of each year and quarter with a published draw, the latest first."""
    found: dict[str, str] = {}
    for code, label in home.quarters():
        year = Period(Period.read(code).year)
        found.setdefault(year.code, f"{year.title}全年")
        found[code] = label
    return list(found.items())


@remembered
def values_of_filters() -> tuple[tuple[str, ...], ...]:
    """Return the values that each of RESULT_FILTERS has, in their order."""
    return tuple(tuple(PublishedResult.objects.distinct_values(column)) for column in RESULT_FILTERS)


def named(rows: PublishedResultQuerySet, text: str) -> PublishedResultQuerySet:
    """Return the results of units with the text in the name that the public knows; the one place that searches by a name.

    Of several words (`words_of`) the name has each, in any order.
    The name of a result is among the texts of the search as it was drawn: a withdrawn one is empty, and none of them is.
    """
    words = words_of(text)
    keys = SearchText.objects.gathered(words, NAMED)
    texts = SearchText.objects.exclude(kind=SearchText.Kind.CODES)
    if keys is None:
        # From each result to its texts, by a subquery that no database turns into a join: so a page walks the results in
        # their order until it is full.
        own = texts.filter(
            source__selections__inspection=OuterRef("inspection"), text=F("source__selections__name")
        )
        for word in words:
            own = own.filter(folded__contains=word)
        own = own.order_by().values("pk")[:1]
        return rows.alias(_named=Subquery(own)).filter(_named__isnull=False)
    wanted = set(texts.filter(pk__in=keys).values_list("source", "text"))
    of = PublishedResult.objects.filter(inspection__selection__source__in={source for source, _ in wanted})
    columns = ("pk", "inspection__selection__source", "inspection__selection__name")
    found = [key for key, *name in of.order_by().values_list(*columns) if tuple(name) in wanted]
    return rows.filter(pk__in=found)


class _Day(forms.DateField):
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def __init__(self, label: str):
        super().__init__(label=label, required=False, input_formats=["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d"])


@dataclass(frozen=True)
class Chip:
    """A part of the question in words, and the rest of the question, without it."""

    label: str
    words: str
    rest: str


class ResultFilter(forms.Form):
    q = SearchField("单位名称")
    quarter = forms.ChoiceField(label="季度或年度", required=False)
    category = forms.ChoiceField(label="类别", required=False)
    township = forms.ChoiceField(label="乡镇（街道）", required=False)
    industry = forms.ChoiceField(label="行业", required=False)
    speciality = forms.ChoiceField(label="行业专业组", required=False)
    outcome = forms.ChoiceField(label="检查结论", required=False)
    faulty = forms.ChoiceField(label="是否发现问题", required=False)
    since = _Day("日期从")
    until = _Day("日期到")
    sort = forms.ChoiceField(label="排序", required=False)

    def __init__(self, data: QueryDict):
        super().__init__(data)
        kept = {
            column: [(value, value) for value in values]
            for column, values in zip(RESULT_FILTERS, values_of_filters(), strict=True)
        }
        kept["industry"] = [(code, f"{code} {division_label(code)}") for code, _ in kept["industry"]]
        offered: dict[str, list[tuple[str, str]]] = {
            "quarter": choices_of_periods(),
            "category": list(home.classes()),
            "outcome": [*Outcome.choices, (IS_HIDDEN, f"全文{HIDDEN}")],
            "faulty": FAULTY,
            **kept,
        }
        for name, choices in offered.items():
            self.fields[name].choices = [("", ANY), *choices]
        self.fields["sort"].choices = [("", NEWEST.label)] + [
            (order.code, order.label) for order in ORDERS.values() if order is not NEWEST
        ]

    def clean(self) -> dict[str, Any]:
        asked = super().clean()
        if asked.get("since") and asked.get("until") and asked["until"] < asked["since"]:
            self.add_error("until", "“日期到”早于“日期从”，请对调。")
        return asked

    @property
    def as_asked(self) -> str:
        """All that the form shows beside what it offers: what stands in the address for its fields, sense or nonsense."""
        return urlencode([(name, each) for name in self.fields for each in self.data.getlist(name)])

    @property
    def folds_open(self) -> bool:
        """Whether something is asked or wrong among the fields that are folded away at first."""
        return any(self[name].value() or self[name].errors for name in FOLDED)

    @property
    def folded(self) -> list[forms.BoundField]:
        return [self[name] for name in FOLDED]

    @cached_property
    def asked(self) -> dict[str, str]:
        """What is asked, by the name of its field, as an address says it; empty where the question makes no sense."""
        if not self.is_valid():
            return {}
        found = ((name, self.cleaned_data[name]) for name in self.fields)
        return {name: str(value) for name, value in found if value}

    @property
    def narrowing(self) -> dict[str, str]:
        """What narrows the list: all but its order."""
        return {name: value for name, value in self.asked.items() if name != "sort"}

    @property
    def order(self) -> Order:
        return ORDERS.get(self.asked.get("sort", ""), NEWEST)

    def rows(self) -> PublishedResultQuerySet:
        """Return the results that are asked for; none where the question makes no sense."""
        return _narrowed(self.narrowing.items()) if self.is_valid() else PublishedResult.objects.none()

    def count(self) -> int:
        """Return how many are asked for, up to `COUNTED`; one more says that there are more."""
        return _count(tuple(self.narrowing.items())) if self.is_valid() else 0

    def chips(self) -> list[Chip]:
        """Return each part of the question in words, with a question that lacks it."""
        return [
            Chip(
                str(self.fields[name].label),
                self._words(name, value),
                urlencode({key: each for key, each in self.asked.items() if key != name}),
            )
            for name, value in self.narrowing.items()
        ]

    def _words(self, name: str, value: str) -> str:
        field = self.fields[name]
        return str(dict(field.choices)[value]) if isinstance(field, forms.ChoiceField) else value


# All that an address may ask of the list.
QUESTION = (*ResultFilter.base_fields, "after", "before")
FOLDED = ("industry", "speciality", "outcome", "faulty", "since", "until", "sort")
CONDITIONS: dict[str, Callable[[str], Q]] = {
    "quarter": lambda value: Period.read(value).condition,
    "category": lambda value: Q(stratum=value),
    "township": lambda value: Q(township=value),
    "industry": lambda value: Q(industry=value),
    "speciality": lambda value: Q(speciality=value),
    "outcome": lambda value: Q(outcome="", is_hidden=True) if value == IS_HIDDEN else Q(outcome=value),
    "faulty": lambda value: Q(is_faulty=value == "yes"),
    "since": lambda value: Q(day__gte=datetime.date.fromisoformat(value)),
    "until": lambda value: Q(day__lte=datetime.date.fromisoformat(value)),
}


def turn_of(data: QueryDict, order: Order = NEWEST) -> tuple[Turn, str]:
    """Return which page is asked for, and what to say where the address names no cursor of the order: then it is the first."""
    for name in ("after", "before"):
        text = data.get(name)
        if not text:
            continue
        if name == "before" and text == "end":
            return Turn(is_last=True), ""
        cursor = Cursor.read(text)
        lost = cursor is None or not order.is_in(cursor)
        return (FIRST, LOST_CURSOR) if lost else (Turn(**{name: cursor}), "")
    return FIRST, ""


def _narrowed(narrowing: Iterable[tuple[str, str]]) -> PublishedResultQuerySet:
    rows = PublishedResult.objects.all()
    for name, value in narrowing:
        rows = named(rows, value) if name == "q" else rows.filter(CONDITIONS[name](value))
    return rows


@remembered
def _count(narrowing: tuple[tuple[str, str], ...]) -> int:
    """Count them once for all pages and orders of a question."""
    return len(_narrowed(narrowing).order_by().values_list("pk", flat=True)[: COUNTED + 1])
