"""Who was met at the gate and whether entry was given; that cards were shown and the notice handed over; what the firm said.

Of the on-site record (现场检查笔录): who inspects shows his card and says what he comes for first (《行政处罚法》第五十五条;
亮证告知 of 国办发〔2024〕54号).
"""

import datetime
from dataclasses import asdict, dataclass

from django import forms
from django.utils import timezone

from wugang_audit import clock

from ...models import Inspection, Visit
from ...models.inspection import NOT_ENTERED, Outcome
from ...models.visit import SOMEBODY_THERE, Entry
from ..fields import LinesField

HTML_MINUTE = "%Y-%m-%dT%H:%M"
# What a visit can come to, by how it began. 不配合 may begin behind the gate too, but then nothing is in order there.
OUTCOMES_OF = {
    Entry.ENTERED: frozenset(Outcome) - NOT_ENTERED,
    Entry.STOPPED: frozenset({Outcome.CLOSED}),
    Entry.NOBODY: frozenset({Outcome.CLOSED, Outcome.UNTRACED}),
    Entry.REFUSED: frozenset({Outcome.REFUSED}),
    Entry.GONE: frozenset({Outcome.UNTRACED}),
}
OUTSIDE = frozenset(Entry) - {Entry.ENTERED}
EARLIEST = datetime.timedelta(hours=12)  # a visit lasts no longer


@dataclass(frozen=True)
class Arrival:
    """As it was entered; gaps are blank."""

    entry: str = ""
    met_name: str = ""
    met_post: str = ""
    shown_at: datetime.datetime | None = None
    notice_given: bool = False
    remark: str = ""
    statement: str = ""

    def flat(self) -> dict[str, str | datetime.datetime]:
        """Return {name of the form's field: value}; the time to the minute, a tick as ``on``."""
        values = asdict(self) | {"notice_given": "on" if self.notice_given else ""}
        if self.shown_at:
            values["shown_at"] = self.shown_at.replace(second=0, microsecond=0)
        return values


FIELDS = tuple(Arrival.__dataclass_fields__)


def stored_arrival(inspection: Inspection) -> Arrival:
    """Return what the database has; blank before the first save."""
    try:
        row = inspection.visit
    except Visit.DoesNotExist:
        return Arrival()
    return Arrival(**{name: getattr(row, name) for name in FIELDS})


def write_arrival(inspection: Inspection, arrival: Arrival) -> None:
    if arrival == stored_arrival(inspection):
        return
    Visit.objects.update_or_create(inspection=inspection, defaults=asdict(arrival))
    inspection._state.fields_cache.pop("visit", None)


def arrival_fields() -> dict[str, forms.Field]:
    """Return the fields of the form, in the order of a visit."""
    return {
        "entry": forms.ChoiceField(
            label="进入情况", required=False, choices=Entry.choices, widget=forms.RadioSelect
        ),
        "met_name": forms.CharField(
            label="现场负责人姓名",
            required=False,
            max_length=60,
            help_text="只写进现场记录，不公开。",
            widget=forms.TextInput({"autocomplete": "off"}),
        ),
        "met_post": forms.CharField(
            label="职务", required=False, max_length=60, widget=forms.TextInput({"autocomplete": "off"})
        ),
        "shown_at": forms.DateTimeField(
            label="亮证告知时间",
            required=False,
            help_text="出示执法证件、说明来意和申请回避的权利的时间。",
            widget=forms.DateTimeInput({"type": "datetime-local"}, format=HTML_MINUTE),
        ),
        "notice_given": forms.BooleanField(label="已送达检查通知书", required=False),
        "remark": LinesField(
            label="现场情况",
            rows=4,
            max_length=2000,
            help_text="看到的情况，写进现场记录，当事人签字确认，不公开。公开的在下面的“检查情况”里写。",
        ),
        "statement": LinesField(
            label="当事人陈述申辩",
            rows=3,
            max_length=2000,
            help_text="照当事人说的记；没有说的不填。不公开。",
        ),
    }


def gaps(arrival: Arrival) -> list[tuple[str, str]]:
    """Return (field, message) of what a record lacks that is to be frozen."""
    if not arrival.entry:
        return [("entry", "请选择进入情况。")]
    found, entry = [], Entry(arrival.entry)
    if entry == Entry.ENTERED and not arrival.met_name:
        found.append(("met_name", "请填现场负责人的姓名。"))
    if entry == Entry.REFUSED and not (arrival.met_name or arrival.met_post):
        found.append(("met_name", "请填拒绝进入的人的姓名；不肯说的，在“职务”里写他的身份，如“门卫”。"))
    if entry in SOMEBODY_THERE and arrival.shown_at is None:
        found.append(("shown_at", "请填亮证告知的时间。"))
    if entry in SOMEBODY_THERE and not arrival.notice_given and not arrival.remark:
        found.append(("remark", "没有送达检查通知书的，请在这里写明原因；送达了的，请在上面勾选。"))
    if entry in OUTSIDE and not arrival.remark:
        found.append(("remark", f"进入情况是“{entry.label}”，请写明看到的情况和依据。"))
    return found


def wrong_times(arrival: Arrival, visited_at: datetime.datetime | None) -> list[tuple[str, str]]:
    """Return (field, message) of a time that cannot be."""
    shown = arrival.shown_at
    if shown is None:
        return []
    if shown > clock.now():
        return [("shown_at", "亮证告知的时间还没有到。手机的时间可能不准，请核对后再填。")]
    if visited_at and not visited_at - EARLIEST <= shown <= visited_at + EARLIEST:
        at = timezone.localtime(visited_at)
        return [("shown_at", f"亮证告知的时间和检查时间（{at:%Y-%m-%d %H:%M}）相差太远，请改正其中一个。")]
    return []


def unlike_outcome(arrival: Arrival, outcome: str) -> list[tuple[str, str]]:
    """Return (field, message) where the outcome does not go with how the visit began."""
    if not arrival.entry or not outcome or outcome in OUTCOMES_OF[Entry(arrival.entry)]:
        return []
    began, came = Entry(arrival.entry).label, Outcome(outcome).label
    return [("outcome", f"进入情况是“{began}”，检查结论却是“{came}”，请改正其中一处。")]
