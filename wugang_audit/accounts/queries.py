"""What the pages of accounts read."""

from django.db.models import Q

from ..access.roles import conflict
from .models import AccountRequest, AccountRequestQuerySet, User


def conflicting() -> list[tuple[User, str]]:
    """Return the accounts in use that hold roles excluding each other, with the reason: older databases have such."""
    people = User.objects.filter(is_active=True).prefetch_related("grants")
    found = ((user, conflict(grant.role for grant in user.grants.all())) for user in people)
    return [(user, why) for user, why in found if why]


def to_decide(user: User) -> AccountRequestQuerySet:
    """Requests that wait for somebody else than who asked and whom they concern."""
    return AccountRequest.objects.waiting().exclude(Q(asked_by=user) | Q(user=user))


def halves_to_take(user: User) -> AccountRequestQuerySet:
    """Requests of this person that were approved, and whose first half of the password waits for him."""
    return (
        AccountRequest.objects.with_names()
        .filter(asked_by=user, user__must_change_password=True)
        .exclude(seed="")
    )
