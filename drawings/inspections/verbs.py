"""What is done to an inspection: fill in, submit, approve, send back, publish, correct.

Each verb takes the ``version`` of the inspection that the person was looking at: an act on an older one is refused
with the reason and changes nothing. Programs that look at no page pass ``inspection.version``. Each returns the inspection as it
stands afterwards.
"""

from collections.abc import Mapping

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from wugang_audit import clock
from wugang_audit.access.roles import Role
from wugang_audit.accounts.models import User

from .. import deadlines, public_log
from ..models import Correction, Draw, Inspection, InspectionMove, LogKind, OnSiteRecord
from ..models.checklists import point_digests
from ..models.finding_files import serial_of
from ..models.finding_record import NEW_FORM, correction_of, document, fresh_nonce, public_text
from ..models.published_results import keep as keep_result
from ..models.site_facts import unlike
from ..privacy_gate.queries import Subject, Text
from ..privacy_gate.verbs import Reasons, let_through
from ..protocol import verify
from ..states import WITH_OFFICERS, InspectionState, Refused, check_move
from . import privacy
from .evidence.publication import publish_photos
from .field.record import require_unchanged, standing, why_not_signed
from .field.report import Report, Stage
from .field.supplementing import said_now
from .field.writing import keep, keep_clauses, sound
from .guards import lock_draw, lockable, require_team, require_version
from .guards import locked as _locked
from .guards import trace as _trace
from .queries import awaited, kept_from_publishing, undecided_recusals, why_not_yet
from .review.verbs import keep_notes, keep_version

# What was done to an inspection that stands in a state.
_DONE = {
    InspectionState.SUBMITTED: "提交",
    InspectionState.RETURNED: "退回",
    InspectionState.APPROVED: "审核通过",
    InspectionState.PUBLISHED: "确认公开",
}


@transaction.atomic
def save_draft(
    *,
    inspection: Inspection,
    actor: User,
    version: str,
    report: Report,
    not_personal: Reasons | None = None,
) -> Inspection:
    """Keep what one of the two officers has entered so far; gaps are allowed.

    :param not_personal: {field: why} for texts in which something looks like personal data.
    """
    row = _locked(inspection)
    require_team(row, actor)
    if row.state not in WITH_OFFICERS:
        raise Refused(f"这份检查现在是“{row.get_state_display()}”，不能再修改。")
    require_version(row, version)
    require_unchanged(row, report)
    shown = sound(row, report, Stage.DRAFT)
    privacy.pass_texts(row, privacy.texts(report, shown.points), not_personal, actor, stop=False)
    keep(row, report, shown, actor)
    _trace(row, actor, "保存检查草稿")
    return row


@transaction.atomic
def submit(
    *,
    inspection: Inspection,
    actor: User,
    version: str,
    report: Report,
    not_personal: Reasons | None = None,
) -> Inspection:
    """Hand a complete report to the reviewer: without personal data, or with the reason why it is none.

    The on-site record is frozen and signed before (`record_verbs`); what is handed in besides is the assessment of it.
    """
    row = _locked(inspection)
    require_team(row, actor)
    _check_move(row, InspectionState.SUBMITTED)
    if why := why_not_yet(row):
        raise Refused(why)
    require_version(row, version)
    if why := why_not_signed(row):
        raise Refused(why)
    require_unchanged(row, report)
    shown = sound(row, report, Stage.ASSESSMENT)
    privacy.pass_texts(row, privacy.texts(report, shown.points), not_personal, actor, stop=True)
    row.submitted_at, row.submitted_by = clock.now(), actor
    row.publish_by = deadlines.publish_by(timezone.localdate(report.visited_at)).day
    keep(row, report, shown, actor, "submitted_at", "submitted_by", "publish_by")
    keep_version(row, report, shown, actor)
    told = {"publish_by": row.publish_by.isoformat()}
    return _move(row, InspectionState.SUBMITTED, actor, "提交检查", told=told)


@transaction.atomic
def approve(*, inspection: Inspection, actor: User, version: str, comment: str = "") -> Inspection:
    """Find a submitted report in order. None of the two officers may review his own."""
    row = _locked(inspection)
    _require_reviewer(row, actor, Role.REVIEWER)
    _check_move(row, InspectionState.APPROVED)
    _require_no_recusal(row)
    require_version(row, version)
    privacy.require_publishable(row)
    row.publish_by = deadlines.publish_by(timezone.localdate(row.visited_at)).day
    return _review(row, InspectionState.APPROVED, actor, "审核通过", comment, "publish_by")


@transaction.atomic
def send_back(
    *, inspection: Inspection, actor: User, version: str, comment: str = "", notes: Mapping[str, str] = {}
) -> Inspection:
    """Give a report back to its officers, with the reason: the reviewer, or the head before he confirms it.

    :param notes: {field of the report: what to do there}; with one at least, the comment on the whole may be blank.
    """
    row = _locked(inspection)
    head_too = (Role.HEAD,) if row.state == InspectionState.APPROVED else ()
    _require_reviewer(row, actor, Role.REVIEWER, *head_too)
    _check_move(row, InspectionState.RETURNED)
    if what := awaited(row):
        raise Refused(f"这家单位的替补还没有定：{what}。定下来以前不能退回。")
    require_version(row, version)
    kept = keep_notes(row, notes, actor)
    comment = comment.strip() or (f"请按 {len(kept)} 处逐项意见改正。" if kept else "")
    if not comment:
        raise Refused("退回时请写明要补充或改正什么。")
    return _review(row, InspectionState.RETURNED, actor, "退回检查", comment)


@transaction.atomic
def publish(*, inspection: Inspection, actor: User, version: str) -> Inspection:
    """Confirm an approved report: from now on the public reads it."""
    row = _locked(inspection)
    _require_head(actor)
    if why := kept_from_publishing(actor, [row.pk]).get(row.pk):
        raise PermissionDenied(f"{why}，须由另一名负责人确认公开。")
    _check_move(row, InspectionState.PUBLISHED)
    _require_no_recusal(row)
    require_version(row, version)
    privacy.require_publishable(row)
    row = _publish(row, actor)
    public_log.anchor()
    return row


@transaction.atomic
def publish_all(*, draw: Draw, actor: User, versions: dict[int, str]) -> list[Inspection]:
    """Confirm those approved reports of a draw that the head had before him, except those of his own (see
    `queries.kept_from_publishing`), those in which personal data stands (see `privacy.stopped`) and those of a team of which
    somebody asks to be recused (see `queries.undecided_recusals`).

    :param versions: {primary key: version}; one that has changed since, or is approved no more, is left alone.
    """
    _require_head(actor)
    lock_draw(pk=draw.pk)
    approved = lockable().filter(pk__in=versions, state=InspectionState.APPROVED, selection__draw=draw)
    kept = kept_from_publishing(actor, versions)
    found = [row for row in approved.order_by("pk") if row.version == versions[row.pk]]
    rows = [row for row in found if row.pk not in kept]
    stopped = privacy.stopped(rows)
    if stopped and len(stopped) == len(rows):
        raise Refused("没有公开：这些检查结果里还有像个人信息的内容，须先退回检查组。")
    rows = [row for row in rows if row.pk not in stopped]
    asked = undecided_recusals([row.pk for row in rows])
    if asked and len(asked) == len(rows):
        raise Refused("没有公开：这些检查的检查组有人申请回避，要等抽查组织者决定。")
    rows = [row for row in rows if row.pk not in asked]
    if found and not rows:
        raise Refused("没有公开：您参加过或审核过的检查，须由另一名负责人确认公开。")
    if not rows:
        raise Refused("没有可以确认公开的检查结果，可能已经确认过，或刚被退回。")
    published, refusals = [], []
    for row in rows:
        try:
            with transaction.atomic():
                published.append(_publish(row, actor))
        except Refused as refusal:
            # One that cannot be written down holds up none of the others.
            refusals.append(refusal)
    if not published:
        raise refusals[0]
    public_log.anchor()  # one for all of them
    return published


@transaction.atomic
def correct(
    *, inspection: Inspection, actor: User, text: str, not_personal: Reasons | None = None
) -> Correction:
    """Correct a published fact: a new entry next to the old one, which stays as it is.

    :param not_personal: {"text": why} where something in it looks like personal data.
    """
    row = _locked(inspection)
    if not actor.has_role(Role.REVIEWER, Role.HEAD) or row.took_part(actor):
        raise PermissionDenied("更正由没有参加检查的审核人或负责人作出。")
    if row.state != InspectionState.PUBLISHED:
        raise Refused("检查结果还没有公开：请退回检查组修改，不用更正。")
    text = public_text(text).strip()
    if not text:
        raise Refused("请写明更正内容：原来哪里不对，正确的是什么。")
    if row.corrections.filter(text=text).exists():
        raise Refused("同样内容的更正已经公开，没有重复记录。")
    privacy.require_nothing_hidden(row, text)
    passed = let_through({"text": Text("更正内容", text)}, not_personal)
    correction = Correction.objects.create(inspection=row, text=text, by=actor, nonce=fresh_nonce())
    privacy.keep_marks(passed, Subject.CORRECTION, correction.pk, row, actor)
    unit = row.selection.source.number
    record = correction_of(row.selection.draw.code, unit, serial_of(correction), correction.nonce, text)
    public_log.append(LogKind.CORRECTION, row.log_subject, row.log_digest(document(record)))
    _trace(row, actor, "更正检查结果")
    public_log.anchor()
    return correction


def _check_move(row: Inspection, wanted: InspectionState) -> None:
    """Refuse a move that cannot be; of one that was made already, in another window or by somebody else, say who made it."""
    if row.state == wanted:
        made = row.moves.filter(state=wanted).select_related("by").last()
        who = f"{made.by.full_name}在 {timezone.localtime(made.at):%Y-%m-%d %H:%M} " if made else ""
        raise Refused(f"这份检查已经{'由' if who else ''}{who}{_DONE[wanted]}，没有再办一次。")
    check_move(row.state, wanted)


def _require_reviewer(row: Inspection, actor: User, *roles: Role) -> None:
    if not actor.has_role(*roles) or row.took_part(actor):
        raise PermissionDenied("检查由审核人审核，检查组成员不能审核自己的检查。")


def _require_head(actor: User) -> None:
    if not actor.has_role(Role.HEAD):
        raise PermissionDenied("检查结果由负责人确认公开。")


def _require_no_recusal(row: Inspection) -> None:
    if who := undecided_recusals([row.pk]).get(row.pk):
        raise Refused(f"{who}。决定以前不能通过，也不能公开；可以退回检查组。")


def _review(
    row: Inspection, state: InspectionState, actor: User, action: str, comment: str, *more_fields: str
) -> Inspection:
    row.reviewed_at, row.reviewed_by, row.review_comment = clock.now(), actor, comment
    written = ("reviewed_at", "reviewed_by", "review_comment", *more_fields)
    told = (
        {"publish_by": row.publish_by.isoformat()} if "publish_by" in more_fields and row.publish_by else {}
    )
    return _move(row, state, actor, action, comment, written, told=told)


def _publish(row: Inspection, actor: User) -> Inspection:
    row.published_at, row.published_by = clock.now(), actor
    row.record_form, row.nonce = NEW_FORM, fresh_nonce()
    keep_clauses(row)
    try:
        text = row.public_record()
    except verify.Invalid as reason:
        raise Refused(f"{row.selection.source.number} 不能公开，请退回检查组改正：{reason}") from None
    publish_photos(row)
    # The verifiers hold the record's row to its place directly above the finding.
    if record := standing(row):
        _require_as_recorded(row, record)
        public_log.append(LogKind.AUDIT, row.log_subject, row.log_digest(record.text))
    public_log.append(LogKind.FINDING, row.log_subject, row.log_digest(text))
    fields = ("published_at", "published_by", "record_form", "nonce")
    # The points are named on the public page by the tables: so the trail keeps how they read.
    digests = point_digests(row.checklists.values("version"))
    wording = [f"{name} {digest}" for name, digest in sorted(digests.items())]
    # What the lists and figures of the public file it under, for ever, whatever the registry says later.
    told = {"wording": wording, "filed_under": str(keep_result(row).filed_under)}
    return _move(row, InspectionState.PUBLISHED, actor, "确认公开", "", fields, told=told)


def _require_as_recorded(row: Inspection, record: OnSiteRecord) -> None:
    """Two officers and the firm stand by the record: nothing else becomes public, whatever the tables say by now."""
    number = row.selection.source.number
    try:
        wrong = unlike(row, said_now(record))
    except verify.Invalid as reason:
        raise Refused(f"{number} 不能公开：现场记录和它的补正接不上：{reason}") from None
    if wrong:
        what = "、".join(wrong)
        raise Refused(
            f"{number} 不能公开：报告里的{what}和现场记录、补正不一致。请退回检查组，并请系统管理员核对数据。"
        )


def _move(
    row: Inspection,
    state: InspectionState,
    actor: User,
    action: str,
    comment: str = "",
    more_fields: tuple[str, ...] = (),
    *,
    told: Mapping[str, object] = {},
) -> Inspection:
    before = row.state
    row.state, row.updated_by = state, actor
    row.save(update_fields=["state", "updated_at", "updated_by", *more_fields])
    InspectionMove.objects.create(inspection=row, state=state, by=actor, comment=comment)
    _trace(row, actor, action, state=[before, state], **told)
    return row
