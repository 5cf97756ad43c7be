"""Two versions of one report put together: what was typed here on top of what somebody stored meanwhile."""

import datetime
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from ...models import Finding, Inspection
from ...models.visit import Entry
from .arrival import FIELDS as ARRIVAL
from .arrival import HTML_MINUTE
from .report import stored
from .sheet import Sheet, sheet, too_old
from .sheet_fields import RUNNING

if TYPE_CHECKING:
    from .forms import ReportForm

# What a button of the sheet sends belongs to one press, not to the report.
BUTTONS = ("all", "all_absent", "add", "drop", "drop_filled", "unseen")
MOMENTS = ("visited_at", "shown_at")
ON_SITE = ("verdict_", "note_", "reading_", "facility_")


@dataclass(frozen=True)
class Difference:
    """A field in which the stored report differs from the one in the form."""

    label: str
    theirs: str
    mine: str
    name: str = ""  # of the form's field; blank where the latest version has none for it


def merged(form: "ReportForm", latest: Inspection) -> tuple["ReportForm", list[Difference]]:
    """Return a form with this one's entries on top of the latest version, and where the two differ.

    What was left blank here is taken over from there: two people often fill in different points. The checklists are
    those that the inspection has begun with by now; what was typed into another version of one of them goes to
    the point of the same code, and what has none there is told among the differences.
    """
    kept = sheet(latest)
    begun = {version.checklist_id for version in kept.versions} if kept.kept else set()
    versions = kept.version_ids if kept.kept else []
    mine_too = [each for each in form.sheet.versions if each.checklist_id not in begun]
    old = {each.pk for each in too_old(latest, mine_too)}
    versions += [each.pk for each in mine_too if each.pk not in old]
    # What the unit asks for comes in where it was left out: saving the merged form is not refused once more.
    there = begun | {each.checklist_id for each in mine_too if each.pk not in old}
    versions += [each.pk for each in kept.versions if each.checklist_id not in there]
    moved, homeless = _moved(form, sheet(latest, versions))
    mine = {moved.get(name, name): value for name, value in form.report().flat().items()}
    theirs = stored(latest).flat()
    data = form.data.copy()
    for old, new in moved.items():
        data[new] = data.get(old, "")
    data["version"], data["versions"] = latest.version, ",".join(map(str, versions))
    for name in theirs.keys() - mine.keys():
        data[name] = f"{timezone.localtime(theirs[name]):{HTML_MINUTE}}" if name in MOMENTS else theirs[name]
    for button in BUTTONS:
        data.pop(button, None)
    new = type(form)(data, inspection=latest, complete=form.complete)
    differences = [
        Difference(new[name].label, new.text(name, theirs), new.text(name, mine), name)
        for name in new.fields
        if mine.get(name) != theirs.get(name) and name not in ("version", "versions")
    ]
    lost = [
        Difference(f"{form[name].label}（采用的清单里没有这一项）", "", form.text(name, mine))
        for name in homeless
        if name in mine
    ]
    return new, differences + lost


def _moved(form: "ReportForm", latest: Sheet) -> tuple[dict[str, str], list[str]]:
    """Return {name of a field here: its name there} of points that have another key there, and names without a place."""
    there = {(point.version.checklist_id, point.code): point.pk for point in _with_versions(latest)}
    keys = {point.pk for point in latest.points}
    moved: dict[str, str] = {}
    homeless: list[str] = []
    for point in _with_versions(form.sheet):
        if point.pk in keys:
            continue
        new = there.get((point.version.checklist_id, point.code))
        for word in ("verdict", "note"):
            if new is None:
                homeless.append(f"{word}_{point.pk}")
            else:
                moved[f"{word}_{point.pk}"] = f"{word}_{new}"
    return moved, homeless


def _with_versions(shown: Sheet) -> list:
    """The points of a sheet, each with the version object that the sheet has at hand."""
    for section in shown.sections:
        for point in section.points:
            point.version = section.version
    return shown.points


def too_late(form: "ReportForm") -> str:
    """Say what a page sends that was opened before the record was frozen, and typed on: it has no place any more.

    In full: it stands nowhere else, and may be what a supplement is to say.
    """
    before = stored(form.inspection).flat()
    late = [
        name
        for name, value in form.data.items()
        if is_on_site(name) and not _same(value, _as_typed(before.get(name, "")))
    ]
    if not late:
        return ""
    values = "；".join(f"{form.gone.get(name, name)}：{_read(name, form.data[name])}" for name in late)
    return f"现场记录已经固定，您填的 {len(late)} 处没有保存（{values}）。请看“现场记录”页；记录有错的，在那里补正。"


def is_on_site(name: str) -> bool:
    """Say whether a field of the form is part of the on-site record."""
    return name in ("visited_at", *ARRIVAL) or name.startswith(ON_SITE)


def frozen_site(form: "ReportForm") -> dict[str, Any]:
    """Return what the page of a frozen record tells a phone that may hold other words about the site::

        {"fields": {"entry": ["进入情况", "entered"]}, "words": {"entered": "进入现场检查"}}

    Each field with its label and what is frozen, as a browser would send it; and what is chosen in words.
    """
    kept = stored(form.inspection).flat()
    fields = {
        name: [label, _as_typed(kept.get(name, ""))] for name, label in form.gone.items() if is_on_site(name)
    }
    return {"fields": fields, "words": _words()}


def _words() -> dict[str, str]:
    return {str(value): str(label) for value, label in (*Finding.Verdict.choices, *RUNNING, *Entry.choices)}


def _read(name: str, value: str) -> str:
    """What was chosen, in the words of its field; what was written, as it is."""
    chosen = name == "entry" or name.startswith(("verdict_", "facility_"))
    return _words().get(value, value) if chosen and value else value.strip() or "空白"


def _same(typed: str, kept: str) -> bool:
    """Say whether a browser sends what is kept: with its own line breaks, and a number as it was typed."""
    typed = typed.replace("\r\n", "\n").strip()
    if typed == kept:
        return True
    try:
        return Decimal(typed) == Decimal(kept)
    except InvalidOperation:
        return False


def _as_typed(value: Any) -> str:
    """A value of `Report.flat` as a browser sends it."""
    if isinstance(value, datetime.datetime):
        return f"{timezone.localtime(value):{HTML_MINUTE}}"
    return str(value).strip()
