from django.db import migrations, models

from wugang_audit.audit.append_only import protect

NAME = "one_draft_per_checklist"


class Migration(migrations.Migration):
    """A draft can be given up; another one may then begin. The triggers read the condition of the index: they are made anew."""

    dependencies = [("drawings", "0014_sampling_withdrawal")]

    operations = [
        migrations.RemoveConstraint("checklistversion", NAME),
        migrations.AddConstraint(
            "checklistversion",
            models.UniqueConstraint(
                fields=["checklist"],
                condition=models.Q(published_at__isnull=True, withdrawn_at__isnull=True),
                name=NAME,
            ),
        ),
        protect("drawings_checklistversion"),
    ]
