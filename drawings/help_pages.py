"""The help of the roles that draw, inspect, review and publish."""

from wugang_audit.access.roles import Role
from wugang_audit.staff.help_topics import help_for

TEMPLATES = {
    Role.ORGANISER: "help/_organiser.html",
    Role.REVIEWER: "help/_reviewer.html",
    Role.HEAD: "help/_head.html",
    Role.OFFICER: "help/_officer.html",
}
for _role, _template in TEMPLATES.items():
    help_for(_role, _template)
