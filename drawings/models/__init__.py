"""The tables of plans, draws, the public log and inspections."""

from .declarations import Substitution, VoidRequest
from .draw import Change, Draw, DrawFile, Selection, TeamMember
from .entropy import EntropySource
from .inspection import ChecklistItem, Correction, Finding, Inspection, InspectionMove
from .log import LogEntry, LogKind
from .plan import InspectionItem, Plan, PlanRate
from .records import ChangesConfirmed, ChangesObjection, Deposit
from .seal import Disclosure
from .strata import Stratum

__all__ = [
    "Change",
    "ChangesConfirmed",
    "ChangesObjection",
    "Correction",
    "Deposit",
    "Disclosure",
    "Stratum",
    "Substitution",
    "VoidRequest",
    "ChecklistItem",
    "Draw",
    "DrawFile",
    "EntropySource",
    "Finding",
    "Inspection",
    "InspectionItem",
    "InspectionMove",
    "LogEntry",
    "LogKind",
    "Plan",
    "PlanRate",
    "Selection",
    "TeamMember",
]
