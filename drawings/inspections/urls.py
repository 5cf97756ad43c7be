from django.urls import path

from . import views

app_name = "inspections"
urlpatterns = [
    path("", views.tasks, name="tasks"),
    path("all/", views.everything, name="all"),
    path("units/<str:number>/", views.unit, name="unit"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/edit/", views.edit, name="edit"),
    path("<int:pk>/submit/", views.submit, name="submit"),
    path("<int:pk>/review/", views.review, name="review"),
    path("<int:pk>/publish/", views.publish, name="publish"),
    path("<int:pk>/correct/", views.correct, name="correct"),
    path("publish/<int:draw_pk>/", views.publish_all, name="publish_all"),
]
