from django.urls import path

from . import views

app_name = "plans"
urlpatterns = [
    path("", views.plans, name="list"),
    path("new/", views.plan_new, name="new"),
    path("<int:year>/<int:version>/", views.plan, name="plan"),
    path("<int:year>/<int:version>/edit/", views.plan_edit, name="edit"),
    path("<int:year>/<int:version>/publish/", views.plan_publish, name="publish"),
]
