"""The start page of the staff, and the data checks of the registries."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from ..access.marks import require_role, signed_in
from ..access.roles import DUTIES, Role
from ..accounts import unsent
from ..accounts.lockout import locks
from ..accounts.models import User
from ..registries.data_checks import findings, pages, touched
from . import account_todos  # noqa: F401 - registers itself
from .desk import Todo, todo, todos_of


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


@todo(Role.SECURITY, Role.ADMIN)
def locked_accounts(user: User) -> list[Todo]:
    locked = len(locks())
    hint = "先向本人核实是不是他自己输错的，再解除"
    return [Todo("登录锁定的账号", reverse("login_locks"), locked, hint)] if locked else []


@require_role(Role.ADMIN)
def data_checks(request: HttpRequest) -> HttpResponse:
    found = findings()
    context = {
        "findings": found,
        "total": sum(finding.count for finding in found),
        "clean": [finding.label for finding in found if not finding.count],
        "pages": pages(),
        "touched": touched(10),
    }
    return render(request, "staff/data_checks.html", context)
