"""All addresses of the site. The public pages stand at the root."""

from django.contrib import admin
from django.urls import include, path

from .access import converters  # noqa: F401 - registers what stands in an address
from .accounts import approval_views as requests
from .accounts import resume
from .accounts import views as accounts
from .accounts.second_factor import views as second_factor
from .audit import views as audit
from .operations import views as operations
from .staff import help_views as help_pages
from .staff import views as staff

urlpatterns = [
    path("accounts/login/", accounts.login, name="login"),
    path("accounts/logout/", accounts.logout, name="logout"),
    path("accounts/password_change/", accounts.password_change, name="password_change"),
    path("accounts/requests/", requests.request_list, name="account_requests"),
    path("accounts/requests/ask/", requests.ask, name="account_request_ask"),
    path("accounts/requests/<serial:pk>/", requests.detail, name="account_request"),
    path("accounts/requests/<serial:pk>/decide/", requests.decide, name="account_request_decide"),
    path("accounts/requests/<serial:pk>/half/", requests.take_half, name="account_request_half"),
    path("accounts/roles/", requests.roles, name="roles"),
    path("accounts/second_factor/", second_factor.give_digits, name="second_factor"),
    path("accounts/second_factor/recovery/", second_factor.give_recovery_code, name="second_factor_recovery"),
    path("accounts/second_factor/set_up/", second_factor.set_up, name="second_factor_set_up"),
    path("accounts/second_factor/scan/", second_factor.scan, name="second_factor_scan"),
    path("accounts/authenticator/", second_factor.own, name="authenticator"),
    path("accounts/sessions/", accounts.sessions, name="sessions"),
    path("accounts/locks/", accounts.login_locks, name="login_locks"),
    path("accounts/unsent/", resume.unsent, name="unsent"),
    path("desk/", staff.desk, name="desk"),
    path("desk/first_steps/", staff.fold_first_steps, name="first_steps"),
    path("help/", help_pages.own_help, name="help"),
    path("help/handbook/", help_pages.handbook, name="handbook"),
    path("help/<slug:slug>/", help_pages.help_page, name="help_page"),
    path("health/", staff.data_checks, name="data_checks"),
    path("healthz/live", operations.live, name="live"),
    path("healthz/ready", operations.is_ready, name="ready"),
    path("system/", operations.status, name="system_status"),
    path("audit/", audit.audit_trail, name="audit"),
    path("audit/export/", audit.audit_export, name="audit_export"),
    path("audit/check/", audit.audit_check, name="audit_check"),
    path("registry/", include("sources.urls")),
    path("admin/", admin.site.urls),
    path("", include("drawings.urls")),
]

handler400 = "wugang_audit.access.errors.bad_request"
handler404 = "drawings.disclosure.site_views.not_found"
handler500 = "wugang_audit.access.errors.server_error"
