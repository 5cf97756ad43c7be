"""What an officer's device is to hold."""

from typing import Any

from django.urls import reverse

from wugang_audit.accounts.account_key import account_key
from wugang_audit.accounts.models import User

from ...states import WITH_OFFICERS
from ..handover import keys
from ..queries import tasks
from .held import HOME, ROOM, pages_of
from .release import current


def to_hold(user: User) -> dict[str, Any]:
    """Return what a device is to hold for this officer::

        {"account": "0f3a…",              `account_key`
         "release": "9c41…",              `Release.version`
         "handover": {"id": …, "key": …, "token": …},  `keys.told_to`
         "pages": ["/inspections/"],
         "open": [{"inspection": 12, "title": "某某厂", "version": "2026-10-09T01:30:00+00:00",
                   "pages": {"detail": "/inspections/12/", "dossier": …, "edit": …}}]}

    One query, however many inspections are open.
    """
    rows = tasks(user).filter(state__in=WITH_OFFICERS).prefetch_related(None)
    account = account_key(user)
    return {
        "account": account,
        "release": current().version,
        "handover": keys.told_to(account),
        "pages": [reverse(f"{ROOM}:{HOME}")],
        "open": [
            {
                "inspection": row.pk,
                "title": row.selection.shown_name,
                "version": row.version,
                "pages": pages_of(row.pk),
            }
            for row in rows
        ],
    }
