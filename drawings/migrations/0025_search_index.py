import django.db.models.deletion
from django.db import migrations, models

from drawings.models import search_index

KINDS = [("codes", "编码、信用代码、许可证编号和乡镇"), ("name", "单位名称"), ("former", "曾用名")]


def install(apps, schema_editor):
    search_index.install(schema_editor.connection)
    search_index.fill(schema_editor.connection)


def remove(apps, schema_editor):
    search_index.remove(schema_editor.connection)


class Migration(migrations.Migration):
    """What the public may look for, by any two characters; the database itself keeps it up."""

    dependencies = [("drawings", "0024_public_version"), ("sources", "0004_joined_units")]

    operations = [
        migrations.CreateModel(
            name="SearchText",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("number", models.CharField(max_length=55, verbose_name="污染源编码")),
                ("kind", models.CharField(choices=KINDS, max_length=6)),
                ("text", models.TextField()),
                ("folded", models.TextField()),
                ("is_registered", models.BooleanField(default=True)),
                ("is_withdrawn", models.BooleanField(default=False)),
                (
                    "source",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="sources.pollutionsource",
                    ),
                ),
            ],
            options={
                "verbose_name": "单位查询索引",
                "verbose_name_plural": "单位查询索引",
                "ordering": ["number", "pk"],
                "default_permissions": (),
                "indexes": [models.Index(fields=["number", "id"], name="search_text_by_number")],
                "constraints": [
                    models.UniqueConstraint(fields=("source", "text"), name="one_row_for_a_text")
                ],
            },
        ),
        migrations.RunPython(install, remove),
    ]
