"""Saving a form on which nothing was changed writes nothing, and says so."""

import datetime
from collections import Counter

import pytest
from as_shown import as_sent
from django.apps import apps
from django.contrib.admin.models import LogEntry

from drawings.models import Checklist, InspectionItem, LegalBasis
from enforcers.models import Absence, Officer, Recusal, TrainingRecord
from sources.models import PermitCondition, PollutionSource, Speciality
from wugang_audit.admin_frame.words import UNCHANGED
from wugang_audit.audit.models import AuditEntry

DAY = datetime.date(2026, 9, 1)


@pytest.fixture
def client(login, admin):
    return login(admin)


@pytest.fixture
def rows(make_source, officers):
    """A row of each table that the administrator edits, with as much in it as may be; the officer has rows of all inlines."""
    unit = make_source(
        1, category="special", special_reason="投诉多", special_from=DAY, category_after="key", media="water,air",
        longitude="113.5200000", latitude="33.3000000", permit_expiry=DAY, township="八台镇", remarks="一行",
    )  # fmt: skip
    officer = officers[0]
    Absence.objects.create(officer=officer, kind="leave", since=DAY, until=DAY)
    TrainingRecord.objects.create(officer=officer, date=DAY, topic="执法程序", hours=8)
    Recusal.objects.create(officer=officer, source=unit, reason="亲属", since=DAY)
    PermitCondition.objects.create(
        code="410481-0001/DA001/氨",
        source=unit,
        outlet_code="DA001",
        outlet_kind="organised",
        pollutant="氨",
        limit="10",
        limit_unit="mg/m³",
    )


def written():
    """Count all that saving may leave behind."""
    histories = [model for model in apps.get_models() if model.__name__.startswith("Historical")]
    found = Counter({model.__name__: model.objects.count() for model in histories})
    return found | Counter({"trail": AuditEntry.objects.count(), "log": LogEntry.objects.count()})


def save(client, row, **changes):
    opts = row._meta
    url = f"/admin/{opts.app_label}/{opts.model_name}/{row.pk}/change/"
    page = client.get(url).content.decode()
    data = as_sent(page, f"{opts.model_name}_form")
    data.pop("_selected_action", None)
    answer = client.post(url, data | changes | {"_continue": "1"}, follow=True)
    assert answer.redirect_chain, answer.context["adminform"].form.errors
    return [str(message) for message in answer.context["messages"]]


@pytest.mark.parametrize(
    "model",
    [PollutionSource, Officer, Recusal, Absence, TrainingRecord, PermitCondition, Speciality, InspectionItem, Checklist, LegalBasis],
)  # fmt: skip
@pytest.mark.usefixtures("rows")
def test_an_unchanged_form_writes_nothing(client, model):
    row, before = model.objects.first(), written()
    assert save(client, row) == [UNCHANGED]
    assert written() == before


@pytest.mark.usefixtures("rows")
def test_a_note_alone_is_no_change(client):
    before = written()
    assert save(client, PollutionSource.objects.get(), change_reason="看过一遍") == [UNCHANGED]
    assert written() == before


@pytest.mark.usefixtures("rows")
def test_a_changed_form_writes_one_row_of_history_and_one_entry(client):
    unit, before = PollutionSource.objects.get(), written()
    assert save(client, unit, contact="王工") == [f"已保存污染源“{unit_link(unit)}”。"]
    assert written() - before == Counter({"HistoricalPollutionSource": 1, "trail": 1, "log": 1})


@pytest.mark.usefixtures("rows")
def test_a_changed_inline_leaves_the_officers_own_row_alone(client):
    officer, before = Officer.objects.get(trainings__topic="执法程序"), written()
    said = save(client, officer, **{"trainings-0-topic": "执法程序与文书"})
    assert said[0].startswith("已保存执法人员")
    assert written() - before == Counter({"HistoricalTrainingRecord": 1, "trail": 1, "log": 1})


def test_an_unchanged_account_writes_nothing(login, security, organiser):
    client, before = login(security), written()
    assert save(client, organiser) == [UNCHANGED]
    assert written() == before


def unit_link(unit):
    return f'<a href="/admin/sources/pollutionsource/{unit.pk}/change/">{unit}</a>'
