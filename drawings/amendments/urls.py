"""Below a draw's own address."""

from django.urls import path

from . import views

app_name = "amendments"
urlpatterns = [
    path("<str:code>/void/", views.void, name="void"),
    path("<str:code>/void/decide/", views.void_decide, name="void_decide"),
    path("<str:code>/unseal/", views.unseal, name="unseal"),
    path("<str:code>/substitutes/", views.substitute_list, name="substitutes"),
    path("<str:code>/substitutes/unit/", views.substitute_unit, name="substitute_unit"),
    path("<str:code>/substitutes/officer/", views.substitute_officer, name="substitute_officer"),
    path("<str:code>/substitutes/<int:pk>/decide/", views.substitute_decide, name="substitute_decide"),
]
