"""What firms and citizens say of published results in the demonstration: one answered in public, one that waits."""

from drawings.inspections.aftercare import stamp, verbs
from drawings.inspections.aftercare.about import about_unit
from drawings.models import Inspection, Objection
from drawings.models.seal import sealed_now
from drawings.states import InspectionState

from .visits import Staff

OBJECTION = "检查情况里写的排放口数量和我单位排污许可证上的不一致，请核对。"
MISTAKE = "公开的检查情况里有一个错别字，应为“台账”。"
IN_SHORT = "单位认为检查情况里的排放口数量与排污许可证不一致。"
ANSWER = "已与检查组和许可证副本核对：检查情况写的是检查当天在用的排放口，许可证另有一个备用排放口，两者不矛盾，检查情况不改。"


def said(staff: Staff) -> None:
    """Let two say something of the newest results that are open; a reviewer and the head answer the first."""
    published = Inspection.objects.filter(state=InspectionState.PUBLISHED)
    open_ones = published.exclude(sealed_now("selection__draw__")).order_by("-published_at", "-pk")
    rows = list(open_ones.select_related("selection__source", "selection__draw")[:2])
    if len(rows) < 2:
        return
    firm = verbs.Sender("赵甲", "13800000000", "")
    objected = _say(rows[0], Objection.Kind.OBJECTION, OBJECTION, firm)
    _say(rows[1], Objection.Kind.MISTAKE, MISTAKE, verbs.Sender())
    row = Objection.objects.get(number=objected)
    made = verbs.answer(
        objection=row, goes_public=True, public_text=IN_SHORT, answer=ANSWER, actor=staff.reviewer
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
