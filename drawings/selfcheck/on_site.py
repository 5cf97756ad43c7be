"""The on-site records of a draw and who stands by them, held against the entries of the audit trail; and the reports, which
say what the record says with all that was put right since.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import Any

from ..models.inspection import Inspection
from ..models.site_facts import SEEN, corrected, unlike
from ..models.visit import CoSign, FirmSignature, OnSiteRecord, Supplement
from ..protocol import verify
from .evidence import Evidence, Part, Step, of_steps, unknown
from .moves import Entries

FROZEN, OPENED, SIGNED, WRITTEN = "固定现场记录", "重新打开现场记录", "登记当事人签字", "补正现场记录"
SAID: dict[str, str] = {CoSign.Verdict.CONFIRM: "确认现场记录", CoSign.Verdict.OBJECT: "对现场记录提出异议"}
DECIDED: dict[str, str] = {CoSign.Verdict.CONFIRM: "确认补正", CoSign.Verdict.OBJECT: "不同意补正"}

Told = dict[str, list[tuple[str, dict[str, Any]]]]  # action -> rows as `of_steps` takes them


def on_site(evidence: Evidence) -> Part:
    """Compare each record, and each word about it, with its entry; a fixed number of queries."""
    draw, faults, count = evidence.draw, [], 0
    entries = Entries(evidence, FROZEN, OPENED, SIGNED, WRITTEN, *SAID.values(), *DECIDED.values())
    records = defaultdict(list)
    rows = OnSiteRecord.objects.filter(inspection__selection__draw=draw)
    for record in rows.select_related("inspection__selection__source").order_by("inspection", "number"):
        records[record.inspection_id].append(record)
    beside = _Beside(evidence)
    inspections = draw.selections.filter(inspection__isnull=False).order_by("inspection__pk")
    reports = _reports(records.values())
    for pk, number in inspections.values_list("inspection__pk", "source__number"):
        told = beside.told(records[pk])
        steps = entries.of(pk)
        count += sum(map(len, told.values()))
        found = [*_texts(records[pk]), *beside.unknown(records[pk]), *_compared(told, steps)]
        found += _replayed(records[pk], beside, reports)
        faults += [f"现场记录 {evidence.unit(number, pk)}：{fault}" for fault in found]
    return Part("现场记录", count, tuple(faults))


def _texts(records: Iterable[OnSiteRecord]) -> Iterator[str]:
    for record in records:
        if sha256(record.text.encode()).hexdigest() != record.digest:
            yield f"第 {record.number} 份的内容和指纹不一致"


def _reports(records: Iterable[list[OnSiteRecord]]) -> dict[int, Inspection]:
    """Return the inspections whose record stands, with all that their reports say of the site."""
    keys = [each.inspection_id for some in records for each in some if each.set_aside_at is None]
    return Inspection.objects.prefetch_related(*SEEN).in_bulk(keys)


def _replayed(
    records: list[OnSiteRecord], beside: "_Beside", reports: dict[int, Inspection]
) -> Iterator[str]:
    """Say what a report has otherwise than its record with the supplements that both officers confirmed."""
    for record in records:
        if record.set_aside_at:
            continue
        try:
            said = corrected(record, beside.supplements[record.pk])
        except verify.Invalid as reason:
            yield f"第 {record.number} 份和它的补正接不上：{reason}"
            continue
        for what in unlike(reports[record.inspection_id], said):
            yield f"报告里的{what}和现场记录、补正不一致"


def _compared(told: Told, steps: list[Step]) -> Iterator[str]:
    for action in (FROZEN, OPENED, SIGNED, WRITTEN, *SAID.values(), *DECIDED.values()):
        own = [step for step in steps if step.action == action]
        yield from of_steps(action, own, told.get(action, []))


class _Beside:
    """What stands beside the records of a draw: one query for each table."""

    def __init__(self, evidence: Evidence):
        self.digest = evidence.draw.log_digest
        of_draw = {"record__inspection__selection__draw": evidence.draw}
        self.cosigns = _by_record(CoSign.objects.filter(**of_draw).order_by("pk"))
        self.signatures = _by_record(FirmSignature.objects.filter(**of_draw).order_by("pk"))
        self.supplements = _by_record(
            Supplement.objects.filter(**of_draw)
            .select_related("point__version__checklist")
            .order_by("record", "number")
        )

    def unknown(self, records: list[OnSiteRecord]) -> Iterator[str]:
        """Name each word about a record that is none of those which an officer can say; no entry is held against it."""
        for record in records:
            for number, row in enumerate(self.cosigns[record.pk], 1):
                if row.verdict not in SAID:
                    yield unknown(f"第 {record.number} 份的第 {number} 次意见", row.verdict)
            for made in self.supplements[record.pk]:
                if made.decision not in DECIDED and (made.decision or made.decided_at):
                    yield unknown(f"第 {record.number} 份的第 {made.number} 次补正的意见", made.decision)

    def told(self, records: list[OnSiteRecord]) -> Told:
        """Return what the tables say of the records of one inspection, each list in the order of its entries."""
        told: Told = defaultdict(list)
        for record in records:
            of = {"record_number": record.number}
            name = f"第 {record.number} 份"
            frozen = {
                "record": self.digest(record.text),
                "actor": record.frozen_by_id,
                "at": record.frozen_at,
            }
            told[FROZEN].append((name, of | frozen))
            if record.set_aside_at:
                opened = {"actor": record.set_aside_by_id, "at": record.set_aside_at}
                told[OPENED].append((f"{name}重新打开", of | opened))
            for row in self.cosigns[record.pk]:
                said = {"said": self.digest(row.note), "actor": row.by_id, "at": row.at}
                told[SAID.get(row.verdict, "")].append((f"{name}的意见", of | said))
            for row in self.signatures[record.pk]:
                said = {
                    "signed": self.digest(row.as_stored()),
                    "actor": row.by_id,
                    "at": row.at,
                }
                told[SIGNED].append((f"{name}的签字", of | said))
            self._supplements(told, record, of)
        return told

    def _supplements(self, told: Told, record: OnSiteRecord, of: dict[str, Any]) -> None:
        rows = self.supplements[record.pk]
        for row in rows:
            said = {
                "supplement": row.number,
                "said": self.digest(row.as_stored()),
                "actor": row.by_id,
                "at": row.at,
            }
            told[WRITTEN].append((f"第 {row.number} 次补正", of | said))
            if row.decided_at:
                decided = {"supplement": row.number, "actor": row.decided_by_id, "at": row.decided_at}
                told[DECIDED.get(row.decision, "")].append((f"第 {row.number} 次补正的意见", of | decided))


def _by_record(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.record_id].append(row)
    return found
