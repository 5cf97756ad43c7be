"""What is wrong on a page: the lines of the summary above a form, and the word that begins the page's title.

The pattern is that of GOV.UK's error summary: a box that takes the focus, with a link to each field; the same words
beside the field; the title says first that something is wrong. These are template filters, built in for all templates.

Django's own words ("这个字段是必填项。") say neither which field nor what to do: `InOurWords` puts ours in their place,
on every form of the site, for `settings.FORM_RENDERER` hands it to all of them. Words of a form's own stay.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms, template
from django.contrib.admin.helpers import AdminForm, InlineAdminFormSet
from django.contrib.messages import constants
from django.core import validators
from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.forms.formsets import BaseFormSet
from django.forms.renderers import DjangoTemplates
from django.forms.utils import ErrorList
from django.http import HttpRequest
from django.template import Context
from django.utils.safestring import mark_safe

from . import selects

register = template.Library()
PREFIX = "错误："

FILL, CHOOSE, TICK = "请填写“{label}”。", "请选择“{label}”。", "请勾选“{label}”。"
NO_SUCH_CHOICE = "“{label}”没有这个选项，请重新选择。"
# (a message of Django's, what is said instead); {limit} and {length} are those of the validator.
_INSTEAD = (
    (forms.Field.default_error_messages["required"], FILL),
    (forms.ChoiceField.default_error_messages["invalid_choice"], NO_SUCH_CHOICE),
    (forms.MultipleChoiceField.default_error_messages["invalid_choice"], NO_SUCH_CHOICE),
    (forms.ModelChoiceField.default_error_messages["invalid_choice"], NO_SUCH_CHOICE),
    (forms.ModelMultipleChoiceField.default_error_messages["invalid_choice"], NO_SUCH_CHOICE),
    (forms.ModelMultipleChoiceField.default_error_messages["invalid_pk_value"], NO_SUCH_CHOICE),
    (forms.DateField.default_error_messages["invalid"], "“{label}”不是日期，请照 2026-12-31 的样子填。"),
    (
        forms.DateTimeField.default_error_messages["invalid"],
        "“{label}”不是日期和时间，请照 2026-12-31 09:30 的样子填。",
    ),
    (forms.IntegerField.default_error_messages["invalid"], "“{label}”请填整数，如 12。"),
    (forms.DecimalField.default_error_messages["invalid"], "“{label}”请填数，如 12 或 0.5。"),
    (validators.EmailValidator.message, "“{label}”不是邮箱地址，应像 name@example.com。"),
    (validators.validate_slug.message, "“{label}”只能用英文字母、数字、下划线和连字符。"),
    (validators.MaxLengthValidator.message, "“{label}”太长：最多 {limit} 个字，现在 {length} 个。"),
    (validators.MinLengthValidator.message, "“{label}”太短：至少 {limit} 个字，现在 {length} 个。"),
    (validators.MaxValueValidator.message, "“{label}”不能大于 {limit}。"),
    (validators.MinValueValidator.message, "“{label}”不能小于 {limit}。"),
)


class InOurWords(forms.BoundField):
    """A field of a form on a page, whose errors name it and say what to do."""

    @property
    def errors(self) -> ErrorList:
        found = super().errors
        if not found:
            return found
        ours = found.copy()
        ours.field_id = found.field_id  # a copy has lost it
        ours.data = [self._in_our_words(error) for error in found.data]
        return ours

    def _in_our_words(self, error: ValidationError | str) -> ValidationError | str:
        if not isinstance(error, ValidationError) or not hasattr(error, "message"):
            return error
        # By identity: the same message given by a form of ours has been chosen there.
        words = next((ours for theirs, ours in _INSTEAD if error.message is theirs), None)
        if words is None:
            return error
        if words is FILL:
            words = self._what_to_do()
        params = error.params or {}
        return ValidationError(
            words.format(
                label=_short(self.label), limit=params.get("limit_value"), length=params.get("show_value")
            ),
            code=error.code,
        )

    def _what_to_do(self) -> str:
        """Say how an empty field is filled, by the control that stands on the page."""
        # The admin wraps a choice of rows, to add another one.
        widget = getattr(self.field.widget, "widget", self.field.widget)
        if isinstance(widget, forms.CheckboxInput):
            return TICK
        return CHOOSE if isinstance(widget, forms.Select | forms.RadioSelect | forms.FileInput) else FILL


class Renderer(DjangoTemplates):
    """Renders the forms of the site as Django does, with the errors of `InOurWords`, and choice lists without their templates."""

    bound_field_class = InOurWords

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> str:
        written = selects.select(context["widget"]) if template_name == selects.SELECT else None
        return mark_safe(written) if written else super().render(template_name, context, request)  # noqa: S308 - escaped there


def _short(label: Any) -> str:
    """Return a label without what it explains in brackets."""
    return str(label).partition("（")[0] or str(label)


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
        if name in form.fields:
            messages = form[name].errors
        label = str(form[name].label) if name in form.fields and not form[name].is_hidden else ""
        anchor = _anchor(form, name) if label else first
        for message in messages:
            said = message if not label or _names(message, label) else f"{label}：{message}"
            yield Problem(said, anchor, name if label else "")


def _names(message: str, label: str) -> bool:
    """Say whether the message tells by itself which field it is about: most of ours do, Django's own do not."""
    return _short(label) in message or message.partition("：")[0] in label


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
