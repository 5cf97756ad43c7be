"""What the administrator finds on the desk before it hurts: a disk that fills up, a backup that was not made."""

from collections.abc import Iterator

from django.conf import settings
from django.urls import reverse

from ..access.roles import Role
from ..accounts.models import User
from ..staff.desk import Todo, todo
from .conditions import Finding, Level, disk
from .doctor import backup


def _findings() -> Iterator[Finding]:
    yield disk()
    if (
        settings.BACKUP_DIR
    ):  # a site without backups says so in its state: the desk is for what has gone wrong
        yield from backup()


@todo(Role.ADMIN)
def _to_mend(user: User) -> list[Todo]:
    return [
        Todo(
            f"{found.title}：{found.words}",
            reverse("system_status"),
            hint=found.fix,
            tone="bad" if found.level is Level.FAULT else "warn",
        )
        for found in _findings()
        if found.level > Level.GOOD
    ]
