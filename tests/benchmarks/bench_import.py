"""Times the import of a large workbook against django-import-export's, in one run, on the same model and file.

    .venv/bin/pip install -e '.[bench]'
    python tests/benchmarks/bench_import.py [ROWS [alone]]

The file holds all columns of the registry of pollution sources; half of its units exist already, each with changes.
Both sides do what two clicks of a clerk do: upload and preview, then import, with history. Ours keeps the file, what it
read and the preview in the database, checks each cell and names its place, and compares once more before it writes;
django-import-export reads the file at both clicks, as its admin does, and runs with its defaults (use_bulk would leave
out the history). Each side works in a process of its own on the same start, and both must leave
the same registry. Ours is measured before and after theirs, which takes minutes, and its mean counts: a machine is not
always as fast. ``alone`` leaves django-import-export out. SQLite, or whatever DATABASE_URL names: it must be an
empty database.
"""

import datetime
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))


def set_up(folder: Path) -> None:
    os.environ.setdefault("DATA_DIR", str(folder))
    os.environ.setdefault("DATABASE_URL", f"sqlite:///{folder}/bench.sqlite3")
    os.environ["DJANGO_SETTINGS_MODULE"] = "wugang_audit.settings"
    import django

    django.setup()


# --- the registry and the file -------------------------------------------------------------------------------
def row(n: int, changed: bool) -> dict[str, object]:
    """A unit as a clerk writes it, by attribute; one in ten is a key unit, one in ten has hardly anything."""
    from stdnum.cn import uscc

    stem = f"91410481{n:09d}"
    code = stem + uscc.calc_check_digit(stem)
    unit = {
        "number": f"410481-{n:06d}", "name": f"虚构{n}号建材有限公司", "category": "一般排污单位",
        "industry_code": ("2669", "3110", "0313", "3021")[n % 4], "operating_state": "正常生产",
        "out_of_season": "否", "discharges_wastewater": "是", "discharges_waste_gas": "否", "is_active": "是",
        "township": f"虚构{n % 15}镇", "address": f"工业路{n}号", "contact": f"甲{n}", "phone": f"1380000{n % 10000:04d}",
    }  # fmt: skip
    if changed:
        unit |= {"address": f"工业路{n}号院内", "contact": f"乙{n}", "remarks": "已核对"}
    if n % 10 == 9:
        return unit
    unit |= {
        "credit_code": code, "industry_name": "虚构行业", "permit_class": "简化管理", "permit_number": f"{code}001P",
        "permit_expiry": "2099-07-01", "longitude": f"113.{400000 + n % 90000}", "latitude": f"33.{200000 + n % 90000}",
        "legal_representative": f"丙{n}",
    }  # fmt: skip
    if n % 10 == 0:
        unit |= {"category": "重点排污单位", "media": "水环境、大气环境"}
    if n % 10 == 1:
        unit |= {"category": "特殊监管对象", "special_reason": "信访", "special_from": "2026-01-01"}
    return unit


def write(path: Path, rows) -> None:
    import openpyxl

    from sources.columns import COLUMNS as EVERY

    COLUMNS = [column for column in EVERY if not column.import_only]

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("名录")
    sheet.append([column.header for column in COLUMNS])
    for unit in rows:
        sheet.append([unit.get(column.attribute) for column in COLUMNS])
    book.save(path)


def prepare(folder: Path, rows: int) -> None:
    """Lay out the database anew, with the first half of the units, and write the file."""
    from django.core.management import call_command

    from sources.importer import import_file
    from sources.models import PollutionSource
    from wugang_audit.imports.models import ImportJob, PreviewPage

    call_command("migrate", verbosity=0)
    call_command("loaddata", "specialities", verbosity=0)
    for model in (PollutionSource, PollutionSource.history.model, PreviewPage, ImportJob):
        model._base_manager.all()._raw_delete("default")
    write(folder / "before.xlsx", (row(n, False) for n in range(rows // 2)))
    import_file((folder / "before.xlsx").read_bytes(), "before.xlsx", None)
    write(folder / "file.xlsx", (row(n, n < rows // 2) for n in range(rows)))


# --- the two sides -------------------------------------------------------------------------------------------
def ours(content: bytes) -> None:
    from django.conf import settings
    from django.core.files.uploadedfile import SimpleUploadedFile

    from sources.importer import SourceImporter
    from wugang_audit.accounts.models import User
    from wugang_audit.imports import jobs

    settings.IMPORT_AT_ONCE = 2**40  # here, not in a process of its own: its memory is to be measured
    owner, _ = User.objects.get_or_create(username="bench")
    job = jobs.submit(SourceImporter(), SimpleUploadedFile("file.xlsx", content), owner)
    job = type(job).objects.select_related("owner").get(pk=job.pk)  # as the second click finds it
    if (done := jobs.confirm(SourceImporter(), job)) != jobs.APPLIED:
        raise SystemExit(f"our import came to nothing: {done}")


def theirs(content: bytes) -> None:
    from tablib import Dataset

    resource = rival()
    for dry_run in (True, False):
        result = resource.import_data(Dataset().load(content, "xlsx"), dry_run=dry_run)
        if result.has_errors() or result.has_validation_errors():
            raise SystemExit("django-import-export refused the file")


def rival():
    """A resource for the same file, as one would write it for this model."""
    from import_export import fields, resources, widgets

    from sources.columns import COLUMNS as EVERY

    COLUMNS = [column for column in EVERY if not column.import_only]
    from sources.models import Medium, PollutionSource, Speciality

    class Words(widgets.CharWidget):
        def __init__(self, field):
            super().__init__()
            self.words = {label: value for value, label in field.flatchoices}
            self.blank = field.get_default()

        def clean(self, value, row=None, **kwargs):
            return self.words[value] if value else self.blank

    class Media(widgets.CharWidget):
        def clean(self, value, row=None, **kwargs):
            return ",".join(Medium(media[part]) for part in value.split("、")) if value else ""

    class YesNo(widgets.BooleanWidget):
        TRUE_VALUES, FALSE_VALUES = ["是"], ["否"]

        def clean(self, value, row=None, **kwargs):
            return bool(super().clean(value, row, **kwargs))

    media = {label: value for value, label in Medium.choices}

    def widget(field):
        if field.name == "media":
            return Media()
        if field.choices:
            return Words(field)
        if field.get_internal_type() == "BooleanField":
            return YesNo()
        plain = {"DateField": widgets.DateWidget, "DecimalField": widgets.DecimalWidget}
        return plain.get(field.get_internal_type(), widgets.CharWidget)()

    prefixes = Speciality.objects.by_prefix()
    names = [column.attribute for column in COLUMNS]

    class SourceResource(resources.ModelResource):
        def before_save_instance(self, instance, row, **kwargs):
            instance.speciality = Speciality.objects.all().match(prefixes, instance.industry_code)

        class Meta:
            model = PollutionSource
            import_id_fields = ("number",)
            fields = names

    resource = SourceResource()
    for column in COLUMNS:
        field = PollutionSource._meta.get_field(column.attribute)
        resource.fields[column.attribute] = fields.Field(
            attribute=column.attribute, column_name=column.header, widget=widget(field)
        )
    return resource


def measure(folder: Path, side: str) -> dict:
    content = (folder / "file.xlsx").read_bytes()
    started = time.perf_counter()
    {"ours": ours, "theirs": theirs}[side](content)
    seconds = time.perf_counter() - started
    peak = next(
        line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")
    )
    return {"seconds": seconds, "peak": int(peak.split()[1]) / 1024} | outcome()


def outcome() -> dict:
    """What the import left: a digest of the registry, and how many versions there are."""
    from sources.models import PollutionSource

    fields = [field.attname for field in PollutionSource._meta.concrete_fields]
    fields = [name for name in fields if name not in ("id", "updated_at")]
    digest = hashlib.sha256()
    for values in PollutionSource.objects.order_by("number").values_list(*fields).iterator():
        digest.update(repr(values).encode())
    return {"registry": digest.hexdigest(), "versions": PollutionSource.history.count()}


def child(folder: Path, step: str, rows: int) -> dict | None:
    done = subprocess.run(
        [sys.executable, __file__, str(rows), step, str(folder)], check=True, stdout=subprocess.PIPE
    )
    return json.loads(done.stdout) if done.stdout else None


def main(rows: int = 20_000, step: str = "", folder: str = "") -> int:
    if folder:
        set_up(Path(folder))
        if step == "prepare":
            prepare(Path(folder), rows)
        else:
            print(json.dumps(measure(Path(folder), step)))
        return 0
    found: dict[str, dict] = {}
    with tempfile.TemporaryDirectory() as name:
        for side in ("ours",) if step == "alone" else ("ours", "theirs", "ours"):
            child(Path(name), "prepare", rows)
            run = child(Path(name), side, rows)
            if earlier := found.get(side):
                run["seconds"] = (run["seconds"] + earlier["seconds"]) / 2
            found[side] = run
            size = (Path(name) / "file.xlsx").stat().st_size
    database = os.environ.get("DATABASE_URL", "sqlite").partition(":")[0]
    print(f"{rows:,} rows, half of them existing, {size / 1e6:.1f} MB, {database}, {datetime.date.today()}")
    for side, label in (("ours", "this import"), ("theirs", "django-import-export")):
        if run := found.get(side):
            print(
                f"{label:22}{run['seconds']:8.2f} s{rows / run['seconds']:10,.0f} rows/s{run['peak']:7.0f} MB"
            )
    if step == "alone":
        return 0
    same = all(found["ours"][what] == found["theirs"][what] for what in ("registry", "versions"))
    print(f"ratio {found['theirs']['seconds'] / found['ours']['seconds']:.1f}; the same outcome: {same}")
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:2]), *sys.argv[2:]))
