"""The on-site record of a visit: its text, which one stands, and what is still missing before the report can be handed in."""

import datetime
import unicodedata
from collections.abc import Iterable

from django.utils import timezone

from wugang_audit.accounts.models import User

from ...models import ChecklistPoint, CoSign, FirmSignature, Inspection, OnSiteRecord
from ...models.checklists import ChecklistVersion
from ...models.draw import TEAM_SIZE
from ...models.finding_record import as_name, decimal_text, public_text
from ...protocol import verify
from ...states import Refused
from .permit_rows import PermitRows
from .report import Report, stored
from .sheet import Sheet

FIRST, SECOND = "lead", "second"  # as record/1 calls the two officers


def standing(inspection: Inspection) -> OnSiteRecord | None:
    """Return the frozen record; None where there is none, or the last one was set aside."""
    rows = OnSiteRecord.objects.standing().filter(inspection=inspection)
    return rows.select_related("frozen_by", "second", "signature__by").prefetch_related("cosigns__by").first()


def is_frozen(inspection: Inspection) -> bool:
    """Say whether what the officers saw on the site can be changed no more."""
    return OnSiteRecord.objects.standing().filter(inspection=inspection).exists()


def require_unchanged(row: Inspection, report: Report) -> None:
    """:raises Refused: the record is frozen, and the report says something else of what was seen on the site."""
    if is_frozen(row) and report.on_site() != stored(row).on_site():
        raise Refused("现场记录已经固定，不能再改。有错的，请在“现场记录”页补正。")


def last_word(record: OnSiteRecord) -> CoSign | None:
    """Return what the other officer said last; None while he has said nothing."""
    return max(record.cosigns.all(), key=lambda row: row.pk, default=None)


def signature_of(record: OnSiteRecord) -> FirmSignature | None:
    try:
        return record.signature
    except FirmSignature.DoesNotExist:
        return None


def team_changed(inspection: Inspection, record: OnSiteRecord) -> bool:
    """Say whether somebody else goes now than the two who made the record."""
    now = {member.officer.user_id for member in inspection.selection.team.all()}
    return now != {record.frozen_by_id, record.second_id}


def why_not_signed(inspection: Inspection) -> str:
    """Say what is missing of the record before the report can be handed in; empty where nothing is."""
    record = standing(inspection)
    if record is None:
        return "请先固定现场记录：填完现场看到的，按“固定现场记录”，再请另一名执法人员确认、当事人签字。"
    if team_changed(inspection, record):
        return "检查组在固定现场记录以后换了人：请重新打开现场记录，由现在的两名执法人员检查后重新固定。"
    missing = []
    if last_word(record) is None:
        missing.append(f"{record.second.full_name}还没有用自己的账号确认或者提出异议")
    if signature_of(record) is None:
        missing.append("当事人还没有签字，也没有登记不签字的原因")
    if record.supplements.filter(decided_at__isnull=True).exists():
        missing.append("有一条补正还没有经另一名执法人员确认")
    return f"现场记录还不能提交：{'；'.join(missing)}。" if missing else ""


def may_set_aside(inspection: Inspection, record: OnSiteRecord, actor: User) -> bool:
    """Say whether the record may be opened again: nobody but its author stands by it yet, or the team was changed."""
    if team_changed(inspection, record):
        return inspection.is_on_team(actor)
    unsigned = last_word(record) is None and signature_of(record) is None
    return unsigned and actor.pk == record.frozen_by_id


def other_officer(row: Inspection, actor: User) -> User:
    """Return the other officer of the team: nobody inspects alone (《行政处罚法》第四十二条)."""
    others = [member.officer for member in row.selection.team.all() if member.officer.user_id != actor.pk]
    if len(others) < TEAM_SIZE - 1:
        raise Refused("检查组现在只有一人，不能固定现场记录：执法检查不得少于两人。请联系抽查组织者。")
    (other,) = others
    if other.user is None or not other.user.is_active:
        raise Refused(
            f"{other.name}没有能用的登录账号，不能确认现场记录。请系统管理员给他开立或启用账号，再固定；填的内容可以先保存草稿。"
        )
    return other.user


def minute(moment: datetime.datetime | None) -> str:
    """A moment as the record has it: to the minute, with the site's offset; empty for none."""
    return timezone.localtime(moment).isoformat(timespec="minutes") if moment else ""


def record_text(
    row: Inspection,
    report: Report,
    shown: Sheet,
    permit: PermitRows,
    nonce: str,
    evidence: Iterable[tuple[str, str, str, str, str]] = (),
) -> str:
    """Write the record ``record/1`` of a report (PROTOCOL.md).

    :param evidence: (digest of the original, photo or pdf, when taken, point, caption) of each piece.
    :raises verify.Invalid: something cannot be written down; the message says in Chinese what.
    """
    arrival, draw = report.arrival, row.selection.draw
    answered = [
        (key, report.answers[point.pk])
        for key, point in called_in_record(shown.points)
        if point.pk in report.answers and report.answers[point.pk].verdict
    ]
    met = (arrival.met_name, arrival.met_post)
    limits = {(each.outlet, each.pollutant): each for each in permit.readings}
    return verify.write_field_record(
        verify.FieldRecord(
            draw=draw.code,
            unit=row.selection.source.number,
            name=as_name(row.selection.shown_name),
            nonce=nonce,
            team=tuple(
                (member.officer.certificate_number, FIRST if member.is_lead else SECOND)
                for member in row.selection.team.all()
            ),
            visited=minute(report.visited_at),
            entry=arrival.entry,
            shown=minute(arrival.shown_at),
            notice="given" if arrival.notice_given else "not",
            met=tuple(each for each in [tuple(as_name(nothing_or(said)) for said in met)] if any(each)),
            checklist=tuple((each.checklist.code, each.number) for each in shown.versions),
            point=tuple((key, answer.verdict, nothing_or(answer.note)) for key, answer in answered),
            facility=tuple(
                (as_name(code), "on" if running else "off") for code, running in report.facilities.items()
            ),
            reading=tuple(
                (
                    as_name(outlet),
                    as_name(pollutant),
                    decimal_text(value),
                    as_name(limits[outlet, pollutant].unit) if (outlet, pollutant) in limits else "",
                    as_name(limits[outlet, pollutant].limit) if (outlet, pollutant) in limits else "",
                )
                for (outlet, pollutant), value in report.readings.items()
            ),
            measure=tuple((kind, due.isoformat() if due else "") for kind, due in report.measures.items()),
            evidence=tuple((*each[:4], nothing_or(each[4])) for each in evidence),
            remark=nothing_or(arrival.remark),
            statement=nothing_or(arrival.statement),
        )
    )


def nothing_or(text: str) -> str:
    """A text as the record holds it; a lone dash, which the protocol has for nothing, is how people write nothing."""
    text = "".join(char for char in public_text(text) if char == "\n" or unicodedata.category(char)[0] != "C")
    return "" if text.strip() == "-" else text


def called_in_record(points: Iterable[ChecklistPoint]) -> list[tuple[str, ChecklistPoint]]:
    """Each point with its name in the protocol: code of the checklist, slash, code of the point."""
    return [(f"{point.version.checklist.code}/{point.code}", point) for point in points]


def called(versions: Iterable[ChecklistVersion]) -> dict[str, str]:
    """Return {name of a point in the protocol: its name for people} of some versions."""
    points = ChecklistPoint.objects.filter(version__in=list(versions)).select_related("version__checklist")
    return {key: point.name for key, point in called_in_record(points)}
