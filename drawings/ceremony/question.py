"""The last questions before a step that nobody can take back: what the freeze would fix, what the publication would send."""

import datetime
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from wugang_audit import clock
from wugang_audit.accounts.models import User
from wugang_audit.calendar.workdays import Due

from .. import deadlines
from ..models import Disclosure, Draw, Inspection
from ..models.entropy import DICE, SYSTEM, label_in_words
from ..models.quota import Quota
from ..protocol import verify
from . import verbs
from .draw_page import STEPS
from .freeze_form import FreezeForm
from .frozen_files import frozen_files
from .preflight.checks import Preflight, past_objections

# Lines of commit.txt that hold what only the moment of the freeze gives; digests of files with fresh nonces too.
FILLED_IN = {
    "previous": "（冻结那一刻日志最后一条的链值）",
    "salt": "（冻结时随机产生的盐的指纹）",
    "pool": "（名单的指纹，冻结时算出）",
    "officers": "（人员名单的指纹，冻结时算出）",
}
NOTHING = "0" * 64


@dataclass(frozen=True)
class NamedSource:
    """A source of randomness as people read it."""

    title: str
    label: str
    time: datetime.datetime | None  # None: the machine's own, at once
    is_dice: bool


@dataclass(frozen=True)
class FreezeQuestion:
    """What a freeze would fix for good, in the words of the last question."""

    flight: Preflight
    sources: list[NamedSource]
    sealed: bool
    unseal_on: datetime.date | None
    visit_by: Due
    holiday: str  # what is to be said of that day, in Chinese
    under: Draw | None
    commit: str  # the text of commit.txt, in words where it is not known before the click

    @property
    def quotas(self) -> list[Quota]:
        return self.flight.quotas

    @property
    def only_dice(self) -> bool:
        return all(source.is_dice for source in self.sources)


def ask_to_freeze(
    request: HttpRequest, draw: Draw, form: FreezeForm, *, seen: str, actor: User
) -> HttpResponse:
    """Show what the freeze would fix, with everything that was typed, and ask once more.

    :param form: a valid one.
    :raises Refused: what would be refused anyway is refused before the question.
    """
    choices = form.choices()
    flight = verbs.cleared(draw, seen, actor)
    verbs.under_which_seal(choices["disclosure"], choices["unseal_on"])
    sources = verbs.checked_sources(choices["sources"], clock.local_now().replace(microsecond=0))
    visit_by = verbs.due_visits(draw, sources, choices["visit_by"])
    question = FreezeQuestion(
        flight=flight,
        sources=[_named(source) for source in sources],
        sealed=choices["disclosure"] == Disclosure.SEALED,
        unseal_on=choices["unseal_on"],
        visit_by=deadlines.visit_by(visit_by),
        holiday=deadlines.holiday_hint(visit_by),
        under=form.under,
        commit=_commit_in_words(draw, flight, sources, choices["disclosure"]),
    )
    context = STEPS | {"checked": True, "freezing": True}
    context |= {"draw": draw, "question": question, "form": form, "seen": seen}
    context["past_objections"] = past_objections(draw, flight.objections)
    return render(request, "ceremony/freeze_question.html", context)


def _named(source: verify.Source) -> NamedSource:
    moment = datetime.datetime.fromisoformat(source.time)
    title = verify.SOURCES[source.source].title
    label = label_in_words(source.source, source.label)
    known_at = None if source.source == SYSTEM else moment
    return NamedSource(title, label, known_at, source.source in DICE)


def _commit_in_words(draw: Draw, flight: Preflight, sources: list[verify.Source], disclosure: str) -> str:
    """Return the commit as it will be, with words in the place of what is fixed only by the click."""
    files = frozen_files(draw, flight, sources, previous=NOTHING, disclosure=disclosure)
    return "".join(map(_in_words, files.texts[verify.COMMIT].splitlines(keepends=True)))


def _in_words(line: str) -> str:
    kind, _, rest = line.partition(" ")
    return f"{kind} {FILLED_IN[kind]}{rest[64:]}" if kind in FILLED_IN else line


def ask_to_publish(request: HttpRequest, draw: Draw) -> HttpResponse:
    """Show what the publication would send to whom, and ask once more."""
    tasks = Inspection.objects.filter(selection__draw=draw)
    context = STEPS | {
        "checked": True,
        "publishing": True,
        "may_void": False,
        "draw": draw,
        "units": tasks.count(),
        "is_late": draw.visit_by is not None and draw.visit_by < clock.today(),
        "officers": tasks.values("selection__team__officer").distinct().count(),
    }
    return render(request, "ceremony/publish_question.html", context)
