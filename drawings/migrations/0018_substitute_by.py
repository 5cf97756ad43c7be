from django.db import migrations, models


class Migration(migrations.Migration):
    """Who steps in late has some working days of his own for the visit; what took effect before keeps its day."""

    dependencies = [("drawings", "0017_evidence")]

    operations = [
        migrations.AddField(
            "inspection",
            "substitute_by",
            models.DateField("替补后的检查期限", null=True, blank=True),
        ),
    ]
