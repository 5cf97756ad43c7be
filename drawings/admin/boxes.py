"""Boxes to tick, for rows of other tables: the articles that something cites, the specialities that it is for."""

from django import forms

from wugang_audit.access.keys import KeysField, only_keys

from ..models import LegalBasis


class BasesField(KeysField):
    """The articles that an item cites, each with the days on which it is law."""

    def label_from_instance(self, basis: LegalBasis) -> str:
        until = f"至 {basis.in_force_until}" if basis.in_force_until else "起"
        return f"{basis.cited}（{basis.in_force_from} {until}）"


class BasesBoxes(forms.CheckboxSelectMultiple):
    """A box for each article, those that are cited first: on a phone they need no scrolling."""

    def optgroups(self, name: str, value: list[str], attrs: dict | None = None) -> list:
        groups = super().optgroups(name, only_keys(value), attrs)
        return sorted(groups, key=lambda group: not group[1][0]["selected"])


class KeyBoxes(forms.CheckboxSelectMultiple):
    """A box for each row of a table; what was sent that is no key is left alone."""

    def optgroups(self, name: str, value: list[str], attrs: dict | None = None) -> list:
        return super().optgroups(name, only_keys(value), attrs)
