"""Whether inspection items cite law, and whether it is in force on a day (法无规定不得检查)."""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from ..models import InspectionItem, ItemBasis, LegalBasis, Plan

WHERE = "请系统管理员在“随机抽查事项”里改正法律依据。"


class Lapsed(NamedTuple):
    """A basis that an item cites and that is no law on the day."""

    item: InspectionItem
    basis: LegalBasis
    why: str
    replacement: LegalBasis | None  # what to cite instead on that day
    day: datetime.date

    @property
    def said(self) -> str:
        """What is wrong and how to mend it, in Chinese."""
        return f"抽查事项“{self.item}”的依据不能用：{self.why}{self._instead}"

    @property
    def last(self) -> LegalBasis:
        """The row at the end of what replaces the basis, or the basis itself where nothing does."""
        return [self.basis, *self.basis.successors()][-1]

    @property
    def to_replace(self) -> LegalBasis | None:
        """The row for which somebody has to register what replaces it, before the item can be mended."""
        ended = self.last.in_force_until is not None and self.last.in_force_until < self.day
        return self.last if ended and self.replacement is None else None

    @property
    def _instead(self) -> str:
        if self.replacement:
            return f"，应当改为引用{self.replacement.cited}。{WHERE}"
        if self.day < self.basis.in_force_from:
            return "，也没有登记它代替的是哪一条。请系统管理员在“随机抽查事项”里选上当天有效的条款。"
        if self.last == self.basis:
            lack = "，也没有登记由哪一条代替"
        elif self.to_replace:
            lack = f"；代替它的{self.last.why_not(self.day)}，也没有登记再由哪一条代替"
        else:
            return f"；代替它的{self.last.why_not(self.day)}。请系统管理员核对两条的日期，或者选上当天有效的条款。"
        return (
            f"{lack}。请系统管理员先在“法律依据”里新增现在有效的条款，在{self.last.cited}的“由哪一条代替”里选上它，"
            "再在“随机抽查事项”里引用它。"
        )


@dataclass(frozen=True)
class Stops:
    """What keeps a plan or a draw with some items from going on, on one day."""

    lapsed: list[Lapsed]
    unfounded: list[InspectionItem]  # that cite no registered law

    @property
    def reasons(self) -> list[str]:
        """Say each in Chinese, with what to do and who does it."""
        said = [each.said for each in self.lapsed]
        return [*said, unfounded_words(self.unfounded)] if self.unfounded else said


def stops(items: Iterable[InspectionItem], day: datetime.date) -> Stops:
    """Return what keeps a plan or a draw with these items from going on, in three queries whatever their number."""
    items = list(items)
    return Stops(not_in_force(items, day), without_bases(items))


def against(plan: Plan, found: Stops) -> list[str]:
    """Say what keeps a draft of a plan from being published: what `stops` finds of its items, or that it has none."""
    if not any(item.is_active for item in plan.items.all()):
        return ["计划里至少要有一个在用的抽查事项：请点“修改”选上。", *found.reasons]
    return found.reasons


def not_in_force(items: Iterable[InspectionItem], day: datetime.date) -> list[Lapsed]:
    """Return what stops a plan or a draw with these items on the day, in two queries whatever their number.

    An item may cite old and new law side by side. What is not in force on the day stops nothing where the item itself
    also cites what is in force in its place: the row that replaced it, or before its first day the row that it replaces.
    """
    items = list(items)
    book = LegalBasis.objects.all().book()
    cited = _cited(items, book)
    return [lapsed for item in items for lapsed in _lapsed(item, cited[item.pk], day, book)]


def without_bases(items: Iterable[InspectionItem]) -> list[InspectionItem]:
    """Return the items that cite no registered law: new ones, and those of sites older than the table of the law."""
    items = list(items)
    founded = set(ItemBasis.objects.filter(item__in=items).values_list("item_id", flat=True))
    return [item for item in items if item.pk not in founded]


def unfounded_words(items: Iterable[InspectionItem]) -> str:
    """Say of items without registered law what is missing, and how and by whom it is added."""
    names = "、".join(f"“{item}”" for item in items)
    return (
        f"抽查事项{names}还没有登记法律依据，“检查依据”里的条款今天是否有效没有核对过。请系统管理员打开“随机抽查事项”，"
        "勾选它，用“登记清单原文写明的依据”一步登记，或者打开它选定条款。"
    )


def _cited(items: list[InspectionItem], book: dict[int, LegalBasis]) -> dict[int, list[LegalBasis]]:
    """Return the bases of each item, each linked with what replaces it."""
    links = ItemBasis.objects.filter(item__in=items)
    cited = defaultdict(list)
    for item, basis in links.values_list("item_id", "basis_id"):
        cited[item].append(book[basis])
    for bases in cited.values():
        bases.sort(key=lambda basis: (basis.law, basis.in_force_from, basis.pk))
    return cited


def _lapsed(
    item: InspectionItem, own: list[LegalBasis], day: datetime.date, book: dict[int, LegalBasis]
) -> list[Lapsed]:
    found = []
    standing = [basis for basis in own if basis.is_in_force(day)]
    replaced = {successor.pk for basis in standing for successor in basis.successors()}
    for basis in own:
        why = basis.why_not(day)
        if not why:
            continue
        if day < basis.in_force_from:
            if basis.pk not in replaced:
                found.append(Lapsed(item, basis, why, _before(basis, day, book), day))
        elif (instead := basis.instead_of(day)) not in standing:
            found.append(Lapsed(item, basis, why, instead, day))
    return found


def _before(basis: LegalBasis, day: datetime.date, book: dict[int, LegalBasis]) -> LegalBasis | None:
    """Return what is in force on the day in the place of a basis that is still to come."""
    for row in book.values():
        if row.is_in_force(day) and any(successor.pk == basis.pk for successor in row.successors()):
            return row
    return None
