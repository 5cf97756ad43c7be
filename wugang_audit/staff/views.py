"""The start page of the staff, and the data checks of the registries."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from ..access.marks import does, only_post, require_role, signed_in
from ..access.roles import DUTIES, Role
from ..accounts import unsent
from ..accounts.lockout import locks
from ..accounts.models import User
from ..registries.data_checks import findings, pages, touched
from . import account_todos  # noqa: F401 - registers itself
from .desk import Todo, todo, todos_of
from .first_steps import WALKERS, fold, is_folded, steps_for


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
        {
            "todos": todos_of(user),
            "duties": duties,
            "unsent": unsent.kept(request),
            "steps": (steps := steps_for(user)),
            "folded": bool(steps) and is_folded(user),
        },
    )


@require_role(*WALKERS)
@does("收起或展开“第一次使用”", folded={"yes": "收起", "no": "展开"})
@only_post("desk")
def fold_first_steps(request: HttpRequest) -> HttpResponse:
    fold(actor=request.user, folded=request.POST.get("folded") == "yes")
    return redirect("desk")


@todo(Role.SECURITY, Role.ADMIN)
def locked_accounts(user: User) -> list[Todo]:
    locked = len(locks())
    hint = "先向本人核实是不是他自己输错的，再解除"
    return [Todo("登录锁定的账号", reverse("login_locks"), locked, hint)] if locked else []


@require_role(Role.ADMIN)
def data_checks(request: HttpRequest) -> HttpResponse:
    found = findings()
    wrong = [finding for finding in found if finding.count]
    context = {
        "findings": found,
        "wrong": sorted(wrong, key=lambda finding: finding.may_stay),
        "may_stay": any(finding.may_stay for finding in wrong),
        "total": sum(finding.count for finding in found),
        "clean": [finding.label for finding in found if not finding.count],
        "pages": pages(),
        "touched": touched(10),
    }
    return render(request, "staff/data_checks.html", context)
