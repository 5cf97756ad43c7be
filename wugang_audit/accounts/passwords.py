"""First passwords: how they are made, and the one page that shows them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.admin import ModelAdmin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.crypto import get_random_string

AT_ONCE = 50  # hashing a password takes half a second: more would run into the web server's time-out


@dataclass(frozen=True)
class FirstPassword:
    """A login that was just opened or reset, with the password that its owner is handed."""

    full_name: str
    username: str
    password: str


def initial_password() -> str:
    """Make a first password without look-alike characters; its owner must change it at the first login."""
    return "-".join(get_random_string(4, "abcdefghjkmnpqrstuvwxyz23456789") for _ in range(3))


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
