from django.urls import path

from . import views

app_name = "published_texts"
urlpatterns = [path("", views.found, name="found")]
