"""Whatever is changed, wherever and by whom: the page that was kept is what a page made now would be."""

import datetime
import os
import re
import subprocess
import sys

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, models, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from house import ROOT
from kept_cases import is_kept, pages, read, read_anew
from redaction_cases import SUMMARY, fill, hide, target

from drawings.amendments import seals, voids
from drawings.disclosure.kept import shelves
from drawings.inspections import verbs
from drawings.models import Draw, Inspection, Objection, ObjectionAnswer, Plan
from drawings.models.public_tables import WATCHED, watched
from drawings.models.public_version import public_version
from sources.models import PollutionSource
from wugang_audit.audit import append_only
from wugang_audit.bureau.models import Bureau
from wugang_audit.calendar.models import HolidayNotice, SpecialDay

pytestmark = pytest.mark.django_db(transaction=True)
# Read by pages, and no fact of theirs: who is logged in, and the number itself.
BESIDE = {"drawings_publicversion"}


@pytest.fixture
def substitutes_by():
    return Plan.Substitutes.SEED


@pytest.fixture
def rich(published_draw, organiser, reviewer, head, monkeypatch):
    """A published draw with words of every kind, an answered objection, a bureau, a holiday: something to change everywhere."""
    one, _ = fill(published_draw, monkeypatch, organiser, reviewer, head)
    said = Objection.objects.create(
        kind="mistake", unit=one.selection.source, text="有错", number="1", inspection=one, draw=published_draw,
        received_at="2026-10-20T01:00:00Z", due_on="2026-12-31", state="published",
    )  # fmt: skip
    ObjectionAnswer.objects.create(
        objection=said, goes_public=True, public_text="有人说有错", answer="没有错", by=reviewer, at="2026-10-21T01:00:00Z",
        decision="confirm", decided_by=head, decided_at="2026-10-22T01:00:00Z",
    )  # fmt: skip
    Bureau.objects.create(name="虚构市局", address="虚构路1号", phone="12345", county_prefix="410481")
    notice = HolidayNotice.objects.create(
        year=2026, title="2026年放假安排", document_number="国办发明电〔2025〕1号", issued_on="2025-11-04"
    )
    SpecialDay.objects.create(day="2026-10-01", is_workday=False, name="国庆节", notice=notice)
    return published_draw


@pytest.fixture
def urls(rich):
    """All pages that are kept, of two units that were visited, one that was drawn and one that was not."""
    drawn = rich.selections.order_by("pk").values_list("source__number", flat=True)
    other = PollutionSource.objects.exclude(number__in=drawn).first().number
    return pages(*drawn[:4], other)


def read_tables(urls):
    """Return {table: columns} that the pages read."""
    found = {}
    for url in urls:
        shelves.clear()
        with CaptureQueriesContext(connection) as captured:
            Client(raise_request_exception=False).get(url)
        for query in captured:
            for table, column in re.findall(r'"(\w+)"\."(\w+)"', query["sql"]):
                found.setdefault(table, set()).add(column)
    return {
        table: columns for table, columns in found.items() if table in connection.introspection.table_names()
    }


def test_every_table_that_a_page_reads_is_watched(rich, urls):
    names = {table for table, _ in watched()}
    found = read_tables(urls)
    assert {table: columns for table, columns in found.items() if table not in names | BESIDE} == {}
    assert len(names) == len(WATCHED)


def changed(field):
    """Return SQL that makes another value of a column, one that the pages can show."""
    name = connection.ops.quote_name(field.column)
    if field.primary_key or field.is_relation or field.choices:
        return None
    if isinstance(field, models.BooleanField):
        return f"NOT {name}"
    if isinstance(field, models.DateTimeField | models.DateField | models.JSONField | models.BinaryField):
        return None
    if isinstance(field, models.CharField | models.TextField):
        longest = field.max_length or 1000
        return f"substr('改' || {name}, 1, {longest})"
    return f"{name} + 1"


def rows_of(model):
    """Return names of the columns and the rows, the key first."""
    key = model._meta.pk.column
    names = [key, *(field.column for field in model._meta.local_fields if field.column != key)]
    listed = ", ".join(map(connection.ops.quote_name, names))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {listed} FROM {model._meta.db_table} ORDER BY {key}")
        return names, cursor.fetchall()


def change(sql, model):
    """Change every column of every row that pages can still show afterwards; say how many columns there were."""
    table, count = model._meta.db_table, 0
    for field in model._meta.local_fields:
        if (value := changed(field)) is None or field.unique:
            continue
        try:
            with transaction.atomic():
                sql(f"UPDATE {table} SET {connection.ops.quote_name(field.column)} = {value}")
        except DatabaseError as fault:  # a rule of the table's own
            assert "constraint" in str(fault).lower(), fault
            continue
        count += 1
    return count


def put_back(sql, table, columns, rows):
    assigned = ", ".join(f"{connection.ops.quote_name(column)} = %s" for column in columns)
    for row in rows:
        sql(f"UPDATE {table} SET {assigned} WHERE {columns[0]} = %s", *row, row[0])


def models_watched():
    for each in WATCHED:
        model = apps.get_model(each.model)
        yield each, getattr(model, each.through).through if each.through else model


# Their rows count only once they are public, and of these none is.
NOT_YET = {"drawings_evidence", "drawings_redaction"}


def changed_one_by_one(sql, before=lambda: None):
    """Change each watched table and put it back; yield its name in between, and whether the version has risen."""
    for _, model in models_watched():
        table = model._meta.db_table
        protected = table in append_only.protected_tables()
        if protected:
            append_only.remove(connection, table)
        columns, rows = rows_of(model)
        before()
        version = public_version()
        if change(sql, model):
            yield table, not rows or public_version() > version
            put_back(sql, table, columns, rows)
        if protected:
            append_only.install(connection, table)


def test_sql_in_any_column_of_any_watched_table_raises_the_version(rich, sql):
    assert {table for table, has_risen in changed_one_by_one(sql) if not has_risen} <= NOT_YET


@pytest.mark.long
def test_sql_in_any_column_of_any_watched_table_shows_at_once(rich, urls, sql):
    for table, _ in changed_one_by_one(sql, before=lambda: read(urls)):
        assert read(urls) == read_anew(urls), table


def test_each_row_that_comes_or_goes_raises_the_version(rich, sql):
    """What refers to it may not be there: of each table one row is taken out and written again, with no rules but ours."""
    for each, model in models_watched():
        table = model._meta.db_table
        columns, rows = rows_of(model)
        if not rows or each.when:
            continue
        protected = table in append_only.protected_tables()
        if protected:  # the index of the search has triggers of the same names, which stay
            append_only.remove(connection, table)
        try:
            with transaction.atomic():
                before = public_version()
                sql(f"DELETE FROM {table} WHERE {columns[0]} = %s", rows[-1][0])
                gone = public_version()
                if connection.vendor == "sqlite":  # the other one raises it once in a transaction
                    names, places = (
                        ", ".join(map(connection.ops.quote_name, columns)),
                        ", ".join(["%s"] * len(columns)),
                    )
                    sql(f"INSERT INTO {table} ({names}) VALUES ({places})", *rows[-1])
                    assert public_version() > gone, table
                assert gone > before, table
                raise Undo
        except Undo:
            assert public_version() == before, table
        finally:
            if protected:
                append_only.install(connection, table)


class Undo(Exception):
    pass


def test_the_steps_of_the_staff_show_at_once(rich, urls, organiser, reviewer, head):
    visitor, one = Client(), Inspection.objects.filter(state="published").first()
    page = f"/units/{one.selection.source.number}/"
    assert SUMMARY in visitor.get(page).content.decode() and is_kept(page, visitor)
    hide(rich, target(rich, SUMMARY), reviewer, head)
    assert SUMMARY not in visitor.get(page).content.decode()
    verbs.correct(inspection=one, actor=head, text="面积又应为 5 亩")
    assert "面积又应为 5 亩" in visitor.get(page).content.decode()
    before = visitor.get(page).content
    hide(rich, f"finding/{one.pk}", reviewer, head)
    assert visitor.get(page).content != before
    assert read(urls) == read_anew(urls)


def test_a_void_shows_at_once(published_draw, organiser, organiser2):
    urls = pages()
    read(urls)
    request = voids.request_void(draw=published_draw, reason="registry", evidence="名单有误", actor=organiser)
    assert read(urls) == read_anew(urls)
    voids.confirm_void(request=request, actor=organiser2)
    assert "已作废" in read(["/draws/2026Q4/"])["/draws/2026Q4/"][1].decode()
    assert read(urls) == read_anew(urls)


def test_a_seal_that_is_lifted_shows_at_once(sealed, organiser):
    urls, name = pages(), sealed.selections.first().name
    assert not any(
        name.encode() in content
        for url, (_, content) in read(urls).items()
        if "/draws/" in url and "q=" not in url
    )
    seals.unseal(draw=sealed, actor=organiser)
    assert name.encode() in read(["/draws/2026Q4/"])["/draws/2026Q4/"][1]
    assert read(urls) == read_anew(urls)


def test_a_seal_that_falls_by_its_date_shows_on_that_day_though_nothing_is_written(sealed, clock):
    Draw.objects.filter(pk=sealed.pk).update(unseal_on=datetime.date(2026, 10, 9))
    urls, name = pages(), sealed.selections.first().name.encode()
    before = read(urls)
    assert name not in before["/draws/2026Q4/"][1] and is_kept("/draws/2026Q4/")
    version = public_version()
    clock.move(days=1)
    assert public_version() == version
    after = read(urls)
    assert name in after["/draws/2026Q4/"][1]
    assert after == read_anew(urls)


def test_drafts_of_officers_raise_nothing(published_draw):
    inspection = published_draw.selections.first().inspection
    version = public_version()
    Inspection.objects.filter(pk=inspection.pk).update(summary="SECRET", outcome="clean")
    inspection.measures.create(kind="urged")
    inspection.readings.create(outlet="DW001", pollutant="COD", value="1", unit="mg/L")
    inspection.measures.all().delete()
    assert public_version() == version


def test_another_process_changes_what_this_one_keeps(rich):
    visitor = Client()
    visitor.get("/plans/2026/")
    assert is_kept("/plans/2026/", visitor)
    mine = connection.settings_dict
    url = (
        f"sqlite:///{mine['NAME']}" if connection.vendor == "sqlite"
        else f"postgres://{mine['USER']}:{mine['PASSWORD']}@{mine['HOST']}:{mine['PORT']}/{mine['NAME']}"
    )  # fmt: skip
    words = (
        "import os, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'wugang_audit.settings'; django.setup(); "
        "from drawings.models import Plan; Plan.objects.update(title='别的进程改的计划')"
    )
    env = os.environ | {"DATABASE_URL": url}
    subprocess.run([sys.executable, "-c", words], cwd=ROOT, env=env, check=True, capture_output=True)
    assert "别的进程改的计划" in visitor.get("/plans/2026/").content.decode()
