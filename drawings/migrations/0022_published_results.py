from collections import defaultdict
from itertools import islice

import django.db.models.deletion
from django.db import migrations, models
from django.utils import timezone

from sources.industries import Level, industries

STRATA = [
    ("key-emitting", "涉水涉气重点排污单位"), ("key", "重点排污单位"), ("special", "特殊监管对象"), ("general", "一般排污单位"),
]  # fmt: skip
OUTCOMES = [
    ("clean", "未发现问题"), ("urged", "现场督促整改"), ("ordered", "责令改正"), ("case", "立案"), ("police", "移送"),
    ("closed", "停产未查"), ("untraced", "查无下落"), ("refused", "不配合检查"),
]  # fmt: skip
NOT_ENTERED = ("closed", "untraced", "refused")
PLACE = ("township", "industry_code", "speciality_id")
CHUNK = 1000


def fill(apps, schema_editor):
    """Write the row of each result that is public already, with what the registry said of the unit when it became so."""
    of = apps.get_model
    inspections, results = of("drawings", "Inspection").objects, of("drawings", "PublishedResult")
    published = inspections.filter(
        state="published", selection__draw__state="published", published_at__isnull=False
    )
    hidden = of("drawings", "Redaction").objects.filter(text="finding", redacted_on__isnull=False)
    hidden = set(hidden.values_list("inspection_id", flat=True))
    specialities = dict(of("sources", "Speciality").objects.values_list("pk", "name"))
    rows = published.order_by("pk").values(
        "pk", "visited_at", "outcome", "published_at", "selection__stratum", "selection__draw__year",
        "selection__draw__quarter", "selection__source_id", "selection__source__number",
        *(f"selection__source__{name}" for name in PLACE),
    )  # fmt: skip
    rows = rows.iterator(chunk_size=CHUNK)
    while chunk := list(islice(rows, CHUNK)):
        failed = of("drawings", "Finding").objects.filter(
            inspection__in=[row["pk"] for row in chunk], verdict="fail"
        )
        failed = set(failed.values_list("inspection_id", flat=True))
        known = history(of("sources", "HistoricalPollutionSource"), chunk)
        results.objects.bulk_create(
            results(**facts(row, row["pk"] in hidden, row["pk"] in failed, known, specialities))
            for row in chunk
        )


def history(table, chunk):
    """Return {unit: what the registry said of it and since when}, ascending."""
    found = defaultdict(list)
    rows = table.objects.filter(id__in={row["selection__source_id"] for row in chunk})
    for key, since, *place in rows.order_by("history_date", "history_id").values_list(
        "id", "history_date", *PLACE
    ):
        found[key].append((since, place))
    return found


def facts(row, is_hidden, has_failed, known, specialities):
    published_on = timezone.localdate(row["published_at"])
    always = {
        "inspection_id": row["pk"],
        "year": row["selection__draw__year"],
        "quarter": row["selection__draw__quarter"],
        "number": row["selection__source__number"],
        "stratum": row["selection__stratum"],
        "published_on": published_on,
        "is_hidden": is_hidden,
    }
    if is_hidden:
        return always | {"day": published_on}
    visited_on = timezone.localdate(row["visited_at"]) if row["visited_at"] else None
    entered = visited_on and row["outcome"] and row["outcome"] not in NOT_ENTERED
    now = [row[f"selection__source__{name}"] for name in PLACE]
    then = [place for since, place in known[row["selection__source_id"]] if since <= row["published_at"]]
    township, industry, speciality = then[-1] if then else now
    division = industries().get(industry[:2])
    return always | {
        "day": visited_on or published_on,
        "visited_on": visited_on,
        "outcome": row["outcome"],
        "is_faulty": (row["outcome"] != "clean" or has_failed) if entered else None,
        "township": township,
        "industry": division.code if division and division.level is Level.DIVISION else "",
        "speciality": specialities.get(speciality, ""),
    }


class Migration(migrations.Migration):
    """A row for each published result, by which lists filter and figures count."""

    dependencies = [("drawings", "0021_protect_evidence"), ("sources", "0004_joined_units")]

    operations = [
        migrations.CreateModel(
            name="PublishedResult",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                ("quarter", models.PositiveSmallIntegerField(verbose_name="季度")),
                ("number", models.CharField(max_length=55, verbose_name="污染源编码")),
                ("stratum", models.CharField(choices=STRATA, max_length=20, verbose_name="类别")),
                ("published_on", models.DateField(verbose_name="公开日期")),
                ("day", models.DateField(verbose_name="日期")),
                ("is_hidden", models.BooleanField(default=False, verbose_name="全文已依法隐去")),
                ("visited_on", models.DateField(blank=True, null=True, verbose_name="检查日期")),
                (
                    "outcome",
                    models.CharField(blank=True, choices=OUTCOMES, max_length=10, verbose_name="检查结论"),
                ),
                ("is_faulty", models.BooleanField(blank=True, null=True, verbose_name="发现问题")),
                ("township", models.CharField(blank=True, max_length=40, verbose_name="乡镇（街道）")),
                ("industry", models.CharField(blank=True, max_length=2, verbose_name="行业大类")),
                ("speciality", models.CharField(blank=True, max_length=60, verbose_name="行业专业组")),
                (
                    "inspection",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="published_result",
                        to="drawings.inspection",
                    ),
                ),
            ],
            options={
                "verbose_name": "公开的检查结果",
                "verbose_name_plural": "公开的检查结果",
                "ordering": ["-day", "number", "year", "quarter"],
                "default_permissions": (),
                "indexes": [
                    models.Index(fields=["-day", "number"], name="published_by_day"),
                    models.Index(fields=["number", "-day"], name="published_by_number"),
                    models.Index(fields=["year", "quarter", "-day", "number"], name="published_of_quarter"),
                    models.Index(fields=["stratum", "-day", "number"], name="published_of_stratum"),
                    models.Index(fields=["township", "-day", "number"], name="published_of_township"),
                    models.Index(fields=["industry", "-day", "number"], name="published_of_industry"),
                    models.Index(fields=["speciality", "-day", "number"], name="published_of_speciality"),
                    models.Index(fields=["outcome", "-day", "number"], name="published_of_outcome"),
                    models.Index(fields=["is_faulty", "-day", "number"], name="published_of_faulty"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("year", "quarter", "number"), name="one_result_a_quarter"
                    )
                ],
            },
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
