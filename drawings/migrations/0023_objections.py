import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from wugang_audit.audit.append_only import protect


class Migration(migrations.Migration):
    """Objections and corrections from outside, their answers, and who sent them: the last alone may be deleted."""

    dependencies = [
        ("drawings", "0022_published_results"),
        ("sources", "0004_joined_units"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Objection",
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
                        choices=[("objection", "我有异议（被检查单位）"), ("mistake", "纠错（任何人）")],
                        max_length=10,
                        verbose_name="类型",
                    ),
                ),
                ("is_from_visit", models.BooleanField(default=False, verbose_name="从检查告知页提出")),
                ("text", models.TextField(max_length=2000, verbose_name="内容")),
                ("number", models.CharField(max_length=20, unique=True, verbose_name="受理编号")),
                ("secret_digest", models.CharField(editable=False, max_length=64)),
                ("stamp_digest", models.CharField(editable=False, max_length=64, unique=True)),
                ("received_at", models.DateTimeField(verbose_name="收到时间")),
                ("due_on", models.DateField(verbose_name="应答复日期")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("received", "已收到，待答复"),
                            ("answered", "已拟答复，待确认"),
                            ("published", "已答复，公开"),
                            ("closed", "已答复，不公开"),
                        ],
                        db_index=True,
                        default="received",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                (
                    "draw",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="drawings.draw",
                        verbose_name="抽签",
                    ),
                ),
                (
                    "inspection",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="objections",
                        to="drawings.inspection",
                        verbose_name="检查",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="objections",
                        to="sources.pollutionsource",
                        verbose_name="单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "异议和纠错",
                "verbose_name_plural": "异议和纠错",
                "ordering": ["pk"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="ObjectionSender",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=60, verbose_name="姓名")),
                ("telephone", models.CharField(blank=True, max_length=30, verbose_name="电话")),
                ("email", models.EmailField(blank=True, max_length=100, verbose_name="电子邮箱")),
                (
                    "objection",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sender",
                        to="drawings.objection",
                    ),
                ),
            ],
            options={
                "verbose_name": "提出人",
                "verbose_name_plural": "提出人",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="ObjectionAnswer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("goes_public", models.BooleanField(verbose_name="公开")),
                ("public_text", models.TextField(blank=True, max_length=1000, verbose_name="公开的异议内容")),
                ("answer", models.TextField(max_length=2000, verbose_name="答复")),
                ("at", models.DateTimeField(verbose_name="答复时间")),
                (
                    "decision",
                    models.CharField(
                        blank=True,
                        choices=[("confirmed", "确认"), ("returned", "退回")],
                        max_length=10,
                        verbose_name="负责人的决定",
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="决定时间")),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="退回的理由")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="答复人",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="负责人",
                    ),
                ),
                (
                    "hidden_because",
                    models.CharField(blank=True, max_length=200, verbose_name="依法隐去的理由（会公开）"),
                ),
                ("hidden_at", models.DateTimeField(blank=True, null=True, verbose_name="隐去时间")),
                (
                    "hidden_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="隐去人",
                    ),
                ),
                (
                    "objection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answers",
                        to="drawings.objection",
                    ),
                ),
            ],
            options={
                "verbose_name": "异议的答复",
                "verbose_name_plural": "异议的答复",
                "ordering": ["pk"],
                "default_permissions": (),
            },
        ),
        # By itself: an index that a new table brings along comes after all other steps, and the triggers ask which there are.
        migrations.AddConstraint(
            "objectionanswer",
            models.UniqueConstraint(
                condition=models.Q(decided_at__isnull=True), fields=["objection"], name="one_open_answer"
            ),
        ),
        protect("drawings_objection", "drawings_objectionanswer"),
    ]
