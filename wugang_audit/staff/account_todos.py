"""What waits on the desk for those who ask for and approve something about accounts."""

from django.urls import reverse

from ..access.roles import APPROVERS, Role
from ..accounts import queries
from ..accounts.models import User
from .desk import Todo, todo


@todo(*APPROVERS)
def _requests(user: User) -> list[Todo]:
    count = queries.to_decide(user).count()
    if not count:
        return []
    return [
        Todo("账号申请待批准", reverse("account_requests"), count, "授予角色、重置密码等，须另一个人批准")
    ]


@todo(Role.SECURITY, Role.ADMIN)
def _halves(user: User) -> list[Todo]:
    return [
        Todo(
            f"{row.user.full_name}：请领取前半段密码",
            reverse("account_request", args=[row.pk]),
            hint="申请已批准；当面交给本人，后半段由批准人交给本人",
        )
        for row in queries.halves_to_take(user)
    ]


@todo(Role.SECURITY)
def _conflicts(user: User) -> list[Todo]:
    """Accounts of an older database: nothing is taken away by itself."""
    found = queries.conflicting()
    if not found:
        return []
    return [Todo("账号兼任了不能兼任的角色", reverse("roles"), len(found), "请收回其中一个角色")]
