"""All addresses of the site. The public pages stand at the root."""

from django.contrib import admin
from django.urls import include, path

from . import views

urlpatterns = [
    path("accounts/login/", views.login, name="login"),
    path("accounts/logout/", views.logout, name="logout"),
    path("accounts/password_change/", views.password_change, name="password_change"),
    path("desk/", views.desk, name="desk"),
    path("health/", views.registry_health, name="health"),
    path("audit/", views.audit_trail, name="audit"),
    path("audit/check/", views.audit_check, name="audit_check"),
    path("admin/", admin.site.urls),
    path("", include("drawings.urls")),
]
