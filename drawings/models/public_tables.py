"""Which tables the public pages read, and which of their rows: what a write must touch to raise the version of what is public.

A test reads every public page and fails on a table that is not named here. Where a table is filled long before any of it is public
(drafts of officers, requests that nobody has confirmed), a condition says from when on its rows count: the step that makes them
public raises the version by its own row.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps

_PUBLISHED = (
    "EXISTS (SELECT 1 FROM drawings_inspection WHERE id = {row}.inspection_id AND state = 'published')"
)
_PLAN = "EXISTS (SELECT 1 FROM drawings_plan WHERE id = {row}.plan_id AND published_at IS NOT NULL)"


@dataclass(frozen=True)
class Watched:
    """A table that public pages read.

    :param only: the columns that count; empty: all.
    :param but: columns that do not.
    :param when: SQL that says of a row ``{row}``, as it was or as it becomes, whether it counts; empty: always.
    :param through: the field of many to many whose own table it is; empty: the model's.
    """

    model: str
    only: tuple[str, ...] = ()
    but: tuple[str, ...] = ()
    when: str = ""
    through: str = ""

    @property
    def table(self) -> str:
        model = apps.get_model(self.model)
        return getattr(model, self.through).through._meta.db_table if self.through else model._meta.db_table

    def columns(self, of_table: list[str]) -> list[str]:
        """Return those that count, of the columns that the table has in the database."""
        return [name for name in of_table if name not in self.but and (not self.only or name in self.only)]


# What two people type of a number from outside, before they agree on it.
_FIRST_READING = ("first_value", "first_by_id", "first_at")

WATCHED = (
    Watched("wugang_audit.Bureau", but=("updated_at",)),
    Watched("wugang_audit.HolidayNotice"),
    Watched("wugang_audit.SpecialDay"),
    # Organisers are named with what they did; a log-in is nobody's business.
    Watched("wugang_audit.User", only=("id", "full_name")),
    Watched("sources.PollutionSource", but=("updated_at", "phone", "contact", "remarks")),
    Watched("sources.HistoricalPollutionSource", only=("id", "history_date", "name", "is_active")),
    Watched("sources.Speciality"),
    Watched("enforcers.Officer", but=("updated_at", "phone", "remarks", "user_id")),
    Watched("drawings.LegalBasis"),
    Watched("drawings.InspectionItem"),
    Watched("drawings.ItemBasis"),
    Watched("drawings.Plan", when="{row}.published_at IS NOT NULL"),
    Watched("drawings.Plan", through="items", when=_PLAN),
    Watched("drawings.PlanRate", when=_PLAN),
    Watched("drawings.Draw", when="{row}.state <> 'draft'"),
    Watched("drawings.DrawFile"),
    Watched("drawings.DrawNames"),
    Watched("drawings.EntropySource", but=_FIRST_READING),
    Watched("drawings.Selection"),
    Watched("drawings.TeamMember"),
    # A unit's page says until when a visit is due that is not published yet.
    Watched(
        "drawings.Inspection",
        but=("updated_at", "updated_by_id"),
        when="({row}.state = 'published' OR {row}.postponed_to IS NOT NULL OR {row}.substitute_by IS NOT NULL)",
    ),
    Watched("drawings.Finding", when=_PUBLISHED),
    Watched("drawings.InspectionChecklist", when=_PUBLISHED),
    Watched("drawings.Measure", when=_PUBLISHED),
    Watched("drawings.Reading", when=_PUBLISHED),
    Watched("drawings.FacilityState", when=_PUBLISHED),
    Watched("drawings.Correction"),
    Watched("drawings.PublishedResult"),
    Watched("drawings.StrongerDisclosure", but=("updated_at",)),
    Watched("drawings.Checklist"),
    Watched("drawings.ChecklistVersion"),
    Watched("drawings.ChecklistPoint"),
    Watched(
        "drawings.Evidence",
        but=("updated_at",),
        when="EXISTS (SELECT 1 FROM drawings_publicphoto WHERE evidence_id = {row}.id)",
    ),
    Watched("drawings.PublicPhoto"),
    Watched("drawings.Objection", when="{row}.state = 'published'"),
    Watched("drawings.ObjectionAnswer", when="{row}.goes_public AND {row}.decided_at IS NOT NULL"),
    Watched("drawings.Redaction", when="{row}.redacted_on IS NOT NULL"),
    Watched("drawings.Substitution", but=_FIRST_READING),
    Watched("drawings.SubstitutionPlace"),
    Watched("drawings.VoidRequest"),
    Watched("drawings.Deposit"),
    Watched("drawings.Withdrawal"),
    Watched("drawings.LogEntry"),
    Watched("drawings.SearchText"),
)


def watched() -> Iterator[tuple[str, Watched]]:
    """Yield each watched table by its name in the database."""
    for each in WATCHED:
        yield each.table, each
