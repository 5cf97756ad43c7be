"""Sessions whose person has given a one-time code, without an app: for tests of what comes after the log-in."""

from wugang_audit.access.marks import SECOND_FACTOR
from wugang_audit.access.roles import needs_second_factor


def give_second_factor(session, user):
    """Let the session of a person who needs a one-time code pass as one in which it was given."""
    if not user.second_factor:
        if not needs_second_factor(user.grants.values_list("role", flat=True)):
            return
        user.second_factor = "of-the-tests"
        user.save(update_fields=["second_factor"])
    session[SECOND_FACTOR] = user.second_factor
    session.save()
