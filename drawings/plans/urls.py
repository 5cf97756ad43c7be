from django.urls import path

from . import views

app_name = "plans"
urlpatterns = [
    path("", views.plans, name="list"),
    path("new/", views.plan_new, name="new"),
    path("<year:year>/<version:version>/", views.plan, name="plan"),
    path("<year:year>/<version:version>/edit/", views.plan_edit, name="edit"),
    path("<year:year>/<version:version>/publish/", views.plan_publish, name="publish"),
]
