"""Login, password, the desk, and the audit trail."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import views as auth_views
from django.shortcuts import render
from django.urls import reverse_lazy

from . import audit, demo_accounts, health
from .desk import waiting_for
from .forms import AuditFilter
from .models import AuditEntry
from .paging import LimitedPaginator
from .roles import DUTIES, Role, public, require_role, signed_in


class PasswordChange(auth_views.PasswordChangeView):
    success_url = reverse_lazy("desk")

    def form_valid(self, form):
        user = form.user
        user.must_change_password = False  # saved by the form together with the new password
        response = super().form_valid(form)
        audit.record(user, "修改密码", user)
        messages.success(self.request, "密码已修改。")
        return response


login = public(
    auth_views.LoginView.as_view(
        redirect_authenticated_user=True,
        extra_context={"demo_accounts": demo_accounts.ACCOUNTS if settings.DEMO else ()},
    )
)
logout = public(auth_views.LogoutView.as_view())
password_change = signed_in(PasswordChange.as_view())


@signed_in
def desk(request):
    user = request.user
    duties = [(role.label, DUTIES[role]) for role in Role if role in user.roles]
    return render(request, "desk.html", {"awaiting": waiting_for(user), "duties": duties})


@require_role(Role.ADMIN)
def registry_health(request):
    found = health.findings()
    context = {
        "findings": found,
        "total": sum(finding.count for finding in found),
        "clean": [finding.label for finding in found if not finding.count],
        "touched": health.touched(10),
    }
    return render(request, "health.html", context)


@require_role(Role.AUDITOR)
def audit_trail(request):
    form = AuditFilter(request.GET)
    entries = form.narrow(AuditEntry.objects.all())
    page = LimitedPaginator(entries, 50).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    return render(request, "audit.html", {"form": form, "page_obj": page, "query": query.urlencode()})


@require_role(Role.AUDITOR)
def audit_check(request):
    """Recompute the whole chain; a break means that somebody reached into the database."""
    broken = audit.first_break(AuditEntry.objects.order_by("index").iterator())
    return render(request, "audit_check.html", {"broken": broken, "count": AuditEntry.objects.count()})
