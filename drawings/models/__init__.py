"""The tables of plans, draws, the public log and inspections."""

from .draw import Draw, DrawFile, EntropySource, Selection, TeamMember
from .inspection import ChecklistItem, Finding, Inspection, InspectionMove
from .log import LogEntry
from .plan import InspectionItem, Plan, PlanRate

__all__ = [
    "ChecklistItem",
    "Draw",
    "DrawFile",
    "EntropySource",
    "Finding",
    "Inspection",
    "InspectionItem",
    "InspectionMove",
    "LogEntry",
    "Plan",
    "PlanRate",
    "Selection",
    "TeamMember",
]
