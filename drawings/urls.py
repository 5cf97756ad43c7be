from django.urls import include, path

urlpatterns = [
    path("ceremony/", include("drawings.ceremony.urls")),
    path("inspections/", include("drawings.inspections.urls")),
    path("", include("drawings.disclosure.urls")),
]
