"""The pages of the audit trail, for the auditor alone."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ..access.marks import require_role
from ..access.roles import Role
from ..pagination import LimitedPaginator
from .examine import examine
from .forms import AuditFilter
from .models import AuditEntry


@require_role(Role.AUDITOR)
def audit_trail(request: HttpRequest) -> HttpResponse:
    form = AuditFilter(request.GET)
    entries = form.narrow(AuditEntry.objects.all())
    page = LimitedPaginator(entries, 50).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    return render(request, "audit/trail.html", {"form": form, "page_obj": page, "query": query.urlencode()})


@require_role(Role.AUDITOR)
def audit_check(request: HttpRequest) -> HttpResponse:
    """Recompute the whole trail (see `examine`); what fails means that somebody reached into the database."""
    lines = list(examine())
    broken = any(not holds for holds, _ in lines)
    return render(request, "audit/check.html", {"lines": lines, "broken": broken})
