from django.db import migrations

from wugang_audit.audit.append_only import protect


class Migration(migrations.Migration):
    """The database itself keeps reports and versions of checklists: what is still empty is filled in, nothing changes."""

    dependencies = [("drawings", "0011_request_withdrawn")]

    operations = [protect("drawings_quarterreport", "drawings_checklistversion")]
