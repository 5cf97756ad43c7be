"""What Django's admin lets pass to the database and should not: keys that are none, and searches of a stranger's making."""

import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import BadRequest, ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse

from .keys import is_beyond, key_of, only_keys

# How the filters beside our lists ask. A ``regex`` would let an address keep the database busy for as long as it likes.
_ASKED = {"exact", "isnull", "year", "month", "day"}
_KINDS = (
    models.Field,
    models.CharField,
    models.IntegerField,
    models.DateField,
    models.DateTimeField,
    models.JSONField,
)
_NOT_ASKED = {name for kind in _KINDS for name in kind.get_lookups()} - _ASKED
_BY_KEY = re.compile(r"(?:.*__)?(?:id|pk)(?:__exact)?")


class KeySelect(AutocompleteSelect):
    """The box that searches as one types; junk that was sent in its place is shown as nothing chosen."""

    def optgroups(self, name: str, value: list[Any], attr: dict | None = None) -> list:
        return super().optgroups(name, only_keys(value), attr)


class StrictAdmin:
    """Mix in before an admin, or an inline with boxes that search."""

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        if not _NOT_ASKED.isdisjoint(lookup.split("__")[1:]):
            return False
        if _BY_KEY.fullmatch(lookup) and key_of(value) is None:
            return False
        # A relation may be asked for by its own name: ?officers=9223372036854775808
        if is_beyond(str(value)):
            return False
        return super().lookup_allowed(lookup, value, request)

    def formfield_for_foreignkey(
        self, field: models.ForeignKey, request: HttpRequest, **options: Any
    ) -> forms.ModelChoiceField:
        if field.name in self.get_autocomplete_fields(request) and "widget" not in options:
            options["widget"] = KeySelect(field, self.admin_site, using=options.get("using"))
        return super().formfield_for_foreignkey(field, request, **options)


class ConstrainedFormSet(forms.BaseInlineFormSet):
    """Rows of an inline that meet the constraints of their table.

    Django leaves out each constraint that names the row above: a row that a colleague added a minute ago, or one that
    is sent a second time, would reach the database.
    """

    def clean(self) -> None:
        super().clean()
        for form in self.forms:
            if form.is_valid() and form.has_changed() and not self._should_delete_form(form):
                try:
                    form.instance.validate_constraints()
                except ValidationError as error:
                    form.add_error(None, error)


def with_real_rows(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Refuse an action on rows that cannot be."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if any(key_of(key) is None for key in request.POST.getlist(ACTION_CHECKBOX_NAME)):
            raise BadRequest("a row that cannot be")
        return view(request, *args, **kwargs)

    return checked
