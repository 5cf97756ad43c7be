"""The pages that greet the staff: the desk, and the health of the registries."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ..access.marks import require_role, signed_in
from ..access.roles import DUTIES, Role
from ..registries import data_checks
from .desk import todos_of


@dataclass(frozen=True)
class Duty:
    """A role of the person, and what it has to do."""

    role: str
    text: str


@signed_in
def desk(request: HttpRequest) -> HttpResponse:
    user = request.user
    duties = [Duty(role.label, DUTIES[role]) for role in Role if role in user.roles]
    return render(request, "staff/desk.html", {"todos": todos_of(user), "duties": duties})


@require_role(Role.ADMIN)
def registry_health(request: HttpRequest) -> HttpResponse:
    found = data_checks.findings()
    context = {
        "findings": found,
        "total": sum(finding.count for finding in found),
        "clean": [finding.label for finding in found if not finding.count],
        "touched": data_checks.touched(10),
    }
    return render(request, "staff/health.html", context)
