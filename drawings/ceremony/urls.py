from django.urls import path

from . import views
from .papers import views as papers

app_name = "ceremony"
urlpatterns = [
    path("", views.draws, name="draws"),
    path("<draw_code:code>/", views.draw, name="draw"),
    path("<draw_code:code>/confirm/", papers.confirm, name="confirm"),
    path("<draw_code:code>/objection/", papers.objection, name="objection"),
    path("<draw_code:code>/objection/withdraw/", papers.withdraw, name="withdraw"),
    path("<draw_code:code>/objection/<serial:pk>/lift/", papers.lift, name="lift"),
    path("<draw_code:code>/freeze/", views.freeze, name="freeze"),
    path("<draw_code:code>/entry/", views.entry, name="entry"),
    path("<draw_code:code>/system/", views.system, name="system"),
    path("<draw_code:code>/notice/", papers.notice, name="notice"),
    path("<draw_code:code>/witnesses/", papers.witnesses, name="witnesses"),
    path("<draw_code:code>/deposit/", papers.deposit, name="deposit"),
    path("<draw_code:code>/show/", papers.show, name="show"),
    path("<draw_code:code>/open/", papers.open_sealed, name="open"),
    path("<draw_code:code>/minutes/", papers.minutes, name="minutes"),
    path("<draw_code:code>/minutes.docx", papers.minutes_docx, name="minutes_docx"),
    path("<draw_code:code>/publish/", views.publish, name="publish"),
]
