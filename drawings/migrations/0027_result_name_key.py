from django.db import migrations, models

CHARACTERS, NAMELESS, CHUNK = 24, "ff", 2000


def fill(apps, schema_editor):
    """Write the order of the names that are public; those that were withdrawn stand last."""
    results = apps.get_model("drawings", "PublishedResult").objects
    rows = results.exclude(inspection__selection__name="").order_by("pk")
    last = 0
    while found := list(rows.filter(pk__gt=last).values_list("pk", "inspection__selection__name")[:CHUNK]):
        changed = results.in_bulk([key for key, _ in found])
        for key, name in found:
            changed[key].name_key = name[:CHARACTERS].encode("gb18030", "replace").hex()[: 4 * CHARACTERS]
        results.bulk_update(changed.values(), ["name_key"], batch_size=200)
        last = found[-1][0]


class Migration(migrations.Migration):
    """The list of results can go by names."""

    dependencies = [("drawings", "0026_stronger_disclosure")]

    operations = [
        migrations.AddField(
            model_name="publishedresult",
            name="name_key",
            field=models.CharField(
                default=NAMELESS, editable=False, max_length=4 * CHARACTERS, verbose_name="名称的排序"
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="publishedresult",
            index=models.Index(fields=["name_key", "number", "-day"], name="published_by_name"),
        ),
    ]
