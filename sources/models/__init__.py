"""The tables of pollution sources, their permits, and the industry specialities that they fall under."""

from .credit import CreditClass, CreditGrade
from .double import NotTheSame
from .permit import OutletKind, PermitCondition, condition_code
from .speciality import Speciality, SpecialityQuerySet
from .unit import (
    LATER,
    UNDECIDED,
    Category,
    Medium,
    OperatingState,
    PermitClass,
    PollutionSource,
    PollutionSourceQuerySet,
    effective_category,
    label_of_category,
    standing_of,
)
from .validators import (
    validate_credit_code,
    validate_industry_code,
    validate_name,
    validate_permit_number,
    validate_registry_id,
)

__all__ = [
    "LATER",
    "UNDECIDED",
    "Category",
    "CreditClass",
    "CreditGrade",
    "Medium",
    "NotTheSame",
    "OperatingState",
    "OutletKind",
    "PermitClass",
    "PermitCondition",
    "PollutionSource",
    "PollutionSourceQuerySet",
    "Speciality",
    "SpecialityQuerySet",
    "condition_code",
    "effective_category",
    "label_of_category",
    "standing_of",
    "validate_credit_code",
    "validate_industry_code",
    "validate_name",
    "validate_permit_number",
    "validate_registry_id",
]
