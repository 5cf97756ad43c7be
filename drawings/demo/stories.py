"""What becomes of the drawn units: in a quarter that is over, and in the one under way."""

from dataclasses import dataclass
from enum import Enum

from drawings.models.inspection import Outcome
from drawings.states import InspectionState

State = InspectionState


class Ask(Enum):
    """What the team asks of the organiser before the visit, or what happens to it."""

    MORE_TIME = "asks for more time, granted"
    NO_MORE_TIME = "asks for more time, refused"
    TIME_UNANSWERED = "asks for more time, not answered yet"
    PROBLEM = "reports a problem, answered"
    PROBLEM_UNANSWERED = "reports a problem, not answered yet"
    RECUSED = "an officer asks to be recused: another one steps in"
    NOT_RECUSED = "an officer asks to be recused, refused"
    RECUSAL_UNANSWERED = "an officer asks to be recused, not answered yet"
    TRAINED = "an officer is at a training on the days of this visit: another one steps in"
    TRAINED_UNCONFIRMED = "an officer is at a training: declared, not confirmed yet"


class After(Enum):
    """What becomes of a published record."""

    CORRECTED = "corrected"
    SUMMARY_HIDDEN = "its summary is hidden by law"
    RECORD_HIDDEN = "the whole record is hidden by law"
    TO_HIDE = "a reviewer has asked to hide it"


@dataclass(frozen=True)
class Story:
    """The way of one inspection.

    :param visit: of a quarter that is over the working day after the publication, else how many days ago.
    :param until: the state that it is brought to; None: the task is open, and nothing is entered.
    :param until_day: how many days from now the visit is due, where more time was granted.
    :param over: a reading is over its limit, and the station takes samples; the unit must have a permit.
    :param marked: its text holds a telephone number, with the reason why it is no personal one.
    :param photos: how many are taken; all but the last become public where the reviewer has seen them.
    :param of: who goes: 1 the officer with the most tasks, 2 the one after; 0 anybody.
    """

    outcome: Outcome = Outcome.CLEAN
    visit: int = 0
    until: State | None = State.PUBLISHED
    returned: int = 0
    ask: Ask | None = None
    until_day: int = 0
    over: bool = False
    after: After | None = None
    replaced: bool = False
    marked: bool = False
    photos: int = 0
    of: int = 0


LATEST = 40  # the working day by which the visits of a quarter that is over were due
FIRST_OUTCOMES = (Outcome.CASE, Outcome.URGED, Outcome.ORDERED, Outcome.POLICE)
ASKS = (Ask.RECUSED, Ask.TRAINED, Ask.NOT_RECUSED)
NOT_FOUND = (Outcome.UNTRACED, Outcome.REFUSED, Outcome.CLEAN)
HIDDEN = {1: After.SUMMARY_HIDDEN, 4: After.RECORD_HIDDEN}


def past(serial: int) -> list[Story]:
    """Return the stories of a quarter that is over.

    :param serial: 0 for the first quarter of the demonstration.
    """
    odd = serial % 2 == 1
    return [
        Story(Outcome.ORDERED, visit=5, over=True),
        Story(visit=8, ask=ASKS[serial % 3]),
        Story(FIRST_OUTCOMES[serial % 4], visit=11, returned=1),
        Story(visit=LATEST + 4, ask=Ask.MORE_TIME, until_day=LATEST + 6),
        Story(Outcome.URGED, visit=14),
        Story(visit=17, after=HIDDEN.get(serial)),
        Story(Outcome.ORDERED if odd else Outcome.CLEAN, visit=20, after=After.CORRECTED if odd else None),
        Story(Outcome.CLOSED, visit=22, replaced=not odd),
        Story(NOT_FOUND[serial % 3], visit=24),
        Story(Outcome.ORDERED, visit=LATEST + 2),
        Story(Outcome.URGED, visit=26, returned=2),
        Story(visit=30, ask=Ask.NO_MORE_TIME),
        Story(visit=33, ask=Ask.PROBLEM),
    ]


def substitute(visit: int) -> Story:
    """Return the story of a unit that steps in."""
    return Story(Outcome.URGED, visit=visit)


# What the two officers of the log-in page see comes first: of 24 units and 12 officers one has four tasks at least.
NOW = (
    Story(until=None, of=1),  # overdue
    Story(visit=3, until=State.DRAFT, ask=Ask.MORE_TIME, until_day=1, of=1),
    Story(Outcome.URGED, visit=6, until=State.RETURNED, returned=1, of=1),
    Story(until=None, ask=Ask.MORE_TIME, until_day=5, of=1),
    Story(until=None, ask=Ask.MORE_TIME, until_day=1, of=2),
    Story(Outcome.URGED, visit=5, until=State.RETURNED, returned=2, of=2),
    Story(until=None, ask=Ask.MORE_TIME, until_day=8, of=2),
    Story(Outcome.ORDERED, visit=24, over=True, photos=3),
    Story(visit=34, until=State.APPROVED),  # should be public by now
    Story(Outcome.URGED, visit=5, until=State.SUBMITTED, photos=2),
    Story(visit=4, until=State.SUBMITTED, returned=1),
    Story(Outcome.CASE, visit=9, until=State.APPROVED, photos=3),
    Story(visit=8, until=State.APPROVED),
    Story(Outcome.URGED, visit=20, after=After.TO_HIDE),
    Story(visit=18, after=After.CORRECTED),
    Story(Outcome.CLOSED, visit=7, until=State.SUBMITTED),
    Story(visit=16, ask=Ask.TRAINED),
    Story(until=None, ask=Ask.TIME_UNANSWERED),
    Story(until=None, ask=Ask.RECUSAL_UNANSWERED),
    Story(until=None, ask=Ask.TRAINED_UNCONFIRMED),
    Story(visit=2, until=State.DRAFT, ask=Ask.PROBLEM_UNANSWERED),
    Story(Outcome.ORDERED, visit=15, returned=1),
    Story(visit=14, ask=Ask.PROBLEM, marked=True),
    Story(Outcome.URGED, visit=12),
)
