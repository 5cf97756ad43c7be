import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Since when an item cites an article. The table is there already, with its keys: only the column is new."""

    dependencies = [("drawings", "0007_words_of_measures")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="ItemBasis",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "item",
                            models.ForeignKey(
                                db_column="inspectionitem_id",
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="citations",
                                to="drawings.inspectionitem",
                                verbose_name="抽查事项",
                            ),
                        ),
                        (
                            "basis",
                            models.ForeignKey(
                                db_column="legalbasis_id",
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="citations",
                                to="drawings.legalbasis",
                                verbose_name="法律依据",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "抽查事项的法律依据",
                        "verbose_name_plural": "抽查事项的法律依据",
                        "db_table": "drawings_inspectionitem_bases",
                        "ordering": ("basis",),
                        "default_permissions": (),
                        "unique_together": {("item", "basis")},
                    },
                ),
                migrations.AlterField(
                    model_name="inspectionitem",
                    name="bases",
                    field=models.ManyToManyField(
                        blank=True,
                        help_text="计划公布和抽签冻结的当天必须有效。",
                        related_name="items",
                        through="drawings.ItemBasis",
                        to="drawings.legalbasis",
                        verbose_name="法律依据",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="itembasis",
            name="cited_since",
            field=models.DateTimeField(blank=True, null=True, verbose_name="从何时起引用"),
        ),
    ]
