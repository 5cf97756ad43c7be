"""A visit as two officers and a firm go through it: frozen, confirmed, signed, handed in."""

import dataclasses

from drawings.inspections import record_verbs, verbs
from drawings.inspections.field.arrival import Arrival
from drawings.inspections.field.record import standing, team_changed
from drawings.inspections.field.report import Report, stored
from drawings.models import Inspection

ENTRY_OF = {"closed": "stopped", "untraced": "gone", "refused": "refused"}


def arrival_of(report):
    """How the visit began, by what it came to."""
    entry = ENTRY_OF.get(report.outcome, "entered")
    return Arrival(
        entry=entry,
        met_name="钱在场" if entry in ("entered", "refused") else "",
        met_post="环保主管" if entry in ("entered", "refused") else "",
        shown_at=report.visited_at if entry in ("entered", "refused") else None,
        notice_given=entry == "entered",
        remark="" if entry == "entered" else "大门紧闭，门口贴有停产通知。",
    )


def arrived(report):
    """The report with how the visit began, where it does not say so."""
    if report.arrival != Arrival() or report.visited_at is None:
        return report
    return dataclasses.replace(report, arrival=arrival_of(report))


def closed(moment):
    """A whole report of a site where nobody was."""
    said = {"visited_at": moment.replace(second=0, microsecond=0), "outcome": "closed", "summary": "停产。"}
    return arrived(Report(**said))


def frozen(inspection, report, actor=None, **more):
    """The on-site record of a report, frozen by the lead or by who is named; nobody has signed it yet."""
    more.setdefault("version", inspection.version)
    actor = actor or inspection.selection.team.get(is_lead=True).officer.user
    return record_verbs.freeze(inspection=inspection, actor=actor, report=arrived(report), **more)


def signed(record):
    """Confirmed by the other officer, signed by the firm on paper."""
    record_verbs.cosign(record=record, actor=record.second, digest=record.digest, verdict="confirm")
    record_verbs.sign(
        record=record, actor=record.frozen_by, digest=record.digest, kind="paper", name="钱在场", post="厂长"
    )
    return record


def send_in(*, inspection, actor, version, report, not_personal=None):
    """Hand a report in as `verbs.submit` does; before the first time its record is frozen and signed.

    Of a record that stands already, what was seen on the site is taken from there: another verdict is a supplement.
    """
    row = Inspection.objects.get(pk=inspection.pk)
    record = standing(row)
    if record and team_changed(row, record) and row.is_on_team(actor):
        record_verbs.set_aside(record=record, actor=actor, reason="检查组换了人")
        row, record = Inspection.objects.get(pk=inspection.pk), None
        version = row.version
    if record is None:
        own = {name: each for name, each in (not_personal or {}).items() if name.startswith("note_")}
        signed(frozen(row, report, actor, version=version, not_personal=own or None))
        row = Inspection.objects.get(pk=inspection.pk)
        version = row.version
    elif actor.pk in {member.officer.user_id for member in row.selection.team.all()}:
        version = put_right(row, report, actor) or version
    given = {"version": version, "report": assessed(row, report), "not_personal": not_personal}
    return verbs.submit(inspection=row, actor=actor, **given)


def put_right(row, report, actor):
    """Give points another verdict by supplements, each confirmed by the other; returns the version if there are any."""
    record, there = standing(row), stored(row)
    other = record.second if actor == record.frozen_by else record.frozen_by
    changed = [
        (pk, answer)
        for pk, answer in report.answers.items()
        if pk in there.answers and there.answers[pk].verdict != answer.verdict
    ]
    for pk, answer in changed:
        text = f"第 {pk} 项记错了（{record.supplements.count() + 1}）：{answer.note or '看过台账'}"
        made = record_verbs.supplement(
            record=record, actor=actor, text=text, target=f"verdict_{pk}", value=answer.verdict
        )
        record_verbs.decide_supplement(supplement=made, actor=other, verdict="confirm")
        if answer.verdict == "fail" and answer.note != there.answers[pk].note:
            made = record_verbs.supplement(
                record=record, actor=actor, text=f"{text}，说明", target=f"note_{pk}", value=answer.note
            )
            record_verbs.decide_supplement(supplement=made, actor=other, verdict="confirm")
    return Inspection.objects.get(pk=row.pk).version if changed else ""


def assessed(inspection, report):
    """The report with what was seen on the site as the frozen record has it."""
    open_ = {name: getattr(report, name) for name in ("outcome", "summary", "measures")}
    return dataclasses.replace(stored(inspection), **open_)


ON_SITE = ("verdict_", "note_", "reading_", "facility_")


def by_page(client, inspection, data, **more):
    """Send a form as a browser does that freezes it, lets it be signed and hands it in; returns the first answer that
    does not lead on, or the last one."""
    row = Inspection.objects.get(pk=inspection.pk)
    if standing(row) is None:
        entry = ENTRY_OF.get(data.get("outcome", ""), "entered")
        arrival = {"entry": entry, "remark": "门口贴有停产通知。" if entry != "entered" else ""}
        if entry in ("entered", "refused"):
            arrival |= {"met_name": "钱在场", "shown_at": data.get("visited_at", ""), "notice_given": "on"}
        answer = client.post(f"/inspections/{row.pk}/freeze/", arrival | data, **more)
        if (record := standing(row)) is None:
            return answer
        signed(record)
        data = data | {"version": Inspection.objects.get(pk=row.pk).version}
    own = {
        name: value
        for name, value in data.items()
        if name not in ("visited_at", *Arrival.__dataclass_fields__) and not name.startswith(ON_SITE)
    }
    return client.post(f"/inspections/{row.pk}/submit/", own, **more)
