"""The law that the list of items names in its own words (the scheme's annex): registered in one step.

A site that is older than the table of the law has items that say in words what they rest on, and cite no row. Nobody draws
under them until they do; so that no quarter waits for it, the administrator has this done from the list of items.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.management import call_command
from django.db import transaction

from wugang_audit import clock
from wugang_audit.accounts.models import User
from wugang_audit.audit import trail

from .models import InspectionItem, ItemBasis, LegalBasis, law_writing

_ARTICLE = re.compile("第[〇零一二三四五六七八九十百千]+条")
_TITLE = re.compile("《([^《》]+)》([^《]*)")


@dataclass(frozen=True)
class Registered:
    """What an item cites from now on: what its words name, from the beginning; what replaces that today, from now."""

    item: InspectionItem
    named: tuple[LegalBasis, ...]
    instead: tuple[LegalBasis, ...]

    @property
    def cited(self) -> list[str]:
        return [basis.cited for basis in (*self.named, *self.instead)]

    @property
    def said(self) -> str:
        """What was registered, or what is to be done where nothing was recognised."""
        if not self.cited:
            return f"“{self.item}”的检查依据里没有认出登记过的条款：请打开这一项，自己选定。"
        return f"“{self.item}”登记了{'、'.join(self.cited)}。请打开核对，有缺的补选。"


def named_in(words: str, law: Iterable[LegalBasis]) -> list[LegalBasis]:
    """Return the rows that the words name: an article behind the title of its law, a whole document by its number.

    However the article is written, 第24条 or 第二十四条. Numbers are compared without brackets: clerks write 环办2015(88)号 for 环办〔2015〕88号.
    """
    articles = {
        (law_writing.title(title), article)
        for title, text in _TITLE.findall(words)
        for article in _ARTICLE.findall(law_writing.article(text))
    }
    bare = _bare(words)
    return [
        row
        for row in law
        if (law_writing.title(row.law), law_writing.article(row.article)) in articles
        or (not row.article and row.document_number and _bare(row.document_number) in bare)
    ]


def _bare(text: str) -> str:
    return re.sub(r"[\W_]", "", text)


@transaction.atomic
def register(*, items: Iterable[InspectionItem], actor: User) -> list[Registered]:
    """Let items that cite nothing cite what their words name; those that cite something stay as somebody chose.

    Where the table of the law is empty, the law that the site comes with is loaded first.

    :returns: one for each item that cited nothing, also where its words name no registered law.
    """
    rows = InspectionItem.objects.select_for_update().filter(pk__in=[item.pk for item in items])
    waiting = [row for row in rows if not row.citations.exists()]
    if waiting and not LegalBasis.objects.exists():
        call_command("loaddata", "law", verbosity=0)
    book = LegalBasis.objects.all().book()
    return [_register(item, list(book.values()), actor) for item in waiting]


def _register(item: InspectionItem, law: list[LegalBasis], actor: User) -> Registered:
    named, today, now = named_in(item.basis, law), clock.today(), clock.now()
    gone = [basis for basis in named if not basis.is_in_force(today)]
    heirs = {heir.pk: heir for basis in gone if (heir := basis.instead_of(today)) and heir not in named}
    found = Registered(item, tuple(named), tuple(heirs.values()))
    ItemBasis.objects.bulk_create(
        [ItemBasis(item=item, basis=basis) for basis in found.named]
        + [ItemBasis(item=item, basis=basis, cited_since=now) for basis in found.instead]
    )
    if found.cited:
        trail.record(actor, "登记清单原文写明的依据", item, {"法律依据": ["", "、".join(found.cited)]})
    return found
