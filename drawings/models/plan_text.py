"""Writes the canonical text of a published plan; the public log holds its digest (kind ``plan``)."""

from typing import Any

from ..protocol import verify
from ..public_fields import ITEM, PLAN, RATE, Written
from .canonical import WRITERS
from .plan import Plan

FORM = "plan/1"


def plan_subject(year: int, version: int) -> str:
    """Return what the log calls one version of a year's plan."""
    return f"plan/{year}/{version}"


def plan_text(plan: Plan) -> str:
    """Write the text of a plan: all that its public page shows of it, in the fields that `public_fields` lists.

    UTF-8, LF at the end of every line; a backslash reads as two, a line break as backslash n, and what is empty as
    ``-``. The day of publication is the log's own to say. Lines in this order::

        plan/1
        year 2026
        version 1
        title 2026年度抽查计划
        document_number 平舞环〔2024〕40号
        basis 国办发〔2015〕58号
        general_reading units         a code of `Plan.Reading`
        fresh_first no                yes or no
        yearly_cap 2
        substitutes pl5               a code of `Plan.Substitutes`
        rate key 25 100               one for each class, in the order in which the result lists them
        item subject 污染源日常监管     nine lines for each item, the items ascending
        item target ...

    :param plan: with its rates and items as they are stored; read beforehand they cost no query.
    """
    lines = [FORM]
    lines += [f"{field} {_value(plan, field)}" for field in PLAN if field != "published_at"]
    lines += [" ".join(["rate", *(_value(rate, field) for field in RATE)]) for rate in plan.rates.all()]
    for values in sorted([_value(item, field) for field in ITEM] for item in plan.items.all()):
        lines += [f"item {field} {value}" for field, value in zip(ITEM, values, strict=True)]
    return "".join(line + "\n" for line in lines)


def plan_digest(plan: Plan) -> str:
    """Return the digest of the text, as the log holds it."""
    return verify.digest(plan_text(plan))


def _value(row: Any, field: str) -> str:
    value = getattr(row, field)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return WRITERS[Written.ONE_LINE]("" if value is None else str(value)) or "-"
