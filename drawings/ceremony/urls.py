from django.urls import path

from . import aftermath_views as aftermath
from . import paper_views as papers
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
    path("<str:code>/confirm/", papers.confirm, name="confirm"),
    path("<str:code>/freeze/", views.freeze, name="freeze"),
    path("<str:code>/entry/", views.entry, name="entry"),
    path("<str:code>/system/", views.system, name="system"),
    path("<str:code>/notice/", papers.notice, name="notice"),
    path("<str:code>/witnesses/", papers.witnesses, name="witnesses"),
    path("<str:code>/deposit/", papers.deposit, name="deposit"),
    path("<str:code>/show/", papers.show, name="show"),
    path("<str:code>/open/", papers.open_sealed, name="open"),
    path("<str:code>/minutes/", papers.minutes, name="minutes"),
    path("<str:code>/minutes.docx", papers.minutes_docx, name="minutes_docx"),
    path("<str:code>/publish/", views.publish, name="publish"),
    path("<str:code>/void/", aftermath.void, name="void"),
    path("<str:code>/void/decide/", aftermath.void_decide, name="void_decide"),
    path("<str:code>/unseal/", aftermath.unseal, name="unseal"),
    path("<str:code>/substitutes/", aftermath.substitute_list, name="substitutes"),
    path("<str:code>/substitutes/unit/", aftermath.substitute_unit, name="substitute_unit"),
    path("<str:code>/substitutes/officer/", aftermath.substitute_officer, name="substitute_officer"),
    path("<str:code>/substitutes/<int:pk>/decide/", aftermath.substitute_decide, name="substitute_decide"),
]
