"""The lists that stand behind plans and inspections, in the admin: the law, items, checklists, and what is disclosed more strongly."""

from . import checklists, items, law, stronger

__all__ = ["checklists", "items", "law", "stronger"]
