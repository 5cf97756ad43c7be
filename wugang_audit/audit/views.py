"""The pages of the audit trail, for the auditor alone."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render

from .. import clock
from ..access.marks import does, only_post, require_role
from ..access.roles import Role
from ..access.throttle import SEARCH, throttled
from ..pagination import LimitedPaginator
from . import export, trail, wording
from .examine import examine
from .forms import AuditFilter
from .models import AuditEntry


@dataclass(frozen=True)
class Row:
    """An entry, and what it says that changed in words."""

    entry: AuditEntry
    lines: list[wording.Line]


@require_role(Role.AUDITOR)
@throttled(SEARCH)
def audit_trail(request: HttpRequest) -> HttpResponse:
    form = AuditFilter(request.GET)
    page = LimitedPaginator(form.narrow(AuditEntry.objects.all()), 50).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "form": form,
        "page_obj": page,
        "rows": [Row(entry, wording.lines(entry.changes)) for entry in page],
        "query": query.urlencode(),
    }
    return render(request, "audit/trail.html", context)


@require_role(Role.AUDITOR)
@does("导出审计记录")
@only_post("audit")
def audit_export(request: HttpRequest) -> StreamingHttpResponse:
    """Send what the filter in the query string shows; a POST, for the trail keeps who took it away."""
    form = AuditFilter(request.GET)
    entries = form.narrow(AuditEntry.objects.all()).order_by("index")
    kind = export.KINDS.get(request.POST.get("as", ""), export.WORKBOOK)
    name = f"审计记录{clock.today():%Y-%m-%d}.{kind.suffix}"
    # Before the first row goes out: a cancelled download still delivered rows. The entry itself is not among them.
    entry = trail.record(
        request.user, "导出审计记录", name, {"行数": entries.count(), "筛选": export.asked(form)}
    )
    return export.send(kind, entries.filter(index__lt=entry.index), name)


@require_role(Role.AUDITOR)
def audit_check(request: HttpRequest) -> HttpResponse:
    """Recompute the whole trail (see `examine`); what fails means that somebody reached into the database."""
    lines = list(examine())
    broken = any(not holds for holds, _ in lines)
    return render(request, "audit/check.html", {"lines": lines, "broken": broken})
