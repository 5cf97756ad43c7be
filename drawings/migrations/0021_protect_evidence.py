from django.db import migrations

from wugang_audit.audit.append_only import protect


class Migration(migrations.Migration):
    """Evidence is never deleted, and what it is never changes. A step on a record or a supplement is whole once it is taken."""

    # Whatever comes before and builds one of these tables anew, comes before this.
    dependencies = [("drawings", "0020_public_photos")]

    operations = [protect("drawings_evidence", "drawings_onsiterecord", "drawings_supplement")]
