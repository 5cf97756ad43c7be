from django.db import migrations, models


class Migration(migrations.Migration):
    """The number that stands for all that is public; `migrate` installs the triggers that raise it when it is done."""

    dependencies = [("drawings", "0023_objections")]

    operations = [
        migrations.CreateModel(
            name="PublicVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("number", models.BigIntegerField()),
            ],
            options={
                "verbose_name": "公开内容的版本",
                "verbose_name_plural": "公开内容的版本",
                "default_permissions": (),
            },
        ),
    ]
