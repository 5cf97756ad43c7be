"""Sampling by the station: asked by the team at the visit, its result filled in later, also after publication."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone
from pages import said

from drawings.inspections.field import sampling
from drawings.models import Draw, Sampling
from drawings.protocol import verify
from drawings.states import Refused
from wugang_audit.audit.models import AuditEntry

ASKED = {
    "station": "县生态环境监测站", "outlet": "DW001", "pollutants": "化学需氧量、氨氮", "numbers": "",
    "requested_on": timezone.localdate().isoformat(),
}  # fmt: skip


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
    return {
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
        ({"station": ""}, "__all__"),
        ({"outlet": "DW002"}, "__all__"),
        ({"pollutants": "化学需氧量"}, "__all__"),
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


def entries():
    return [
        entry.changes for entry in AuditEntry.objects.filter(action__endswith="采样监测").order_by("index")
    ]


def test_what_was_asked_for_stands(asked, inspection, login, lead):
    page = login(lead).get(url(inspection, asked))
    assert not {"station", "outlet", "pollutants", "reason"} & set(page.context["form"].fields)
    values = {"outlet": "DW002", "numbers": "S1"}
    with pytest.raises(Refused, match="请把这一条作废，重新申请一条"):
        sampling.record(sampling=asked, actor=lead, version=asked.updated_at.isoformat(), values=values)
    assert Sampling.objects.get().numbers == ""


def test_each_change_leaves_digests_that_hang_together(asked, inspection, login, lead):
    client = login(lead)
    client.post(url(inspection, asked), result(asked, result="", result_on="", judged=""))
    client.post(url(inspection, asked), result(Sampling.objects.get()))
    first, second, third = entries()
    assert first == {"sampling": asked.pk, "after": second["before"]}
    assert (second["after"], second["sampling"]) == (third["before"], asked.pk)
    assert len({first["after"], second["after"], third["after"]}) == 3
    assert third["after"] == sampling.digest(inspection, Sampling.objects.get())
    assert "120 mg/L" not in str(entries())


def test_a_result_that_was_set_is_changed_only_with_a_reason(asked, inspection, login, lead):
    client, page = login(lead), url(inspection, asked)
    client.post(page, result(asked, judged=""))
    row = Sampling.objects.get()
    # What was left open is added without one.
    client.post(page, result(row))
    row.refresh_from_db()
    assert row.is_over is True
    for change in ({"result": "化学需氧量 12 mg/L"}, {"judged": "within"}, {"result_on": "", "result": ""}):
        form = client.post(page, result(row, **change)).context["form"]
        assert "请写明理由" in form.errors["reason"][0]
    with pytest.raises(Refused, match="请写明理由"):
        sampling.record(
            sampling=row, actor=lead, version=row.updated_at.isoformat(), values={"is_over": None}
        )
    told = "监测站13812345678更正了笔误"
    answer = client.post(page, result(row, result="化学需氧量 12 mg/L", reason=told), follow=True)
    assert said(answer) == ["已保存。"]
    assert Sampling.objects.get().result == "化学需氧量 12 mg/L"
    assert entries()[-1]["reason"] == "监测站138****5678更正了笔误"
    assert not any("reason" in entry for entry in entries()[:-1])


def test_under_seal_the_trail_has_a_digest_of_the_reason(asked, inspection, login, lead):
    Draw.objects.update(disclosure="sealed")
    client, page = login(lead), url(inspection, asked)
    client.post(page, result(asked))
    told = f"{inspection.selection.name}要求核对，监测站更正"
    client.post(page, result(Sampling.objects.get(), result="化学需氧量 12 mg/L", reason=told))
    sealed = type(inspection).objects.get(pk=inspection.pk)
    assert entries()[-1]["reason"] == sealed.log_digest(told)
    assert entries()[-1]["reason"] != verify.digest(told)


def test_nothing_is_written_of_a_void_draw(asked, lead):
    Draw.objects.update(state="void")
    with pytest.raises(Refused, match="已作废"):
        sampling.record(
            sampling=asked, actor=lead, version=asked.updated_at.isoformat(), values={"numbers": "S1"}
        )


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
