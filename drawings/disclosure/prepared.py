"""Queries of public pages whose SQL is made once for each number of keys: to put a query of Django's together takes half a
millisecond, five times what the database needs to answer it, and a unit's page asks some twenty.

The rows are those of the query itself, as `values()` gives them. Only for queries that depend on their keys alone: a day or a
moment in one would be that of the first request for ever, so such a query is refused.
"""

import datetime
from collections.abc import Callable, Collection
from functools import wraps
from itertools import count
from threading import local
from typing import Any

from django.db import connections
from django.db.models import QuerySet

Row = dict[str, Any]
Keys = Collection[int] | Collection[str]
SHAPES = 200  # of one query, in one thread
_FIRST = -2_000_000_000  # no key of any table, and a number that every kind of key could be


class _Statement:
    """The SQL of a query for so many keys, and which of its parameters are the keys."""

    def __init__(self, query: QuerySet, stand_ins: list[Any]):
        self.using = query.db
        self.names = list(query.query.values_select) + list(query.query.annotation_select)
        if query.query.selected:
            self.names = list(query.query.selected)
        self.compiler = query.query.get_compiler(query.db)
        places = {stand_in: place for place, stand_in in enumerate(stand_ins)}
        self.sql, params = self.compiler.as_sql()
        if any(_is_time(param) for param in params):
            raise ValueError(f"a query that depends on the day may not be prepared: {self.sql}")
        # (place among the keys, or None; what stands there for ever)
        self.params = [(places.get(param), param) for param in params]

    def rows(self, keys: list[Any]) -> list[Row]:
        params = [param if place is None else keys[place] for place, param in self.params]
        with connections[self.using].cursor() as cursor:
            cursor.execute(self.sql, params)
            found = self.compiler.results_iter([cursor.fetchall()])
            return [dict(zip(self.names, row, strict=True)) for row in found]


def _is_time(value: Any) -> bool:
    if isinstance(value, str):
        value = value[:10]
        try:
            return bool(datetime.date.fromisoformat(value))
        except ValueError:
            return False
    return isinstance(value, datetime.date | datetime.time)


def prepared(make: Callable[..., QuerySet]) -> Callable[..., list[Row]]:
    """Let a function that makes a query with `values()` from keys, or from collections of keys, return the rows of the query.

    Keys are numbers or texts. A collection is filled up to the next power of two by its last key: what visitors ask for makes
    ever new lengths, and each is a query of its own.
    """
    kept = local()

    @wraps(make)
    def rows(*asked: Any) -> list[Row]:
        keys: list[Any] = []
        shape: list[Any] = []
        for each in asked:
            if isinstance(each, str | int):
                keys.append(each)
                shape.append(type(each))
            else:
                own = [key for key in each if key is not None]  # NULL is among none
                if not own:
                    return []
                own += own[-1:] * ((1 << (len(own) - 1).bit_length()) - len(own))
                keys += own
                shape.append((len(own), type(own[0])))
        statements: dict[tuple, _Statement] = kept.__dict__.setdefault("statements", {})
        statement = statements.get(tuple(shape))
        if statement is None:
            if len(statements) >= SHAPES:
                statements.clear()
            statement = statements[tuple(shape)] = _statement(make, shape)
        return statement.rows(keys)

    return rows


def _statement(make: Callable[..., QuerySet], shape: list[Any]) -> _Statement:
    numbers = count(_FIRST)
    stand_ins: list[Any] = []

    def stand_in(kind: type) -> Any:
        number = next(numbers)
        stand_ins.append(number if kind is int else f"stand-in {number}")
        return stand_ins[-1]

    made = [
        [stand_in(each[1]) for _ in range(each[0])] if isinstance(each, tuple) else stand_in(each)
        for each in shape
    ]
    return _Statement(make(*made), stand_ins)
