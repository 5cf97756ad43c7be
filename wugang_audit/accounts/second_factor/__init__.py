"""The second factor: six digits of an authenticator app (RFC 6238), and recovery codes for the day it is gone."""

from .verbs import reset

__all__ = ["reset"]
