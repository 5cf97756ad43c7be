"""First passwords: how they are made, how long they hold, and the one page that shows them; and how old a password is."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.contrib.admin import ModelAdmin
from django.db.models import Max, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.crypto import get_random_string, salted_hmac

from .models import User

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is mistaken for another
AT_ONCE = 50  # hashing a password takes half a second: more would run into the web server's time-out


@dataclass(frozen=True)
class FirstPassword:
    """A login that was just opened or reset, with the password that its owner is handed."""

    full_name: str
    username: str
    password: str


def initial_password() -> str:
    """Make a first password without look-alike characters; its owner must change it at the first login."""
    return "-".join(get_random_string(4, LETTERS) for _ in range(3))


def half(seed: str, which: int) -> str:
    """Return one of the two halves of a first password, ``wxyz-wxyz``: nothing that is stored tells it without the
    site's own key.

    :param seed: drawn at random for this one password.
    :param which: 1 for who asked, 2 for who approved.
    """
    number = int.from_bytes(salted_hmac(f"first password, half {which}", seed, algorithm="sha256").digest())
    letters = []
    for _ in range(8):
        number, place = divmod(number, len(LETTERS))
        letters.append(LETTERS[place])
    return f"{''.join(letters[:4])}-{''.join(letters[4:])}"


def hand_out(user: User, password: str) -> None:
    """Give an account a first password, which its owner must change at the next login.

    Every session ends: it holds a digest of the old password.
    """
    user.set_password(password)
    user.must_change_password = True
    user.save(update_fields=["password", "must_change_password"])


def first_passwords_page(
    model_admin: ModelAdmin,
    request: HttpRequest,
    title: str,
    done: str,
    opened: Sequence[FirstPassword],
    refused: Sequence[str] = (),
) -> HttpResponse:
    """Show first passwords on this one page, which no cache keeps; a message would be kept in a cookie.

    :param done: what was done to the accounts, in Chinese.
    :param refused: why others got none, a Chinese sentence each.
    """
    base = model_admin.admin_site.each_context(request) | {"opts": model_admin.opts, "title": title}
    page = {"done": done, "opened": opened, "refused": refused}
    return render(request, "registration/first_passwords.html", base | page)


def with_password_time(users: QuerySet[User]) -> QuerySet[User]:
    """Give each account of a list what the functions below would ask for, each time anew."""
    return users.annotate(
        password_set_at=Max("past_passwords__set_at"),
        first_set_at=Max("past_passwords__set_at", filter=Q(past_passwords__is_first=True)),
    )


def password_time(user: User) -> datetime.datetime:
    """Return when the password was set; of accounts older than that record, when they were opened."""
    _look_up(user)
    return user.password_set_at or user.date_joined


def _look_up(user: User) -> None:
    if not hasattr(user, "password_set_at"):
        row = with_password_time(User.objects.filter(pk=user.pk)).get()
        user.password_set_at, user.first_set_at = row.password_set_at, row.first_set_at


def first_password_until(user: User) -> datetime.datetime | None:
    """Return until when the first password of an account holds, or None if it has one of its own.

    Also one of its own may have to be changed (下次登录须改密码): that does not run out.
    """
    if not user.must_change_password:
        return None
    _look_up(user)
    if user.first_set_at != user.password_set_at:
        return None
    return password_time(user) + datetime.timedelta(hours=settings.FIRST_PASSWORD_HOURS)


def first_password_is_over(user: User) -> bool:
    until = first_password_until(user)
    return until is not None and timezone.now() >= until


def is_too_old(user: User) -> bool:
    """Say whether a bureau that must force new passwords forces one now (`PASSWORD_MAX_AGE_DAYS`)."""
    days = settings.PASSWORD_MAX_AGE_DAYS
    return bool(days) and timezone.now() - password_time(user) >= datetime.timedelta(days=days)
