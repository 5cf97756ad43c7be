"""Whether the law that inspection items cite is in force on a day (法无规定不得检查)."""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from ..models import InspectionItem, ItemBasis, LegalBasis

WHERE = "请系统管理员在“随机抽查事项”里改正法律依据。"


class Lapsed(NamedTuple):
    """A basis that an item cites and that is no law on the day."""

    item: InspectionItem
    basis: LegalBasis
    why: str
    replacement: LegalBasis | None  # what to cite instead on that day

    @property
    def said(self) -> str:
        """What is wrong and how to mend it, in one Chinese sentence."""
        instead = (
            f"，应当改为引用{self.replacement.cited}" if self.replacement else "，也没有登记由哪一条代替"
        )
        return f"抽查事项“{self.item}”的依据不能用：{self.why}{instead}。{WHERE}"


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
    """Return the items that cite no registered basis: those of sites that are older than the table of the law."""
    items = list(items)
    founded = set(ItemBasis.objects.filter(item__in=items).values_list("item_id", flat=True))
    return [item for item in items if item.pk not in founded]


def unfounded_words(items: Iterable[InspectionItem]) -> str:
    """Say of items without a basis what is missing and who adds it; it stops nothing, their 检查依据 still says it in words."""
    names = "、".join(f"“{item}”" for item in items)
    return (
        f"抽查事项{names}还没有登记法律依据，系统核对不了“检查依据”里的条款今天是否有效：请人工核对，"
        "并请系统管理员在“随机抽查事项”里选定条款。"
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
                found.append(Lapsed(item, basis, why, _before(basis, day, book)))
        elif (instead := basis.instead_of(day)) not in standing:
            found.append(Lapsed(item, basis, why, instead))
    return found


def _before(basis: LegalBasis, day: datetime.date, book: dict[int, LegalBasis]) -> LegalBasis | None:
    """Return what is in force on the day in the place of a basis that is still to come."""
    for row in book.values():
        if row.is_in_force(day) and any(successor.pk == basis.pk for successor in row.successors()):
            return row
    return None
