"""What every template knows: the bureau, the public menu, and the menu of the person who is logged in."""

from dataclasses import dataclass
from functools import cache
from itertools import accumulate

from django.conf import settings
from django.http import HttpRequest
from django.urls import get_script_prefix, reverse
from django.utils.functional import SimpleLazyObject

from ..access.marks import lacks_second_factor
from ..access.roles import ADMIN_SITE_ROLES, APPROVERS, Role
from ..accounts.account_key import account_key
from ..bureau import facts

# (label, name of the URL, who sees it)
MENU = (
    ("待办", "desk", frozenset(Role)),
    ("抽查计划", "plans:list", frozenset({Role.ORGANISER, Role.HEAD})),
    ("抽签", "ceremony:draws", frozenset({Role.ORGANISER, Role.HEAD})),
    ("我的任务", "inspections:tasks", frozenset({Role.OFFICER})),
    ("检查结果", "inspections:all", frozenset({Role.ORGANISER, Role.REVIEWER, Role.HEAD})),
    ("统计", "statistics:quarters", frozenset({Role.ORGANISER, Role.REVIEWER, Role.HEAD})),
    ("我的统计", "statistics:own", frozenset({Role.OFFICER})),
    ("名录与账号", "admin:index", ADMIN_SITE_ROLES),
    ("账号申请", "account_requests", frozenset(APPROVERS)),
    ("名录体检", "data_checks", frozenset({Role.ADMIN})),
    ("审计记录", "audit", frozenset({Role.AUDITOR})),
    ("帮助", "help", frozenset(Role)),
)

# Pages whose address stands below another line's, or below none: name of the URL -> the line that they belong to.
ELSEWHERE = {
    "amendments:redactions": "inspections:all",
    "amendments:redact_draw": "inspections:all",
    "amendments:redact_inspection": "inspections:all",
    "inspections:objections": "inspections:all",
    "inspections:objection": "inspections:all",
    "inspections:objection_decide": "inspections:all",
    "inspections:objection_hide": "inspections:all",
    "published_texts:found": "data_checks",
    "system_status": "data_checks",
}

# (label, name of the URL, whether the pages below it belong to it)
PUBLIC_MENU = (
    ("首页", "disclosure:home", False),
    ("抽查事项", "disclosure:items", True),
    ("抽查计划", "disclosure:plans", True),
    ("抽签公开", "disclosure:draws", True),
    ("检查结果", "disclosure:results", True),
    ("统计", "disclosure:statistics", True),
    ("异议纠错", "say:say", True),
    ("验证", "disclosure:verify", False),
    ("为什么可信", "disclosure:about", True),
)
# Public pages whose address stands below no line's: name of the URL -> the line that they belong to.
PUBLIC_ELSEWHERE = {
    "disclosure:log": "disclosure:draws",
    "disclosure:organisers": "disclosure:draws",
    # The box in the head leads there, from every page.
    "disclosure:units": "disclosure:results",
    "disclosure:unit": "disclosure:results",
    # What was found in a draw is a result, wherever its address stands.
    "disclosure:finding_meaning": "disclosure:results",
    "disclosure:firms": "disclosure:about",
    "disclosure:glossary": "disclosure:about",
}

# What one line of a phone (390 px) holds, in widths of a character: each label has its padding, MORE the width of 更多.
LINE, PADDING, MORE = 23.5, 0.8, 4.0


@dataclass(frozen=True)
class MenuItem:
    """One line of a menu, and whether the page that is shown belongs to it.

    :param folded: on a phone it stands below 更多, for the menu would take a second line. The help alone needs no 更多: it
        stands in the menu of the account, too, and at the foot of each page.
    """

    label: str
    url: str
    current: bool
    folded: bool = False


def site(request: HttpRequest) -> dict[str, object]:
    """Give every template these names (a context processor)."""
    menu = _menu(request)
    folded = [item for item in menu if item.folded]
    public_menu = _public_menu(request)
    return {
        "bureau": SimpleLazyObject(facts),
        "demo": settings.DEMO,
        "public_nav": public_menu,
        "public_line": next((item.label for item in public_menu if item.current), ""),
        "staff_nav": menu,
        "staff_nav_more": folded if len(folded) > 1 else [],
        # Whose pages these are, for the device; whether it may hold some of them.
        "account_key": account_key(request.user) if menu else "",
        "offline_pages": settings.OFFLINE_PAGES,
    }


def _public_menu(request: HttpRequest) -> list[MenuItem]:
    match = request.resolver_match
    line = PUBLIC_ELSEWHERE.get(match.view_name) if match else None
    path = reverse(line) if line else request.path
    return [
        MenuItem(label, url, path.startswith(url) if below else path == url)
        for label, url, below in _public_lines(get_script_prefix())
    ]


@cache
def _public_lines(_prefix: str) -> tuple[tuple[str, str, bool], ...]:
    """Return the lines of the public menu with their addresses, which all begin with where the site is mounted."""
    return tuple((label, reverse(name), below) for label, name, below in PUBLIC_MENU)


def _menu(request: HttpRequest) -> list[MenuItem]:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or lacks_second_factor(request):
        return []
    shown = [(label, reverse(name)) for label, name, roles in MENU if not user.roles.isdisjoint(roles)]
    # The plans stand below the draws: of two addresses that fit, the longer one is meant.
    match = request.resolver_match
    line = ELSEWHERE.get(match.view_name) if match else None
    path = reverse(line) if line else request.path
    here = max((url for _, url in shown if path.startswith(url)), key=len, default=None)
    kept = _that_fit([label for label, _ in shown])
    return [
        MenuItem(label, url, url == here, folded=place >= kept) for place, (label, url) in enumerate(shown)
    ]


def _that_fit(labels: list[str]) -> int:
    """Return how many of these stand in one line of a phone: all, all but the help, or those that leave room for 更多."""
    ends = list(accumulate(len(label) + PADDING for label in labels))
    for kept in (len(labels), len(labels) - 1):
        if kept <= 0 or ends[kept - 1] <= LINE:
            return kept
    return sum(end <= LINE - MORE for end in ends)
