from django.urls import path

from . import aftermath_views as aftermath
from . import views

app_name = "ceremony"
urlpatterns = [
    path("", views.draws, name="draws"),
    path("plans/", views.plans, name="plans"),
    path("plans/new/", views.plan_new, name="plan_new"),
    path("plans/<int:year>/<int:version>/", views.plan, name="plan"),
    path("plans/<int:year>/<int:version>/edit/", views.plan_edit, name="plan_edit"),
    path("plans/<int:year>/<int:version>/publish/", views.plan_publish, name="plan_publish"),
    path("<str:code>/", views.draw, name="draw"),
    path("<str:code>/freeze/", views.freeze, name="freeze"),
    path("<str:code>/entry/", views.entry, name="entry"),
    path("<str:code>/system/", views.system, name="system"),
    path("<str:code>/publish/", views.publish, name="publish"),
    path("<str:code>/void/", aftermath.void, name="void"),
    path("<str:code>/void/decide/", aftermath.void_decide, name="void_decide"),
    path("<str:code>/unseal/", aftermath.unseal, name="unseal"),
]
