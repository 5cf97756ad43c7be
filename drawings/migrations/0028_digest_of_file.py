from django.db import migrations, models


class Migration(migrations.Migration):
    """The digest of a file is read without the file."""

    dependencies = [("drawings", "0027_result_name_key")]

    operations = [
        migrations.AddIndex(
            model_name="drawfile",
            index=models.Index(fields=["draw", "name", "digest"], name="digest_of_file"),
        ),
    ]
