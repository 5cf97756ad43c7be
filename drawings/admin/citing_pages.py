"""Which public pages show an article of the law: what they show of the law of their day stays, for ever.

A page shows it where its item cited it by the moment that the page is about (`ItemBasis.cited_since`) and it was in force
on the day of that moment. So a date of the article, or a tick of the item, may be put right as long as no page changes by it.
"""

import datetime
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from ..models import Draw, Inspection, InspectionItem, LegalBasis, Plan

DAY = datetime.timedelta(days=1)


class Page(NamedTuple):
    """A public page, by the day that it is about."""

    day: datetime.date
    what: str  # in Chinese, with the day

    @classmethod
    def of(cls, moment: datetime.datetime, what: str) -> "Page":
        day = timezone.localdate(moment)
        return cls(day, f"{day} {what}")


def pages_citing(basis: LegalBasis, item: InspectionItem | None = None) -> Iterator[Page]:
    """Give the pages of items (or of one item) that cited the article by then, whether it was in force or not.

    A query for each kind, made when the pages before it did not suffice: published plans by their publication, draws
    by their freeze, published results by their visit.
    """
    plans = Plan.objects.published().filter(_citing(basis, item, "items", "published_at"))
    for at, title, version in plans.values_list("published_at", "title", "version"):
        yield Page.of(at, f"公布的计划“{title}”（第 {version} 版）")
    draws = Draw.objects.visible().filter(_citing(basis, item, "item", "frozen_at"))
    for draw in draws.only("frozen_at", "code", "year", "quarter"):
        yield Page.of(draw.frozen_at, f"冻结的{draw.title}")
    # As the page of a result does where no visit is noted.
    results = Inspection.objects.disclosed().annotate(on=Coalesce("visited_at", "published_at"))
    results = results.filter(_citing(basis, item, "item", "on"))
    named = ("selection__name", *(f"selection__draw__{column}" for column in ("code", "year", "quarter")))
    for result in results.select_related("selection__draw").only(*named):
        drawn = result.selection
        yield Page.of(result.on, f"检查、已经公开的结果（{drawn.draw.title}，{drawn.shown_name}）")


def page_showing(basis: LegalBasis, item: InspectionItem | None = None) -> Page | None:
    """Return a page that shows the article, of any item or of one; None where there is none."""
    return next((page for page in pages_citing(basis, item) if basis.is_in_force(page.day)), None)


def refuse_other_law(basis: LegalBasis, since: datetime.date, until: datetime.date | None) -> None:
    """Refuse days of validity by which a page would show the article and did not, or the other way round.

    :param basis: as it stands until now.
    :raises ValidationError: at the field, naming a page, with the days that are possible.
    """
    after = LegalBasis(in_force_from=since, in_force_until=until)
    changed = [
        page for page in pages_citing(basis) if basis.is_in_force(page.day) != after.is_in_force(page.day)
    ]
    until_was, until_is = (day or datetime.date.max for day in (basis.in_force_until, until))
    ends = [page for page in changed if (page.day <= until_was) != (page.day <= until_is)]
    begins = [page for page in changed if page not in ends]
    errors = {}
    if ends:
        errors["in_force_until"] = _why_until(basis, ends)
    if begins:
        errors["in_force_from"] = _why_from(basis, begins)
    if errors:
        raise ValidationError(errors)


def _why_until(basis: LegalBasis, pages: Iterable[Page]) -> str:
    shown = [page for page in pages if basis.is_in_force(page.day)]
    if shown:
        last = max(shown)
        return (
            f"{last.what}按有效显示它，公布过的不能变：最后有效日请填 {last.day} 或以后。"
            "实际更早失效的也这样填，页面照当时的样子保留。"
        )
    first = min(pages)
    said = f"{first.what}没有显示它，这样改了就会显示，公布过的不能变：最后有效日请填 {first.day - DAY} 或以前，不能留空。"
    if basis.in_force_until:
        said += f"确实一直有效的，另新增一条，施行日期填 {basis.in_force_until + DAY}，再在抽查事项里选上，从那时起算。"
    return said


def _why_from(basis: LegalBasis, pages: Iterable[Page]) -> str:
    shown = [page for page in pages if basis.is_in_force(page.day)]
    if shown:
        first = min(shown)
        return (
            f"{first.what}按有效显示它，公布过的不能变：施行日期请填 {first.day} 或以前。"
            "实际更晚施行的也这样填，页面照当时的样子保留。"
        )
    last = max(pages)
    return f"{last.what}没有显示它，这样改了就会显示，公布过的不能变：施行日期请填 {last.day + DAY} 或以后。"


def _citing(basis: LegalBasis, item: InspectionItem | None, path: str, moment: str) -> Q:
    """Match what was done under items that cited the article by then; `path` leads to the item."""
    link = f"{path}__citations"
    since = f"{link}__cited_since"
    cited = Q(**{f"{link}__basis": basis}) & (Q(**{since: None}) | Q(**{f"{since}__lte": F(moment)}))
    return cited & Q(**{path: item}) if item else cited
