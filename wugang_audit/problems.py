"""What is wrong on a page: the lines of the summary above a form, and the word that begins the page's title.

The pattern is that of GOV.UK's error summary: a box that takes the focus, with a link to each field; the same words
beside the field; the title says first that something is wrong. These are template filters, built in for all templates.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import template
from django.contrib.admin.helpers import AdminForm, InlineAdminFormSet
from django.contrib.messages import constants
from django.forms import BaseForm
from django.forms.formsets import BaseFormSet
from django.template import Context

register = template.Library()
PREFIX = "错误："


@dataclass(frozen=True)
class Problem:
    """One line of a summary, the id on the page that its link leads to, and the field; empty where none is to blame."""

    message: str
    anchor: str = ""
    field: str = ""


@register.filter
def problems(source: Any, more: Any = ()) -> list[Problem]:
    """Return all that is wrong with a form or formset, its frame in the admin, or a list of them."""
    return [*_problems(source), *_problems(more)]


def _problems(source: Any) -> Iterator[Problem]:
    if isinstance(source, list | tuple):
        for each in source:
            yield from _problems(each)
    elif isinstance(source, AdminForm):
        yield from _of_form(source.form)
    elif isinstance(source, InlineAdminFormSet):
        yield from _problems(source.formset)
    elif isinstance(source, BaseFormSet):
        if source.is_bound:
            yield from (Problem(message) for message in source.non_form_errors())
            for form in source.forms:
                yield from _of_form(form)
    elif isinstance(source, BaseForm):
        yield from _of_form(source)


def _of_form(form: BaseForm) -> Iterator[Problem]:
    """Yield each error, in the order of the page; one that belongs to no field comes last and leads to the first field."""
    if not form.is_bound:
        return
    first = next((_anchor(form, name) for name in form.fields if not form[name].is_hidden), "")
    order = {name: place for place, name in enumerate(form.fields)}
    for name, messages in sorted(form.errors.items(), key=lambda each: order.get(each[0], len(order))):
        label = str(form[name].label) if name in form.fields and not form[name].is_hidden else ""
        anchor = _anchor(form, name) if label else first
        for message in messages:
            said = message if not label or _names(message, label) else f"{label}：{message}"
            yield Problem(said, anchor, name if label else "")


def _names(message: str, label: str) -> bool:
    """Say whether the message tells by itself which field it is about: most of ours do, Django's own do not."""
    return label in message or message.partition("：")[0] in label


def _anchor(form: BaseForm, name: str) -> str:
    """Return the id of the field's control; of its first one, where it has several."""
    field = form[name]
    return field.id_for_label or f"{field.auto_id}_0"


@register.filter
def refusals(messages: Any) -> list[Problem]:
    """Return what the last step was refused for, of the messages that wait for the person."""
    return [Problem(str(message)) for message in messages or () if message.level >= constants.ERROR]


@register.filter
def news(messages: Any) -> list[Any]:
    """Return the messages that are no errors."""
    return [message for message in messages or () if message.level < constants.ERROR]


@register.simple_tag(takes_context=True)
def error_prefix(context: Context) -> str:
    """Return the word before the title of a page that reports an error; nothing on others."""
    values = context.flatten()
    if refusals(values.get("messages")) or values.get("errors") or values.get("refusal"):
        return PREFIX
    # By type, not isinstance: that would load the person behind the lazy `user` of a page that needs none.
    forms = (each for each in values.values() if issubclass(type(each), BaseForm | BaseFormSet))
    return PREFIX if any(problems(form) for form in forms) else ""
