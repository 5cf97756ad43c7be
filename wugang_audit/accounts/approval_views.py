"""The pages of account requests, and the table of roles that exclude each other."""

from collections.abc import Callable
from itertools import combinations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from ..access.marks import does, only_post, require_role
from ..access.roles import APPROVERS, DUTIES, SMALLEST_STAFF, Role, pair
from . import approvals, queries
from .approval_forms import AskForm
from .models import AccountRequest
from .refused import Refused

SHOWN = 100  # settled requests on the list, the newest first; all of them stand in the audit trail
approvers = require_role(*APPROVERS)
askers = require_role(Role.SECURITY, Role.ADMIN)


@approvers
def request_list(request: HttpRequest) -> HttpResponse:
    waiting = AccountRequest.objects.waiting().with_names()
    settled = AccountRequest.objects.with_names().exclude(pk__in=waiting.values("pk"))[:SHOWN]
    context = {
        "waiting": waiting,
        "settled": settled,
        "may_ask": request.user.has_role(Role.SECURITY, Role.ADMIN),
    }
    return render(request, "accounts/requests.html", context)


@askers
@does("提出账号申请", AskForm.base_fields)
def ask(request: HttpRequest) -> HttpResponse:
    form = AskForm(request.POST or None, actor=request.user, initial=request.GET.dict())
    if request.method == "POST" and form.is_valid():
        try:
            row = approvals.ask(actor=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "申请已提出，请另一个人批准。批准以前什么都不会变。")
            return redirect("account_request", row.pk)
    return render(request, "accounts/request_form.html", {"form": form})


@approvers
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(AccountRequest.objects.with_names(), pk=pk)
    mine = row.asked_by_id == request.user.pk
    context = {
        "row": row,
        "holds": [role.label for role in Role if role in row.user.granted_roles],
        "mine": mine,
        "why_not": approvals.why_not(row, request.user) if row.is_open else None,
        "may_refuse": request.user.pk not in (row.asked_by_id, row.user_id),
        "may_take": mine and bool(row.seed) and row.user.must_change_password,
    }
    return render(request, "accounts/request.html", context)


@approvers
@does("办理账号申请", decision={"approve": "批准", "refuse": "驳回", "withdraw": "撤回申请"})
@only_post("account_request", "pk")
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(AccountRequest, pk=pk)
    verbs: dict[str, tuple[Callable, str]] = {
        "refuse": (approvals.refuse, "已驳回，什么都没有变。"),
        "withdraw": (approvals.withdraw, "申请已撤回。"),
        "approve": (approvals.approve, "已批准，现在生效。本人下次登录时会看到是谁申请、谁批准的。"),
    }
    verb, done = verbs.get(request.POST.get("decision", ""), (None, ""))
    if verb is None:
        return redirect("account_request", pk)
    try:
        result = verb(request=row, actor=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("account_request", pk)
    if isinstance(result, approvals.Approval) and result.second_half:
        return _show_half(request, result.request, result.second_half, second=True)
    messages.success(request, done)
    return redirect("account_requests")


@approvers
@does("领取前半段密码")
@only_post("account_request", "pk")
def take_half(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(AccountRequest.objects.with_names(), pk=pk)
    try:
        first = approvals.take_first_half(request=row, actor=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("account_request", pk)
    return _show_half(request, row, first, second=False)


def _show_half(request: HttpRequest, row: AccountRequest, text: str, *, second: bool) -> HttpResponse:
    """Show a half on this one page, which no cache keeps; a message would be kept in a cookie."""
    return render(request, "accounts/password_half.html", {"row": row, "half": text, "second": second})


@approvers
def roles(request: HttpRequest) -> HttpResponse:
    """Which roles go together: every pair with its reason, the smallest staff, and accounts that hold what is excluded."""
    context = {
        "roles": [(role.label, DUTIES[role]) for role in Role],
        "rows": [(one.label, [None if one == other else pair(one, other) for other in Role]) for one in Role],
        "pairs": [(one.label, other.label, pair(one, other)) for one, other in combinations(Role, 2)],
        "staff": SMALLEST_STAFF,
        "people": sum(post.people for post in SMALLEST_STAFF),
        "wrong": queries.conflicting(),
    }
    return render(request, "accounts/roles.html", context)
