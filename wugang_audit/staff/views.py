"""The start page of the staff, and the data checks of the registries."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ..access.marks import require_role, signed_in
from ..access.roles import DUTIES, Role
from ..accounts import unsent
from ..registries.data_checks import findings, touched
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
    return render(
        request,
        "staff/desk.html",
        {"todos": todos_of(user), "duties": duties, "unsent": unsent.kept(request)},
    )


@require_role(Role.ADMIN)
def data_checks(request: HttpRequest) -> HttpResponse:
    found = findings()
    context = {
        "findings": found,
        "total": sum(finding.count for finding in found),
        "clean": [finding.label for finding in found if not finding.count],
        "touched": touched(10),
    }
    return render(request, "staff/data_checks.html", context)
