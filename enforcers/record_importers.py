"""Importing what is registered of officers besides their own row: absences, trainings, recusals."""

import re

from django.utils import timezone

from sources import references as units
from wugang_audit.imports.records import RecordImporter, period_fault
from wugang_audit.spreadsheets import cell_types
from wugang_audit.spreadsheets.cell_text import shown
from wugang_audit.spreadsheets.cell_types import Wrong
from wugang_audit.spreadsheets.table import Column, Table

from .importer import DEFAULT_REASON
from .models import Absence, Recusal, TrainingRecord
from .references import ATTRIBUTES, OFFICER_COLUMNS, PATHS, find_officers

_SINCE = ("起", "起始日期", "开始日期", "开始时间", "起始时间", "开始日", "起始日", "从")
_UNTIL = ("止", "截止日期", "结束日期", "结束时间", "截止时间", "到期日", "到")


def _since(required: bool) -> Column:
    return Column("since", "自", cell_types.date, _SINCE, required=required, help="如 2026-09-01。")


UNTIL = Column("until", "至", cell_types.date, _UNTIL, blank=None, help="含当日；未定的留空。")


def hours(value: object) -> int:
    """Read hours of instruction: 8, 8.0, 8学时."""
    match = re.fullmatch(r"([0-9]{1,4})(?:\.0+)?\s*(?:学时|课时|小时|h)?", shown(value), re.I)
    if not match or not int(match[1]):
        raise Wrong("不是学时数", "请填整数，如 8；不足一学时的按一学时")
    return int(match[1])


class _OfficersRecords(RecordImporter):
    key_label = "登记"
    key_path = "officer__certificate_number"
    key_shown_at = "officer_name"
    non_model_columns = ATTRIBUTES
    exported_as = PATHS

    def find_owners(self, table: Table) -> None:
        find_officers(table)


class AbsenceImporter(_OfficersRecords):
    kind = "absences"
    label = "不在岗时段"
    model = Absence
    known_by = ("officer", "kind", "since")
    columns = (
        *OFFICER_COLUMNS,
        Column("kind", "事由", cell_types.choice({
            Absence.Kind.LEAVE: "请假 休假 年休假 公休 病假 事假 产假 婚假 丧假 陪产假 探亲假",
            Absence.Kind.SECONDED: "借调 抽调 外借 挂职",
            Absence.Kind.TRAINING: "培训 学习 脱产学习",
            Absence.Kind.OTHER: "其他事由 其他 其它",
        }), ("类型", "类别", "不在岗原因", "原因", "请假类型", "请假类别"), required=True, help="请假、借调、培训或其他事由。"),
        _since(True),
        UNTIL,
        Column("reason", "说明", cell_types.text(200), ("备注", "请假原因", "具体事由")),
    )  # fmt: skip

    def check(self, table: Table) -> None:
        for row in table.rows:
            period_fault(table, row)


class TrainingImporter(_OfficersRecords):
    kind = "trainings"
    asks_why = False  # trainings decide nothing about who is drawn
    label = "培训记录"
    model = TrainingRecord
    known_by = ("officer", "date", "topic")
    otherwise = {"result": TrainingRecord.Result.ATTENDED}
    columns = (
        *OFFICER_COLUMNS,
        Column("date", "日期", cell_types.date, ("培训日期", "培训时间", "时间"), required=True, help="如 2026-09-01。"),
        Column("topic", "内容", cell_types.text(120), ("培训内容", "培训名称", "培训班", "课程", "主题"), required=True),
        Column("hours", "学时", hours, ("课时", "培训学时", "学时数"), required=True),
        Column("result", "结果", cell_types.choice({
            TrainingRecord.Result.FAILED: "不合格 未通过 不及格",
            TrainingRecord.Result.EXCELLENT: "优秀 优",
            TrainingRecord.Result.PASSED: "合格 通过 及格 良好",
            TrainingRecord.Result.ATTENDED: "未考核 参加 已参加",
        }), ("考核结果", "考试结果", "成绩"), blank=TrainingRecord.Result.ATTENDED, help="优秀、合格、不合格；没有考核的留空。"),
    )  # fmt: skip


class RecusalImporter(_OfficersRecords):
    kind = "recusals"
    label = "执法人员回避"
    model = Recusal
    known_by = ("officer", "source")
    otherwise = {"reason": DEFAULT_REASON}
    non_model_columns = ATTRIBUTES | units.ATTRIBUTES
    exported_as = PATHS | units.PATHS
    columns = (
        *OFFICER_COLUMNS,
        *(
            Column(each.attribute, "回避单位", each.rule, ("需回避单位", "应回避单位", "回避企业", "回避对象", each.header, *each.aliases))
            if each.attribute == "unit_name"
            else each
            for each in units.UNIT_COLUMNS
        ),
        Column("kind", "依据", cell_types.choice({
            Recusal.Kind.OFFICER: "本人申请回避 本人申请 自行回避 主动回避",
            Recusal.Kind.UNIT: "当事人申请回避（单位申请） 当事人申请回避 当事人申请 单位申请 申请回避",
            Recusal.Kind.BUREAU: "机关决定 决定回避 指令回避 责令回避",
        }), ("回避依据", "回避类型", "回避方式", "类型"), blank=Recusal.Kind.OFFICER,
            help="本人申请回避、当事人申请回避（单位申请）或机关决定；留空按本人申请。"),
        Column("reason", "原因", cell_types.text(200), ("回避原因", "回避理由", "回避事由", "事由"), blank=DEFAULT_REASON),
        Column("since", "自", cell_types.date, _SINCE, blank=None, help="留空从今天起。"),
        UNTIL,
    )  # fmt: skip

    def find_owners(self, table: Table) -> None:
        find_officers(table)
        units.find_units(table)
        self._default_since(table)

    def _default_since(self, table: Table) -> None:
        """A recusal without a first day holds from today, or as it does; one that the workbook closes stays begun."""
        for row in table.rows:
            if "since" in row.values and row.values["since"] is None:
                row.values["since"] = self._first_days(table).get(_pair(row), timezone.localdate())

    def _first_days(self, table: Table) -> dict:
        if not hasattr(self, "_begun"):
            officers = {row.values["officer"].pk for row in table.rows if "officer" in row.values}
            there = Recusal.objects.filter(officer__in=officers).values_list("officer", "source", "since")
            self._begun = {(officer, source): since for officer, source, since in there}
        return self._begun

    def check(self, table: Table) -> None:
        today = timezone.localdate()
        for row in table.rows:
            period_fault(table, row)
            if row.get("until") and row.get("until") < today:
                table.note("截止日期已过，这条回避不再起作用", row)


def _pair(row) -> tuple[int, int] | None:
    officer, unit = row.get("officer"), row.get("source")
    return (officer.pk, unit.pk) if officer and unit else None
