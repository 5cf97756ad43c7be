"""What is done to the on-site record of a visit: freeze it, open it again, confirm it, sign it, put it right.

Two officers and the firm stand by the same words (《行政处罚法》第四十二条、第五十五条): each signs the digest of the record that
lay before him, and nothing of it changes afterwards.
"""

import datetime
import hashlib

from django.core.exceptions import PermissionDenied
from django.db import transaction

from wugang_audit import clock
from wugang_audit.accounts.models import User
from wugang_audit.privacy import says_nothing

from ..models import CoSign, FirmSignature, Inspection, OnSiteRecord, Supplement
from ..models.finding_record import fresh_nonce
from ..models.site_facts import nothing_or
from ..privacy_gate.queries import Text
from ..privacy_gate.verbs import Reasons
from ..protocol import verify
from ..states import WITH_OFFICERS, Refused
from . import privacy
from .evidence.queries import evidence_lines
from .field.line_changes import Change, applied, held_rows
from .field.permit_rows import permit_rows
from .field.phone_record import read_shown, require_same
from .field.record import (
    last_word,
    may_set_aside,
    other_officer,
    record_text,
    signature_of,
    standing,
    team_changed,
)
from .field.report import Report, Stage, stored
from .field.signature import clean_signature, unsound
from .field.supplementing import Value, as_given, change_of
from .field.writing import keep, keep_site, sound
from .guards import locked, require_team, require_version
from .guards import trace as _trace

REASON = 200


@transaction.atomic
def freeze(
    *,
    inspection: Inspection,
    actor: User,
    version: str,
    report: Report,
    not_personal: Reasons | None = None,
    shown_text: str = "",
    phone_time: datetime.datetime | None = None,
) -> OnSiteRecord:
    """Keep a report and freeze the on-site record of it: who, when, what was seen. Outcome and public text stay open.

    :param shown_text: the record as a phone has shown it without a signal, with the evidence that was known there; empty:
        nobody has seen it yet. What looks like personal data in its notes then stops the submission: somebody may have
        signed it.
    :raises Refused: something is missing or wrong; it is frozen already; the team is not two people with accounts; or what
        the phone has shown is not what the report says.
    """
    row = locked(inspection)
    require_team(row, actor)
    _require_open(row)
    require_version(row, version)
    if standing(row):
        raise Refused("现场记录已经固定，没有再固定一次。")
    second = other_officer(row, actor)
    shown = sound(row, report, Stage.ON_SITE)
    on_phone = read_shown(shown_text) if shown_text else None
    # The notes can be changed no more: what looks like personal data in them is settled now.
    notes = {
        name: text for name, text in privacy.texts(report, shown.points).items() if name.startswith("note_")
    }
    privacy.pass_texts(row, notes, not_personal, actor, stop=on_phone is None)
    keep(row, report, shown, actor)
    try:
        nonce, lines = fresh_nonce(), evidence_lines(row)
        if on_phone:
            there = {digest for digest, *_ in on_phone.evidence}
            nonce, lines = on_phone.nonce, tuple(each for each in lines if each[0] in there)
        text = record_text(row, report, shown, permit_rows(row), nonce, lines)
    except verify.Invalid as reason:
        raise Refused(f"现场记录写不成：{reason}") from None
    if on_phone:
        require_same(on_phone, text)
    record = OnSiteRecord.objects.create(
        inspection=row,
        number=row.records.count() + 1,
        text=text,
        digest=hashlib.sha256(text.encode()).hexdigest(),
        frozen_at=clock.now(),
        frozen_by=actor,
        second=second,
        phone_time=phone_time,
    )
    _trace(
        row, actor, "固定现场记录", record_number=record.number, record=row.selection.draw.log_digest(text)
    )
    return record


@transaction.atomic
def set_aside(*, record: OnSiteRecord, actor: User, reason: str, digest: str = "") -> OnSiteRecord:
    """Open a record again: as long as nobody else has signed it, or when the team has changed. It stays readable."""
    row = locked(record.inspection)
    require_team(row, actor)
    _require_open(row)
    held = _standing(row, record)
    _require_seen(held, digest)
    if not may_set_aside(row, held, actor):
        raise Refused("已经有人确认或者签字，现场记录不能重新打开。有错的，请用补正。")
    reason = " ".join(reason.split())
    if says_nothing(reason):
        raise Refused("请写明为什么重新打开。")
    held.set_aside_at, held.set_aside_by, held.set_aside_because = clock.now(), actor, reason[:REASON]
    held.save(update_fields=["set_aside_at", "set_aside_by", "set_aside_because"])
    _touch(row, actor)
    _trace(row, actor, "重新打开现场记录", record_number=held.number)
    return held


@transaction.atomic
def cosign(
    *,
    record: OnSiteRecord,
    actor: User,
    digest: str,
    verdict: str,
    note: str = "",
    phone_time: datetime.datetime | None = None,
) -> CoSign:
    """Confirm a record as the other officer, or object to it; the same word said again counts once.

    :param digest: that of the record which the officer has read.
    :raises PermissionDenied: the person is not the other officer of this record, or goes there no more.
    """
    row = locked(record.inspection)
    require_team(row, actor)
    if actor.pk != record.second_id:
        raise PermissionDenied("现场记录由另一名执法人员用自己的账号确认，固定的人不能自己确认。")
    _require_open(row)
    held = _of_this_team(row, record)
    if digest != held.digest:
        raise Refused("您看到的不是现在的现场记录，没有确认。请刷新页面，看过再确认。")
    note = nothing_or(note).strip()
    if verdict not in CoSign.Verdict.values:
        raise Refused("请选择“确认无误”或“有异议”。")
    if verdict == CoSign.Verdict.OBJECT and says_nothing(note):
        raise Refused("有异议的，请写明哪一处不对、应当怎样记。")
    if verdict == CoSign.Verdict.CONFIRM:
        note = ""
    before = last_word(held)
    if before and (before.verdict, before.note) == (verdict, note):
        return before
    said = CoSign.objects.create(record=held, by=actor, verdict=verdict, note=note, phone_time=phone_time)
    _touch(row, actor)
    _trace(
        row,
        actor,
        "确认现场记录" if verdict == CoSign.Verdict.CONFIRM else "对现场记录提出异议",
        record_number=held.number,
        said=row.selection.draw.log_digest(note),
    )
    return said


@transaction.atomic
def sign(
    *,
    record: OnSiteRecord,
    actor: User,
    digest: str,
    kind: str,
    name: str = "",
    post: str = "",
    reason: str = "",
    witness: str = "",
    image: bytes = b"",
    phone_time: datetime.datetime | None = None,
) -> FirmSignature:
    """Keep how the firm's person took the record: signed, or refused with reason and witness, or nobody was there.

    :param digest: that of the record which the person has read; another one is no signature on this record.
    :param image: the drawn signature, a PNG.
    :raises Refused: something is missing; it was signed already; or what was signed is not the record that stands.
    """
    row = locked(record.inspection)
    require_team(row, actor)
    _require_open(row)
    held = _of_this_team(row, record)
    if digest != held.digest:
        raise Refused("签字时看到的不是现在的现场记录，这个签字不算。请让当事人看过现在的记录再签。")
    if signature_of(held):
        raise Refused("当事人签字已经登记过，没有再登记一次。有错的，请用补正写明。")
    said = {
        name_of: " ".join(nothing_or(text).split())
        for name_of, text in (("name", name), ("post", post), ("reason", reason), ("witness", witness))
    }
    if why := unsound(kind, said):
        raise Refused(why)
    drawn = clean_signature(image) if kind == FirmSignature.Kind.DRAWN else b""
    signature = FirmSignature.objects.create(
        record=held,
        kind=kind,
        image=drawn or None,
        image_digest=hashlib.sha256(drawn).hexdigest() if drawn else "",
        digest=digest,
        phone_time=phone_time,
        by=actor,
        **said,
    )
    _touch(row, actor)
    _trace(
        row,
        actor,
        "登记当事人签字",
        record_number=held.number,
        signed=row.selection.draw.log_digest(signature.as_stored()),
    )
    return signature


@transaction.atomic
def supplement(
    *,
    record: OnSiteRecord,
    actor: User,
    text: str,
    target: str = "",
    value: Value = "",
    not_personal: Reasons | None = None,
    digest: str = "",
) -> Supplement:
    """Write what is wrong in a frozen record and how it is right (补正); it counts once the other officer confirms it.

    Also after the report was handed in and sent back, as long as it is not published.

    :param target: what is put right (`supplementing.targets`), and the right value; empty: it is told in words alone.
    :param not_personal: {target: why} for a note in which something looks like personal data.
    :raises Refused: nothing is said, personal data stands in it, or the record would be wrong elsewhere.
    """
    row = locked(record.inspection)
    require_team(row, actor)
    _require_open(row)
    held = _of_this_team(row, record)
    _require_seen(held, digest)
    text = nothing_or(text).strip()
    if says_nothing(text):
        raise Refused("请写明现场记录里哪一处有错，正确的是什么。")
    if waits := held.supplements.filter(decided_at__isnull=True).first():
        same = (waits.text, waits.target, waits.given) == (text, target, as_given(value))
        told = "同样内容的补正已经有了，没有重复记录，" if same else ""
        raise Refused(f"{told}上一条补正还没有经另一名执法人员确认，请等确认以后再写下一条。")
    change = change_of(row, held, target, value) if target else Change((), ())
    if target.startswith("note_") and isinstance(value, str):
        privacy.pass_texts(row, {target: Text("检查项目的说明", value)}, not_personal, actor, stop=True)
    made = Supplement.objects.create(
        record=held,
        number=held.supplements.count() + 1,
        text=text,
        target=target,
        given=as_given(value),
        was="\n".join(change.was),
        now="\n".join(change.now),
        by=actor,
        at=clock.now(),
    )
    _touch(row, actor)
    told = row.selection.draw.log_digest(made.as_stored())
    _trace(row, actor, "补正现场记录", record_number=held.number, supplement=made.number, said=told)
    return made


@transaction.atomic
def decide_supplement(
    *, supplement: Supplement, actor: User, verdict: str, note: str = "", digest: str = ""
) -> Supplement:
    """Confirm a supplement as the officer who did not write it, or object to it; confirmed, the report says so too."""
    row = locked(supplement.record.inspection)
    require_team(row, actor)
    made = Supplement.objects.get(pk=supplement.pk)
    if actor.pk == made.by_id:
        raise PermissionDenied("补正由另一名执法人员确认，写的人不能自己确认。")
    _require_open(row)
    held = _of_this_team(row, made.record)
    _require_seen(held, digest)
    if made.decided_at:
        raise Refused("这条补正已经确认过或者没有同意，没有再办一次。")
    note = nothing_or(note).strip()
    if verdict not in CoSign.Verdict.values:
        raise Refused("请选择确认还是不同意。")
    if verdict == CoSign.Verdict.OBJECT and says_nothing(note):
        raise Refused("不同意的，请写明理由。")
    made.decided_at, made.decided_by, made.decision = clock.now(), actor, verdict
    made.note = note if verdict == CoSign.Verdict.OBJECT else ""
    made.save(update_fields=["decided_at", "decided_by", "decision", "note"])
    if made.point_id and verdict == CoSign.Verdict.CONFIRM:
        row.findings.filter(point=made.point_id).update(verdict=made.verdict)
    elif (made.was or made.now) and verdict == CoSign.Verdict.CONFIRM:
        change, permit = Change(tuple(made.wrong_lines), tuple(made.right_lines)), held_rows(row, held)
        keep_site(row, applied(row, stored(row), change, permit), permit, actor)
    _touch(row, actor)
    _trace(
        row,
        actor,
        "确认补正" if verdict == CoSign.Verdict.CONFIRM else "不同意补正",
        record_number=held.number,
        supplement=made.number,
    )
    return made


def _require_open(row: Inspection) -> None:
    if row.state not in WITH_OFFICERS:
        raise Refused(f"这份检查现在是“{row.get_state_display()}”，不能再改动现场记录。")


def _standing(row: Inspection, record: OnSiteRecord) -> OnSiteRecord:
    held = standing(row)
    if held is None or held.pk != record.pk:
        raise Refused("这份现场记录已经重新打开，不再作数。请刷新页面，看现在的记录。")
    return held


def _require_seen(held: OnSiteRecord, digest: str) -> None:
    """:param digest: of the record that lay before the person; empty for programs that look at no page."""
    if digest and digest != held.digest:
        raise Refused("您看到的不是现在的现场记录，没有办。请刷新页面，看过再办。")


def _of_this_team(row: Inspection, record: OnSiteRecord) -> OnSiteRecord:
    """Return the record that stands, if the two who go now are the two who made it: nobody else was there."""
    held = _standing(row, record)
    if team_changed(row, held):
        raise Refused(
            "检查组在固定现场记录以后换了人，这份记录不能再确认、签字、补正。请重新打开，由现在的两人检查后重新固定。"
        )
    return held


def _touch(row: Inspection, actor: User) -> None:
    """Let every page that was opened before know that the inspection is not as it was."""
    row.updated_by = actor
    row.save(update_fields=["updated_at", "updated_by"])
