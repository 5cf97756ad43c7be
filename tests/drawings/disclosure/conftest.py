"""Draws in every state the public can meet, and a walk over every public address."""

import datetime

import pytest
from django.urls import get_resolver, reverse
from draw_states import STATES

from drawings.amendments import seals
from drawings.ceremony import verbs
from drawings.ceremony.preflight import checks
from drawings.disclosure import figure_views, openness
from drawings.models import Draw
from drawings.protocol import verify
from sources.models import PollutionSource

SEAL_ENDS = datetime.date(2026, 12, 31)


@pytest.fixture
def draw_in(draft, freeze, void, organiser, clock, settings):
    """Bring the draw of 2026Q4 into one of STATES: ``draw_in("drawn")``."""

    def bring(state: str) -> Draw:
        settings.ALLOW_SYSTEM_ENTROPY = True
        words = state.split("-")
        voided, stage = "void" in words, words[-1]
        draw = draft
        if "sealed" in words:
            draw = verbs.freeze(
                draw=draw,
                sources=[verify.Source("system", "os", "2026-10-08T09:00:00+08:00")],
                seen=checks.snapshot(draw).fingerprint,
                disclosure="sealed",
                unseal_on=SEAL_ENDS,
                actor=organiser,
            )
        elif stage != "draft":
            draw = freeze(draw)
        if stage in ("drawn", "published", "lifted"):
            draw = verbs.draw_from_system(draw=draw, actor=organiser)
            draw.refresh_from_db()
        if stage in ("published", "lifted"):
            draw = verbs.publish(draw=draw, actor=organiser)
        if stage == "lifted":
            draw = seals.unseal(draw=draw, actor=organiser)
        if voided:
            draw = void(draw, "见证人没有到场")
        draw.refresh_from_db()
        return draw

    return bring


@pytest.fixture
def public_urls():
    """Return every address of this room, read from the resolver and filled with all that is in the database."""

    def gather() -> list[str]:
        fills = {
            "code": [*Draw.objects.values_list("code", flat=True)],
            "name": [*openness.FILES],
            "number": [*PollutionSource.objects.values_list("number", flat=True)],
            "year": [2025, 2026, 2027],
            "version": [1, 2],
            "serial": [1, 2],
            "part": [1, 2],
            "period": ["2026", "2026Q4"],
            "figure": ["published", "faulty", "drawn", "officer_substitutions"],
            "table": [*figure_views.FILES],
            "kind": ["csv"],  # a workbook is packed; that it says the same, test_result_files holds
            "digest": ["0" * 64],  # nobody's; photos are walked in test_disclosure_evidence
            "token": ["A" * 43],  # nobody's; the firms' own are tried one by one
        }
        urls = []
        for name, wanted in addresses():
            filled = [{}]
            for word in wanted:
                some = fills[word][:1] if "digest" in wanted else fills[word]
                filled = [one | {word: value} for one in filled for value in some]
            urls += [reverse(f"disclosure:{name}", kwargs=one) for one in filled]
        return urls

    return gather


def addresses():
    """Yield (name, words to fill) of every address of the room; an unknown word fails the walk."""
    for entry in get_resolver().url_patterns:
        for inner in getattr(entry, "url_patterns", ()):
            if getattr(inner, "namespace", None) == "disclosure":
                for pattern in inner.url_patterns:
                    yield pattern.name, list(pattern.pattern.converters)


@pytest.fixture(params=STATES)
def state(request):
    """Each state of a draw in turn."""
    return request.param
