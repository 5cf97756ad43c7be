"""All addresses of the site. The public pages stand at the root."""

from django.contrib import admin
from django.urls import include, path

from .accounts import resume
from .accounts import views as accounts
from .audit import views as audit
from .staff import views as staff

urlpatterns = [
    path("accounts/login/", accounts.login, name="login"),
    path("accounts/logout/", accounts.logout, name="logout"),
    path("accounts/password_change/", accounts.password_change, name="password_change"),
    path("accounts/unsent/", resume.unsent, name="unsent"),
    path("desk/", staff.desk, name="desk"),
    path("health/", staff.data_checks, name="data_checks"),
    path("audit/", audit.audit_trail, name="audit"),
    path("audit/check/", audit.audit_check, name="audit_check"),
    path("admin/", admin.site.urls),
    path("", include("drawings.urls")),
]
