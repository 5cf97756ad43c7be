"""What is kept of each round: the report as it was handed in, and the reviewer's notes on single points.

The steps of `inspections.verbs` call these inside their own transaction, with the inspection locked.
"""

from collections.abc import Mapping

from wugang_audit import clock
from wugang_audit.accounts.models import User

from ...models import HandedIn, Inspection, ReviewNote
from ...states import Refused
from ..field.permit_rows import permit_rows
from ..field.report import Report
from ..field.sheet import Sheet
from .content import content, packed
from .queries import current, round_of

NOTE_LENGTH = ReviewNote._meta.get_field("text").max_length


def keep_version(row: Inspection, report: Report, shown: Sheet, actor: User) -> HandedIn:
    """Keep the report as it is handed in now; call it before the move is written, which counts as the round."""
    entries = content(report, shown.points, permit_rows(row))
    return HandedIn.objects.create(
        inspection=row, number=round_of(row) + 1, content=packed(entries), at=clock.now(), by=actor
    )


def keep_notes(row: Inspection, notes: Mapping[str, str], actor: User) -> list[ReviewNote]:
    """Keep what the reviewer wrote about single fields of the version that lies before him.

    :param notes: {field: text}; blank ones count as none.
    :raises Refused: a field that this version does not have, or a note that is too long.
    """
    written = {field: text.strip() for field, text in notes.items() if text.strip()}
    if not written:
        return []
    version = current(row)
    labels = {entry.field: entry.label for entry in version.entries}
    for field, text in written.items():
        if field not in labels:
            raise Refused("有一条逐项意见所在的栏目已经不在这份检查里。请刷新页面，看过现在的内容再写。")
        if len(text) > NOTE_LENGTH:
            raise Refused(
                f"{labels[field]}：意见最多 {NOTE_LENGTH} 个字，现在有 {len(text)} 个。请写短一些。"
            )
    moment = clock.now()
    return ReviewNote.objects.bulk_create(
        ReviewNote(inspection=row, number=version.number, field=field, text=text, at=moment, by=actor)
        for field, text in written.items()
    )
