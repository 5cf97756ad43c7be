"""What firms and citizens say of published results in the demonstration: one answered in public, one that waits."""

import re

from drawings.inspections.aftercare import stamp, verbs
from drawings.inspections.aftercare.about import about_unit
from drawings.models import Inspection, Objection, Redaction
from drawings.models.seal import sealed_now
from drawings.states import InspectionState

from .visits import Staff

# What is disputed stands in the finding itself: its first words.
OBJECTION = "检查情况写的“{words}”和当天的实际情况不一致，请核对现场照片和记录。"
MISTAKE = "公开的检查日期和检查车辆来的那天好像差一天，请核对。"
IN_SHORT = "单位认为检查情况里的“{words}”和当天的实际情况不一致。"
ANSWER = "已和检查组、现场记录、现场照片核对：“{words}”与现场记录一致，检查情况不改。"


def said(staff: Staff) -> None:
    """Let two say something of the newest results that are open; a reviewer and the head answer the first."""
    published = Inspection.objects.filter(state=InspectionState.PUBLISHED)
    # What the law hid, or is asked to hide, no answer may say again.
    hidden = Redaction.objects.exclude(inspection=None).values("inspection")
    open_ones = published.exclude(sealed_now("selection__draw__")).exclude(pk__in=hidden)
    open_ones = open_ones.order_by("-published_at", "-pk")
    rows = list(open_ones.select_related("selection__source", "selection__draw")[:2])
    if len(rows) < 2:
        return
    firm = verbs.Sender("赵甲", "13800000000", "")
    words = re.split("[，；。：]", rows[0].summary)[0]
    objected = _say(rows[0], Objection.Kind.OBJECTION, OBJECTION.format(words=words), firm)
    _say(rows[1], Objection.Kind.MISTAKE, MISTAKE, verbs.Sender())
    row = Objection.objects.get(number=objected)
    made = verbs.answer(
        objection=row,
        goes_public=True,
        public_text=IN_SHORT.format(words=words),
        answer=ANSWER.format(words=words),
        actor=staff.reviewer,
    )
    verbs.confirm(objection=row, answer=made.pk, actor=staff.head)


def _say(inspection: Inspection, kind: str, text: str, sender: verbs.Sender) -> str:
    """Send it, as the public form does; return the number of its receipt."""
    selection = inspection.selection
    about = about_unit(selection.source.number, selection.draw.code)
    if about is None:
        raise ValueError(selection.source.number)
    sent = stamp.Stamp(stamp.fresh(), stamp.Verdict.GOOD, True)
    return verbs.receive(about=about, kind=kind, text=text, sender=sender, stamp=sent).number
