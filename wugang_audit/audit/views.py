"""The pages of the audit trail, for the auditor alone."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ..access.marks import require_role
from ..access.roles import Role
from ..access.throttle import SEARCH, throttled
from ..pagination import LimitedPaginator
from . import trail
from .forms import AuditFilter
from .models import AuditEntry


@require_role(Role.AUDITOR)
@throttled(SEARCH)
def audit_trail(request: HttpRequest) -> HttpResponse:
    form = AuditFilter(request.GET)
    entries = form.narrow(AuditEntry.objects.all())
    page = LimitedPaginator(entries, 50).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    return render(request, "audit/trail.html", {"form": form, "page_obj": page, "query": query.urlencode()})


@require_role(Role.AUDITOR)
def audit_check(request: HttpRequest) -> HttpResponse:
    """Recompute the whole chain; a break means that somebody reached into the database."""
    broken = trail.first_break(AuditEntry.objects.order_by("index").iterator())
    return render(request, "audit/check.html", {"broken": broken, "count": AuditEntry.objects.count()})
