"""What a device calls an account: the name of what it keeps for it, and of nothing else."""

from django.utils.crypto import salted_hmac

from .models import User


def account_key(user: User) -> str:
    """Return 16 hexadecimal digits that are the same on each device and say nothing about the person.

    They change with `SECRET_KEY`: what a device still keeps then stands under the old name.
    """
    return salted_hmac("wugang_audit.accounts.account_key", str(user.pk), algorithm="sha256").hexdigest()[:16]
