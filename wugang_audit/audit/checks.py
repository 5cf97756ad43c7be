"""Checks of the database: its tables that only grow must still refuse to be changed."""

import logging
from collections.abc import Sequence

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from . import append_only

logger = logging.getLogger(__name__)
_REPAIR = "Find out who dropped it, then run `manage.py restore_triggers`."


@register(Tags.database)
def check_triggers(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **options: object
) -> list[CheckMessage]:
    """Name the triggers that are missing. While migrations wait, nothing is said: they may bring the trigger."""
    if DEFAULT_DB_ALIAS not in (databases or ()):
        return []
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return []
    return [Error(line, hint=_REPAIR, id="audit.E001") for line in append_only.missing()]


def log_missing_triggers() -> None:
    """Write each missing trigger into the server's log: called once, when the server starts."""
    try:
        for line in append_only.missing():
            logger.error("append-only table not protected: %s。%s", line, _REPAIR)
    except DatabaseError as fault:  # the server may come up before its database
        logger.error("append-only tables could not be checked: %s", fault)
    finally:
        connection.close()  # the server forks after this
