"""What the site does not start with: a database of another version, accounts that open with the demonstration's password."""

import logging
import sys

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.db import DatabaseError, InterfaceError, connection

from ..accounts.demo import ACCOUNTS, PASSWORD
from ..accounts.models import User
from .conditions import Level, database, first_line, migrations

logger = logging.getLogger(__name__)
CONFIGURATION = 78  # the exit status by which a service manager knows that starting again does not help (sysexits.h, EX_CONFIG)


def demo_accounts() -> list[User]:
    """Return the accounts that somebody may open who knows the demonstration's password, which is printed for everybody.

    Comparing one takes as long as a log-in, so the accounts of the demonstration are looked at first, and all others only in a
    database that has them.
    """
    shown = {account.username: account.full_name for account in ACCOUNTS if account.full_name}
    candidates = list(User.objects.filter(is_active=True, username__in=shown).order_by("pk"))
    if any(shown[user.username] == user.full_name for user in candidates):
        candidates = list(User.objects.filter(is_active=True).order_by("pk"))
    return [user for user in candidates if check_password(PASSWORD, user.password)]


def has_demo_account() -> bool:
    """Say whether any of them is there, by the first that is found."""
    shown = [account.username for account in ACCOUNTS if account.full_name]
    users = User.objects.filter(is_active=True, username__in=shown)
    return any(check_password(PASSWORD, user.password) for user in users)


def refusal() -> str:
    """Return why the site must not start, in Chinese, with the command that mends it; empty: it may.

    A database that is away is no reason: it may come up after the server, which answers 503 until then.
    """
    try:
        if database().level is Level.FAULT:
            logger.error("the database is away at the start")
            return ""
        tables = migrations()
        if tables.level is Level.FAULT:
            return f"数据库结构{tables.words}。没有启动。\n{tables.fix}"
        if not settings.DEMO and has_demo_account():
            return (
                "这个数据库里有演示账号，用印在演示登录页上的密码就能登录，而 DEMO 没有打开。没有启动。\n"
                "正式使用：请另设一个空的 DATA_DIR 或 DATABASE_URL 重新开始；确实要用这个库的，先运行 "
                "manage.py close_demo_accounts 关闭这些账号。\n只是演示：请用 manage.py demo 启动，或者设 DEMO=True。"
            )
    except (DatabaseError, InterfaceError) as fault:
        logger.error("the database could not be looked at: %s", first_line(fault))
    return ""


def refuse_to_start() -> None:
    """End the process with the reason, where there is one.

    :raises SystemExit: status `CONFIGURATION`; the reason stands on the error output.
    """
    try:
        reason = refusal()
    finally:
        connection.close()  # the server forks after this
    if reason:
        print(reason, file=sys.stderr)
        raise SystemExit(CONFIGURATION)
