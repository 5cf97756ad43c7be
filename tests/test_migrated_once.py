"""A copy of the migrated tables is never of other code than that which is tested."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from migrated_once import PARTS, made_of


@pytest.mark.django_db
def test_no_migration_is_missing():
    executor = MigrationExecutor(connection)
    assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []


@pytest.mark.parametrize("part", PARTS)
def test_any_file_that_is_written_renamed_or_deleted_asks_for_another_copy(tmp_path, part):
    file = tmp_path / part / "migrations/0001_initial.py"
    found = [made_of(tmp_path)]
    file.parent.mkdir(parents=True)
    file.write_text("operations = []")
    found.append(made_of(tmp_path))
    file.write_text("operations = ()")
    found.append(made_of(tmp_path))
    file = file.rename(file.with_name("0002_next.py"))
    found.append(made_of(tmp_path))
    assert len(set(found)) == 4
    file.unlink()
    assert made_of(tmp_path) == found[0]


def test_what_is_compiled_asks_for_none(tmp_path):
    before = made_of(tmp_path)
    (tmp_path / "drawings").mkdir()
    (tmp_path / "drawings/models.pyc").write_bytes(b"compiled")
    assert made_of(tmp_path) == before
