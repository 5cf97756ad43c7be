"""What is to be corrected in the lists behind plans and inspections: items whose law is not in force or that have none,
checklists with which no visit can begin."""

from django.urls import reverse

from wugang_audit import clock
from wugang_audit.access.roles import Role
from wugang_audit.accounts.models import User
from wugang_audit.registries.data_checks import Finding, checks, page
from wugang_audit.staff.desk import Todo, todo

from .models import Checklist, InspectionItem
from .plans.bases import Lapsed, not_in_force, without_bases

# It searches every public text: opened when wanted, never counted on this page.
page(
    "公开文字里的个人信息",
    "published_texts:found",
    "把现在公开的文字再查一遍：以前公开、当时没有查的，这里才看得到。升级系统以后查一次。",
)
LIST = "admin:drawings_inspectionitem_changelist"
FORM = "admin:drawings_inspectionitem_change"
NONE = (
    "勾选这些事项，用“登记清单原文写明的依据”一步登记；没有认出的，打开事项自己选定。"
    "登记以前，含有它们的计划不能公布，抽签不能冻结。"
)
CHECKLISTS = "admin:drawings_checklist_changelist"
IDLE = "没有一个版本在用：新的检查不采用它。启用一个版本；不要了的，在清单里去掉“在用”。"
LAPSED = "补选现行的条款：改好以前，含有这一项的计划不能公布，抽签不能冻结。"


def _listed() -> tuple[list[InspectionItem], list[Lapsed]]:
    """Return the items in use that cite no law, and the law that is cited and not in force today."""
    items = list(InspectionItem.objects.filter(is_active=True))
    return without_bases(items), not_in_force(items, clock.today())


@checks
def _law_checks() -> list[Finding]:
    unfounded, lapsed = _listed()
    items = dict.fromkeys(each.item.pk for each in lapsed)
    first = reverse(FORM, args=[next(iter(items))]) if len(items) == 1 else reverse(LIST)
    return [
        Finding(
            "抽查事项：没有登记法律依据", len(unfounded), f"{reverse(LIST)}?law=none", NONE, measure="项"
        ),
        Finding("抽查事项：引用的法律依据今天无效", len(items), first, LAPSED, measure="项"),
    ]


@todo(Role.ADMIN)
def _law_to_mend(user: User) -> list[Todo]:
    """Lead whoever keeps the list to the items that keep plans and draws from going on."""
    unfounded, lapsed = _listed()
    lines = [
        Todo(f"改正“{item}”的法律依据", reverse(FORM, args=[item.pk]), hint=LAPSED)
        for item in dict.fromkeys(each.item for each in lapsed)
    ]
    if unfounded:
        lines.append(Todo("给抽查事项选定法律依据", f"{reverse(LIST)}?law=none", len(unfounded), NONE))
    return lines


@checks
def _checklist_checks() -> list[Finding]:
    count, url = Checklist.objects.idle().count(), f"{reverse(CHECKLISTS)}?version=none"
    return [Finding("检查清单：没有在用的版本", count, url, IDLE, measure="份")]


@todo(Role.ADMIN)
def _checklists_to_use(user: User) -> list[Todo]:
    return [
        Todo(
            f"启用“{checklist}”，或停用这份清单",
            reverse("checklists:versions", args=[checklist.pk]),
            hint=IDLE,
        )
        for checklist in Checklist.objects.idle()
    ]
