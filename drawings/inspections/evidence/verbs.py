"""The steps on the evidence of an inspection: added by the team, its original brought later, removed, marked by the reviewer.

Each leaves digests of the row before and after in the trail, as samplings do: `before` of an entry is `after` of the one
before it. Nothing else of a row gets there: of a sealed draw not even what kind of place was photographed.
"""

import datetime
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from wugang_audit import clock
from wugang_audit.accounts.models import User

from ...models import ChecklistPoint, Evidence, Inspection
from ...privacy_gate.verbs import Reasons
from ...states import InspectionState, Refused
from .. import privacy
from ..field.record import is_frozen
from ..guards import locked
from ..guards import trace as _trace
from . import originals, pictures, queries
from .kept_files import kept
from .pictures import Wrong

SHORTEST, LONGEST = 4, 200  # characters of a reason
WHY = f"请写明为什么移除，{SHORTEST} 到 {LONGEST} 个字。"
FROZEN = "现场记录已经固定，记录里的照片不能再移除，说明也不能再改。写错了的，请用补正说明。"
CLOSED = "检查已经提交，不能再添加或改动照片。要补充的，请等审核人退回。"
REMOVED = "这一份已经移除。"
PUBLISHED = "检查结果已经公开，照片可否公开不能再改。法律要求不公开的，请申请依法隐去。"


class Twice(Refused):
    """The same original is there already, as ``row``."""

    def __init__(self, row: Evidence):
        super().__init__("这一份已经传过，不用再传。")
        self.row = row


@dataclass(frozen=True)
class Sent:
    """What came with a file. digest, original_size: of the original where `content` is a copy that the phone made."""

    key: UUID
    content: bytes
    digest: str = ""
    original_size: int | None = None
    taken_at: datetime.datetime | None = None
    phone_time: datetime.datetime | None = None
    point: ChecklistPoint | None = None
    caption: str = ""
    latitude: Decimal | None = None
    longitude: Decimal | None = None
    accuracy: int | None = None


def add(*, inspection: Inspection, actor: User, sent: Sent) -> tuple[Evidence, bool]:
    """Take in a photo or PDF; return its row, and whether it is new: the same key again changes nothing.

    :raises Wrong: the file cannot be taken, or there are too many.
    :raises Twice: the same original is here under another key.
    :raises Refused: the report is handed in, or the draw void.
    :raises DiskFull: the server has no room.
    """
    if found := _known(inspection, sent.key):
        return found, False
    own = pictures.sha256(sent.content)
    digest = sent.digest or own
    # Before anything is decoded; what counts is asked once more under the lock.
    try:
        _require_open(inspection, actor)
        _require_place(inspection, sent, digest)
    except (Refused, Wrong):
        if found := _known(inspection, sent.key):  # the same sending, which has come in between
            return found, False
        raise
    kind, ending = pictures.kind_of(sent.content)
    is_original = digest == own
    size = len(sent.content) if is_original else sent.original_size
    if kind == pictures.PDF and not is_original:
        raise Wrong("PDF 和它的指纹不一致，可能没有传完。请重新选择。")
    if not size or size > pictures.LARGEST:
        raise Wrong(
            f"原图超过 {pictures.LARGEST // pictures.MIB} MB，或者没有写明大小。请把相机的分辨率调低再拍。"
        )
    copy = pictures.clean(sent.content) if kind == pictures.PHOTO else None
    now = clock.now()
    values: dict[str, Any] = {
        "key": sent.key, "kind": kind, "point": sent.point, "caption": sent.caption, "received_at": now,
        "taken_at": _taken_at(sent, copy, now), "phone_ahead": _ahead(sent.phone_time, now),
        "digest": digest, "original_size": size, "by": actor,
        "latitude": sent.latitude, "longitude": sent.longitude, "accuracy": sent.accuracy,
    }  # fmt: skip
    with kept(inspection.pk) as files:
        if copy:
            values |= {
                "copy_name": files.add(copy.jpeg, "jpg"), "copy_digest": pictures.sha256(copy.jpeg),
                "copy_size": len(copy.jpeg), "width": copy.width, "height": copy.height,
            }  # fmt: skip
        if is_original:
            values |= {"original_name": files.add(sent.content, ending), "original_received_at": now}
        row, is_new = _written(inspection, actor, sent, values)
        if not is_new:
            files.drop()
    return row, is_new


@transaction.atomic
def _written(
    inspection: Inspection, actor: User, sent: Sent, values: dict[str, Any]
) -> tuple[Evidence, bool]:
    held = _locked(inspection, actor)
    if found := _known(held, sent.key):
        return found, False
    _require_open(held, actor)
    _require_place(held, sent, values["digest"])
    try:
        with transaction.atomic():
            row = Evidence.objects.create(inspection=held, **values)
    except IntegrityError:
        raise Refused(_TAKEN) from None
    row.refresh_from_db()
    _trace(held, actor, "添加现场证据", exhibit=row.pk, after=digest_of(held, row))
    return row, True


_TAKEN = "这一份的编号已经用过。请重新选择这张照片再传。"


def _known(inspection: Inspection, key: UUID) -> Evidence | None:
    row = Evidence.objects.filter(key=key).first()
    if row and row.inspection_id != inspection.pk:
        raise Refused(_TAKEN)
    return row


def add_original(*, evidence: Evidence, actor: User, content: bytes) -> bool:
    """Keep the original of a photo whose copy came before; return whether it is new.

    :raises Wrong: it is not the file whose digest the phone took.
    :raises DiskFull: the server has no room.
    """
    if pictures.sha256(content) != evidence.digest:
        raise Wrong("和登记的原图不是同一个文件，或者没有传完。请从相册里选原来的那一张再传。")
    if evidence.original_name or evidence.removed_at:
        return False
    _, ending = pictures.kind_of(content)
    # Of a photo that the phone made small itself: nothing but the picture tells whether the copy was made of this.
    is_same = not evidence.is_photo or originals.are_alike(content, evidence)
    with kept(evidence.inspection_id) as files:
        name = files.add(content, ending)
        with transaction.atomic():
            inspection = _locked(evidence.inspection, actor)
            row = Evidence.objects.select_for_update().get(pk=evidence.pk)
            is_new = not row.original_name
            if is_new:
                row.original_name, row.original_received_at = name, clock.now()
                row.original_size = len(content)
                _change(inspection, actor, row, "补传证据原件", **({} if is_same else {"picture": "other"}))
        if not is_new:
            files.drop()
    return is_new


@transaction.atomic
def set_caption(*, evidence: Evidence, actor: User, caption: str, point: ChecklistPoint | None) -> None:
    """Change what a photo shows and where it belongs, until the record is frozen. The same once more changes nothing, ever."""
    inspection = _locked(evidence.inspection, actor)
    row = Evidence.objects.select_for_update().get(pk=evidence.pk)
    if (row.caption, row.point_id) == (caption, point and point.pk):
        return
    _require_changeable(inspection, actor, row)
    if point and point.pk != row.point_id:
        _require_room_at(inspection, point)
    row.caption, row.point = caption, point
    _change(inspection, actor, row, "修改证据说明")


@transaction.atomic
def remove(*, evidence: Evidence, actor: User, reason: str) -> None:
    """Take evidence out of the record before it is frozen; the row and its files stay, for reviewer and head."""
    inspection, row = _changeable(evidence, actor)
    reason = " ".join(reason.split())
    if not SHORTEST <= len(reason) <= LONGEST:
        raise Refused(WHY)
    row.removed_at, row.removed_by, row.removed_because = clock.now(), actor, reason
    _change(inspection, actor, row, "移除现场证据")


def mark_public(
    *, evidence: Evidence, actor: User, is_public: bool, not_personal: Reasons | None = None
) -> None:
    """Say whether a photo may be public. Nothing is, unless a reviewer who had no part in the visit says so.

    :param not_personal: {field of the caption: why} where something in it looks like personal data.
    :raises Refused: the original has not come, or its copy, which would be public, is another picture.
    """
    if is_public:
        row = Evidence.objects.select_related("inspection").get(pk=evidence.pk)
        _require_markable(row.inspection, actor, row)
        # Outside the transaction: it decodes both. Neither of them changes any more.
        originals.require_same(row)
    _mark(evidence, actor, is_public, not_personal)


def _require_markable(inspection: Inspection, actor: User, row: Evidence) -> None:
    if inspection.state == InspectionState.PUBLISHED:
        raise Refused(PUBLISHED)
    if not queries.may_mark(inspection, actor):
        raise PermissionDenied("只有没有参加这次检查的审核人可以决定照片可否公开。")
    if row.removed_at:
        raise Refused(REMOVED)
    if not row.is_photo:
        raise Refused("PDF 不公开，只有照片可以标为可以公开。")


@transaction.atomic
def _mark(evidence: Evidence, actor: User, is_public: bool, not_personal: Reasons | None) -> None:
    inspection = locked(evidence.inspection)
    row = Evidence.objects.select_for_update().get(pk=evidence.pk)
    _require_markable(inspection, actor, row)
    if row.is_public == is_public:
        return
    if is_public:
        privacy.pass_texts(inspection, privacy.caption(row), not_personal, actor, stop=True)
    row.is_public, row.public_by, row.public_at = is_public, actor, clock.now()
    _change(inspection, actor, row, "标明证据可以公开" if is_public else "撤销证据可以公开")
    if inspection.state == InspectionState.APPROVED:
        # The head confirms what he saw: a page that he opened before this is refused.
        inspection.updated_by = actor
        inspection.save(update_fields=["updated_at", "updated_by"])


def _change(inspection: Inspection, actor: User, row: Evidence, action: str, **more: str) -> None:
    before = digest_of(inspection, Evidence.objects.get(pk=row.pk))
    row.save()
    row.refresh_from_db()
    after = digest_of(inspection, row)
    _trace(inspection, actor, action, exhibit=row.pk, before=before, after=after, **more)


def digest_of(inspection: Inspection, row: Evidence) -> str:
    """Return the SHA-256 of the row as it is stored, in hex; in a draw that was sealed, salted."""
    return inspection.log_digest(row.as_stored())


def _locked(inspection: Inspection, actor: User) -> Inspection:
    row = locked(inspection)
    if not row.is_on_team(actor):
        raise PermissionDenied("只有检查组的两名执法人员可以添加、改动现场证据。")
    return row


def _changeable(evidence: Evidence, actor: User) -> tuple[Inspection, Evidence]:
    inspection = _locked(evidence.inspection, actor)
    row = Evidence.objects.select_for_update().get(pk=evidence.pk)
    _require_changeable(inspection, actor, row)
    return inspection, row


def _require_changeable(inspection: Inspection, actor: User, row: Evidence) -> None:
    _require_open(inspection, actor)
    if is_frozen(inspection):
        raise Refused(FROZEN)
    if row.removed_at:
        raise Refused(REMOVED)


def _require_open(inspection: Inspection, actor: User) -> None:
    if not queries.may_add(inspection, actor):
        raise Refused(CLOSED)


def _require_place(inspection: Inspection, sent: Sent, digest: str) -> None:
    """Refuse what is here already and what is one too many."""
    twin = inspection.evidence.standing().filter(digest=digest).first()
    if twin:
        raise Twice(twin)
    if inspection.evidence.standing().count() >= queries.PER_VISIT:
        raise Wrong(f"这次检查已经有 {queries.PER_VISIT} 份，满了。请先移除用不上的，再添加。")
    if inspection.evidence.count() >= queries.EVER:
        raise Wrong(f"连同移除的，这次检查已经传过 {queries.EVER} 份，不能再添加。")
    if sent.point:
        _require_room_at(inspection, sent.point)


def _require_room_at(inspection: Inspection, point: ChecklistPoint) -> None:
    if inspection.evidence.standing().filter(point=point).count() >= queries.PER_POINT:
        raise Wrong(
            f"“{point}”已经有 {queries.PER_POINT} 份，满了。请先移除用不上的，或者放到别的检查项目下。"
        )


def _taken_at(sent: Sent, copy: pictures.Clean | None, now: datetime.datetime) -> datetime.datetime:
    """Return when it was taken: as the phone says, else as the camera wrote it (a local time), else now."""
    if sent.taken_at:
        return sent.taken_at
    if copy and copy.taken and 2000 <= copy.taken.year < 2100:
        return copy.taken.replace(tzinfo=CHINA)
    return now


CHINA = datetime.timezone(datetime.timedelta(hours=8))


def _ahead(phone_time: datetime.datetime | None, now: datetime.datetime) -> int | None:
    return round((phone_time - now).total_seconds()) if phone_time else None
