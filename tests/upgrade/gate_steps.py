"""Steps at the gate, from which `year.py` makes a year: photos, records that are disputed and opened again, supplements."""

import datetime
import io
import uuid

from PIL import Image, ImageDraw
from visit_cases import frozen

from drawings.inspections import record_verbs
from drawings.inspections.evidence import verbs
from drawings.inspections.evidence.pictures import sha256
from drawings.inspections.evidence.verbs import Sent
from drawings.inspections.field.report import stored
from drawings.models import Inspection
from wugang_audit.access.roles import Role
from wugang_audit.accounts.models import User
from wugang_audit.audit import trail

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


class Clock:
    """The time of this database: it stands still until it is moved."""

    moment: datetime.datetime

    def __call__(self) -> datetime.datetime:
        return self.moment

    def at(self, time: str) -> None:
        """Move on to a time of Shanghai such as ``2025-08-11 09:00``; it never goes back."""
        moment = datetime.datetime.fromisoformat(f"{time}:00+08:00").astimezone(datetime.UTC)
        assert moment >= getattr(self, "moment", moment), time
        self.moment = moment

    def move(self, **delta: float) -> None:
        self.moment += datetime.timedelta(**delta)


clock = Clock()


def account(username: str, name: str, role: Role) -> User:
    user = User.objects.create_user(username, full_name=name, roles=[role])
    trail.record(None, "开立账号", user, {"roles": [role]})
    return user


def who(username: str) -> User:
    return User.objects.get(username=username)


# ---- photos, records, supplements ----


def _picture(form: str, text: str = "") -> bytes:
    image, out = Image.new("L", (320, 240), "white"), io.BytesIO()
    ImageDraw.Draw(image).line([(20, 120), (100, 60), (200, 180), (300, 90)], fill="black", width=6)
    image.convert("RGB").save(out, form, **({"comment": text} if text else {}))
    return out.getvalue()


def photographed(inspection: Inspection) -> None:
    """Photos of a visit: with its original, with one that follows, with none; one is removed; and a PDF."""
    lead = inspection.selection.team.get(is_lead=True).officer.user

    def add(content: bytes, original: bytes = b"", **more: object):
        clock.move(minutes=1)
        given = {"digest": sha256(original), "original_size": len(original)} if original else {}
        sent = Sent(key=uuid.uuid4(), content=content, phone_time=clock(), **given, **more)
        return verbs.add(inspection=inspection, actor=lead, sent=sent)[0]

    names = [f"{inspection.pk}-{number}" for number in range(5)]
    whole = add(_picture("JPEG", names[0]), caption="厂门")
    verbs.set_caption(evidence=whole, actor=lead, caption="厂门和门牌", point=None)
    later = add(_picture("JPEG"), _picture("JPEG", names[1]), latitude="33.312345", longitude="113.5")
    verbs.add_original(evidence=later, actor=lead, content=_picture("JPEG", names[1]))
    add(_picture("JPEG"), _picture("JPEG", names[2]), caption="总排口")
    verbs.remove(evidence=add(_picture("JPEG", names[3])), actor=lead, reason="拍糊了，重拍")
    add(PDF + names[4].encode() + b"%%EOF", caption="监测报告")


def marked_public(inspection: Inspection) -> None:
    """The reviewer lets two photos be public, and one of them not after all."""
    first, second = inspection.evidence.standing().filter(kind="photo")[:2]
    for row, is_public in ((first, True), (second, True), (second, False)):
        clock.move(minutes=1)
        verbs.mark_public(evidence=row, actor=who("reviewer"), is_public=is_public)


def disputed(inspection: Inspection) -> None:
    """A record that is opened again, then objected to, not signed, and put right: once agreed, once not, once not decided."""
    lead = inspection.selection.team.get(is_lead=True).officer.user
    photographed(inspection)
    first = frozen(inspection, stored(Inspection.objects.get(pk=inspection.pk)), lead)
    clock.move(minutes=1)
    record_verbs.set_aside(record=first, actor=lead, reason="排放口编号记错了")
    again = Inspection.objects.get(pk=inspection.pk)
    record = frozen(again, stored(again), lead)
    said = {"record": record, "digest": record.digest}
    clock.move(minutes=1)
    record_verbs.cosign(**said, actor=record.second, verdict="object", note="固废间台账缺两页签字")
    clock.move(minutes=1)
    record_verbs.cosign(**said, actor=record.second, verdict="confirm")
    reason = {"kind": "refused", "reason": "门卫不签", "witness": "吴见证，居委会工作人员"}
    record_verbs.sign(**said, actor=lead, **reason)
    point = again.findings.filter(verdict="pass").first().point_id
    for text, verdict, more in (
        ("固废间台账应为缺两页签字", "confirm", {"point": point, "verdict": "fail"}),
        ("门口的通知是昨天贴的", "object", {}),
        ("现场负责人是副厂长", "", {}),
    ):
        clock.move(minutes=1)
        made = record_verbs.supplement(record=record, actor=lead, text=text, **more)
        if verdict:
            note = "没有看到" if verdict == "object" else ""
            record_verbs.decide_supplement(supplement=made, actor=record.second, verdict=verdict, note=note)
