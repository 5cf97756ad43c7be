from django.urls import path

from . import views

app_name = "inspections"
urlpatterns = [
    path("", views.tasks, name="tasks"),
    path("all/", views.everything, name="all"),
    path("units/<registry_number:number>/", views.unit, name="unit"),
    path("<serial:pk>/", views.detail, name="detail"),
    path("<serial:pk>/edit/", views.edit, name="edit"),
    path("<serial:pk>/submit/", views.submit, name="submit"),
    path("<serial:pk>/review/", views.review, name="review"),
    path("<serial:pk>/publish/", views.publish, name="publish"),
    path("<serial:pk>/correct/", views.correct, name="correct"),
    path("publish/<serial:draw_pk>/", views.publish_all, name="publish_all"),
]
