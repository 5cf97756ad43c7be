from django.urls import path

from .field import sampling_views
from .field import views as field
from .review import views as review
from .tasks import views as tasks

app_name = "inspections"
urlpatterns = [
    path("", tasks.tasks, name="tasks"),
    path("all/", tasks.everything, name="all"),
    path("units/<registry_number:number>/", tasks.unit, name="unit"),
    path("<serial:pk>/", review.detail, name="detail"),
    path("<serial:pk>/edit/", field.edit, name="edit"),
    path("<serial:pk>/submit/", field.submit, name="submit"),
    path("<serial:pk>/sampling/", sampling_views.sampling, name="sampling"),
    path("<serial:pk>/sampling/<serial:serial>/", sampling_views.sampling_result, name="sampling_result"),
    path("<serial:pk>/review/", review.review, name="review"),
    path("<serial:pk>/publish/", review.publish, name="publish"),
    path("<serial:pk>/correct/", review.correct, name="correct"),
    path("publish/<serial:draw_pk>/", review.publish_all, name="publish_all"),
]
