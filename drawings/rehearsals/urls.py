from django.urls import path

from . import views

app_name = "rehearsals"
urlpatterns = [
    path("", views.rehearsals, name="list"),
    path("<serial:pk>/", views.rehearsal, name="rehearsal"),
    path("<serial:pk>/freeze/", views.freeze, name="freeze"),
    path("<serial:pk>/entry/", views.enter, name="enter"),
    path("<serial:pk>/show/", views.show, name="show"),
    path("<serial:pk>/delete/", views.delete, name="delete"),
]
