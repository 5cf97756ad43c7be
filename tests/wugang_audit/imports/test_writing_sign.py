"""Whatever writes a whole registry holds the sign of it, so that pages say so instead of waiting."""

import pytest
import workbooks
from django.db import connection
from sound_units import unit

from sources.importer import SourceImporter
from wugang_audit.access import busy
from wugang_audit.imports import undo as undoing
from wugang_audit.imports.entering import import_and_enter
from wugang_audit.imports.preview import Faulty

pytestmark = pytest.mark.usefixtures("specialities")


@pytest.fixture
def seen(monkeypatch):
    """Return a list of whether the sign stood whenever the named function was called."""
    found = []

    def watch(where, name):
        function = getattr(where, name)

        def look(*args, **kwargs):
            found.append(busy.is_importing())
            return function(*args, **kwargs)

        monkeypatch.setattr(where, name, look)
        return found

    return watch


def test_the_pages_know_while_an_import_is_undone(registries, brought_in, undo, seen):
    imported = brought_in(unit(7))
    found = seen(undoing.bulk_history, "revert")
    undo(imported)
    assert found == [connection.vendor == "sqlite"]
    assert not busy.is_importing()
    with pytest.raises(undoing.CannotUndo):
        undo(imported)
    assert not busy.is_importing()


def test_the_pages_know_while_a_workbook_comes_in_that_no_page_asked_for(admin, seen):
    found = seen(SourceImporter, "apply")
    import_and_enter(SourceImporter(), "x.xlsx", workbooks.of_dicts([unit(7)]), admin, "演示")
    with pytest.raises(Faulty):
        import_and_enter(
            SourceImporter(), "x.xlsx", workbooks.of_dicts([unit(7, 监管类别="x")]), admin, "演示"
        )
    assert found == [connection.vendor == "sqlite"] * 2
    assert not busy.is_importing()
