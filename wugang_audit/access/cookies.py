"""The names of cookies. With TLS they begin so that no neighbouring host name can set or overwrite them."""

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage


def full_name(name: str) -> str:
    """Return the name of a cookie as the browser knows it, for one that is set for the path / and no domain."""
    return f"{settings.COOKIE_PREFIX}{name}"


class NamedCookie(CookieStorage):
    cookie_name = full_name(CookieStorage.cookie_name)


class Messages(FallbackStorage):
    """Django's own default, under that name: notices need no session, and none is made for them."""

    storage_classes = (NamedCookie, SessionStorage)
