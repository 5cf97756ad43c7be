"""The help of the staff: a page for everybody, and one for each role.

The base knows no app, so each room registers the text of the roles that work in it: a template with the variables
`level`, the number of its headings, and `slug`, with which its anchors begin.
"""

from dataclasses import dataclass
from functools import cache
from importlib import metadata

from ..access.roles import Role
from ..accounts.models import User

EVERYBODY = "everybody"


@dataclass(frozen=True)
class Topic:
    """One page of the help, and its chapter of the handbook."""

    slug: str
    title: str
    template: str


_templates: dict[Role, str] = {}


def help_for(role: Role, template: str) -> None:
    """Register the template that says what a role does."""
    _templates[role] = template


for _role, _name in (
    (Role.ADMIN, "help/_admin.html"),
    (Role.SECURITY, "help/_security.html"),
    (Role.AUDITOR, "help/_auditor.html"),
):
    help_for(_role, _name)


def topics() -> list[Topic]:
    """Return all pages of the help: first what everybody needs, then the roles in their order."""
    roles = (Topic(role.value, role.label, _templates[role]) for role in Role if role in _templates)
    return [Topic(EVERYBODY, "人人都要知道的", "help/_everybody.html"), *roles]


def own_topic(user: User) -> str:
    """Return the page at which a person's help opens: that of the first role."""
    return next((each.slug for each in topics() if each.slug in user.roles), EVERYBODY)


@cache
def site_version() -> str:
    """Return the version of the site; empty where it was not installed as a package."""
    try:
        return metadata.version("wugang_audit")
    except metadata.PackageNotFoundError:
        return ""
