"""The public addresses of objections and corrections; those of the staff stand with the inspections."""

from django.urls import path

from . import say_views

app_name = "say"
urlpatterns = [
    path("", say_views.say, name="say"),
    path("visit/<visit_token:token>/", say_views.visit, name="visit"),
    path("receipt/", say_views.receipt, name="receipt"),
    path("follow/", say_views.follow, name="follow"),
]
