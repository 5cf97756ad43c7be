"""The on-site record: frozen as it was, stood by by two officers and the firm, and put right beside the old words."""

import dataclasses
import datetime
import io

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction
from PIL import Image, ImageDraw
from visit_cases import arrived, assessed, frozen, signed

from drawings.amendments import substitutes
from drawings.inspections import record_verbs, verbs
from drawings.inspections.field.record import standing, why_not_signed
from drawings.inspections.field.report import Answer, stored
from drawings.models import CoSign, FirmSignature, Inspection, OnSiteRecord, Substitution, Supplement
from drawings.protocol import verify
from drawings.states import Refused
from wugang_audit.audit.models import AuditEntry


def latest(inspection):
    return Inspection.objects.get(pk=inspection.pk)


def png(line=True, size=(600, 240)):
    picture = Image.new("RGBA", size, (255, 255, 255, 0))
    if line:
        ImageDraw.Draw(picture).line([(40, 120), (300, 60), (560, 180)], fill="black", width=6)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def record(inspection, full):
    return frozen(inspection, full())


def test_the_record_says_what_was_seen_and_neither_outcome_nor_public_text(inspection, full, lead, second):
    report = full(summary="公开的话", outcome="urged")
    held = frozen(inspection, report, lead)
    said = verify.parse_field_record(held.text)
    assert (held.digest, held.frozen_by, held.second) == (verify.digest(held.text), lead, second)
    assert (said.unit, said.entry, said.met) == (
        inspection.selection.source.number,
        "entered",
        (("钱在场", "环保主管"),),
    )
    assert len(said.point) == len(report.answers) and said.measure == (("urge", ""),)
    assert "公开的话" not in held.text and len(said.team) == 2


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"entry": ""}, "请选择进入情况"),
        ({"met_name": ""}, "姓名"),
        ({"shown_at": None}, "亮证告知"),
        ({"notice_given": False}, "没有送达"),
        ({"entry": "stopped"}, "看到的情况"),
    ],
)
def test_what_a_record_must_say_is_asked_for(inspection, full, change, field):
    report = arrived(full())
    report = dataclasses.replace(report, arrival=dataclasses.replace(report.arrival, **change))
    with pytest.raises(Refused, match=field):
        frozen(inspection, report)
    assert not OnSiteRecord.objects.exists() and not latest(inspection).findings.exists()


def test_what_was_frozen_is_changed_by_nobody(inspection, record, full, lead, points, sql):
    row = latest(inspection)
    other = dataclasses.replace(stored(row), answers={points[0].pk: Answer("fail", "渗漏")})
    with pytest.raises(Refused, match="已经固定，不能再改"):
        verbs.save_draft(inspection=row, actor=lead, version=row.version, report=other)
    with pytest.raises(Refused, match="没有再固定一次"):
        frozen(row, full(), version=row.version)
    row = verbs.save_draft(
        inspection=row, actor=lead, version=row.version, report=assessed(row, full(summary="改过的"))
    )
    assert row.summary == "改过的"
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        sql("UPDATE drawings_onsiterecord SET text = 'x'")


def test_nothing_goes_to_review_without_both_officers_and_the_firm(inspection, record, full, lead, second):
    def hand_in(row):
        verbs.submit(inspection=row, actor=lead, version=row.version, report=assessed(row, full()))

    seen = {"record": record, "digest": record.digest}
    with pytest.raises(Refused, match=f"{second.full_name}还没有用自己的账号确认"):
        hand_in(latest(inspection))
    record_verbs.cosign(**seen, actor=second, verdict="object", note="阀门数记错了")
    with pytest.raises(Refused, match="当事人还没有签字"):
        hand_in(latest(inspection))
    record_verbs.sign(**seen, actor=lead, kind="refused", reason="不认可", witness="吴见证，居委会")
    hand_in(latest(inspection))
    assert latest(inspection).state == "submitted"


def test_the_same_officer_does_not_confirm_his_own_record(record, lead, second, outsider):
    said = {"record": record, "digest": record.digest, "verdict": "confirm"}
    for actor in (lead, outsider):
        with pytest.raises(PermissionDenied):
            record_verbs.cosign(**said, actor=actor)
    first, again = (record_verbs.cosign(**said, actor=second) for _ in range(2))
    assert first == again and CoSign.objects.count() == 1


def test_a_word_about_another_text_does_not_count(record, lead, second):
    seen = {"record": record, "digest": "0" * 64}
    with pytest.raises(Refused, match="不是现在的现场记录"):
        record_verbs.cosign(**seen, actor=second, verdict="confirm")
    with pytest.raises(Refused, match="这个签字不算"):
        record_verbs.sign(**seen, actor=lead, kind="paper", name="钱在场", post="厂长")
    assert not CoSign.objects.exists() and not FirmSignature.objects.exists()


def test_it_is_opened_again_by_its_author_until_somebody_else_stands_by_it(
    inspection, record, full, lead, second
):
    with pytest.raises(Refused, match="不能重新打开"):
        record_verbs.set_aside(record=record, actor=second, reason="编号记错了")
    record_verbs.set_aside(record=record, actor=lead, reason="排放口编号记错了")
    assert standing(latest(inspection)) is None
    held = frozen(latest(inspection), full(), lead)
    assert (held.number, OnSiteRecord.objects.count()) == (2, 2)
    with pytest.raises(Refused, match="不再作数"):
        record_verbs.cosign(record=record, digest=record.digest, actor=second, verdict="confirm")
    record_verbs.cosign(record=held, digest=held.digest, actor=second, verdict="confirm")
    with pytest.raises(Refused, match="请用补正"):
        record_verbs.set_aside(record=held, actor=lead, reason="排放口编号又记错了")


@pytest.mark.parametrize(
    ("parts", "says"),
    [
        ({"kind": "paper"}, "请填签字人的姓名"),
        ({"kind": "paper", "name": "钱在场"}, "请填签字人的职务或者身份"),
        ({"kind": "refused", "witness": "吴见证"}, "没有签字的原因"),
        ({"kind": "refused", "reason": "不认可结果"}, "请写明见证人"),
        ({"kind": "absent"}, "没有签字的原因"),
        ({"kind": "x"}, "请选择签字情况"),
        ({"kind": "drawn", "name": "钱在场", "post": "厂长"}, "还没有签字"),
        ({"kind": "drawn", "name": "钱在场", "post": "厂长", "image": b"<svg onload=alert(1)>"}, "读不出来"),
        ({"kind": "drawn", "name": "钱在场", "post": "厂长", "image": png(line=False)}, "没有签名"),
        ({"kind": "drawn", "name": "钱在场", "post": "厂长", "image": png(size=(3000, 200))}, "太大"),
        ({"kind": "drawn", "name": "钱在场", "post": "厂长", "image": png()[:200]}, "读不出来"),
    ],
)
def test_a_signature_that_is_none_is_refused(record, lead, parts, says):
    with pytest.raises(Refused, match=says):
        record_verbs.sign(record=record, digest=record.digest, actor=lead, **parts)
    assert not FirmSignature.objects.exists()


def test_a_drawn_signature_is_kept_as_a_plain_picture_that_the_readers_alone_see(
    record, lead, second, login, outsider, reviewer
):
    junk = png() + b"<script>alert(1)</script>"
    kept = record_verbs.sign(
        record=record, digest=record.digest, actor=lead, kind="drawn", name="钱在场", post="厂长", image=junk
    )
    assert b"script" not in bytes(kept.image) and bytes(kept.image).startswith(b"\x89PNG")
    address = f"/inspections/{record.inspection_id}/record/signature.png"
    assert login(second).get(address)["Content-Type"] == "image/png"
    assert login(reviewer).get(address).status_code == 200
    assert login(outsider).get(address).status_code == 404
    with pytest.raises(Refused, match="没有再登记一次"):
        record_verbs.sign(
            record=record, digest=record.digest, actor=lead, kind="paper", name="钱在场", post="厂长"
        )


def test_a_mistake_is_put_right_beside_the_old_words_by_both(inspection, record, lead, second, points):
    signed(record)
    text = "第一项应为不符合：台账缺 3 天"
    right = {"target": f"verdict_{points[0].pk}", "value": "fail"}
    made = record_verbs.supplement(record=record, actor=second, text=text, **right)
    with pytest.raises(PermissionDenied):
        record_verbs.decide_supplement(supplement=made, actor=second, verdict="confirm")
    assert "补正还没有经另一名执法人员确认" in why_not_signed(latest(inspection))
    with pytest.raises(Refused, match="等确认以后"):
        record_verbs.supplement(record=record, actor=lead, text="还有一处写错了")
    record_verbs.decide_supplement(supplement=made, actor=lead, verdict="confirm")
    found = inspection.findings.get(point=points[0])
    assert (found.verdict, found.note) == ("fail", "")  # the words stay in the supplement
    held = standing(latest(inspection))
    assert held.digest == record.digest and "\tfail\t" not in held.text
    refused = record_verbs.supplement(record=record, actor=lead, text="现场负责人姓名写错了")
    record_verbs.decide_supplement(supplement=refused, actor=second, verdict="object", note="没有写错")
    assert Supplement.objects.count() == 2 and why_not_signed(latest(inspection)) == ""


def test_each_word_about_a_record_leaves_its_entry_and_the_self_check_holds_it(
    inspection, record, lead, second, full, sql, forge
):
    said = {"record": record, "digest": record.digest}
    record_verbs.set_aside(record=record, actor=lead, reason="编号记错了")
    said["record"] = again = frozen(latest(inspection), full(), lead)
    said["digest"] = again.digest
    record_verbs.cosign(**said, actor=second, verdict="object", note="阀门数记错了")
    record_verbs.cosign(**said, actor=second, verdict="confirm")
    record_verbs.sign(**said, actor=lead, kind="refused", reason="不认可", witness="吴见证")
    for verdict in ("confirm", "object"):
        made = record_verbs.supplement(record=again, actor=lead, text=f"写错了一处 {verdict}")
        record_verbs.decide_supplement(supplement=made, actor=second, verdict=verdict, note="没有写错")
    actions = AuditEntry.objects.filter(target_key=f"drawings.inspection:{inspection.pk}").order_by("index")
    assert list(actions.values_list("action", flat=True)) == [
        "固定现场记录", "重新打开现场记录", "固定现场记录", "对现场记录提出异议", "确认现场记录", "登记当事人签字",
        "补正现场记录", "确认补正", "补正现场记录", "不同意补正",
    ]  # fmt: skip
    call_command("verify_log")
    for model, pk, change in (
        (OnSiteRecord, again.pk, {"text": again.text.replace("entered", "refused")}),
        (CoSign, CoSign.objects.last().pk, {"verdict": "object"}),
        (FirmSignature, again.signature.pk, {"witness": "别人"}),
        (Supplement, made.pk, {"text": "没有写错"}),
    ):
        before = {name: getattr(model.objects.get(pk=pk), name) for name in change}
        forge(model, pk, **change)
        with pytest.raises(CommandError):
            call_command("verify_log")
        forge(model, pk, **before)
    call_command("verify_log")


def test_what_nobody_can_stand_by_any_more_is_refused(inspection, full, lead, second, points, monkeypatch):
    second.is_active = False
    second.save()
    with pytest.raises(Refused, match="没有能用的登录账号"):
        frozen(inspection, full())
    second.is_active = True
    second.save()
    held = frozen(
        latest(inspection), full(outcome="closed", answers={points[0].pk: Answer("", "门口看到废料")})
    )
    for name, says in ((f"verdict_{points[0].pk}", "没有进厂，却填了 1 项"), ("reading_0", "不在现场记录里")):
        with pytest.raises(Refused, match=says):
            record_verbs.supplement(record=held, actor=lead, text="看漏了一处", target=name, value="pass")
    with pytest.raises(Refused, match="不是现在的现场记录"):
        record_verbs.supplement(record=held, actor=lead, text="看漏了一处", digest="0" * 64)


def test_a_lone_dash_is_nothing_and_nothing_unseen_is_kept(inspection, full, lead):
    report = arrived(full())
    said = {"met_post": "-", "remark": " - ", "statement": "没有\u200b意见"}
    report = dataclasses.replace(report, arrival=dataclasses.replace(report.arrival, **said))
    held = frozen(inspection, report)
    read = verify.parse_field_record(held.text)
    assert (read.met, read.remark, read.statement) == ((("钱在场", ""),), "", "没有意见")
    kept = record_verbs.sign(
        record=held,
        digest=held.digest,
        actor=lead,
        kind="paper",
        name="钱在场\u200b",
        post="厂\u200b长",
        witness="-",
    )
    assert (kept.name, kept.post, kept.witness) == ("钱在场", "厂长", "")
    with pytest.raises(Refused, match="请写明现场记录里"):
        record_verbs.supplement(record=held, actor=lead, text="-")


def test_a_record_that_was_opened_again_stays_readable_with_every_word_about_it(
    on_seed, inspection, full, selection, second, lead, reviewer, organiser, head, login
):
    held = frozen(inspection, full())
    said = {"record": held, "digest": held.digest}
    record_verbs.cosign(**said, actor=second, verdict="object", note="阀门是组长叫关上的")
    record_verbs.sign(**said, actor=lead, kind="refused", reason="数据不实", witness="吴见证")
    gone = substitutes.declare_officer(
        draw=selection.draw, officer=second.officer.certificate_number, reason="ill", evidence="住院",
        unit=selection.source.number, away={}, issue=None, actor=organiser,
    )  # fmt: skip
    substitutes.confirm(substitution=gone, actor=head)
    with pytest.raises(Refused, match="换了人"):
        record_verbs.supplement(record=held, actor=lead, text="门口的时间写错了")
    record_verbs.set_aside(record=held, actor=lead, reason="检查组换了人")
    page = login(reviewer).get(f"/inspections/{inspection.pk}/record/").content.decode()
    assert all(words in page for words in ("阀门是组长叫关上的", "数据不实", "吴见证", held.digest))


def test_after_the_team_has_changed_the_new_one_makes_its_own_record(
    on_seed, inspection, full, selection, second, lead, organiser, head, login, fields
):
    record = signed(frozen(inspection, full()))
    gone = substitutes.declare_officer(
        draw=selection.draw, officer=second.officer.certificate_number, reason="ill", evidence="住院",
        unit=selection.source.number, away={}, issue=None, actor=organiser,
    )  # fmt: skip
    substitutes.confirm(substitution=gone, actor=head)
    row = latest(inspection)
    assert "换了人" in why_not_signed(row)
    with pytest.raises(PermissionDenied):
        record_verbs.cosign(
            record=record, digest=record.digest, actor=second, verdict="object", note="不是我"
        )
    record_verbs.set_aside(record=record, actor=lead, reason="检查组换了人")
    # The visit of the pair before is not theirs.
    effect = Substitution.objects.filter(pk=gone.pk)
    since = effect.get().effective_at
    effect.update(effective_at=since + datetime.timedelta(minutes=5))
    sent = fields(latest(inspection), arrived(full()))
    page = login(lead).post(f"/inspections/{inspection.pk}/freeze/", sent)
    assert "换了人（替补生效），检查时间不能早于它" in page.context["form"].errors["visited_at"][0]
    with pytest.raises(Refused, match="请填现在的两人一起到场的时间"):
        frozen(latest(inspection), full(), lead)
    effect.update(effective_at=since)
    held = frozen(latest(inspection), full(), lead)
    assert held.second not in (lead, second)


def test_a_page_opened_before_the_freeze_loses_nothing_without_a_word(
    inspection, full, login, second, fields, points
):
    seen = fields(inspection, full(answers={points[0].pk: Answer("fail", "后来写的")}))
    frozen(inspection, full())
    page = login(second).post(f"/inspections/{inspection.pk}/edit/", seen)
    assert page.status_code == 200 and "后来写的" in page.content.decode()
    assert "现场记录已经固定" in page.context["form"].non_field_errors()[0]


def test_the_page_of_the_record_reads_whole_and_offers_each_what_he_may_do(
    record, login, lead, second, reviewer, outsider
):
    address = f"/inspections/{record.inspection_id}/record/"
    forms = ("reopen", "cosign", "sign", "supplement", "decide")
    wanted = {
        lead: {"reopen", "sign", "supplement"},
        second: {"cosign", "sign", "supplement"},
        reviewer: set(),
    }
    for person, offered in wanted.items():
        page = login(person).get(address)
        assert {name for name in forms if page.context[name]} == offered
        text = page.content.decode()
        named = f"{record.second.officer.name} 执法证号 {record.second.officer.certificate_number}"
        assert all(words in text for words in (record.digest, "环保主管", named))
    assert login(outsider).get(address).status_code == 404
    page = login(second).post(f"{address}cosign/", {"digest": record.digest, "verdict": "object", "note": ""})
    assert "有异议的，请写明" in page.content.decode() and not CoSign.objects.exists()
    page = login(second).post(
        f"{address}cosign/", {"digest": record.digest, "verdict": "confirm"}, follow=True
    )
    assert "确认无误" in page.content.decode()
