"""The checklists change too: a new version of one between two quarters, and a draft of another that waits for the administrator."""

from django.db.models import F

from drawings.checklists import drafts, verbs
from drawings.models import Checklist, ChecklistPoint, ChecklistVersion
from wugang_audit.accounts.models import User

# The list that every visit goes by, and the point after which the new one stands: the same clauses hold for both.
CHANGED, AFTER = "general", "records"
POINT = {
    "code": "electricity",
    "name": "用电量与生产负荷",
    "guidance": "抽看近三个月的电费单：治理设施用电与生产负荷、运行记录能否对上，有无生产用电而治理设施不用电的日子。",
}
DRAFTED, ADDED = "waste-gas", "并核对最近一次执法监测的结果。"


def renew(admin: User) -> ChecklistVersion:
    """Put a new version of a list in use, with one point more than the one before."""
    draft = _draft(CHANGED, admin)
    like = draft.points.get(code=AFTER)
    draft.points.filter(position__gt=like.position).update(position=F("position") + 1)
    point = ChecklistPoint.objects.create(
        version=draft, section=like.section, position=like.position + 1, **POINT
    )
    point.bases.set(like.bases.all())
    return verbs.publish(version=draft, actor=admin, seen=drafts.digest_of(draft))


def leave_draft(admin: User) -> ChecklistVersion:
    """Begin a new version and change a point in it; whether it is put in use is left to the visitor."""
    draft = _draft(DRAFTED, admin)
    point = draft.points.first()
    point.guidance += ADDED
    point.save(update_fields=["guidance"])
    return draft


def _draft(code: str, admin: User) -> ChecklistVersion:
    checklist = Checklist.objects.get(code=code)
    like = checklist.versions.in_use().first()
    return verbs.new_draft(checklist=checklist, actor=admin, like=like)
