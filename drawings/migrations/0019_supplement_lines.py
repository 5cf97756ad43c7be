from django.db import migrations, models

from wugang_audit.audit.append_only import protect


class Migration(migrations.Migration):
    """Which lines of the record a supplement puts right, and the right ones; older ones gave a point another verdict at most."""

    dependencies = [("drawings", "0018_substitute_by")]

    operations = [
        migrations.AddField(
            "supplement", "target", models.CharField("补正哪一处", max_length=80, blank=True, default=""), False
        ),
        migrations.AddField("supplement", "given", models.TextField("填的内容", blank=True, default=""), False),
        migrations.AddField("supplement", "was", models.TextField("原来的记录", blank=True, default=""), False),
        migrations.AddField("supplement", "now", models.TextField("改为", blank=True, default=""), False),
        # SQLite has built the table anew.
        protect("drawings_supplement"),
    ]
