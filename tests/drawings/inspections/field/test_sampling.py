"""Sampling by the station: asked by the team at the visit, its result filled in later, also after publication."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone
from pages import said

from drawings.models import Draw, Sampling
from wugang_audit.audit.models import AuditEntry

ASKED = {"station": "县生态环境监测站", "outlet": "DW001", "pollutants": "化学需氧量、氨氮", "numbers": ""}


def url(inspection, row=None):
    if row is None:
        return reverse("inspections:sampling", args=[inspection.pk])
    return reverse("inspections:sampling_result", args=[inspection.pk, row.pk])


@pytest.fixture
def asked(inspection, login, lead):
    assert said(login(lead).post(url(inspection), ASKED, follow=True)) == ["采样申请已记下。"]
    return Sampling.objects.get()


def result(asked, **more):
    today = timezone.localdate().isoformat()
    return ASKED | {
        "version": asked.updated_at.isoformat(), "numbers": "S1,S2", "received_on": today, "receipt": "收 7",
        "result": "化学需氧量 120 mg/L", "result_on": today, "judged": "over",
    } | more  # fmt: skip


def test_the_team_asks_and_fills_in_the_result_later(asked, inspection, login, lead, second):
    response = login(second).post(url(inspection, asked), result(asked), follow=True)
    assert said(response) == ["已保存。"]
    asked.refresh_from_db()
    assert (asked.numbers, asked.receipt, asked.is_over, asked.updated_by) == ("S1,S2", "收 7", True, second)
    html = login(lead).get(reverse("inspections:detail", args=[inspection.pk])).content.decode()
    assert html.count("化学需氧量 120 mg/L") == 1
    actions = set(AuditEntry.objects.values_list("action", flat=True))
    assert {"申请采样监测", "填写采样监测"} <= actions


def test_a_result_comes_after_publication_and_stays_inside(
    asked, inspection, step, login, lead, reviewer, client
):
    step(inspection, "submitted", "approved", "published")
    login(lead).post(url(inspection, asked), result(asked))
    html = login(reviewer).get(url(inspection)).content.decode()
    assert html.count("化学需氧量 120 mg/L") == 1
    number = inspection.selection.source.number
    for page in (f"/units/{number}/", "/results/"):
        assert "120 mg/L" not in client.get(page).content.decode()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"station": ""}, "station"),
        ({"received_on": "2020-01-01"}, "received_on"),
        ({"received_on": "昨天"}, "received_on"),
        ({"result_on": "2020-01-01"}, "result_on"),
        ({"result_on": "2199-01-01"}, "result_on"),
        ({"result_on": ""}, "result_on"),
        ({"result": ""}, "result"),
    ],
)
def test_what_cannot_be_is_told_at_its_field(change, field, asked, inspection, login, lead):
    response = login(lead).post(url(inspection, asked), result(asked, **change))
    assert list(response.context["form"].errors) == [field]
    asked.refresh_from_db()
    assert asked.result == ""


def test_the_same_request_twice_and_a_stale_page_write_nothing(asked, inspection, login, lead, second):
    again = login(lead).post(url(inspection), ASKED)
    assert "已经申请" in again.context["form"].errors["__all__"][0]
    stale = result(asked)
    login(second).post(url(inspection, asked), result(asked, numbers="S9"))
    response = login(lead).post(url(inspection, asked), stale)
    assert "已经有人改过" in response.context["form"].errors["__all__"][0]
    assert Sampling.objects.get().numbers == "S9"


def test_readers_read_and_only_the_team_writes(asked, inspection, login, reviewer, outsider):
    assert login(reviewer).get(url(inspection)).status_code == 200
    assert login(reviewer).post(url(inspection), ASKED).status_code == 403
    assert login(reviewer).get(url(inspection, asked)).status_code == 403
    assert login(outsider).get(url(inspection)).status_code == 404


def test_the_trail_of_a_sealed_draw_names_no_unit(inspection, login, lead):
    Draw.objects.update(disclosure="sealed")
    login(lead).post(url(inspection), ASKED)
    entry = AuditEntry.objects.get(action="申请采样监测")
    assert inspection.selection.source.number not in str(entry.__dict__)
    assert Sampling.objects.get().requested_at - timezone.now() < datetime.timedelta(minutes=1)
