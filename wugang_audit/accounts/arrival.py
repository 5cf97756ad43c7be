"""What happens once a log-in is whole: the password was right, and the code where one is owed."""

from django.contrib import messages
from django.http import HttpRequest

from . import lockout

LAST_LOGIN = "last_login"  # in the session: what is said of the log-in before this one


def begin(request: HttpRequest) -> None:
    """Forget what an earlier log-in of this session was told; the caller has just logged the person in."""
    request.session.pop(LAST_LOGIN, None)


def arrived(request: HttpRequest) -> None:
    """Remember the address as the account's own, and say what came since the log-in before; once a log-in.

    A password alone is not enough where a code is owed: an address that somebody else tries from would count as known, and
    the owner would not read of the wrong passwords.
    """
    if LAST_LOGIN in request.session:
        return
    before = lockout.succeeded(request.user, lockout.counted_address(request))
    request.session[LAST_LOGIN] = {
        "time": before.time and before.time.isoformat(),
        "address": before.address,
        "failed": before.failed,
    }
    if before.failed:
        since = "您上次登录以后" if before.time else "账号开立以后"
        messages.warning(
            request,
            f"{since}，有人用您的登录名输错过 {before.failed} 次密码。不是您自己的话，请告诉安全管理员。",
        )
