from django.db import migrations, models

# The lists whose criteria were shipped otherwise: {code: (by hand, specialities, what they are chosen by now)}.
SHIPPED = {
    "livestock": (False, ["livestock"], ["03"]),
    "hospital": (True, [], ["841", "842", "843"]),
    "filling-station": (True, [], ["5265"]),
}


def keep_who_added(apps, schema_editor):
    """Until now a list that was only ever chosen by hand was the one that a team had added."""
    rows = apps.get_model("drawings", "InspectionChecklist").objects.using(schema_editor.connection.alias)
    rows.filter(version__checklist__by_hand=True).update(added_by_hand=True)


def choose_by_industry(apps, schema_editor):
    """Let the shipped lists be chosen by industry, where the administrator has left their criteria as they came."""
    lists = apps.get_model("drawings", "Checklist").objects.using(schema_editor.connection.alias)
    for checklist in lists.filter(code__in=SHIPPED):
        by_hand, specialities, industries = SHIPPED[checklist.code]
        others = checklist.categories, checklist.permit_classes, checklist.media, checklist.industries
        asked = sorted(checklist.specialities.values_list("code", flat=True))
        if any(others) or (checklist.by_hand, asked) != (by_hand, specialities):
            continue
        checklist.specialities.clear()
        checklist.by_hand, checklist.industries = False, industries
        checklist.save(update_fields=["by_hand", "industries"])


class Migration(migrations.Migration):

    dependencies = [("drawings", "0005_finding_clauses")]

    operations = [
        migrations.AddField(
            model_name="checklist",
            name="industries",
            field=models.JSONField(
                blank=True,
                default=list,
                help_text="GB/T 4754-2017 的代码，用顿号、逗号、空格或换行分开；填大类、中类的，其中的小类都算。不填的，各行业都用。",
                verbose_name="行业",
            ),
        ),
        migrations.AddField(
            model_name="inspectionchecklist",
            name="added_by_hand",
            field=models.BooleanField(default=False, editable=False, verbose_name="检查组加上的"),
        ),
        migrations.RunPython(keep_who_added, migrations.RunPython.noop),
        migrations.RunPython(choose_by_industry, migrations.RunPython.noop),
    ]
