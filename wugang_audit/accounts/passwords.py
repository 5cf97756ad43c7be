"""First passwords: how they are made, and the one page that shows them."""

from django.shortcuts import render
from django.utils.crypto import get_random_string

AT_ONCE = 50  # hashing a password takes half a second: more would run into the web server's time-out


def initial_password() -> str:
    """A first password without look-alike characters; its owner must change it at the first login."""
    return "-".join(get_random_string(4, "abcdefghjkmnpqrstuvwxyz23456789") for _ in range(3))


def first_passwords_page(model_admin, request, title: str, done: str, opened, refused=()):
    """Show first passwords on this one page, which no cache keeps; a message would be kept in a cookie.

    :param opened: (name of the person, login, password) of each.
    """
    base = model_admin.admin_site.each_context(request) | {"opts": model_admin.opts, "title": title}
    page = {"done": done, "opened": opened, "refused": refused}
    return render(request, "registration/first_passwords.html", base | page)
