"""The second factor: six digits of an authenticator app (RFC 6238), and recovery codes for the day it is gone."""

from .verbs import enrol_for_demo, reset

__all__ = ["enrol_for_demo", "reset"]
