"""Ways into the audit trail for somebody who may drop its triggers."""

import pytest
from django.db import connection

from wugang_audit.audit import append_only
from wugang_audit.audit.models import AuditEntry


@pytest.fixture
def forge_entry(db):
    """Change an entry behind the site's back: ``forge_entry(5, actor_id=None)``."""

    def do(index, **values):
        table = AuditEntry._meta.db_table
        append_only.remove(connection, table)
        AuditEntry.objects.filter(index=index).update(**values)
        append_only.install(connection, table)

    return do
