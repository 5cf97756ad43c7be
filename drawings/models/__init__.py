"""The tables of plans, draws, the public log and inspections."""

from .checklists import Checklist, ChecklistPoint, ChecklistVersion, InspectionChecklist
from .declarations import VoidRequest
from .draw import Change, Draw, DrawFile, Selection, TeamMember
from .entropy import EntropySource
from .evidence import Evidence
from .field_work import FacilityState, Measure, Reading, Sampling
from .inspection import Correction, Finding, Inspection, InspectionMove
from .law import LegalBasis
from .log import LogEntry, LogKind
from .names import DrawNames
from .objections import Objection, ObjectionAnswer, ObjectionSender
from .plan import InspectionItem, ItemBasis, Plan, PlanRate
from .privacy_marks import PrivacyMark
from .problems import Problem, RecusalRequest
from .public_photos import PublicPhoto
from .public_version import PublicVersion
from .published_results import PublishedResult
from .records import ChangesConfirmed, ChangesObjection, Deposit, Withdrawal
from .redactions import Redaction
from .rehearsal import Rehearsal
from .reports import QuarterReport
from .review import HandedIn, ReviewNote
from .seal import Disclosure
from .search_texts import SearchText
from .strata import Stratum
from .stronger import StrongerDisclosure
from .substitutions import Substitution, SubstitutionPlace
from .visit import CoSign, FirmSignature, OnSiteRecord, Supplement, Visit

__all__ = [
    "Change",
    "ChangesConfirmed",
    "ChangesObjection",
    "Checklist",
    "ChecklistPoint",
    "ChecklistVersion",
    "CoSign",
    "Correction",
    "Deposit",
    "Disclosure",
    "Draw",
    "DrawFile",
    "DrawNames",
    "EntropySource",
    "Evidence",
    "FacilityState",
    "Finding",
    "FirmSignature",
    "HandedIn",
    "Inspection",
    "InspectionChecklist",
    "InspectionItem",
    "InspectionMove",
    "ItemBasis",
    "LegalBasis",
    "LogEntry",
    "LogKind",
    "Measure",
    "Objection",
    "ObjectionAnswer",
    "ObjectionSender",
    "OnSiteRecord",
    "Plan",
    "PlanRate",
    "PrivacyMark",
    "Problem",
    "PublicPhoto",
    "PublicVersion",
    "PublishedResult",
    "QuarterReport",
    "Reading",
    "RecusalRequest",
    "Redaction",
    "Rehearsal",
    "ReviewNote",
    "Sampling",
    "SearchText",
    "Selection",
    "Stratum",
    "StrongerDisclosure",
    "Substitution",
    "SubstitutionPlace",
    "Supplement",
    "TeamMember",
    "Visit",
    "VoidRequest",
    "Withdrawal",
]
