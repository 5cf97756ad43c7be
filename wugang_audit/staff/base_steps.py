"""The first steps that the base itself knows: whose site it is, and who works on it."""

from collections import Counter

from django.urls import reverse

from ..access.roles import SMALLEST_STAFF, Role
from ..accounts.models import RoleGrant
from ..bureau import current
from ..bureau.queries import is_saved
from .first_steps import Progress, first_step


@first_step(
    10,
    "填写本单位",
    why="名称、地址和电话显示在每一页，名称还写进每次抽签；行政区划代码用来给没有编码的单位编号。",
    role=Role.ADMIN,
    button="填写本单位",
    url=lambda: reverse("admin:wugang_audit_bureau_changelist"),
)
def bureau_step() -> Progress:
    if not is_saved():
        return Progress(False, ("现在是安装时的名称，请核对后保存。",))
    bureau = current()
    return Progress(True, (f"{bureau.name}，{bureau.address}，{bureau.phone}，{bureau.county_prefix}",))


@first_step(
    40,
    "开立工作人员账号",
    why="抽签要几个人互相监督：一个人不能既维护名录又组织抽签，也不能自己填报、自己审核。",
    role=Role.SECURITY,
    button="开立账号",
    url=lambda: reverse("admin:wugang_audit_user_changelist"),
)
def accounts_step() -> Progress:
    """Compare the accounts with the smallest staff; the officers' own log-ins are a step of their registry."""
    held = Counter(RoleGrant.objects.filter(user__is_active=True).values_list("role", flat=True))
    needed: Counter[Role] = Counter()
    for post in SMALLEST_STAFF:
        needed.update(dict.fromkeys(post.roles, post.people))
    del needed[Role.OFFICER]
    lacking = [
        f"{role.label} {count - held[role]} 名" for role, count in needed.items() if held[role] < count
    ]
    if not lacking:
        return Progress(True, ("每个角色都有人了。",))
    return Progress(False, (f"还缺：{'、'.join(lacking)}。开立以后，多数角色还要负责人或系统管理员批准。",))
