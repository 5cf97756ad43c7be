"""What of a request goes to city and province with the quarter's report: nobody calls it back from there."""

from collections.abc import Iterable

from ..models import Problem
from .queries import Mark, Obstacle, Subject, Text, marked_of, marks_on, obstacles


def texts(problem: Problem, answer: str | None = None) -> dict[str, Text]:
    """Return the texts of a request as the report would take them.

    :param answer: one that is not stored yet.
    """
    said = problem.answer if answer is None else answer
    return {"reason": Text("原因", problem.reason), "answer": Text("答复", said)}


def unmarked(problems: Iterable[Problem]) -> dict[int, list[Obstacle]]:
    """Return {primary key: what stands in the way} of those that may not go up as they are, in one query."""
    contents = {row.pk: texts(row) for row in problems}
    marks = marked_of(Subject.PROBLEM, contents.keys())
    found = {key: obstacles(content, marks[key]) for key, content in contents.items()}
    return {key: rest for key, rest in found.items() if rest}


def marks(problems: Iterable[Problem]) -> list[Mark]:
    """Return what in requests was marked as not personal, for who answers for the report."""
    found = marks_on(Subject.PROBLEM, {row.pk: texts(row) for row in problems})
    return [mark for each in found.values() for mark in each]
