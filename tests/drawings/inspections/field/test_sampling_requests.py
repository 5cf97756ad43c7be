"""A request for sampling: its day, its withdrawal, and sample numbers that are each used once."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone
from pages import said

from drawings.inspections.field import sample_numbers, sampling
from drawings.models import Draw, Inspection, Sampling
from drawings.states import Refused
from wugang_audit.audit.models import AuditEntry

DAY = datetime.timedelta(days=1)
WHAT = {"station": "县生态环境监测站", "outlet": "DW001", "pollutants": "氨氮"}


def address(inspection, name="sampling", *more):
    return reverse(f"inspections:{name}", args=[inspection.pk, *more])


@pytest.fixture
def post(inspection, login, lead):
    """Post a request for sampling; give the errors of its form, none where it was put down."""

    def send(**values):
        given = WHAT | {"requested_on": timezone.localdate().isoformat(), "numbers": ""} | values
        response = login(lead).post(address(inspection), given)
        return {} if response.status_code == 302 else dict(response.context["form"].errors)

    return send


@pytest.fixture
def days_ago(inspection):
    """The draw was published ten days ago; give days by how long ago they are."""
    Draw.objects.update(published_at=timezone.now() - 10 * DAY)
    return lambda days: (timezone.localdate() - days * DAY).isoformat()


def test_the_day_of_the_request_is_typed_and_a_receipt_before_today_follows_it(
    days_ago, post, inspection, login, lead
):
    shown = login(lead).get(address(inspection)).context["form"]
    assert shown["requested_on"].value() == timezone.localdate()
    assert post(requested_on=days_ago(5)) == {}
    row = Sampling.objects.get()
    assert timezone.localdate(row.requested_at).isoformat() == days_ago(5)
    page = address(inspection, "sampling_result", row.pk)

    def fill(received, reported):
        values = {
            "version": row.updated_at.isoformat(),
            "received_on": days_ago(received),
            "result": "氨氮 3 mg/L",
        }
        response = login(lead).post(page, values | {"result_on": days_ago(reported), "judged": "within"})
        return [] if response.status_code == 302 else list(response.context["form"].errors)

    assert (fill(6, 2), fill(4, 5), fill(4, -1)) == (["received_on"], ["result_on"], ["result_on"])
    assert fill(4, 2) == []


@pytest.mark.parametrize(
    ("days", "told"), [(-1, "还没有到"), (11, "早于抽签结果公布的日期"), (10, ""), (0, "")]
)
def test_the_day_is_between_the_publication_of_the_draw_and_today(days, told, days_ago, post):
    errors = post(requested_on=days_ago(days))
    assert list(errors) == (["requested_on"] if told else [])
    assert not told or told in errors["requested_on"][0]
    assert Sampling.objects.count() == (0 if told else 1)


def test_a_wrong_request_is_withdrawn_with_a_reason_and_can_be_asked_again(post, inspection, login, lead):
    assert post(numbers="S1") == {}
    row, client = Sampling.objects.get(), login(lead)
    page = address(inspection, "sampling_withdraw", row.pk)
    assert "请写明为什么作废" in client.post(page, {"reason": "错"}).context["form"].errors["reason"][0]
    answer = client.post(page, {"reason": "点位写错，电话13812345678"}, follow=True)
    assert said(answer) == ["这一条采样申请已作废。"]
    assert "已作废" in answer.content.decode()
    # The number is free again, the row stands and takes nothing more.
    assert post(numbers="S1") == {}
    row.refresh_from_db()
    for again in (page, address(inspection, "sampling_result", row.pk)):
        assert "已经作废" in said(client.get(again, follow=True))[0]
    with pytest.raises(Refused, match="已经作废"):
        sampling.record(
            sampling=row, actor=lead, version=row.updated_at.isoformat(), values={"numbers": "S2"}
        )
    asked, gone = AuditEntry.objects.filter(changes__sampling=row.pk).order_by("index")
    assert (gone.action, gone.changes["before"]) == ("作废采样申请", asked.changes["after"])
    assert gone.changes["after"] == sampling.digest(inspection, row)
    assert gone.changes["reason"] == "点位写错，电话138****5678"


@pytest.mark.parametrize("values", [{"received_on": datetime.date(2026, 1, 5)}, {"receipt": "收 7"}, {"result": "未检出"}])  # fmt: skip
def test_what_was_received_is_not_withdrawn(values, post, inspection, lead, login):
    post()
    Sampling.objects.update(**values)
    with pytest.raises(Refused, match="已经收样"):
        sampling.withdraw(sampling=Sampling.objects.get(), actor=lead, reason="点位写错了")
    page = address(inspection, "sampling_withdraw", Sampling.objects.get().pk)
    assert "已经收样" in said(login(lead).post(page, {"reason": "点位写错了"}, follow=True))[0]
    assert Sampling.objects.get().withdrawn_at is None


def test_what_was_digested_before_there_were_withdrawals_is_digested_the_same_way(post):
    post()
    assert "withdrawn" not in Sampling.objects.get().as_stored()


def test_a_number_is_used_once_and_another_visit_is_named_to_who_may_read_it(post, inspection, lead):
    assert post(numbers="Ａ１，A2") == {}
    assert Sampling.objects.get().numbers == "A1,A2"
    assert "这次检查的另一条申请（DW001 氨氮）" in post(outlet="DA001", numbers="a2")["numbers"][0]
    others = Inspection.objects.exclude(pk=inspection.pk)
    hers = others.filter(selection__team__officer__user=lead)
    other, own = others.exclude(pk__in=hers).first(), hers.first()
    Sampling.objects.update(inspection=other)
    told = post(outlet="DA001", numbers="A2")["numbers"][0]
    assert "“A2”在另一次检查里已经用过" in told and other.selection.name not in told
    Sampling.objects.update(inspection=own)
    assert f"{own.selection.name}的检查（{own.selection.draw.code}" in post(numbers="A2")["numbers"][0]
    assert post(numbers="A22") == {}


def test_numbers_that_stand_are_not_asked_about_again(post, inspection, login, lead):
    post()
    Sampling.objects.update(numbers="S1、S1")
    row = Sampling.objects.get()
    values = {"version": row.updated_at.isoformat(), "numbers": "S1、S1", "receipt": "收 7"}
    page = address(inspection, "sampling_result", row.pk)
    assert login(lead).post(page, values).status_code == 302


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("S1,,S2", "有一段是空的"),
        ("S1，", "有一段是空的"),
        ("S1、s1", "“s1”填了两次"),
        ("S1\tS2", "看不见的字符"),
        ("S1\u200b", "看不见的字符"),
        ("S" * 41, "太长：一个编号最多 40 个字"),
        ("S1,—", "“—”不像样品编号"),
        (",".join(f"{number:039}" for number in range(6)), "一共最多 200 个字"),
    ],
)
def test_odd_numbers_are_told(typed, told):
    with pytest.raises(sample_numbers.BadNumbers, match=told):
        sample_numbers.read(typed)


def test_numbers_are_kept_half_width_with_one_comma_between_two():
    assert sample_numbers.read("ＷＧ2611－001；WG2611-002 、 W 3") == "WG2611-001,WG2611-002,W 3"
    assert sample_numbers.read("  ") == ""
