"""The states of a draw and of an inspection, and the moves between them. A leaf: it imports nothing of ours."""

from typing import NamedTuple

from django.db.models import TextChoices


class DrawState(TextChoices):
    DRAFT = "draft", "准备中"
    FROZEN = "frozen", "已冻结"
    DRAWN = "drawn", "已抽取"
    PUBLISHED = "published", "已公布"
    VOID = "void", "已作废"


class InspectionState(TextChoices):
    DRAFT = "draft", "待填报"
    SUBMITTED = "submitted", "待审核"
    RETURNED = "returned", "已退回"
    APPROVED = "approved", "已审核"
    PUBLISHED = "published", "已公开"


DRAW_MOVES = {
    DrawState.DRAFT: {DrawState.FROZEN},  # a draft has shown nothing to anybody: it needs no void
    DrawState.FROZEN: {DrawState.DRAWN, DrawState.VOID},
    DrawState.DRAWN: {DrawState.PUBLISHED, DrawState.VOID},
    DrawState.PUBLISHED: {DrawState.VOID},
    DrawState.VOID: set(),
}

# Sets of states that more than one place asks for.
WITH_RESULT = (DrawState.DRAWN, DrawState.PUBLISHED)  # the result is computed and stands
COMMITTED = (DrawState.FROZEN, *WITH_RESULT)  # the commit is public and the draw goes on
WITH_SUBSTITUTES = (DrawState.PUBLISHED, DrawState.VOID)  # substitutes may have been declared
WITHOUT_RESULT = (DrawState.FROZEN, DrawState.VOID)  # there may be none, and nothing is missing
UNPUBLISHED = (DrawState.FROZEN, DrawState.DRAWN)  # the commit is public, the result not yet

INSPECTION_MOVES = {
    InspectionState.DRAFT: {InspectionState.SUBMITTED},
    InspectionState.SUBMITTED: {InspectionState.RETURNED, InspectionState.APPROVED},
    InspectionState.RETURNED: {InspectionState.SUBMITTED},
    InspectionState.APPROVED: {InspectionState.PUBLISHED, InspectionState.RETURNED},
    InspectionState.PUBLISHED: set(),
}

WITH_OFFICERS = (InspectionState.DRAFT, InspectionState.RETURNED)  # the two officers may fill in the report
HANDED_IN = tuple(state for state in InspectionState if state != InspectionState.DRAFT)  # once at least


# What a number of tasks in a state counts: the same words for the organiser's board and for each officer's figures. Every
# task is in one of them.
COUNTED = {
    InspectionState.DRAFT: "检查结果一次也没有提交过的任务，存过草稿的也算。",
    InspectionState.RETURNED: "退回检查组、还没有重新提交的任务。",
    InspectionState.SUBMITTED: "已提交、等审核人审核的任务。",
    InspectionState.APPROVED: "审核通过、等负责人确认公开的任务。",
    InspectionState.PUBLISHED: "检查结果已经公开的任务。",
}


class Tag(NamedTuple):
    """A short word in a frame. Staff and the public see the same one for the same thing."""

    label: str
    tone: str  # the colour: ok, info, warn, bad or muted


_DRAW_TONES = {DrawState.DRAFT: "muted", DrawState.PUBLISHED: "ok", DrawState.VOID: "bad"}
_INSPECTION_TONES = {
    InspectionState.SUBMITTED: "warn",
    InspectionState.RETURNED: "bad",
    InspectionState.APPROVED: "info",
    InspectionState.PUBLISHED: "ok",
}


def draw_tags(state: str, has_seal: bool, is_rehearsal: bool) -> tuple[Tag, ...]:
    """Say in tags how a draw stands.

    :param has_seal: its own seal stands today; a draft has none yet, and of a void only the void counts.
    :param is_rehearsal: its numbers came from the machine, which proves nothing to the public.
    """
    now = DrawState(state)
    tag = Tag(now.label, _DRAW_TONES.get(now, "info"))
    is_sealed = has_seal and now in COMMITTED
    if is_sealed and now == DrawState.PUBLISHED:
        tag = Tag("任务已下达", "info")  # not 已公布: the list is not
    seal = (Tag("密封中", "warn"),) if is_sealed else ()
    return (tag, *seal, *((Tag("演示", "warn"),) if is_rehearsal else ()))


def inspection_tag(state: str) -> Tag:
    now = InspectionState(state)
    return Tag(now.label, _INSPECTION_TONES.get(now, "muted"))


class Refused(Exception):
    """A step that may not be taken now; the message says in Chinese why, and what to do instead."""


def check_move(current: str, wanted: str) -> None:
    """Raise Refused unless the state of a draw or of an inspection may become the wanted one."""
    kind = DrawState if isinstance(wanted, DrawState) else InspectionState
    moves = DRAW_MOVES if kind is DrawState else INSPECTION_MOVES
    if wanted not in moves[kind(current)]:
        raise Refused(
            f"现在的状态是“{kind(current).label}”，不能变为“{wanted.label}”。可能别人刚刚操作过，请刷新页面查看。"
        )
