"""Sessions whose person has given a one-time code, without an app: for tests of what comes after the log-in."""

from django.contrib.auth import SESSION_KEY
from django.utils import timezone

from wugang_audit.access.marks import SECOND_FACTOR
from wugang_audit.access.roles import needs_second_factor
from wugang_audit.accounts.models import User
from wugang_audit.accounts.second_factor.models import Authenticator


def pass_second_factor(client):
    """The same for whoever has just logged in with this client, if anybody has."""
    if not client.cookies.get("sessionid"):
        return  # asking for its session would make one
    session = client.session
    if SESSION_KEY in session:
        give_second_factor(session, User.objects.get(pk=session[SESSION_KEY]))


def give_second_factor(session, user):
    """Let the session of a person who needs a one-time code pass as one in which it was given."""
    if not user.second_factor:
        if not needs_second_factor(user.grants.values_list("role", flat=True)):
            return
        now = timezone.now()
        Authenticator.objects.create(user=user, seed="of-the-tests", confirmed_at=now, last_step=0)
        user.second_factor = "of-the-tests"
        user.save(update_fields=["second_factor"])
    session[SECOND_FACTOR] = user.second_factor
    session.save()
