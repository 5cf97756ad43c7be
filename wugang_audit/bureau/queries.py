"""Which bureau the site speaks for, read once for a request."""

from dataclasses import dataclass

from django.conf import settings

from ..access.origin import once_a_request
from ..remembered import remembered
from .models import Bureau


@once_a_request
def current() -> Bureau:
    """Return the bureau as its administrator last saved it; before that, as the settings say."""
    return Bureau.objects.first() or initial()


@dataclass(frozen=True)
class Facts:
    """What pages say of the bureau: no model, for public pages get none."""

    name: str
    address: str
    phone: str


@remembered
def facts() -> Facts:
    """Return what pages say of the bureau."""
    bureau = current()
    return Facts(bureau.name, bureau.address, bureau.phone)


def initial() -> Bureau:
    """Return the bureau as the environment describes it, not saved: where a site begins."""
    return Bureau(
        name=settings.BUREAU_NAME,
        address=settings.BUREAU_ADDRESS,
        phone=settings.BUREAU_PHONE,
        county_prefix=settings.BUREAU_COUNTY_PREFIX,
    )


def is_saved() -> bool:
    """Say whether an administrator has looked at these facts and saved them."""
    return Bureau.objects.exists()
