"""The tables of plans, draws, the public log and inspections."""

from .declarations import VoidRequest
from .draw import Change, Draw, DrawFile, Selection, TeamMember
from .entropy import EntropySource
from .inspection import ChecklistItem, Correction, Finding, Inspection, InspectionMove
from .log import LogEntry, LogKind
from .names import DrawNames
from .plan import InspectionItem, Plan, PlanRate
from .records import ChangesConfirmed, ChangesObjection, Deposit, Withdrawal
from .rehearsal import Rehearsal
from .seal import Disclosure
from .strata import Stratum
from .substitutions import Substitution, SubstitutionPlace

__all__ = [
    "Change",
    "ChangesConfirmed",
    "ChangesObjection",
    "Correction",
    "Deposit",
    "Disclosure",
    "Stratum",
    "Substitution",
    "SubstitutionPlace",
    "VoidRequest",
    "Withdrawal",
    "ChecklistItem",
    "Draw",
    "DrawFile",
    "DrawNames",
    "EntropySource",
    "Finding",
    "Inspection",
    "InspectionItem",
    "InspectionMove",
    "LogEntry",
    "LogKind",
    "Plan",
    "PlanRate",
    "Rehearsal",
    "Selection",
    "TeamMember",
]
