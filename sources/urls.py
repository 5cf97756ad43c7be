from django.urls import path

from . import views

app_name = "sources"
urlpatterns = [
    path("where/", views.where, name="where"),
    path("doubles/", views.double_list, name="doubles"),
    path("doubles/<registry_number:one>/<registry_number:other>/", views.double, name="double"),
    path("doubles/<registry_number:one>/<registry_number:other>/join/", views.join, name="join"),
    path(
        "doubles/<registry_number:one>/<registry_number:other>/different/", views.different, name="different"
    ),
]
