"""Which officers the lot gave the most to do in the quarter under way: the demonstration shows their accounts."""

from django.db.models import Count, Q

from drawings.models import Draw, TeamMember
from wugang_audit.accounts import demo
from wugang_audit.accounts.models import User


@demo.busiest
def busiest() -> list[User]:
    """Return the accounts of the officers drawn in the last published draw, most tasks first, as they were drawn."""
    draw = Draw.objects.published().order_by("-pk").first()
    drawn = Q(officer__memberships__in=TeamMember.ever.filter(selection__draw=draw, replaces=None))
    tasks = Count("officer__memberships", filter=drawn)
    return list(User.objects.annotate(tasks=tasks).filter(tasks__gt=0).order_by("-tasks", "pk"))
