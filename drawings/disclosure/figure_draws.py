"""The rows of figures that count what happened in draws: quotas by class, voids, and substitutions with their units."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from wugang_audit import clock
from wugang_audit.calendar.words import day_in_words

from .. import public_fields
from ..models import Stratum, SubstitutionPlace
from ..models.draw import OFFICER_WITHDRAWN, UNIT_WITHDRAWN
from ..statistics.published import DEFINITIONS
from . import frozen
from .draws import commit_of
from .figure_tables import rows_url
from .objects import Draw
from .periods import counts, is_real
from .public_figures import Counted

_KINDS = {"unit_substitutions": "unit", "officer_substitutions": "officer"}


@dataclass(frozen=True)
class DrawCount:
    """A part of a figure in a draw: a class, a void or a substitution.

    :param units: (registry number, name) of the units that it concerns, as the public knows them.
    :param day: on which it became what it is, where it did on a day.
    """

    draw: Draw
    count: int
    label: str
    about: str
    units: tuple[tuple[str, str], ...] = ()
    drawn_url: str = ""  # of a quota: the units that were drawn for it
    day: date | None = None
    became: str = ""

    @property
    def said(self) -> str:
        """What it is, as people read it."""
        return self._with(day_in_words(self.day) if self.day else "")

    @property
    def filed(self) -> str:
        """What it is, as a file has it."""
        return self._with(f"{self.day} " if self.day else "")

    def _with(self, day: str) -> str:
        return f"{self.label}{day}{self.became}"


def draws_of(counted: Counted, code: str, narrowed: Mapping[str, str]) -> list[DrawCount]:
    """Return the parts of a figure, those of the latest draw first.

    :param code: one of `public_figures.DRAWS_LINKED`.
    """
    if code == "voided":
        return [
            DrawCount(
                draw,
                1,
                "",
                draw.void_reason,
                day=clock.day_of(draw.voided_at) if draw.voided_at else None,
                became="作废",
            )
            for draw in counted.draws
            if draw.is_void and is_real(draw)
        ]
    of = {draw.code: draw for draw in counted.draws if counts(draw)}
    if code == "quota":
        return list(_quotas(of, narrowed.get("category", "")))
    return _substitutions(of, _KINDS[code])


def _quotas(of: Mapping[str, Draw], category: str) -> Iterator[DrawCount]:
    texts = frozen.commit_texts(list(of))
    for code, draw in of.items():
        for quota in commit_of(texts.get(code, ""))[1]:
            if quota.wanted and category in ("", quota.code):
                url = rows_url(draw.quarter_code, "drawn", "category", quota.code)
                yield DrawCount(draw, quota.wanted, Stratum.label_of(quota.code), quota.words, drawn_url=url)


def _substitutions(of: Mapping[str, Draw], kind: str) -> list[DrawCount]:
    rows = SubstitutionPlace.objects.filter(
        substitution__draw__code__in=of,
        substitution__kind=kind,
        substitution__effective_at__isnull=False,
    ).order_by("-substitution__draw__year", "-substitution__draw__quarter", "substitution__serial", "pk")
    found: dict[int, list[dict[str, Any]]] = {}
    for row in rows.values(*public_fields.SUBSTITUTION_PLACE, *public_fields.SUBSTITUTION_MADE):
        found.setdefault(row["substitution_id"], []).append(row)
    return [
        _substitution(of[places[0]["substitution__draw__code"]], kind, places) for places in found.values()
    ]


def _substitution(draw: Draw, kind: str, places: list[dict[str, Any]]) -> DrawCount:
    first = places[0]
    units = [(row["selection__source__number"], row["selection__name"] or UNIT_WITHDRAWN) for row in places]
    if kind == "unit":
        instead = first["substitution__unit__source__number"]
        name = first["substitution__unit__name"] or UNIT_WITHDRAWN
        about = f"由{name}替补" if instead else "没有可以替补的单位"
        units += [(instead, name)] if instead else []
    else:
        named = {
            row["member__replacement__name"] or OFFICER_WITHDRAWN
            for row in places
            if row["member__replacement"]
        }
        about = f"{first['member__name'] or OFFICER_WITHDRAWN}由{'、'.join(sorted(named)) or '空缺'}替补"
    day = clock.day_of(first["substitution__effective_at"])
    label = f"第 {first['substitution__serial']} 次替补，"
    return DrawCount(draw, 1, label, about, tuple(units), day=day, became="生效")


def lines(counted: Counted, code: str, narrowed: Mapping[str, str]) -> Iterator[list[object]]:
    """Yield the parts of a figure as a file has them, with its header."""
    yield ["抽签", "事项", "说明", "涉及的单位", f"{DEFINITIONS[code].title}（{DEFINITIONS[code].unit}）"]
    for row in draws_of(counted, code, narrowed):
        units = "；".join(f"{number} {name}" for number, name in row.units)
        yield [row.draw.filed, row.filed, row.about, units, row.count]
