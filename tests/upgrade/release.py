"""Keep a filled database as a file that both SQLite and PostgreSQL can be filled from, and fill one.

    python tests/upgrade/release.py keep NAME    the database of the settings -> releases/NAME.json.xz
    python tests/upgrade/release.py fill NAME    an empty database as that release had it: its tables, its rows

A file holds the migrations that the release ended with, and each row by the fields that its tables had then::

    {"migrations": [["drawings", "0001_initial"], ...],
     "rows": [["wugang_audit.user", ["id", "username", ...], [[1, "organiser", ...], ...]], ...]}
"""

import json
import lzma
import os
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
RELEASES = Path(__file__).parent / "releases"
NEWEST = "field-work"
NAMES = sorted(path.name.removesuffix(".json.xz") for path in RELEASES.glob("*.json.xz"))


def keep(name: str) -> None:
    """Write the rows of the present database, which must be migrated as far as the code goes."""
    from django.apps import apps
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader

    leaves = sorted(MigrationLoader(connection).graph.leaf_nodes())
    rows = []
    for model in apps.get_models(include_auto_created=True):
        fields = model._meta.concrete_fields
        found = model._base_manager.order_by("pk")
        if model._meta.managed and found.exists():
            values = [[_plain(field, row) for field in fields] for row in found.iterator()]
            rows.append([model._meta.label_lower, [field.attname for field in fields], values])
    text = json.dumps({"migrations": leaves, "rows": rows}, ensure_ascii=False)
    RELEASES.mkdir(exist_ok=True)
    # Each draw holds both verifiers: xz finds them again megabytes later, gzip within 32 kB only.
    (RELEASES / f"{name}.json.xz").write_bytes(lzma.compress(text.encode(), preset=9))


def _plain(field: Any, row: Any) -> Any:
    value = field.value_from_object(row)
    return value if value is None or isinstance(value, (bool, int, str)) else field.value_to_string(row)


def fill(name: str) -> None:
    """Build the tables of the release in an empty database, put its rows in as they were, and print how many each has."""
    from django.core.management.color import no_style
    from django.db import connection, transaction
    from django.db.migrations.executor import MigrationExecutor

    release = json.loads(lzma.decompress((RELEASES / f"{name}.json.xz").read_bytes()))
    targets = [tuple(leaf) for leaf in release["migrations"]]
    executor = MigrationExecutor(connection)
    executor.migrate(targets)
    models = executor.loader.project_state(targets).apps
    filled = []
    with (
        transaction.atomic()
    ):  # foreign keys are looked at when it ends, so that the order of tables does not matter
        for label, names, rows in release["rows"]:
            model = models.get_model(label)
            fields = {field.attname: field for field in model._meta.concrete_fields}
            for row in rows:
                values = {n: fields[n].to_python(v) for n, v in zip(names, row, strict=True)}
                model(**values).save_base(raw=True, force_insert=True)  # raw: no date of today
            filled.append(model)
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), filled):
                cursor.execute(statement)
    print(json.dumps({label: len(rows) for label, _, rows in release["rows"]}))


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wugang_audit.settings")
    import django

    django.setup()
    {"keep": keep, "fill": fill}[sys.argv[1]](sys.argv[2])
