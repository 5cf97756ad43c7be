"""A site full of secrets: every kind that there is, each with a word that stands nowhere else, beside all that is public.

Two ways. What is public in one row and secret in another (a draft, a text that the law hid, a name that was withdrawn) is made by the
verbs of the site. What is secret in every row is found by itself: each column of text that `OPEN` does not name is filled
with a word of its own, so that a new column is a secret until somebody says that it is public.
"""

import datetime
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.apps import apps
from django.db import DatabaseError, connection, models, transaction

from drawings.models import Draw, DrawFile, Inspection, Objection, ObjectionAnswer, Selection, TeamMember
from enforcers.models import Officer
from sources.models import PollutionSource
from wugang_audit.accounts.models import User
from wugang_audit.audit import append_only

OURS = {"drawings", "sources", "enforcers", "wugang_audit"}
# Where a unit lies: what stands behind the second decimal is nobody's business.
LATITUDE, LONGITUDE = "33.127913", "113.457931"

# Columns of text that are public in some row, by public_fields or as a file of the protocol. All others are secret in every row.
OPEN = {
    "sources.PollutionSource": {
        "number", "name", "credit_code", "media", "industry_code", "industry_name", "permit_number", "township",
    },
    "sources.HistoricalPollutionSource": {"number", "name"},
    "sources.Speciality": {"code", "name", "prefixes"},
    "enforcers.Officer": {"name", "certificate_number"},
    "wugang_audit.User": {"full_name"},
    "wugang_audit.Bureau": {"name", "address", "phone", "county_prefix"},
    "wugang_audit.HolidayNotice": {"title", "document_number", "url", "text"},
    "wugang_audit.SpecialDay": {"name"},
    "drawings.LegalBasis": {"law", "document_number", "article", "text"},
    "drawings.InspectionItem": {"subject", "target", "content", "kind", "method", "level", "basis", "rate", "frequency"},
    "drawings.Plan": {"title", "document_number", "basis"},
    "drawings.StrongerDisclosure": {"kind", "categories", "specialities"},
    "drawings.Draw": {"code", "commit_digest", "void_reason", "changes"},
    "drawings.DrawFile": {"name", "content", "digest"},
    "drawings.DrawNames": {"content"},
    "drawings.Selection": {"ticket", "name"},
    "drawings.TeamMember": {"name"},
    "drawings.EntropySource": {"value", "source", "label"},
    "drawings.LogEntry": {"time", "kind", "subject", "digest", "chain"},
    "drawings.Deposit": {"where", "file"},
    "drawings.Withdrawal": {"reason", "digest"},
    "drawings.Substitution": {
        "evidence", "value", "logged_at", "away", "source", "label", "first_issue", "issue", "outcome", "few",
    },
    "drawings.Redaction": {"legal_reason", "of", "target"},
    "drawings.Inspection": {"summary", "record_form", "nonce"},
    "drawings.Finding": {"clauses"},
    "drawings.Correction": {"text", "nonce"},
    "drawings.Checklist": {"code", "name"},
    "drawings.ChecklistVersion": {"name"},
    "drawings.ChecklistPoint": {"section", "code", "name"},
    "drawings.Reading": {"outlet", "pollutant", "unit", "limit"},
    "drawings.FacilityState": {"facility"},
    "drawings.Evidence": {"caption", "digest", "original_name", "copy_name", "copy_digest"},
    "drawings.ObjectionAnswer": {"public_text", "answer", "hidden_because"},
    "drawings.PublishedResult": {"number", "township", "industry", "speciality"},
    "drawings.SearchText": {"number", "text", "folded"},
}  # fmt: skip


@dataclass
class Marks:
    """Words that stand nowhere but in one secret, and what each is."""

    what: dict[bytes, str] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)  # that were withdrawn

    def word(self, what: str) -> str:
        word = f"Qz{len(self.what):03d}x"
        self.what[word.encode()] = what
        return word

    def words(self, begins: str) -> list[str]:
        """Return the words of the secrets whose description begins so."""
        return [word.decode() for word, what in self.what.items() if what.startswith(begins)]

    def add(self, text: str | bytes, what: str) -> None:
        self.what[text if isinstance(text, bytes) else text.encode()] = what


def our_models() -> Iterator[type[models.Model]]:
    for model in apps.get_models(include_auto_created=True):
        if model.__module__.split(".")[0] in OURS:
            yield model


def secret_columns(model) -> list[models.Field]:
    """Return the columns of text that are secret in every row."""
    is_open = OPEN.get(model._meta.label, set())
    found = []
    for column in model._meta.local_fields:
        is_text = isinstance(
            column, models.CharField | models.TextField | models.JSONField | models.BinaryField
        )
        if is_text and not column.choices and not column.primary_key and column.name not in is_open:
            found.append(column)
    return found


def mark_columns(marks: Marks, again: str = "") -> None:
    """Write a word of its own into every secret column, whatever stands there.

    :param again: put behind each word: the same secrets, but other ones.
    """
    connection.check_constraints()  # PostgreSQL drops no trigger while checks wait
    protected = append_only.protected_tables()
    for model in our_models():
        table = model._meta.db_table
        if table in protected:
            append_only.remove(connection, table)
        for column in secret_columns(model):
            _write(table, column, marks.word(f"{model._meta.label}.{column.name}"), again)


def _write(table: str, column: models.Field, word: str, again: str) -> None:
    word = (word + again)[: column.max_length or 1000] if not column.unique else word
    quoted, value = connection.ops.quote_name(column.column), "%s"
    if isinstance(column, models.JSONField):
        word = f'["{word}"]'
    elif isinstance(column, models.BinaryField):
        word = word.encode()
    elif column.unique:
        value = "%s || id"
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {quoted} = {value}", [word])


# ---- a row in every table ----
DAY = datetime.date(2026, 10, 9)
NOW = datetime.datetime(2026, 10, 9, 1, 0, tzinfo=datetime.UTC)
# What a rule of the table wants besides.
BESIDES = {
    "drawings.ChangesObjection": lambda: {
        "lifted_by": User.objects.order_by("pk").first(),
        "withdrawn_at": NOW,
    },
}


def a_row_everywhere() -> list[str]:
    """Make a row in each of our tables that has a secret column and no row yet; return those where none could be made."""
    without = []
    for model in our_models():
        if secret_columns(model) and not model._base_manager.exists():
            try:
                with transaction.atomic():
                    a_row(model)
            except (DatabaseError, StopIteration) as fault:
                without.append(f"{model._meta.label}: {fault}")
    return without


def a_row(model) -> models.Model:
    """Make a row with something in every column that needs it; of what it refers to twice it takes two."""
    values, taken = {}, Counter()
    for column in model._meta.local_fields:
        if column.primary_key and not column.is_relation or column.has_default():
            continue
        if column.is_relation:
            if not column.null:
                rows = list(column.related_model._base_manager.order_by("pk")[:5]) or [
                    a_row(column.related_model)
                ]
                values[column.name] = rows[min(taken[column.related_model], len(rows) - 1)]
                taken[column.related_model] += 1
        elif not column.null:
            values[column.name] = _some(column)
    row = model(**values | BESIDES.get(model._meta.label, dict)())
    models.Model.save_base(row, raw=True)
    return row


def _some(column):
    if column.choices:
        return column.flatchoices[0][0]
    kinds = {
        models.DateTimeField: NOW, models.DateField: DAY, models.BooleanField: False, models.JSONField: {},
        models.BinaryField: b"x", models.IntegerField: 1, models.DecimalField: 1, models.CharField: "x", models.TextField: "x",
    }  # fmt: skip
    return next(value for kind, value in kinds.items() if isinstance(column, kind))


# ---- names that no other name shares two characters with ----
def rare_name(serial: int) -> str:
    """Return a name of six characters of which no two stand in any other name."""
    return "".join(chr(0x3400 + serial * 6 + at) for at in range(6))


STATES = ("draft", "submitted", "returned", "approved")


def unpublished(marks: Marks, inspections, turn: int = 0) -> None:
    """Write into tasks that are not public all that could stand there, each in another state."""
    for at, row in enumerate(inspections, turn):
        Inspection.objects.filter(pk=row.pk).update(
            state=STATES[at % 4],
            summary=marks.word(f"summary of a report that is {STATES[at % 4]}"),
            outcome=("case", "clean", "closed")[at % 3],
            visited_at=NOW - datetime.timedelta(days=at % 3) if at % 2 else None,
            publish_by=DAY + datetime.timedelta(days=at),
        )


def other_secrets(marks: Marks, draw: Draw) -> None:
    """Let all that is secret be something else: what the public reads may not change by a byte."""
    mark_columns(marks, "换成别的")
    PollutionSource.objects.update(latitude=f"{LATITUDE[:-3]}846", longitude=f"{LONGITUDE[:-3]}159")
    tasks = Inspection.objects.exclude(state="published").order_by("pk")
    unpublished(marks, tasks, turn=1)
    Objection.objects.filter(state="received").update(state="answered")
    ObjectionAnswer.objects.filter(goes_public=False).delete()
    if is_secret(draw):
        draw_others(draw)


def is_secret(draw: Draw) -> bool:
    """Whether nobody may know whom a draw took."""
    return draw.state == "drawn" or draw.state == "published" and draw.is_sealed


def draw_others(draw: Draw) -> None:
    """Let a draw have taken other units, with other teams: its digests stay, as they did not tell anything before."""
    drawn = list(draw.selections.order_by("pk"))
    taken = {row.source_id for row in drawn}
    spare = {
        stratum: list(PollutionSource.objects.filter(category=stratum, is_active=True).exclude(pk__in=taken))
        for stratum in {row.stratum for row in drawn}
    }
    for row in drawn:
        unit = spare[row.stratum].pop()
        Selection.objects.filter(pk=row.pk).update(source=unit, name=unit.name, ticket=row.ticket[::-1])
        officer = Officer.objects.exclude(pk__in=row.team.values_list("officer", flat=True)).first()
        member = row.team.order_by("pk").first()
        TeamMember.ever.filter(pk=member.pk).update(officer=officer, name=officer.name)
    # Of a draw without a seal the salt is public from its freeze on: whoever wants to may work the result out.
    hidden = ["result.tsv", *(["salt.txt"] if draw.is_sealed else [])]
    DrawFile.objects.filter(draw=draw, name__in=hidden).update(content="另一份\n")
