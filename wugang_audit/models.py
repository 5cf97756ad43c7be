"""Where Django looks for the models of this app; each is in its room."""

from .accounts.models import AccountRequest, RoleGrant, User
from .audit.models import AuditEntry
from .imports.models import HeaderSynonym, ImportJob, ImportState

__all__ = ["AccountRequest", "AuditEntry", "HeaderSynonym", "ImportJob", "ImportState", "RoleGrant", "User"]
