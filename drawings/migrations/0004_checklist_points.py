import django.db.models.deletion
from django.db import migrations, models
from django.utils import timezone

OUT_OF_USE = "已停用的检查项目"


def gather_the_points(apps, schema_editor):
    """Make what was one list of points the first version of a checklist; a new site has none, and gets none."""
    using = schema_editor.connection.alias

    def rows(name):
        return apps.get_model("drawings", name).objects.using(using)

    if not rows("ChecklistPoint").exists():
        return
    checklist = rows("Checklist").create(code="general", name="通用检查清单", position=1)
    first = rows("Inspection").aggregate(at=models.Min("visited_at"))["at"]
    version = rows("ChecklistVersion").create(
        checklist=checklist, number=1, published_at=first or timezone.now()
    )
    rows("ChecklistPoint").update(version=version, section="检查项目")
    rows("ChecklistPoint").filter(is_active=False).update(section=OUT_OF_USE)
    begun = rows("Finding").values_list("inspection", flat=True).distinct()
    link = apps.get_model("drawings", "InspectionChecklist")
    rows("InspectionChecklist").bulk_create(
        [link(inspection_id=pk, version=version) for pk in begun.order_by("inspection")], batch_size=500
    )
    # PostgreSQL alters no table whose deferred checks still wait.
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        schema_editor.execute("SET CONSTRAINTS ALL DEFERRED")


class Migration(migrations.Migration):

    dependencies = [("drawings", "0003_field_work")]

    operations = [
        migrations.RenameModel("ChecklistItem", "ChecklistPoint"),
        migrations.AlterModelOptions(
            name="checklistpoint",
            options={
                "ordering": ["version", "position", "pk"],
                "verbose_name": "检查项目",
                "verbose_name_plural": "检查项目",
            },
        ),
        migrations.AlterModelOptions(
            name="finding",
            options={
                "default_permissions": (),
                "ordering": ["point__version__checklist__position", "point__version", "point__position", "pk"],
                "verbose_name": "检查项目结果",
                "verbose_name_plural": "检查项目结果",
            },
        ),
        migrations.AddField(
            model_name="checklist",
            name="by_hand",
            field=models.BooleanField(
                default=False,
                help_text="不自动采用：检查组到现场后按实际情况加上。",
                verbose_name="只由检查组选用",
            ),
        ),
        migrations.AlterField(
            model_name="checklist",
            name="media",
            field=models.JSONField(
                blank=True,
                default=list,
                help_text="不选的，不论要素都用。涉废水、涉废气的单位也算水环境、大气环境。",
                verbose_name="环境要素",
            ),
        ),
        migrations.AddField(
            model_name="checklistpoint",
            name="version",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="points",
                to="drawings.checklistversion",
                verbose_name="版本",
            ),
        ),
        migrations.AddField(
            model_name="checklistpoint",
            name="section",
            field=models.CharField(
                default="", help_text="同一小节的检查项目排在一起。", max_length=60, verbose_name="小节"
            ),
            preserve_default=False,
        ),
        migrations.RunPython(gather_the_points, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="checklistpoint",
            name="version",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="points",
                to="drawings.checklistversion",
                verbose_name="版本",
            ),
        ),
        migrations.AlterField(
            model_name="checklistpoint",
            name="code",
            field=models.SlugField(
                help_text="小写字母、数字和连字符；写入公开的检查结果。", max_length=30, verbose_name="代码"
            ),
        ),
        migrations.AlterField(
            model_name="checklistpoint",
            name="guidance",
            field=models.TextField(
                blank=True, help_text="到现场看什么、问什么、查什么。", verbose_name="检查要点"
            ),
        ),
        migrations.RemoveField(model_name="checklistpoint", name="is_active"),
        migrations.AddField(
            model_name="checklistpoint",
            name="bases",
            field=models.ManyToManyField(
                blank=True,
                help_text="新旧法都可以选：每次检查显示检查当天有效的。",
                related_name="points",
                to="drawings.legalbasis",
                verbose_name="法律依据",
            ),
        ),
        migrations.AddConstraint(
            model_name="checklistpoint",
            constraint=models.UniqueConstraint(
                fields=("version", "code"), name="one_point_per_code_in_a_version"
            ),
        ),
    ]
