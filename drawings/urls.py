"""All addresses of the app; the public ones stand at the root."""

from django.urls import include, path

urlpatterns = [
    # Before the draws: a draw's code could be any word.
    path("ceremony/plans/", include("drawings.plans.urls")),
    path("ceremony/", include("drawings.ceremony.urls")),
    path("ceremony/", include("drawings.amendments.urls")),
    path("inspections/", include("drawings.inspections.urls")),
    path("", include("drawings.disclosure.urls")),
]
