from django.db import migrations, models

import drawings.models.stronger
import wugang_audit.clock
from wugang_audit.audit.append_only import protect

# 平舞环〔2024〕40号 二（二）: key units that discharge waste water or waste gas. Noise is there to be chosen.
SHIPPED = (("water", True), ("gas", True), ("noise", False))


def ship(apps, schema_editor):
    """Write the rule for each kind of reading: it stands on every site, a new one and one that is brought up to date."""
    rule = apps.get_model("drawings", "StrongerDisclosure")
    for kind, is_active in SHIPPED:
        rule.objects.create(kind=kind, is_active=is_active, categories=["key"])


class Migration(migrations.Migration):
    """Whose readings a unit's page holds against their limits."""

    dependencies = [("drawings", "0025_search_index")]

    operations = [
        migrations.CreateModel(
            name="StrongerDisclosure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("water", "废水"), ("gas", "废气"), ("noise", "噪声")],
                        max_length=10,
                        unique=True,
                        verbose_name="现场读数",
                    ),
                ),
                (
                    "is_active",
                    models.BooleanField(
                        default=False,
                        help_text="不勾选的，单位页面上不列这一种读数；每份检查结果里的读数照旧公开。",
                        verbose_name="加强公开",
                    ),
                ),
                (
                    "categories",
                    models.JSONField(
                        blank=True,
                        default=drawings.models.stronger.no_codes,
                        help_text="抽中时属于这些类别的检查才列；都不选的，各类都列。方案要求的是重点排污单位。",
                        verbose_name="监管类别",
                    ),
                ),
                (
                    "specialities",
                    models.JSONField(
                        blank=True,
                        default=drawings.models.stronger.no_codes,
                        help_text="单位现在属于这些专业组的才列；都不选的，各组都列。",
                        verbose_name="行业专业组",
                    ),
                ),
                ("updated_at", wugang_audit.clock.MomentField(auto_now=True, verbose_name="最近修改")),
            ],
            options={
                "verbose_name": "加强公开的读数",
                "verbose_name_plural": "加强公开的读数",
                "ordering": ["pk"],
            },
        ),
        migrations.RunPython(ship, migrations.RunPython.noop),
        protect("drawings_strongerdisclosure"),
    ]
