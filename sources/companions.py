"""Rows of other tables that belong to a unit: when two units become one, they go with the one that stays.

The apps above register theirs. A join moves them and writes their history; taking it back (see `join_undo`) reads that history.
"""

import datetime
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model, QuerySet

from wugang_audit.accounts.models import User
from wugang_audit.registries import bulk_history

from .models import CreditClass, PermitCondition, PollutionSource, condition_code


@dataclass(frozen=True)
class Companion:
    """One table whose rows name their unit in ``source``.

    :param key: what a unit has only once: a row stays behind if the other unit has one with the same.
    :param name: what a row is called in the audit trail and on pages.
    :param with_unit: fields besides ``source`` that change with the unit.
    :param left_behind: what becomes of a row that stays behind.
    :param related: relations that `name` reads.
    """

    label: str
    model: type[Model]
    key: Callable[[Any], Hashable]
    name: Callable[[Any], str]
    with_unit: Callable[[Any, PollutionSource], Mapping[str, Any]] = lambda row, unit: {}
    left_behind: Mapping[str, Any] = field(default_factory=dict)
    related: tuple[str, ...] = ()

    def of(self, unit: PollutionSource) -> QuerySet:
        rows = self.model._default_manager.filter(source=unit)
        return rows.select_related(*self.related).order_by("pk")

    def values(self, row: Any, unit: PollutionSource) -> dict[str, Any]:
        """Return what is written in a row so that it belongs to a unit."""
        return {"source": unit.pk} | dict(self.with_unit(row, unit))


_companions: list[Companion] = []


def register(companion: Companion) -> None:
    _companions.append(companion)


def companions() -> tuple[Companion, ...]:
    return tuple(_companions)


def move(
    goes: PollutionSource, stays: PollutionSource, *, actor: User, reason: str, at: datetime.datetime
) -> dict[str, list[str]]:
    """Give all rows of one unit to another; return what they are called, by the label of their table.

    What the other one has already stays where it is.
    """
    moved = {}
    for each in _companions:
        there = {each.key(row) for row in each.of(stays)}
        rows = list(each.of(goes))
        going = [row for row in rows if each.key(row) not in there]
        moved[each.label] = [each.name(row) for row in going]
        values = [each.values(row, stays) for row in going]
        _write(each, going, values, actor, reason, at)
        left = [
            row
            for row in rows
            if each.key(row) in there
            and any(getattr(row, name) != value for name, value in each.left_behind.items())
        ]
        _write(each, left, [each.left_behind] * len(left), actor, reason, at)
    return moved


def _write(
    companion: Companion, rows: list, values: list, actor: User, reason: str, at: datetime.datetime
) -> None:
    if rows:
        keys = [row.pk for row in rows]
        bulk_history.update(companion.model, list(values[0]), keys, values, actor=actor, reason=reason, at=at)


register(
    Companion(
        "排污许可条件",
        PermitCondition,
        key=lambda row: condition_code("", row.outlet_code, row.pollutant).lower(),
        name=lambda row: row.code,
        with_unit=lambda row, unit: {"code": condition_code(unit.number, row.outlet_code, row.pollutant)},
        left_behind={"is_active": False},  # it no longer applies
    )
)
register(
    Companion(
        "环保信用等级",
        CreditClass,
        key=lambda row: row.date,
        name=lambda row: f"{row.date:%Y-%m-%d} 评为 {row.get_grade_display()}",
    )
)
