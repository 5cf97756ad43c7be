"""Where Django looks for the models of this app; each is in its room."""

from .accounts.login_models import LoginAddress, PastPassword, UserSession
from .accounts.models import AccountRequest, RoleGrant, User
from .accounts.second_factor.models import Authenticator, RecoveryCode
from .audit.models import AuditEntry
from .bureau.models import Bureau
from .calendar.models import HolidayNotice, SpecialDay
from .imports.models import HeaderSynonym, ImportJob, ImportState
from .staff.models import FoldedPath

__all__ = [
    "AccountRequest",
    "AuditEntry",
    "Authenticator",
    "Bureau",
    "FoldedPath",
    "HeaderSynonym",
    "HolidayNotice",
    "ImportJob",
    "ImportState",
    "LoginAddress",
    "PastPassword",
    "RecoveryCode",
    "RoleGrant",
    "SpecialDay",
    "User",
    "UserSession",
]
