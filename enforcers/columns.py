"""The one table of columns of the registry of enforcement officers: import, export and template read it."""

import re
from typing import cast

from sources.columns import NOT_YET, REGISTRY_ID
from wugang_audit.spreadsheets import cell_types
from wugang_audit.spreadsheets.cell_types import Wrong
from wugang_audit.spreadsheets.lines import CellValue
from wugang_audit.spreadsheets.recognition import recognised
from wugang_audit.spreadsheets.table import Column

from .headings import recognition_of
from .models import DutyState

_ONE_NUMBER = cell_types.code(
    REGISTRY_ID,
    "只能有数字、英文字母、短横线和下划线，最多 55 个字符",
    "请按执法证填写证号",
)
# Parts of a cell that are numbers by themselves; 16041 111 333 is one number with spaces in it.
_NUMBERS = re.compile(r"(?<![A-Za-z0-9_-])[A-Za-z]{1,4}-?[0-9]{5,}|(?<![A-Za-z0-9_-])[0-9]{7,}")
_APART = re.compile(r"[、,，;；/|\n]")
# 行政执法证 16041555112（听证）
_LABELLED = re.compile(
    r"(?:[\u4e00-\u9fff]*[证号码编件][:：\s]*|[\u4e00-\u9fff]+[:：\s]+)?([0-9A-Za-z_-]{5,})\s*(?:[（(][\u4e00-\u9fff]+[）)])?"
)


def certificate_number(value: CellValue) -> str | cell_types.Adjusted:
    """Read the number of a certificate; what stands before or behind it in words is dropped.

    :raises Wrong: if it is none, or there are two in the cell: which of them counts no rule can know.
    """
    if not isinstance(value, str):
        return cast(str | cell_types.Adjusted, _ONE_NUMBER(value))
    parts = [part for part in _APART.split(value) if re.search(r"[0-9]{4}", part)]
    if len(parts) > 1 or len(_NUMBERS.findall(value)) > 1:
        raise Wrong("一格里有两个证号", "请只留抽查时用的那一个证号，另一个可以写在备注里")
    if (labelled := _LABELLED.fullmatch(value)) and labelled[1] != value:
        return cell_types.Adjusted(labelled[1], "中证号前后的文字已去掉")
    return cast(str | cell_types.Adjusted, _ONE_NUMBER(value))


# 一中队 in （一）一中队, 综合行政执法大队 in its list of officers.
UNIT = re.compile(
    r"(?:^[^\u4e00-\u9fff]*[一二三四五六七八九十]+[、)）]\s*)?([\u4e00-\u9fff]{1,12}?(?:大队|中队|支队|科|股|室|站))"
)

# What remarks say of somebody who is not there: 借调市局.
AWAY = re.compile(r"借调|抽调|外借|病休|病假|产假|休假|请假|退休|调离|调出|离职|离岗|辞职|停职|已故|注销")

_COLUMNS = (
    Column("name", "姓名", cell_types.name(60, person=True), ("人员姓名", "执法人员", "执法人员姓名", "检查人员", "名字", "执法人员名单"),
           required=True, identity=True, looks_like=re.compile(r"^(?!合计|总计|小计|共计|填表|填报|制表|审核|复核|审批|负责人)(?!.*(?:[乡镇村局厂]|街道|公司)$)[\u4e00-\u9fff]{2,4}$")),
    Column("sex", "性别", cell_types.choice({"男": "男 男性", "女": "女 女性"}), help="男或女。"),
    Column("certificate_number", "执法证号", certificate_number,
           ("执法证编号", "证号", "执法证件号", "执法证件号码", "行政执法证号", "证件编号", "证件号码", "执法证号码",
            "行政执法证件号", "行政执法证编号", "执法证件编号"), keeps=True, identity=True, unknown=NOT_YET | {"待发", "无证", "未取得", "未领取"},
           help="抽签时代表该人员，一经使用不再更换。没有填的先作草稿，补上以后才能派出。"),
    Column("certificate_expiry", "执法证有效期至", cell_types.last_day,
           ("有效期至", "执法证有效期", "证件有效期", "有效期", "执法证到期日", "证件有效期至", "执法证截止日期"),
           blank=None, keeps=True, help="如 2028-07-01。没有填的、过期的不参加抽签。"),
    Column("department", "所属机构", cell_types.text(60), ("单位", "部门", "所在单位", "工作单位", "所属部门", "科室", "所在科室"),
           in_titles=UNIT),
    Column("post", "职务", cell_types.text(40), ("职务职级", "岗位", "职位")),
    Column("group", "执法分组", cell_types.text(40), ("分组", "组别", "执法小组", "所属小组")),
    Column("specialities", "擅长行业", cell_types.names,
           ("行业专长", "专业", "擅长领域", "专业特长", "行业专业组", "擅长专业", "熟悉行业"), blank=(), listing=True,
           help="行业专业组的名称或代码，多个用顿号分开。能力写在括号里，如“建材（精通）”；不写的，新增按胜任，已有的不变。"),
    Column("duty_state", "在岗状态", cell_types.choice({
        DutyState.LEFT: "离岗 离职 调离 退休 已离岗 调出 注销 已注销 失效 已退休",
        DutyState.SECONDED: "借调 抽调 外借",
        DutyState.LEAVE: "请假 休假 病假 产假 事假 病休 长期病假",
        DutyState.TRAINING: "培训 学习",
        DutyState.ON_DUTY: "在岗 在职 正常 是 在编在岗 √ ✓ Y 1 有效",
    }), ("状态", "人员状态", "是否在岗"), blank=DutyState.ON_DUTY, help="在岗、请假、培训、借调或离岗；留空按在岗。"),
    Column("phone", "联系电话", cell_types.phone(40), ("电话", "手机", "手机号", "联系方式", "手机号码", "电话号码"),
           help="只供内部联系，从不公开。"),
    Column("recusals", "回避单位", cell_types.names, ("需回避单位", "应回避单位", "回避企业", "回避对象"), blank=(), listing=True,
           help="污染源编码或单位全称，多个用顿号分开。导入只增加回避，不删除已有的。"),
    Column("recusal_reason", "回避原因", cell_types.text(200), ("回避理由", "回避事由"), width=24),
    Column("remarks", "备注", cell_types.text(500), ("说明",), width=28),
    Column("is_active", "在册", cell_types.flag, ("是否在册", "在库", "是否有效"), blank=True, help="填“否”即停用，历史仍保留。"),
)  # fmt: skip
COLUMNS = recognised(_COLUMNS, recognition_of)
