"""The ONLY list of fields that are published, per kind of thing. Pure data: it imports nothing of ours.

The tuples in capitals name what is read from the database for the public: queries pass them to ``values(*...)``,
so that a column which is not here is never even fetched. Templates get only the frozen objects that
`disclosure.objects` and the page modules beside it make from these rows.

The canonical text of a finding that was published as finding/1, whose digest the log holds, is written from
`FINDING_RECORD`; a record finding/2 from the same columns and those of `FINDING_PARTS`. The public page of the same
finding reads the same columns: a field that is added there is written and read at once, and
`disclosure.findings.Result` must show it too (a test writes the text again from what the page shows).
"""

from dataclasses import dataclass
from enum import Enum


class Written(Enum):
    """How a value is put down in a canonical text."""

    AS_IT_IS = "as it is"
    DAY = "day"  # the date of a moment, in the time zone of the site: 2026-10-09
    ONE_LINE = "one line"  # a backslash as two, a line break as backslash n


@dataclass(frozen=True)
class Line:
    """A line of a canonical text: its first word, then the values of the columns, with one space between."""

    word: str
    columns: tuple[str, ...]
    written: Written = Written.AS_IT_IS


@dataclass(frozen=True)
class Record:
    """A canonical text: UTF-8, LF at the end of every line; first the name of the form, then the lines in order."""

    form: str
    lines: tuple[Line, ...]
    points: Line  # one for each point of the checklist that has a verdict, ascending by code

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the inspection that the text says."""
        return tuple(column for line in self.lines for column in line.columns)


FINDING_RECORD = Record(
    "finding/1",
    (
        Line("draw", ("selection__draw__code",)),
        Line("unit", ("selection__source__number",)),
        Line("visited", ("visited_at",), Written.DAY),
        Line("outcome", ("outcome",)),  # a code of `Outcome`
        Line("summary", ("summary",), Written.ONE_LINE),
    ),
    Line("point", ("point__code", "verdict")),  # pass, fail, absent
)
# What finding/2 says besides: the relations of an inspection, and the columns there that a line of the record holds.
# `redactions` are no line: they say which words are hidden. The clauses of a point are those that were
# law on the day of the visit, kept as they read at the publication.
FINDING_PARTS = {
    "findings": (*FINDING_RECORD.points.columns, "point__version__checklist__code", "clauses"),
    "checklists": ("version__checklist__code", "version__number"),
    "measures": ("kind", "due_on"),
    "readings": ("outlet", "pollutant", "value", "unit", "limit", "is_over"),
    "facilities": ("facility", "is_running"),
    "redactions": ("text", "of", "redacted_on"),
}
# What the page of a result shows and the text does not say: it follows from the draw and from the registry's lists.
RESULT_BESIDE_RECORD = ("selection__stratum", "selection__name", "item__subject", "published_at")
# A photo that was published with a finding: what its line of photos/1 is written from, and what the page shows. Of the
# evidence itself, its original, its place and the moment that the phone took down, nothing.
PHOTO_LINE = (
    "inspection_id", "inspection__selection__draw__code", "inspection__selection__source__number", "number",
    "evidence__copy_digest",
)  # fmt: skip
PHOTO = (
    "pk",
    *PHOTO_LINE,
    "evidence__taken_at",
    "evidence__phone_ahead",
    "evidence__received_at",
    "evidence__caption",
    "evidence__point__name",
    "evidence__width",
    "evidence__height",
)
PHOTO_FILE = ("pk", "inspection_id", "evidence__copy_digest", "evidence__copy_name")
FINDING_BESIDE_RECORD = ("point__name", "point__section", "point__version__name")

ITEM = ("subject", "target", "content", "kind", "method", "level", "basis", "rate", "frequency")
# Whether the item is in use, and whether a published plan lists or listed it.
ITEM_STANDING = ("is_active", "is_planned")
# The law that an item cites, and since when; which of it is shown depends on the moment that the page is about.
CITATION = ("cited_since",)
LEGAL_BASIS = ("law", "document_number", "article", "text", "in_force_from", "in_force_until")
PLAN = (
    "year", "version", "title", "document_number", "basis", "general_reading", "fresh_first", "yearly_cap",
    "substitutes", "published_at",
)  # fmt: skip
RATE = ("stratum", "numerator", "denominator")
UNIT = (
    "number", "name", "credit_code", "class_today", "media", "industry_name", "speciality__name",
    "permit_class", "permit_number", "township",
)  # fmt: skip
# Of a unit that was joined into another one: where its number went.
UNIT_JOINED = ("joined_into__number",)
# Since when the registry knows it, or no longer has it in use; its names only as far as public files have them too.
UNIT_HISTORY = ("history_date", "is_active", "name")
# The rule by which a unit's page holds readings against their limits, and the names of the groups that it is for.
STRONGER = ("kind", "categories", "specialities")
GROUP = ("code", "name")
UNIT_FOUND = ("number", "name", "township")
# What the search reads of a unit besides: whether it has a page though it was never drawn.
UNIT_SOUGHT = (*UNIT_FOUND, "is_active", "joined_into")
# Of the task of a drawn unit whose result is not there yet, in a draw that is open: until when it is due, never why it
# was postponed, nor whether the officers were there.
UNIT_TASK = ("selection_id", "due", "postponed_to", "substitute_by")
# The same days, of the drawn units that a figure of deadlines counts; with a result, too: its page said them while it waited.
UNIT_DUE = ("inspection__postponed_to", "inspection__substitute_by")
# Of a drawn unit that cannot be inspected: the reason, of a closed list, and since when another one goes in its place.
UNIT_SUBSTITUTED = ("selection_id", "substitution__reason", "substitution__effective_at")
# The same from both sides: the unit that stepped in, and the one that it stands for.
UNIT_STEPPED_IN = (
    "selection_id", "selection__name", "selection__source__number", "substitution__unit", "substitution__unit__name",
    "substitution__unit__source__number", "substitution__reason", "substitution__confirmed_at",
    "substitution__effective_at",
)  # fmt: skip
# What the law hid of a unit's published results, and when.
UNIT_REDACTION = (
    "text", "redacted_on", "legal_reason", "inspection_id", "correction__inspection_id", "photo__inspection_id",
)  # fmt: skip
# What the search of the hat reads of the registry; the credit code is on the unit's own page too.
HAT_UNIT = ("number", "name", "credit_code", "is_active")
SEAL = ("disclosure", "unseal_on", "unsealed_at")
DRAW_AS_IT_IS = (
    "code", "state", "commit_digest", "frozen_at", "drawn_at", "published_at", "voided_at", "void_reason",
    "unseal_on", "unsealed_at",
)  # fmt: skip
DRAW = (
    *DRAW_AS_IT_IS,
    "year",
    "quarter",
    "disclosure",
    "is_under_seal",
    "item__subject",
    "uses_system",
    "uses_outside",
    "void_hidden_on",
    "void_hidden_for",
)
# Where such a row is, what it says stands in place of the words that it hides.
REDACTION = (
    "text", "inspection_id", "correction_id", "photo_id", "substitution_id", "deposit_id", "withdrawal_id", "redacted_on",
    "legal_reason",
)  # fmt: skip
# Which draws show their units today, where no more of them is asked.
DRAW_OPENNESS = ("code", "state", "drawn_at", *SEAL, "is_under_seal")
ENTROPY = ("source", "label", "known_at", "value", "accepted_at")
SELECTION = ("pk", "source__number", "stratum", "rank", "ticket", "name", "is_cross", "replaces")
OFFICER = ("pk", "selection_id", "name", "is_lead")
RESULT = ("pk", "selection_id", "item_id", *FINDING_RECORD.columns, *RESULT_BESIDE_RECORD)
# Of the row by which a published result is listed: its place in every order, and what a line of a file says of it.
RESULT_CURSOR = ("inspection_id", "day", "number", "year", "quarter", "name_key")
RESULT_LINE = (
    *RESULT_CURSOR, "stratum", "township", "industry", "speciality", "visited_on", "outcome", "is_faulty", "is_hidden",
    "published_on", "inspection__selection__draw__code", "inspection__selection__name", "inspection__item__subject",
    "inspection__summary",
)  # fmt: skip
# What the list can be narrowed by; of a hidden result these are empty.
RESULT_FILTERS = ("township", "industry", "speciality")
# What the public figures group by, and what a group is called.
POINT_GROUP = ("point",)
POINT_NAMED = ("pk", "code", "name", "section", "version__number", "version__checklist__code")
SELECTION_GROUP = ("draw__code", "stratum")
SUBSTITUTION_GROUP = ("draw__code", "kind")
RESULT_SEEN = ("number",)
# Of the picture of the places: where a unit lies is fetched to so many decimals of a degree, about a kilometre, and no finer.
RESULT_PLACE = ("number", "is_faulty", "township")
PLACE_DECIMALS = 2
FINDING = ("inspection_id", *FINDING_PARTS["findings"], *FINDING_BESIDE_RECORD)
CHECKLIST_BESIDE_RECORD = ("version__name",)
CHECKLIST_USED = ("inspection_id", *FINDING_PARTS["checklists"], *CHECKLIST_BESIDE_RECORD)
MEASURE, READING, FACILITY = (
    ("inspection_id", *FINDING_PARTS[relation]) for relation in ("measures", "readings", "facilities")
)
CORRECTION = ("pk", "inspection_id", "text", "at")
# Of an objection from outside that was answered in public: what a reviewer says of it and the answer, never the sender's words.
OBJECTION = (
    "objection__kind",
    "objection__received_at",
    "objection__draw__code",
    "public_text",
    "answer",
    "decided_at",
    "hidden_at",
    "hidden_because",
)
LOG = ("index", "time", "kind", "subject", "digest", "chain")
DRAW_PAGE = (
    "item_id",
    "plan__year",
    "plan__version",
    "plan__published_at",
    "changes",
    "witnesses",
    "visit_by",
)  # counted, never named
# Why an officer cannot go is not here, only its class: `public_class`; of `away` the numbers are shown, each with such a class.
SUBSTITUTION = (
    "pk", "serial", "kind", "unit", "unit__name", "unit__source__number", "public_class", "public_evidence", "away", "few",
    "source", "label", "known_at", "issue", "value", "confirmed_at", "effective_at",
)  # fmt: skip
SUBSTITUTION_PLACE = (
    "substitution_id", "selection_id", "selection__name", "selection__source__number", "member_id", "member__name",
    "member__replacement", "member__replacement__name",
)  # fmt: skip
SUBSTITUTION_MADE = (
    "substitution__draw__code", "substitution__serial", "substitution__effective_at", "substitution__unit__name",
    "substitution__unit__source__number",
)  # fmt: skip
DEPOSIT = ("pk", "kind", "where", "at", "has_file")
WITHDRAWAL = ("pk", "kind", "count", "reason", "at")
REFUSED_VOID = ("reason", "refused_at")  # not the evidence: of a sealed draw it may name a unit
# What the inspected firm alone reads, at its secret address.
VISIT = (
    "selection_id", "selection__name", "selection__source__number", "selection__stratum", "item_id", "item__subject",
    "item__content", "item__method", "item__basis", "state", "visited_at",
)  # fmt: skip
VISIT_OFFICER = ("name", "is_lead", "officer__certificate_number")
