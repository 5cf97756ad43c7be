"""Corrections that are remembered: what may be one, and what is done with them. Each step is in the audit trail."""

import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from .. import clock
from ..audit import trail
from ..spreadsheets.cell_reader import KEEP, PLACEHOLDERS, read_cell
from ..spreadsheets.cell_text import clean
from ..spreadsheets.cell_types import Adjusted, Wrong
from ..spreadsheets.corrections import cell_key
from ..spreadsheets.table import Column
from .importer import Importer
from .models import Recipe

FORMAT = "wugang-audit/recipes/1"
MOST = 5_000  # recipes of one registry
FOUND = Recipe._meta.get_field("found").max_length
BECOMES = Recipe._meta.get_field("becomes").max_length


class Said(NamedTuple):
    """A correction that somebody wants to be remembered."""

    attribute: str
    found: str
    becomes: str

    @property
    def key(self) -> str:
        return cell_key(self.found)


class BadRecipe(Exception):
    """What cannot be remembered, and why, in Chinese."""


def remembered(importer: Importer) -> dict[str, dict[str, str]]:
    """Return {attribute: {cell key: text}} of a registry."""
    found: dict[str, dict[str, str]] = {}
    rows = Recipe.objects.filter(registry=importer.kind).values_list("attribute", "key", "becomes")
    for attribute, key, becomes in rows:
        found.setdefault(attribute, {})[key] = becomes
    return found


def check(importer: Importer, said: Said, others: Mapping[str, str]) -> None:
    """Refuse what would do harm in a file that nobody has seen yet.

    :param others: {cell key: text} of the other recipes of the column.
    :raises BadRecipe: with the reason.
    """
    column = next((each for each in importer.columns if each.attribute == said.attribute), None)
    if column is None:
        raise BadRecipe("名录里没有这一列。")
    named = f"“{column.header}”列的“{said.found}”"
    if not said.key or said.found in PLACEHOLDERS:
        raise BadRecipe(f"“{column.header}”列的空格子不能记住改法：每个文件的空格子意思可能不同。")
    if len(said.found) > FOUND or len(said.becomes) > BECOMES:
        raise BadRecipe(
            f"{named}太长，不能记住：原来的内容不超过 {FOUND} 个字，改成的不超过 {BECOMES} 个字。"
        )
    if column.required and not said.becomes:
        raise BadRecipe(f"{named}不能记成空的：这一列必填。")
    if column.identity and said.becomes:
        raise BadRecipe(
            f"{named}不能记住改成别的：这一列用来认是哪一条登记，记住了会把两条当成一条。请在文件里逐格改。"
        )
    if column.identity and _reads(said.found, column):
        raise BadRecipe(f"{named}本身是正常的内容，不能记住改成空的：请在文件里逐格改。")
    if cell_key(said.becomes) == said.key:
        raise BadRecipe(f"{named}改前改后是一样的。")
    if (onward := cell_key(said.becomes)) and onward in others:
        raise BadRecipe(
            f"{named}要改成的“{said.becomes}”自己也有一条改法，会接连改两次：请直接改成最后要的内容。"
        )
    if back := [key for key, text in others.items() if cell_key(text) == said.key]:
        raise BadRecipe(f"{named}是另一条改法（“{back[0]}”）改成的内容，会接连改两次：请先改那一条。")
    if why := importer.why_not(said.attribute, said.becomes):
        raise BadRecipe(f"{named}要改成的“{said.becomes}”{why}。")
    try:
        read_cell(said.becomes or None, column)
    except Wrong as wrong:
        raise BadRecipe(f"{named}要改成的“{said.becomes}”{wrong.problem}：{wrong.fix}。") from None


def _reads(text: str, column: Column) -> bool:
    try:
        value = read_cell(text, column)
    except Wrong:
        return False
    value = value.value if isinstance(value, Adjusted) else value
    return value is not KEEP and value != column.blank  # 不详 is as good as empty


@transaction.atomic
def remember(importer: Importer, said: Iterable[Said], actor: AbstractBaseUser) -> list[str]:
    """Remember corrections; those that may not be are left out. Return in Chinese why.

    One that is there already under the same cell gets the new text.
    """
    trail.lock_table(Recipe)
    known = remembered(importer)
    kept, refused = [], []
    for each in said:
        each = Said(each.attribute, clean(each.found), clean(each.becomes))
        column = known.setdefault(each.attribute, {})
        try:
            check(importer, each, {key: text for key, text in column.items() if key != each.key})
        except BadRecipe as why:
            refused.append(str(why))
            continue
        if column.get(each.key) != each.becomes:
            column[each.key] = each.becomes
            kept.append(each)
    if sum(map(len, known.values())) > MOST:
        raise BadRecipe(f"记住的改法太多，最多 {MOST} 条：请先删去不用的。")
    for each in kept:
        Recipe.objects.update_or_create(
            registry=importer.kind,
            attribute=each.attribute,
            key=each.key,
            defaults={"found": each.found, "becomes": each.becomes, "user": actor, "time": clock.now()},
        )
    if kept:
        trail.record(
            actor, f"记住{importer.label}的导入改法", f"{len(kept)} 条", {"corrected": _lines(importer, kept)}
        )
    return refused


@transaction.atomic
def remember_all(importer: Importer, said: Iterable[Said], actor: AbstractBaseUser) -> None:
    """Remember all of them, or none.

    :raises BadRecipe: with the first reasons.
    """
    if refused := remember(importer, said, actor):
        more = f"（另有 {len(refused) - 3} 条）" if len(refused) > 3 else ""
        raise BadRecipe("".join(refused[:3]) + f"{more}一条也没有记住：请改好文件再来。")


@transaction.atomic
def forget(importer: Importer, recipe: Recipe, actor: AbstractBaseUser) -> None:
    """Remove a recipe; what was imported by it stays."""
    said = Said(recipe.attribute, recipe.found, recipe.becomes)
    recipe.delete()
    trail.record(actor, f"删除{importer.label}的导入改法", "1 条", {"corrected": _lines(importer, [said])})


def _lines(importer: Importer, said: Iterable[Said]) -> list[str]:
    headers = {column.attribute: column.header for column in importer.columns}
    return [
        f"{headers.get(each.attribute, each.attribute)}“{each.found}”→“{each.becomes or '（空）'}”"
        for each in list(said)[:500]
    ]


def exported(importer: Importer) -> str:
    """Return all recipes of a registry as JSON, for another bureau or a backup."""
    rows = Recipe.objects.filter(registry=importer.kind).values("attribute", "found", "becomes")
    return json.dumps(
        {"format": FORMAT, "registry": importer.kind, "recipes": list(rows)}, ensure_ascii=False, indent=1
    )


def parsed(importer: Importer, content: bytes) -> list[Said]:
    """Read what `exported` wrote.

    :raises BadRecipe: if it is no such file, or of another registry.
    """
    try:
        whole: Any = json.loads(content.decode("utf-8-sig"))
        if whole["format"] != FORMAT:
            raise ValueError
        rows = [Said(*(row[name] for name in Said._fields)) for row in whole["recipes"]]
        if not all(isinstance(text, str) for row in rows for text in row):
            raise ValueError
    except (ValueError, KeyError, TypeError, RecursionError):
        raise BadRecipe("这不是导出的改法文件：请选用本页“导出”得到的 .json 文件。") from None
    if whole.get("registry") != importer.kind:
        raise BadRecipe(f"这是另一个名录的改法，不是{importer.label}的。")
    return rows
