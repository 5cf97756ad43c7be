"""What of an inspection may become public, and what in it stands in the way: held at submitting, review and publication."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from django.db.models import Q, prefetch_related_objects

from wugang_audit.accounts.models import User
from wugang_audit.privacy import repeated

from .. import hidden_texts
from ..models import ChecklistPoint, Evidence, Inspection, Redaction
from ..models.checklists import names_of
from ..privacy_gate.queries import Mark, Obstacle, Subject, Text, Texts, marked_of, marks_on, obstacles, said
from ..privacy_gate.verbs import Reasons, keep, let_through, require_clear
from ..states import Refused
from .field.report import STORED, Report, stored

SUMMARY = Inspection._meta.get_field("summary").verbose_name
MEND = "请退回检查组，删去，或者写明不属于个人信息的理由。"


def texts(report: Report, points: Iterable[ChecklistPoint]) -> dict[str, Text]:
    """Return the texts of a report by the name of their field in the form."""
    found = {"summary": Text(SUMMARY, report.summary)}
    points = list(points)
    names = names_of(points)
    for point in points:
        if answer := report.answers.get(point.pk):
            found[f"note_{point.pk}"] = Text(f"{names[point.pk]}的说明", answer.note)
    return found


def texts_of(inspection: Inspection) -> dict[str, Text]:
    """Return the texts of a report as it is stored, and the captions of the photos that become public with it."""
    return _texts_of([inspection])[inspection.pk]


def _texts_of(inspections: Collection[Inspection]) -> dict[int, dict[str, Text]]:
    prefetch_related_objects(list(inspections), *STORED)
    shown: dict[int, dict[str, Text]] = {row.pk: {} for row in inspections}
    for photo in Evidence.objects.to_publish().filter(inspection__in=shown):
        shown[photo.inspection_id] |= caption(photo)
    return {
        row.pk: texts(stored(row), [found.point for found in row.findings.all()]) | shown[row.pk]
        for row in inspections
    }


def caption(photo: Evidence) -> dict[str, Text]:
    """Return the caption of a photo as a text that may become public."""
    return {f"caption_{photo.pk}": Text("照片的说明", photo.caption)} if photo.caption else {}


def marked(inspection: Inspection) -> set[tuple[str, str]]:
    """Return the (field, piece) that are marked in this inspection."""
    return marked_of(Subject.INSPECTION, [inspection.pk])[inspection.pk]


def pass_texts(row: Inspection, contents: Texts, reasons: Reasons | None, actor: User, *, stop: bool) -> None:
    """Keep the reasons that were given for what is found; refuse where one is missing and the text is to go on."""
    passed = let_through(contents, reasons, marked(row), stop=stop)
    keep_marks(passed, Subject.INSPECTION, row.pk, row, actor)


def keep_marks(
    passed: Collection[tuple[Obstacle, str]], subject: Subject, object_id: int, row: Inspection, actor: User
) -> None:
    """Store marks in a text about an inspection; of a sealed draw the trail does not even name the unit."""
    draw = row.selection.draw
    about, secret = (draw, True) if draw.is_sealed else (row, False)
    keep(passed, subject=subject, object_id=object_id, actor=actor, about=about, secret=secret)


def hidden_words(row: Inspection) -> list[str]:
    """Return what the law hid of this result, or what somebody has asked to hide: of a whole one the notes too."""
    hidden: list[str] = []
    rows = Redaction.objects.filter(
        Q(inspection=row) | Q(correction__inspection=row) | Q(photo__inspection=row), refused_at__isnull=True
    )
    for each in rows.select_related("correction", "inspection", "photo__evidence"):
        hidden.append(hidden_texts.words_of(each))
        if each.text == Redaction.Text.FINDING:
            hidden += row.findings.values_list("note", flat=True)
    return hidden


def require_nothing_hidden(row: Inspection, text: str) -> None:
    """Refuse a correction that says again what the law hid of this result, or what somebody has asked to hide.

    :raises Refused: with the words that are to go.
    """
    if piece := repeated(text, hidden_words(row), _names(row)):
        raise Refused(
            f"更正里的“{piece}”是依法隐去（或者已经申请隐去）的内容，写进更正又会公开：请删去，只写正确的事实。"
        )


def said_again(inspections: Iterable[Inspection]) -> dict[int, list[str]]:
    """Return {primary key: what its public words have in common with what was hidden elsewhere}; few queries for all of them."""
    rows = list(inspections)
    words = {row.pk: [row.summary] for row in rows}
    captions = Evidence.objects.to_publish().filter(inspection__in=words)
    for key, text in captions.values_list("inspection_id", "caption"):
        words[key].append(text)
    return hidden_texts.said_again(
        {key: "\n".join(texts_of_it) for key, texts_of_it in words.items()},
        {row.pk: _names(row) for row in rows},
        but=[row.pk for row in rows],
    )


def said_again_in(row: Inspection, text: str) -> list[str]:
    """Return what a correction of this result has in common with what was hidden elsewhere."""
    return hidden_texts.said_again({row.pk: text}, {row.pk: _names(row)}, but=[row.pk]).get(row.pk, [])


def _names(row: Inspection) -> list[str]:
    return [row.selection.source.name, row.selection.shown_name]


def require_publishable(row: Inspection) -> None:
    """Refuse to approve or publish a report in which something is found that nobody has marked."""
    require_clear(Subject.INSPECTION, row.pk, texts_of(row), MEND)


def stopped(inspections: Sequence[Inspection]) -> dict[int, str]:
    """Return {primary key: why} of those reports that may not be published as they stand."""
    rest = _rest(inspections)
    return {key: said(found) for key, found in rest.items() if found}


def _rest(inspections: Sequence[Inspection]) -> Mapping[int, list[Obstacle]]:
    marks = marked_of(Subject.INSPECTION, [row.pk for row in inspections])
    return {key: obstacles(found, marks[key]) for key, found in _texts_of(inspections).items()}


def marks_in(inspection: Inspection) -> list[Mark]:
    """Return what is marked in a report and still stands in it, for reviewer and head."""
    return marks_of([inspection])[inspection.pk]


def marks_of(inspections: Collection[Inspection]) -> dict[int, list[Mark]]:
    """Return {primary key: what is marked in that report and still stands in it}, in few queries for all of them."""
    return marks_on(Subject.INSPECTION, _texts_of(inspections))


def marks_among(inspection: Inspection, contents: Texts) -> list[Mark]:
    """Return what is marked in a report and stands in texts that are not stored yet."""
    return marks_on(Subject.INSPECTION, {inspection.pk: contents})[inspection.pk]


def marks_in_corrections(inspection: Inspection) -> list[Mark]:
    """Return what is marked in the corrections of a published report."""
    contents = {row.pk: {"text": Text("更正内容", row.text)} for row in inspection.corrections.all()}
    found = marks_on(Subject.CORRECTION, contents)
    return [mark for marks in found.values() for mark in marks]
