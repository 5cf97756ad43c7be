"""What probes ask, is the process there, and may it be sent visitors; and the page on which the administrator sees how the site is.

No probe needs a session, and none is told more than which condition failed.
"""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ..access.marks import public, require_role
from ..access.roles import Role
from .conditions import Level, ready
from .doctor import examine

_KEEP = {"Cache-Control": "no-store"}


@public
@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """Answer 200 as long as a worker answers at all; asks neither database nor disk."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8", headers=_KEEP)


@public
@require_safe
def is_ready(request: HttpRequest) -> HttpResponse:
    """Answer 200 where the site can do its work, else 503, and say of each condition ``ok``, ``warning`` or ``fault``."""
    said = {Level.GOOD: "ok", Level.WARNING: "warning", Level.FAULT: "fault"}
    found = ready()
    works = all(finding.level < Level.FAULT for finding in found)
    state = {"ready": works, "conditions": {finding.name: said[finding.level] for finding in found}}
    return JsonResponse(state, status=200 if works else 503, headers=_KEEP)


@require_role(Role.ADMIN)
def status(request: HttpRequest) -> HttpResponse:
    """Show the administrator how the site is, in words; the chains are left to `manage.py doctor`, they take minutes."""
    found = sorted(examine(with_proofs=False), key=lambda finding: -finding.level)
    return render(
        request,
        "operations/status.html",
        {"findings": found, "faults": sum(f.level > Level.GOOD for f in found)},
    )
