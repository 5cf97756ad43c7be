"""What the law hid of published texts: in their place the public reads that they are hidden, since when and why."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from .. import public_fields
from ..models import Redaction, VoidRequest
from ..models.redactions import HIDDEN, in_place_of_words
from ..states import Tag
from .prepared import Keys, Row, prepared

Kind = Redaction.Text
HIDDEN_TAG = Tag(HIDDEN, "muted")

ABOUT = tuple(column for column in public_fields.REDACTION if column.endswith("_id"))
# (kind of text, key of what it belongs to) -> what stands in place of its words
Hidden = Mapping[tuple[str, int | None], str]


def hidden_of_inspections(keys: Collection[int]) -> Hidden:
    """Return what is hidden of published results, of their corrections and of their photos, in one query."""
    return _hidden(_of_inspections(keys))


@prepared
def _of_inspections(keys: Keys) -> QuerySet:
    of_them = (f"{about}inspection__in" for about in ("", "correction__", "photo__"))
    return _in_effect(Q(*((name, keys) for name in of_them), _connector=Q.OR))


def hidden_of_draw(draw_id: int) -> Hidden:
    """Return what is hidden of a draw's own texts; the key of its witnesses is None."""
    return _hidden(_in_effect(Q(draw=draw_id, inspection=None, correction=None, photo=None)))


def _in_effect(which: Q) -> QuerySet:
    return Redaction.objects.in_effect().filter(which).values(*public_fields.REDACTION)


def _hidden(rows: Iterable[Row]) -> Hidden:
    return {
        (row["text"], next((row[key] for key in ABOUT if row[key]), None)):
            in_place_of_words(row["redacted_on"], row["legal_reason"])
        for row in rows
    }  # fmt: skip


def is_wholly_hidden(inspection: str = "pk") -> Exists:
    """Whether an inspection's whole published result is hidden, to be annotated or listed.

    :param inspection: where a row has the key of the inspection.
    """
    return Exists(Redaction.objects.in_effect().filter(text=Kind.FINDING, inspection=OuterRef(inspection)))


def of_void() -> dict[str, Subquery]:
    """The columns that say of a draw since when and why the reason of its void is hidden, to be annotated."""
    row = Redaction.objects.in_effect().filter(draw=OuterRef("pk"), text=Kind.VOID)
    return {
        "void_hidden_on": Subquery(row.values("redacted_on")[:1]),
        "void_hidden_for": Subquery(row.values("legal_reason")[:1]),
    }


def in_place_of_void(words: str, on: date, reason: str) -> str:
    """Return what stands in place of a void's facts and evidence; the reason from the closed list stays."""
    label = words.partition("：")[0]
    kept = f"{label}：" if label in VoidRequest.Reason.labels else ""
    return kept + in_place_of_words(on, reason)
