"""What a device calls an account: the name of what it keeps for it, and of nothing else."""

from django.conf import settings
from django.utils.crypto import salted_hmac

from .models import User


def account_key(user: User) -> str:
    """Return 16 hexadecimal digits that are the same on each device and say nothing about the person.

    They change with `SECRET_KEY`: what a device still keeps then stands under the old name.
    """
    return _key(user, settings.SECRET_KEY)


def account_keys(user: User) -> tuple[str, ...]:
    """Return the key of today, and those under the former values of `SECRET_KEY` that still count."""
    return tuple(_key(user, secret) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))


def _key(user: User, secret: str) -> str:
    salt = "wugang_audit.accounts.account_key"
    return salted_hmac(salt, str(user.pk), secret=secret, algorithm="sha256").hexdigest()[:16]
