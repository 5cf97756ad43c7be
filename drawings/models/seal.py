"""Whether a draw is sealed: its units and teams stay secret until the seal is lifted or its date has come.

The rule for one draw and the same for a query stand side by side, with that for a seal that has ended by its date alone.
"""

import datetime

from django.db import models

from wugang_audit import clock


class Disclosure(models.TextChoices):
    OPEN = "open", "随即公开"
    SEALED = "sealed", "密封到检查完成"


def has_seal(disclosure: str, unsealed_at: datetime.datetime | None) -> bool:
    """Say whether a draw was sealed and nobody has lifted the seal, be its date past or not."""
    return disclosure == Disclosure.SEALED and unsealed_at is None


def is_over(unseal_on: datetime.date | None) -> bool:
    """Say whether the date on which a seal ends by itself has come; without a date it never does."""
    return unseal_on is not None and unseal_on <= clock.today()


def _with_seal(prefix: str) -> models.Q:
    return models.Q(**{f"{prefix}disclosure": Disclosure.SEALED, f"{prefix}unsealed_at__isnull": True})


def sealed_now(prefix: str = "") -> models.Q:
    """Return the condition of a draw that is sealed today; prefix: the path to the draw, such as ``draw__``."""
    today = clock.today()
    still = models.Q(**{f"{prefix}unseal_on__isnull": True}) | models.Q(**{f"{prefix}unseal_on__gt": today})
    return still & _with_seal(prefix)


def ended_by_date() -> models.Q:
    """Return the condition of a draw whose seal has ended by its date, while nobody has entered that anywhere."""
    return _with_seal("") & models.Q(unseal_on__lte=clock.today())
