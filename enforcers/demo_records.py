"""Records of officers in a demonstration that no workbook holds: levels, absences, trainings, recusals with a period."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.db import transaction

from sources.models import PollutionSource
from wugang_audit import clock
from wugang_audit.accounts.models import User
from wugang_audit.audit import trail
from wugang_audit.registries import bulk_history

from .models import Ability, Absence, Officer, Recusal, TrainingRecord

REASON = "演示数据"
# (certificate number of the demo workbook, kind, days from today: first and last, note)
ABSENCES = (
    ("16041048004", Absence.Kind.LEAVE, -2, 12, "探亲假"),
    ("16041048009", Absence.Kind.SECONDED, -30, 60, "借调市局专项行动"),
    ("16041048012", Absence.Kind.TRAINING, -1, 4, "执法岗位培训班"),
)
TRAININGS = (
    ("16041048001", -20, "行政执法程序与文书制作", 16, TrainingRecord.Result.EXCELLENT),
    ("16041048001", -200, "危险废物环境管理", 8, TrainingRecord.Result.PASSED),
    ("16041048002", -20, "行政执法程序与文书制作", 16, TrainingRecord.Result.PASSED),
    ("16041048006", -45, "畜禽养殖污染防治", 8, TrainingRecord.Result.PASSED),
    ("16041048008", -45, "排污许可证核查要点", 12, TrainingRecord.Result.FAILED),
    ("16041048011", -90, "现场采样与便携仪器使用", 6, TrainingRecord.Result.ATTENDED),
)
LEVELS = (
    ("16041048001", "chemical-pharma", Ability.Level.EXPERT),
    ("16041048003", "building-materials", Ability.Level.EXPERT),
    ("16041048006", "livestock", Ability.Level.EXPERT),
    ("16041048006", "chemical-pharma", Ability.Level.LEARNING),
    ("16041048011", "machinery", Ability.Level.LEARNING),
)
EXPIRES_SOON = ("16041048006", 40)
RECUSALS = (
    ("16041048002", Recusal.Kind.UNIT, -10, 180, "单位书面申请：该人员的配偶在本单位任职"),
    ("16041048011", Recusal.Kind.BUREAU, -200, -20, "两年内参与过该单位的案件调查，机关决定回避"),
)


@transaction.atomic
def keep(*, actor: User) -> None:
    """Enter the rows above; once there are trainings, nothing more is entered."""
    if TrainingRecord.objects.exists():
        return
    today = clock.today()
    stamp = {"actor": actor, "reason": REASON}
    officers = {officer.certificate_number: officer for officer in Officer.objects.all()}

    def day(days: int) -> datetime.date:
        return today + datetime.timedelta(days=days)

    def of(rows: Iterable[tuple], *names: str) -> list[dict[str, Any]]:
        return [dict(zip(names, row, strict=True)) | {"officer": officers[row[0]]} for row in rows]

    absences = of(ABSENCES, "officer", "kind", "since", "until", "reason")
    trainings = of(TRAININGS, "officer", "date", "topic", "hours", "result")
    recusals = of(RECUSALS, "officer", "kind", "since", "until", "reason")
    for row in absences + recusals:
        row["since"], row["until"] = day(row["since"]), day(row["until"])
    for row in trainings:
        row["date"] = day(row["date"])
    units = PollutionSource.objects.registered().filter(recusals=None).order_by("number")
    for row, unit in zip(recusals, units[: len(recusals)], strict=True):
        row["source"] = unit
    bulk_history.create(Absence, ["officer", "kind", "since", "until", "reason"], absences, **stamp)
    bulk_history.create(TrainingRecord, ["officer", "date", "topic", "hours", "result"], trainings, **stamp)
    bulk_history.create(Recusal, ["officer", "source", "kind", "since", "until", "reason"], recusals, **stamp)
    masters = {
        (each.officer_id, each.speciality.code): each.pk
        for each in Ability.objects.select_related("speciality")
    }
    abilities = [masters[officers[number].pk, code] for number, code, _ in LEVELS]
    bulk_history.update(Ability, ["level"], abilities, [{"level": level} for *_, level in LEVELS], **stamp)
    number, days = EXPIRES_SOON
    officer = officers[number]
    bulk_history.update(
        Officer, ["certificate_expiry"], [officer.pk], [{"certificate_expiry": day(days)}], **stamp
    )
    kept = {"不在岗时段": len(absences), "培训记录": len(trainings), "回避": len(recusals)}
    trail.record(actor, "登记演示数据", "执法人员", kept)
