"""Whose site this is: the bureau's name, address, telephone and county, which its administrator can change."""

from .queries import current, facts

__all__ = ["current", "facts"]
