"""Industries (GB/T 4754-2017): the table, and how an industry is read from what lists have. Pure, no database."""

from .reading import Kind, Reading, agreed, read_industry, read_levels
from .suggestions import Candidate, suggest
from .table import Industry, Level, classes, former_code, industries, label_of, lies_in, named

__all__ = [
    "Candidate",
    "Industry",
    "Kind",
    "Level",
    "Reading",
    "agreed",
    "classes",
    "former_code",
    "industries",
    "label_of",
    "lies_in",
    "named",
    "read_industry",
    "read_levels",
    "suggest",
]
