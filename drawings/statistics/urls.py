from django.urls import path

from . import views

app_name = "statistics"
urlpatterns = [
    path("", views.quarters, name="quarters"),
    path("own/", views.own, name="own"),
    path("reports/<serial:pk>/", views.report, name="report"),
    path("reports/<serial:pk>/approve/", views.approve, name="approve"),
    path("reports/<serial:pk>/download/", views.download, name="download"),
    path("<draw_code:code>/", views.quarter, name="quarter"),
    path("<draw_code:code>/make/", views.make, name="make"),
    path("<draw_code:code>/work/", views.work, name="work"),
]
