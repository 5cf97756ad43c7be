"""Below a draw's own address, but for the list of hidden texts."""

from django.urls import path

from . import redaction_views, views

app_name = "amendments"
urlpatterns = [
    path("redactions/", redaction_views.redaction_list, name="redactions"),
    path("redactions/<serial:pk>/decide/", redaction_views.redaction_decide, name="redaction_decide"),
    path("<draw_code:code>/redactions/", redaction_views.redact_draw, name="redact_draw"),
    path(
        "<draw_code:code>/redactions/<serial:pk>/",
        redaction_views.redact_inspection,
        name="redact_inspection",
    ),
    path("<draw_code:code>/void/", views.void, name="void"),
    path("<draw_code:code>/void/decide/", views.void_decide, name="void_decide"),
    path("<draw_code:code>/unseal/", views.unseal, name="unseal"),
    path("<draw_code:code>/substitutes/", views.substitute_list, name="substitutes"),
    path("<draw_code:code>/substitutes/unit/", views.substitute_unit, name="substitute_unit"),
    path("<draw_code:code>/substitutes/officer/", views.substitute_officer, name="substitute_officer"),
    path("<draw_code:code>/recusals/<serial:pk>/", views.recusal, name="recusal"),
    path("<draw_code:code>/recusals/<serial:pk>/refuse/", views.recusal_refuse, name="recusal_refuse"),
    path("<draw_code:code>/substitutes/entry/", views.substitute_entry, name="substitute_entry"),
    path(
        "<draw_code:code>/substitutes/<serial:pk>/decide/", views.substitute_decide, name="substitute_decide"
    ),
]
