"""Where Django looks for the models of this app; each is in its room."""

from .accounts.login_models import LoginAddress, PastPassword, UserSession
from .accounts.models import RoleGrant, User
from .audit.models import AuditEntry
from .imports.models import HeaderSynonym, ImportJob, ImportState

__all__ = [
    "AuditEntry",
    "HeaderSynonym",
    "ImportJob",
    "ImportState",
    "LoginAddress",
    "PastPassword",
    "RoleGrant",
    "User",
    "UserSession",
]
