"""Importing what is registered of officers besides their own row: absences, trainings, recusals."""

import datetime
import re
from collections.abc import Mapping, Sequence

from sources import references as units
from wugang_audit import clock
from wugang_audit.imports.records import RecordImporter, period_fault
from wugang_audit.spreadsheets import cell_types
from wugang_audit.spreadsheets.cell_text import shown
from wugang_audit.spreadsheets.cell_types import Wrong
from wugang_audit.spreadsheets.periods import OPEN, TwoDays, first_day, number_of_days
from wugang_audit.spreadsheets.table import Column, Row, Table

from .importer import DEFAULT_REASON
from .models import Absence, Recusal, TrainingRecord
from .references import ATTRIBUTES, OFFICER_COLUMNS, PATHS, find_officers
from .training_titles import day_told, topic_told

_SINCE = (
    "起", "起始日期", "开始日期", "开始时间", "起始时间", "开始日", "起始日", "从", "请假日期", "请假时间", "请假开始日期", "请假开始时间", "休假时间", "起止日期", "起止时间",
    "请假起止日期", "请假起止时间", "休假起止时间", "请假期限", "请假期间", "回避期限", "回避期间", "回避时间", "回避开始日期", "回避起止日期", "回避起始日期",
)  # fmt: skip
_UNTIL = (
    "止", "截止日期", "结束日期", "结束时间", "截止时间", "到期日", "到", "终止日期", "请假结束日期", "请假结束时间", "请假截止日期", "回避截止日期",
    "回避结束日期", "回避到期日",
)  # fmt: skip


def _since(
    required: bool, help: str = "如 2026-09-01；起止写在一格里的也可以，如 2026-09-01至2026-09-05。"
) -> Column:
    return Column("since", "自", first_day, _SINCE, required=required, blank=None, blanks=OPEN, help=help)


UNTIL = Column("until", "至", cell_types.date, _UNTIL, blank=None, blanks=OPEN, help="含当日；未定的留空。")
DAYS = Column("days", "天数", number_of_days, ("请假天数", "休假天数", "共计天数", "合计天数", "总天数", "假期天数"), blank=None,
              import_only=True, help="没有结束日期的，按开始日期和天数算出。")  # fmt: skip


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
        _read_periods(table)


def _read_periods(table: Table) -> None:
    """Set the first and the last day of rows that have both in one cell, or the first and a number of days."""
    for row in table.rows:
        since, days = row.get("since"), row.values.pop("days", None)
        if isinstance(since, TwoDays):
            if row.get("until") not in (None, since.last) and "until" not in row.wrong:
                problem = f"起止日期里的截止日期与“至”一列（{row.get('until'):%Y-%m-%d}）不同"
                table.fault(row, "since", problem, "请核对，改正写错的一个")
            row.values["since"] = since.first
            _set_until(table, row, since.last)
        elif since and days and row.get("until") is None:
            table.note("没有结束日期，按开始日期和天数算出", row)
            _set_until(table, row, since + datetime.timedelta(days=days - 1))


def _set_until(table: Table, row: Row, day: datetime.date) -> None:
    if "until" not in row.wrong:
        row.values["until"] = day
    table.columns.setdefault("until", UNTIL)


class AbsenceImporter(_OfficersRecords):
    kind = "absences"
    label = "不在岗时段"
    model = Absence
    known_by = ("officer", "kind", "since")
    typed_once = ("kind", "since")
    non_model_columns = ATTRIBUTES | {"days"}
    columns = (
        *OFFICER_COLUMNS,
        Column("kind", "事由", cell_types.choice({
            Absence.Kind.LEAVE: "请假 休假 年休假 年假 公休 公休假 病假 事假 产假 婚假 丧假 陪产假 护理假 育儿假 探亲假 哺乳假 工伤假 调休 补休 轮休",
            Absence.Kind.SECONDED: "借调 抽调 外借 挂职",
            Absence.Kind.TRAINING: "培训 学习 脱产学习 外出学习",
            Absence.Kind.OTHER: "其他事由 其他 其它 出差 外出",
        }), ("类型", "类别", "不在岗原因", "原因", "请假类型", "请假类别", "请假种类", "假别", "假期类型", "休假类型", "休假类别", "不在岗类型"),
            required=True, help="请假、借调、培训或其他事由。", gives_way=(("事由", "reason"), ("原因", "reason"), ("不在岗原因", "reason"))),
        _since(True),
        UNTIL,
        DAYS,
        Column("reason", "说明", cell_types.text(200), ("备注", "请假原因", "请假事由", "请假理由", "休假事由", "具体事由", "具体原因"),
               gives_way=(("备注", ""),)),
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
    typed_once = ("date", "topic", "hours")
    otherwise = {"result": TrainingRecord.Result.ATTENDED}
    columns = (
        *OFFICER_COLUMNS,
        Column("date", "日期", cell_types.last_day,
               ("培训日期", "培训时间", "时间", "学习时间", "培训起止时间", "培训起止日期", "起止时间", "起止日期", "参训时间", "参训日期", "结业时间", "结业日期", "培训结束时间", "培训结束日期", "结束时间", "结束日期"), required=True,
               help="如 2026-09-01；写起止两天的，按最后一天登记。"),
        Column("topic", "内容", cell_types.text(120),
               ("培训内容", "培训名称", "培训班", "培训班名称", "培训班次", "培训项目", "培训课程", "培训主题", "课程", "课程名称", "主题", "学习内容"), required=True,
               gives_way=(("培训内容", ""), ("学习内容", ""), ("课程", ""), ("课程名称", ""))),
        Column("hours", "学时", hours, ("课时", "培训学时", "培训课时", "学时数", "课时数", "总学时", "学时（小时）", "培训时长", "培训时长（小时）", "学习时长"), required=True),
        Column("result", "结果", cell_types.choice({
            TrainingRecord.Result.FAILED: "不合格 未通过 不及格",
            TrainingRecord.Result.EXCELLENT: "优秀 优",
            TrainingRecord.Result.PASSED: "合格 通过 及格 良好",
            TrainingRecord.Result.ATTENDED: "未考核 参加 已参加",
        }), ("考核结果", "考试结果", "成绩", "培训结果", "考核成绩", "考核情况", "是否合格"), blank=TrainingRecord.Result.ATTENDED, help="优秀、合格、不合格；没有考核的留空。"),
    )  # fmt: skip

    def told_by(self, titles: Sequence[str]) -> Mapping[str, str]:
        return {"date": day_told(titles), "topic": topic_told(titles)}


class RecusalImporter(_OfficersRecords):
    kind = "recusals"
    label = "回避"
    model = Recusal
    known_by = ("officer", "source")
    otherwise = {"reason": DEFAULT_REASON}
    non_model_columns = ATTRIBUTES | units.ATTRIBUTES
    exported_as = PATHS | units.PATHS
    columns = (
        *OFFICER_COLUMNS,
        *(
            Column(each.attribute, "回避单位", each.rule, ("需回避单位", "应回避单位", "回避企业", "回避对象", "回避单位名称", "回避企业名称", "回避的单位", each.header, *each.aliases))
            if each.attribute == "unit_name"
            else each
            for each in units.UNIT_COLUMNS
        ),
        Column("kind", "依据", cell_types.choice({
            Recusal.Kind.OFFICER: "本人申请回避 本人申请 自行回避 主动回避",
            Recusal.Kind.UNIT: "当事人申请回避（单位申请） 当事人申请回避 当事人申请 单位申请 申请回避",
            Recusal.Kind.BUREAU: "机关决定 决定回避 指令回避 责令回避",
        }), ("回避依据", "回避类型", "回避方式", "类型", "回避类别", "提出方式"), blank=Recusal.Kind.OFFICER,
            help="本人申请回避、当事人申请回避（单位申请）或机关决定；留空按本人申请。"),
        Column("reason", "原因", cell_types.text(200), ("回避原因", "回避理由", "回避事由", "事由", "理由", "回避情形", "具体情形", "与回避单位的关系", "关系"),
               blank=DEFAULT_REASON),
        _since(False, "留空从今天起；起止写在一格里的也可以。"),
        UNTIL,
    )  # fmt: skip

    def find_owners(self, table: Table) -> None:
        find_officers(table)
        units.find_units(table)
        _read_periods(table)
        self._default_since(table)
        if table.rows and "kind" not in table.columns:
            table.note(f"没有“依据”一列，新登记的都按“{Recusal.Kind.OFFICER.label}”登记")

    def _default_since(self, table: Table) -> None:
        """A recusal without a first day holds from today, or as it does; one that the workbook closes stays begun."""
        for row in table.rows:
            if "since" in row.values and row.values["since"] is None:
                row.values["since"] = self._first_days(table).get(_pair(row), clock.today())

    def _first_days(self, table: Table) -> dict:
        if not hasattr(self, "_begun"):
            officers = {row.values["officer"].pk for row in table.rows if "officer" in row.values}
            there = Recusal.objects.filter(officer__in=officers).values_list("officer", "source", "since")
            self._begun = {(officer, source): since for officer, source, since in there}
        return self._begun

    def check(self, table: Table) -> None:
        today = clock.today()
        for row in table.rows:
            period_fault(table, row)
            if row.get("until") and row.get("until") < today:
                table.note("截止日期已过，这条回避不再起作用", row)


def _pair(row) -> tuple[int, int] | None:
    officer, unit = row.get("officer"), row.get("source")
    return (officer.pk, unit.pk) if officer and unit else None
