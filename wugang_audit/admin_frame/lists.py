"""What the templates of the admin's lists and forms ask for: filters, cells, counts and pages, in Chinese.

These are template filters, built in for all templates. Django itself renders cells and boxes as HTML with English words and
without the labels that a phone shows; what is replaced here is replaced in that HTML.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django import template
from django.contrib.admin.helpers import InlineAdminFormSet
from django.contrib.admin.utils import get_fields_from_path
from django.contrib.admin.views.main import PAGE_VAR, SEARCH_VAR, ChangeList
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString, mark_safe

register = template.Library()
TICK = "勾选"
EMPTY = "没有填"
_BOOLEAN = re.compile(r'<img src="[^"]*" alt="(True|False|None)">')
_WORDS = {"True": "是", "False": "否", "None": "—"}
_ALL_BOXES = re.compile(r'(id="action-toggle"[^>]*aria-label=")[^"]*"')
_BOX = re.compile(r'(<input type="checkbox"[^>]*aria-label=")[^"]*? - ')
_LINE_LABEL = 6  # characters of a label that fit beside the value on a phone


@dataclass(frozen=True)
class Choice:
    """One value of a filter, and the address of the list narrowed to it."""

    label: str
    url: str
    selected: bool


@dataclass(frozen=True)
class Group:
    """A filter with its values; the first one stands for all rows."""

    title: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class Chosen:
    """A condition that narrows the list now, and the address of the list without it."""

    title: str
    value: str
    without: str


@dataclass(frozen=True)
class Filters:
    """All that may narrow a list, and what does."""

    groups: tuple[Group, ...]
    chosen: tuple[Chosen, ...]
    search: str
    without_search: str

    @property
    def titles(self) -> list[str]:
        return [group.title for group in self.groups]


@register.filter
def filters_of(cl: ChangeList) -> Filters:
    """Return the filters of a list, those that are set, and the search."""
    groups, chosen, known = [], [], set()
    for spec in cl.filter_specs:
        known.update(spec.expected_parameters())
        title = str(spec.title)
        choices = tuple(
            Choice(_label(each["display"]), each["query_string"], bool(each["selected"]))
            for each in spec.choices(cl)
        )
        groups.append(Group(title, choices))
        chosen += [Chosen(title, each.label, choices[0].url) for each in choices[1:] if each.selected]
    chosen += _others(cl, known)
    return Filters(tuple(groups), tuple(chosen), cl.query, cl.get_query_string(remove=[SEARCH_VAR]))


def _label(display: object) -> str:
    return EMPTY if str(display) in ("-", "—", "") else str(display)


def _others(cl: ChangeList, known: set[str]) -> Iterator[Chosen]:
    """Yield the conditions that a link from elsewhere brought along, such as the unit whose conditions are shown."""
    for name, values in cl.get_filters_params().items():
        by_date = cl.date_hierarchy and name.startswith(f"{cl.date_hierarchy}__")
        if name in known or by_date:
            continue
        field = get_fields_from_path(cl.model, name.removesuffix("__exact").removesuffix("__id"))[0]
        yield Chosen(str(field.verbose_name), _named(field, values[-1]), cl.get_query_string(remove=[name]))


def _named(field: object, value: str) -> str:
    other = getattr(field, "related_model", None)
    if other is None:
        return dict(field.flatchoices).get(value, value)
    try:
        found = other._default_manager.filter(pk=value).first()
    except (ValueError, ValidationError, FieldDoesNotExist):
        found = None
    return str(found) if found is not None else "指定的一条"


@register.filter
def is_narrowed(cl: ChangeList) -> bool:
    """Say whether the list shows less than everything."""
    return bool(cl.query or cl.get_filters_params())


@register.filter
def counted(cl: ChangeList) -> str:
    """Return how many rows were found, with their measure word, such as 282 家单位."""
    return f"{cl.result_count} {getattr(cl.model_admin, 'counted_as', '条')}"


@register.filter
def cells(row: Iterable[SafeString], headers: Iterable[dict]) -> Iterator[SafeString]:
    """Yield the cells of a row, each with the label that it has on a phone, where the head of the table is not shown."""
    for cell, header in zip(row, headers, strict=False):
        is_box = "action-checkbox" in header["class_attrib"]
        label = TICK if is_box else str(header["text"])
        html = str(in_words(cell))
        if html.startswith("<th"):
            html = f'<th scope="row"{html[3:]}'
        elif html.startswith("<td"):
            html = f'<td data-label="{escape(label)}"{html[3:]}'
        yield mark_safe(html)  # noqa: S308 - Django's own cell; the label is escaped


@register.filter
def in_words(html: object) -> SafeString:
    """Return Django's HTML of a value with Chinese words in place of its pictures and English labels."""
    safe = str(conditional_escape(html))
    safe = _BOOLEAN.sub(lambda found: _WORDS[found[1]], safe)
    safe = _ALL_BOXES.sub(rf'\1{TICK}这一页全部"', safe)
    if 'name="_selected_action"' in safe:
        safe = _BOX.sub(rf"\1{TICK}", safe, count=1)
    return mark_safe(safe)  # noqa: S308 - escaped above unless it was safe


@register.filter
def page_at(cl: ChangeList, number: int) -> str:
    return cl.get_query_string({PAGE_VAR: number})


@register.filter
def page_url(cl: ChangeList, step: int) -> str:
    """Return the address of the page before (-1) or after (1) this one; empty if there is none."""
    number = cl.page_num + step
    around = cl.paginator.get_elided_page_range(cl.page_num)
    return page_at(cl, number) if number in list(around) else ""


@register.filter
def inline_options(formset: InlineAdminFormSet) -> str:
    """Return what Django's script for rows within a form is to know, with our words on its buttons."""
    prefix, name = formset.formset.prefix, formset.opts.verbose_name
    options = {"prefix": prefix, "addText": f"再加一条{name}", "deleteText": "去掉这一条"}
    return json.dumps({"name": f"#{prefix}", "options": options}, ensure_ascii=False)
