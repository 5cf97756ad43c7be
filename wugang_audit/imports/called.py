"""What people call the code that a cell holds: a template tag, built in for all templates."""

from typing import Any

from django import template
from django.template import Context

register = template.Library()


@register.simple_tag(takes_context=True)
def called(context: Context, attribute: str, text: str) -> Any:
    """Return how people call what a cell of the named column holds, by the page's importer; a text that is no code as it is.

    Of an empty cell it says what it is read as.
    """
    column = next((each for each in context["importer"].columns if each.attribute == attribute), None)
    if not text:
        means = column.empty_means if column else ""
        return f"（空，按{means}登记）" if means else "（空）"
    return column.called(text) if column and column.called else text
