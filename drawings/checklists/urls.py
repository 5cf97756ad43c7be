from django.urls import path

from . import views

app_name = "checklists"
urlpatterns = [
    path("<serial:pk>/", views.versions, name="versions"),
    path("<serial:pk>/draft/", views.draft, name="draft"),
    path("versions/<serial:pk>/preview/", views.preview, name="preview"),
    path("versions/<serial:pk>/publish/", views.publish, name="publish"),
    path("versions/<serial:pk>/discard/", views.discard, name="discard"),
    path("versions/<serial:pk>/withdraw/", views.withdraw, name="withdraw"),
]
