from django.urls import path

from . import views
from .papers import views as papers

app_name = "ceremony"
urlpatterns = [
    path("", views.draws, name="draws"),
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
]
