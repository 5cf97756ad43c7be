"""The lists that stand behind plans and inspections, in the admin: the law, inspection items and the checklists."""

from . import checklists, items, law

__all__ = ["checklists", "items", "law"]
