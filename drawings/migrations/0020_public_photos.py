import django.db.models.deletion
from django.db import migrations, models

from wugang_audit.audit.append_only import protect

TEXTS = [
    ("summary", "检查情况"), ("finding", "检查结果全文"), ("correction", "更正"), ("photo", "照片"), ("void", "作废原因"),
    ("witnesses", "见证人"), ("evidence", "替补的事实和证据"), ("deposit", "承诺值存放处"), ("withdrawal", "撤下名称的原因"),
]  # fmt: skip


class Migration(migrations.Migration):
    """Photos are published with their finding. Of a finding that is public already none becomes so: nobody has seen to it."""

    dependencies = [("drawings", "0019_supplement_lines")]

    operations = [
        migrations.CreateModel(
            name="PublicPhoto",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("number", models.PositiveSmallIntegerField(verbose_name="第几张")),
                (
                    "evidence",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="published",
                        to="drawings.evidence",
                    ),
                ),
                (
                    "inspection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="public_photos",
                        to="drawings.inspection",
                    ),
                ),
            ],
            options={
                "verbose_name": "公开的照片",
                "verbose_name_plural": "公开的照片",
                "ordering": ["inspection", "number"],
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("inspection", "number"), name="one_public_photo_per_number"
                    )
                ],
            },
        ),
        protect("drawings_publicphoto"),
        migrations.AddField(
            "redaction",
            "photo",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="redactions",
                to="drawings.publicphoto",
            ),
        ),
        migrations.AlterField(
            "redaction", "text", models.CharField("隐去的内容", max_length=12, choices=TEXTS)
        ),
    ]
