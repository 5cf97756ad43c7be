"""All addresses of the app; the public ones stand at the root."""

from django.urls import include, path, register_converter
from django.urls.converters import StringConverter


class DrawCode(StringConverter):
    """The code of a draw: its quarter, ``2026Q4``, and from the second try on its number, ``2026Q4-2``."""

    regex = "[1-9][0-9]{3}Q[1-4](?:-(?:[2-9]|[1-9][0-9]{1,2}))?"


register_converter(DrawCode, "draw_code")

urlpatterns = [
    # Before the draws: a draw's code could be any word.
    path("ceremony/plans/", include("drawings.plans.urls")),
    path("ceremony/rehearsals/", include("drawings.rehearsals.urls")),
    path("ceremony/", include("drawings.ceremony.urls")),
    path("ceremony/", include("drawings.amendments.urls")),
    path("checklists/", include("drawings.checklists.urls")),
    path("inspections/", include("drawings.inspections.urls")),
    path("published-texts/", include("drawings.published_texts.urls")),
    path("desk/statistics/", include("drawings.statistics.urls")),
    path("", include("drawings.disclosure.urls")),
    # After the public room, which says what the firm's secret word looks like.
    path("say/", include("drawings.inspections.aftercare.urls")),
]
