"""What a phone is answered that sends what was said of an on-site record, perhaps hours later: done, once; or why it is not."""

import base64
import datetime

import pytest
from django.utils import timezone
from test_record import png
from visit_cases import frozen, send_in, signed

from drawings.inspections.field import json_record
from drawings.inspections.field.record import standing
from drawings.models import CoSign, FirmSignature, Inspection, Supplement

JSON = {"Accept": "application/json"}
DONE = {"done": True}
# A clock that is wrong by a day, as a phone says it.
GATE = "2026-10-09T09:41:07.123+08:00"


@pytest.fixture
def record(inspection, full):
    return frozen(inspection, full())


@pytest.fixture
def say(login, record):
    """Send a step as the outbox does: ``say(second, "cosign", verdict="confirm")``; the status and the JSON come back."""

    def do(actor, step, /, **fields):
        address = f"/inspections/{record.inspection_id}/record/{step}/"
        fields = {"digest": record.digest, "phone_time": GATE} | fields
        response = login(actor).post(address, fields, headers=JSON)
        return response.status_code, response.json()

    return do


def is_done(answer):
    status, said = answer
    return status == 200 and said["done"] is True


def drawn(**more):
    image = "data:image/png;base64," + base64.b64encode(png(**more)).decode()
    return {"kind": "drawn", "name": "钱在场", "post": "环保主管", "image": image}


def test_a_word_is_kept_once_with_the_time_of_the_phone_and_that_of_the_server(say, second):
    before = timezone.now()
    assert is_done(say(second, "cosign", verdict="confirm"))
    assert is_done(say(second, "cosign", verdict="confirm"))
    said = CoSign.objects.get()
    assert said.phone_time == datetime.datetime.fromisoformat(GATE) and said.at >= before


def test_a_word_that_was_taken_back_does_not_come_again_with_a_repeat(say, second):
    objection = {"verdict": "object", "note": "阀门数记错了"}
    say(second, "cosign", **objection)
    assert is_done(say(second, "cosign", verdict="confirm", phone_time="2026-10-09T09:50:00+08:00"))
    assert is_done(say(second, "cosign", **objection))
    assert [said.verdict for said in CoSign.objects.all()] == ["object", "confirm"]
    assert is_done(say(second, "cosign", **objection, phone_time="2026-10-09T10:00:00+08:00"))
    assert CoSign.objects.last().verdict == "object"


def test_a_signature_is_kept_once_and_another_one_is_refused(say, lead, second):
    assert is_done(say(lead, "sign", **drawn()))
    kept = FirmSignature.objects.get()
    assert is_done(say(lead, "sign", **drawn())) and is_done(say(second, "sign", **drawn()))
    for other in (
        drawn(size=(500, 200)),
        drawn() | {"name": "吴别人"},
        {"kind": "absent", "reason": "人走了"},
    ):
        status, said = say(second, "sign", **other)
        assert (status, said) == (
            409,
            {"error": "当事人签字已经登记过，没有再登记一次。有错的，请用补正写明。"},
        )
    assert FirmSignature.objects.get() == kept
    assert kept.phone_time == datetime.datetime.fromisoformat(GATE)


def test_what_was_done_is_said_so_also_after_the_report_was_handed_in(
    inspection, full, say, lead, second, record
):
    signature = {"kind": "paper", "name": "钱在场", "post": "厂长"}
    say(second, "cosign", verdict="confirm")
    say(lead, "sign", **signature)
    row = Inspection.objects.get(pk=inspection.pk)
    send_in(inspection=row, actor=lead, version=row.version, report=full())
    assert is_done(say(second, "cosign", verdict="confirm"))
    assert is_done(say(lead, "sign", **signature))
    status, said = say(second, "cosign", verdict="object", note="阀门数记错了")
    assert status == 409 and "不能再改动现场记录" in said["error"]


def test_opening_again_is_done_once_and_leaves_the_next_record_alone(inspection, full, say, lead):
    reason = {"reason": "排放口 编号记错了"}
    assert is_done(say(lead, "reopen", **reason))
    again = frozen(Inspection.objects.get(pk=inspection.pk), full(), lead)
    assert is_done(say(lead, "reopen", **reason))
    assert standing(inspection) == again
    status, said = say(lead, "reopen", reason="别的原因")
    assert status == 409 and "不是现在的现场记录" in said["error"]


def test_a_supplement_and_what_is_said_of_it_are_done_once(say, lead, second, record, points):
    signed(record)
    mistake = {"text": "第一项应为不符合：\r\n台账缺 3 天", "target": f"verdict_{points[0].pk}"}
    mistake["choice"] = "verdict:fail"
    assert is_done(say(second, "supplement", **mistake)) and is_done(say(second, "supplement", **mistake))
    assert is_done(say(lead, "supplement/1", verdict="confirm"))
    assert is_done(say(lead, "supplement/1", verdict="confirm"))
    assert is_done(say(second, "supplement", **mistake))
    made = Supplement.objects.get()
    assert (made.decision, made.decided_by) == ("confirm", lead)
    assert say(lead, "supplement/1", verdict="object", note="没有写错")[0] == 409
    assert say(lead, "supplement", **mistake)[0] == 409


@pytest.mark.parametrize(
    "said", ["昨天", "2026-10-09T09:41:00", "2026-10-09", "0001-01-01T00:00:00+08:00", "2026-13-09T09:41:00Z"]
)
def test_a_time_that_is_none_is_told_and_nothing_is_kept(say, second, said):
    status, told = say(second, "cosign", verdict="confirm", phone_time=said)
    assert status == 422 and "手机时间应像" in told["errors"]["phone_time"][0]
    assert not CoSign.objects.exists()


def test_what_is_missing_is_told_at_its_field_and_who_may_not_is_told_why(say, lead, second, outsider):
    status, told = say(second, "cosign")
    assert (status, told) == (422, {"errors": {"verdict": ["请选择“确认无误”或“有异议”。"]}})
    status, told = say(lead, "cosign", verdict="confirm")
    assert status == 403 and "固定的人不能自己确认" in told["error"]
    status, told = say(second, "cosign", verdict="confirm", digest="0" * 64)
    assert status == 409 and "不是现在的现场记录" in told["error"]
    assert not CoSign.objects.exists()


def test_an_answer_that_came_too_late_is_no_refusal(inspection, say, lead, record, monkeypatch):
    """The phone has waited long enough and sends it again while the first is still on its way."""
    signature = {"kind": "paper", "name": "钱在场", "post": "厂长"}
    assert is_done(say(lead, "sign", **signature))
    look, looks = json_record._was_said, iter([False])
    monkeypatch.setattr(json_record, "_was_said", lambda *about: next(looks, None) is None and look(*about))
    assert is_done(say(lead, "sign", **signature))
    assert FirmSignature.objects.count() == 1


def test_the_page_shows_both_times_where_they_are_not_the_same(say, lead, second, login, record):
    now = timezone.localtime()
    yesterday = now - datetime.timedelta(days=1)
    say(second, "cosign", verdict="confirm", phone_time=yesterday.isoformat())
    say(lead, "sign", kind="paper", name="钱在场", post="厂长", phone_time=now.isoformat())
    page = login(lead).get(f"/inspections/{record.inspection_id}/record/").content.decode()
    assert page.count("手机时间") == 1
    shown = f"手机时间 {yesterday.month}月{yesterday.day}日 {yesterday:%H:%M}，收到 {now.month}月{now.day}日"
    assert shown in page
