"""Which other public texts of a draw say again what a redaction hides: they would keep the words public.

Compared are the texts of the same result (its summary, its corrections) and the draw's own (evidence, reasons, places), those
of another result only where a substitute's evidence is about it: set phrases, as 设施运行正常, stand in all results of a draw.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable

from wugang_audit.accounts.models import User
from wugang_audit.privacy import repeated

from ..hidden_texts import words_of
from ..models import Draw, Inspection, Redaction, SubstitutionPlace
from ..models.finding_record import NEW_FORM
from ..states import DrawState
from .hideable import (
    NEVER_PUBLIC,
    Hideable,
    Kind,
    Repeat,
    all_words,
    in_the_way,
    of_draw,
    of_inspection,
    took_part,
)


def of_texts(
    draw: Draw, texts: Iterable[Hideable], inspection: Inspection | None, user: User
) -> dict[str, list[Repeat]]:
    """Return {target: the other public texts with the same words} of what a reviewer may ask for.

    :param inspection: whose texts they are; None for the draw's own.
    """
    texts = list(texts)
    about = _inspections_of(each.redaction for each in texts)
    inspections = {inspection.pk: inspection} if inspection else _readable(about)
    public = _Public(draw, inspections, user)
    return {each.target: public.repeats_of(each, about[each.target]) for each in texts}


def of_requests(rows: Iterable[Redaction]) -> dict[int, list[Repeat]]:
    """Return {primary key: the other public texts with the same words} of requests and redactions; a few queries a draw."""
    by_draw = defaultdict(list)
    for row in rows:
        by_draw[row.draw].append(row)
    found = {}
    for draw, group in by_draw.items():
        about = _inspections_of(group)
        inspections = _readable(about)
        public = _Public(draw, inspections, None)
        for row in group:
            if row.inspection_id in inspections:
                row.inspection = inspections[row.inspection_id]
            text = Hideable(row, str(row.get_text_display()), words_of(row))
            found[row.pk] = public.repeats_of(text, about[row.target])
    return found


def said(found: Iterable[Repeat]) -> str:
    """Return the texts in words: ``第 1 次更正（“甄某患病住院”）``."""
    return "、".join(f"{each.label}（“{each.piece}”）" for each in found)


class _Public:
    """What the public reads of a draw today: its own texts and those of some results."""

    def __init__(self, draw: Draw, inspections: dict[int, Inspection], user: User | None):
        self.user, self.inspections = user, inspections
        self.rows = list(Redaction.objects.filter(draw=draw, refused_at__isnull=True))
        results = inspections.values() if draw.state == DrawState.PUBLISHED else ()
        texts = [*of_draw(draw), *(text for row in results for text in of_inspection(draw, row))]
        self.texts = [text for text in texts if self._is_read(text.redaction)]

    def _is_read(self, row: Redaction) -> bool:
        """Say whether the words of a text are public. A summary counts once: as such, or as the whole of an old record."""
        if row.text in NEVER_PUBLIC or (row.text == Kind.FINDING and row.inspection.record_form == NEW_FORM):
            return False
        hidden = [each for each in self.rows if each.is_in_effect]
        return not any(each.target in (row.target, _whole(row)) for each in hidden)

    def repeats_of(self, text: Hideable, near: Collection[int]) -> list[Repeat]:
        """Return the texts that repeat one.

        :param near: the keys of the inspections that it is about.
        """
        row, hidden = text.redaction, all_words(text)
        selections = [self.inspections[key].selection for key in near if key in self.inspections]
        names = [name for each in selections for name in (each.source.name, each.shown_name)]
        found = []
        for other in self.texts:
            if other.target == row.target or _is_of_one_record(other.redaction, row):
                continue
            of = _result_of(other.redaction)
            if of is not None and of not in near:
                continue
            if piece := repeated(other.words, hidden, names):
                unit = "" if of in (None, _result_of(row)) else self.inspections[of].selection.shown_name
                found.append(Repeat(other, unit, piece, self._asked(other), self._may_ask(other)))
        return found

    def _asked(self, text: Hideable) -> Redaction | None:
        about = text.redaction
        return next((row for row in self.rows if row.target in (about.target, _whole(about))), None)

    def _may_ask(self, text: Hideable) -> bool:
        if self.user is None or any(in_the_way(row, text.redaction) for row in self.rows):
            return False
        return not took_part(text.redaction, self.user)


def _whole(row: Redaction) -> str:
    """Return the target that hides a text together with the whole of its result; empty where none does."""
    of = row.photo.inspection_id if row.photo else row.inspection_id
    return f"{Kind.FINDING}/{of}" if of else ""


def _result_of(row: Redaction) -> int | None:
    return row.about.pk if row.about else None


def _is_of_one_record(one: Redaction, other: Redaction) -> bool:
    """Say whether two redactions are of the same record: its summary goes with the whole of it."""
    return one.inspection_id is not None and one.inspection_id == other.inspection_id


def _inspections_of(rows: Iterable[Redaction]) -> dict[str, set[int]]:
    """Return {target: the keys of the inspections that it is about} for one draw, in one query (see `hideable.concerned`)."""
    found: dict[str, set[int]] = {}
    declared: dict[int, str] = {}
    for row in rows:
        own = _result_of(row)
        found[row.target] = set() if own is None else {own}
        if row.substitution_id:
            declared[row.substitution_id] = row.target
    if declared:
        places = SubstitutionPlace.objects.filter(substitution__in=declared)
        for substitution, key in places.values_list("substitution", "selection__inspection"):
            found[declared[substitution]].add(key)
    return found


def _readable(about: dict[str, set[int]]) -> dict[int, Inspection]:
    """Return {primary key: inspection} of those with public results, with all that is compared of them."""
    keys = {key for some in about.values() for key in some}
    rows = Inspection.objects.filter(pk__in=keys).disclosed()
    rows = rows.select_related("selection__source", "selection__draw").prefetch_related(
        "corrections", "findings", "public_photos__evidence"
    )
    return {row.pk: row for row in rows}
