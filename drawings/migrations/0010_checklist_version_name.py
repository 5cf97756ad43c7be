from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def name_published(apps, schema_editor):
    """Versions that were put in use before keep the name that their checklist has today."""
    checklists = apps.get_model("drawings", "Checklist").objects.filter(pk=OuterRef("checklist"))
    published = apps.get_model("drawings", "ChecklistVersion").objects.filter(published_at__isnull=False)
    published.update(name=Subquery(checklists.values("name")[:1]))


class Migration(migrations.Migration):
    """A version keeps the name of its checklist from its use on: renaming the checklist changes no past page."""

    dependencies = [("drawings", "0009_keep_more_hidden_texts")]

    operations = [
        migrations.AddField(
            model_name="checklistversion",
            name="name",
            field=models.CharField(blank=True, default="", editable=False, max_length=60, verbose_name="启用时的名称"),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name="checklist",
            name="name",
            field=models.CharField(
                help_text="改名从下一次启用的版本起算：已经启用的版本保留原来的名称。",
                max_length=60,
                verbose_name="检查清单",
            ),
        ),
        migrations.RunPython(name_published, migrations.RunPython.noop),
    ]
