"""What may stand in the cells of an officers' workbook: spaces, numbers, dates, synonyms, several values in one cell."""

import datetime

import pytest
from officer_workbooks import rows_of, workbook

from enforcers.importer import OfficerImporter, import_file, preview
from enforcers.models import Ability, Officer, Recusal
from wugang_audit.spreadsheets import cell_types, export
from wugang_audit.spreadsheets.cell_reader import read_cell
from wugang_audit.spreadsheets.cell_types import Wrong
from wugang_audit.spreadsheets.table import Column

pytestmark = pytest.mark.usefixtures("specialities")

NUMBER, EXPIRY, STATE = "执法证号", "执法证有效期至", "在岗状态"


def told(**cells):
    """What is wrong with a row of these cells: (header, problem, fix)."""
    return [(fault.header, fault.problem, fault.fix) for fault in preview(workbook(cells), "x.xlsx").faults]


def came_in(admin, **cells):
    done = import_file(workbook(cells), "x.xlsx", admin)
    return Officer.objects.get(), done.notices


# --- the certificate's number -------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "text",
    ["16041111222 HN7654321", "省证：16041752077\n部证：HN2368487", "16041725055、HN3833404", "16041829591/HN3164332", "16041829591；16041829592"],
)  # fmt: skip
def test_two_certificate_numbers_in_a_cell_are_never_taken_for_one(text):
    fix = "请只留抽查时用的那一个证号，另一个可以写在备注里"
    assert told(**{NUMBER: text}) == [(NUMBER, "一格里有两个证号", fix)]


@pytest.mark.parametrize(
    ("text", "number"),
    [("16041 111 333", "16041111333"), ("行政执法证 16041555112", "16041555112"), ("16041128609（省）", "16041128609"), ("证号：HN2368487", "HN2368487")],
)  # fmt: skip
def test_spaces_and_words_around_one_certificate_number_are_dropped(admin, text, number):
    officer, notices = came_in(admin, **{NUMBER: text})
    assert officer.certificate_number == number
    assert any("执法证号”中" in notice for notice in notices)


LOST = "是数字格式，前面的 0 或末尾的数字可能已丢失"
AS_TEXT = "请把这一列设为“文本”格式，再重新填写编码"
FORM = "只能有数字、英文字母、短横线和下划线，最多 55 个字符"
FIX = "请按执法证填写证号"


@pytest.mark.parametrize(
    ("value", "problem", "fix"),
    [
        (7, LOST, AS_TEXT),
        (1604104, LOST, AS_TEXT),
        (1604104800112345678, LOST, AS_TEXT),  # nineteen digits, of which Excel keeps fifteen
        (16041048001.5, LOST, AS_TEXT),
        ("1.6041E+10", "是科学计数法，后面的数字已经丢失",
         "请回到原来的表格，把这一列设为“文本”格式重新填写，再保存"),
        (True, "不是编码", FIX),
        ("豫D16041048", FORM, FIX),
        ("-16041048", FORM, FIX),
        ("16041048/49", FORM, FIX),
        ("1" * 56, FORM, FIX),
    ],
)  # fmt: skip
def test_a_number_of_a_certificate_that_lost_digits_or_is_none_is_refused(value, problem, fix):
    assert told(执法证号=value) == [(NUMBER, problem, fix)]


@pytest.mark.parametrize(
    ("value", "kept", "noticed"),
    [
        ("00716041048", "00716041048", False),
        ("'00716041048", "00716041048", True),
        ("1604 1048 001", "16041048001", True),
        ("１６０４１０４８００１", "16041048001", True),
        ("\u3000ZF-041\xa0", "ZF-041", False),
        ("zf_041\u200b", "zf_041", False),
    ],
)
def test_a_number_written_in_another_way_is_put_right_and_told(admin, value, kept, noticed):
    officer, notices = came_in(admin, 执法证号=value)
    assert (officer.certificate_number, len(notices)) == (kept, noticed)


def test_a_number_in_a_cell_of_numbers_is_taken_where_no_digit_can_be_lost_and_told(admin):
    officer, notices = came_in(admin, 执法证号=160410480012345)
    assert (officer.certificate_number, len(notices)) == ("160410480012345", 1)


# --- names --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("李\u3000明", "李明"),
        (" 李 明\xa0", "李明"),
        ("\ufeff李\u200b明", "李明"),
        ("欧阳\n建国", "欧阳建国"),
        ("古丽·买买提", "古丽·买买提"),
        ("𠮷田𡋾", "𠮷田𡋾"),
        ("Anna Li", "Anna Li"),
    ],
)
def test_a_name_loses_what_cannot_be_seen_and_nothing_else(admin, value, kept):
    officer, _ = came_in(admin, 姓名=value)
    assert officer.name == kept


@pytest.mark.parametrize("value", [12, "12", "——·", datetime.date(2020, 1, 1), "甲" * 61])
def test_what_is_no_name_is_refused(value):
    assert [header for header, _, _ in told(姓名=value)] == ["姓名"]


# --- dates --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "value",
    [
        "2028.7.1", "2028年7月1日", "20280701", 20280701, "2028-07-01", "2028/7/1", "２０２８－０７－０１", 46935,
        datetime.date(2028, 7, 1), datetime.datetime(2028, 7, 1, 8, 30),
    ],
    ids=str,
)  # fmt: skip
def test_a_date_is_read_in_each_form_that_clerks_use(admin, value):
    officer, _ = came_in(admin, 执法证有效期至=value)
    assert officer.certificate_expiry == datetime.date(2028, 7, 1)


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("2028年2月30日", "没有这一天"),
        (20281301, "没有这一天"),
        ("长期", "不是日期"),
        ("2208-07-01", "年份 2208 不合理"),
        ("七月一日", "不是能识别的日期"),
    ],
)
def test_a_date_that_names_no_day_is_refused(value, problem):
    assert [(header, said) for header, said, _ in told(执法证有效期至=value)] == [(EXPIRY, problem)]


def test_the_last_day_of_a_month_counts_where_only_the_month_is_told(admin):
    officer, notices = came_in(admin, 执法证有效期至="2028年2月")
    assert officer.certificate_expiry == datetime.date(2028, 2, 29)
    assert any("只写到月，按当月最后一天读取" in notice for notice in notices)


# --- words --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("在岗", "on_duty"), ("在职", "on_duty"), ("在编在岗", "on_duty"), ("正常", "on_duty"), ("是", "on_duty"),
        ("√", "on_duty"), ("Y", "on_duty"), (1, "on_duty"), (" 在 岗 ", "on_duty"), ("产假", "leave"),
        ("事假", "leave"), ("外借", "seconded"), ("学习", "training"), ("调离", "left"), ("已离岗", "left"),
    ],
    ids=str,
)  # fmt: skip
def test_the_state_is_read_by_the_words_that_clerks_use(admin, word, state):
    officer, _ = came_in(admin, 在岗状态=word)
    assert officer.duty_state == state


@pytest.mark.parametrize("word", ["否", "0", "不在岗", "摸鱼"])
def test_a_word_that_does_not_say_which_state_is_refused_with_the_list(word):
    [(header, problem, fix)] = told(在岗状态=word)
    assert (header, problem) == (STATE, "是不认识的写法")
    assert fix == "请改为以下之一：离岗、借调、请假、培训、在岗"


@pytest.mark.parametrize(("word", "sex"), [("男", "男"), ("女性", "女"), ("无", ""), (None, "")])
def test_the_sex(admin, word, sex):
    officer, _ = came_in(admin, 性别=word)
    assert officer.sex == sex


@pytest.mark.parametrize(
    ("word", "kept"),
    [("是", True), ("√", True), ("Y", True), (1, True), (None, True), ("否", False), ("×", False)],
)
def test_the_flag_of_the_registry(admin, word, kept):
    officer, _ = came_in(admin, 在册=word)
    assert officer.is_active is kept


@pytest.mark.parametrize("header", ["单位", "科室", "所在单位", "部门"])
def test_the_department_is_found_under_the_headers_that_bureaus_use(admin, header):
    officer, _ = came_in(admin, **{header: "法规科"})
    assert officer.department == "法规科"


# --- several values in one cell -----------------------------------------------------------------------------
@pytest.mark.parametrize(
    "sign", ["、", "，", ",", "；", ";", "/", "／", "|", "\n", "\r\n", "、\n", " 、 ", "，，"]
)
def test_specialities_and_units_are_parted_by_each_sign_in_use(admin, make_source, sign):
    make_source(1), make_source(2)
    cell = sign.join(["建材", "化工与医药", "livestock"]), sign.join(["410481-0001", "虚构2号化工厂"])
    officer, _ = came_in(admin, 擅长行业=cell[0], 回避单位=cell[1])
    assert set(Ability.objects.values_list("speciality__code", flat=True)) == {
        "building-materials", "chemical-pharma", "livestock"
    }  # fmt: skip
    assert sorted(Recusal.objects.values_list("source__number", flat=True)) == ["410481-0001", "410481-0002"]


def test_a_speciality_named_twice_by_name_and_code_counts_once(admin):
    came_in(admin, 擅长行业="畜禽养殖、LIVESTOCK、畜禽 养殖")
    assert Ability.objects.get().speciality.code == "livestock"


@pytest.mark.parametrize("word", ["化工", "建材和化工与医药", "建材 化工与医药", "3011"])
def test_a_speciality_is_never_guessed(word):
    [(header, problem, fix)] = told(擅长行业=word)
    assert (header, problem) == ("擅长行业", f"没有这样的行业专业组：{word}")
    assert fix.startswith("请从以下选填，多个用顿号分开：建材、化工与医药、")


# --- levels -------------------------------------------------------------------------------------------------
def levels():
    return {ability.speciality.code: ability.get_level_display() for ability in Ability.objects.all()}


@pytest.mark.parametrize(
    "cell",
    ["建材（精通）、畜禽养殖（了解）、水务与固废", "建材(精通)，livestock ( 了解 )；水务与固废（胜任）",
     "建材、建材（精通）、畜禽养殖（了解）、水务与固废"],
)  # fmt: skip
def test_a_level_stands_in_brackets_behind_its_speciality(admin, cell):
    came_in(admin, 擅长行业=cell)
    assert levels() == {"building-materials": "精通", "livestock": "了解", "water-waste": "胜任"}


def test_a_level_that_is_not_said_stays_and_one_that_is_said_is_told_as_a_change(admin):
    came_in(admin, 擅长行业="建材（精通）、畜禽养殖（了解）")
    done = import_file(workbook({"擅长行业": "建材、畜禽养殖（胜任）、水务与固废"}), "乙.xlsx", admin)
    assert levels() == {"building-materials": "精通", "livestock": "胜任", "water-waste": "胜任"}
    [[change]] = [each.changes for each in done.differences]
    assert (change.old, change.new) == (
        "建材（精通）、畜禽养殖（了解）",
        "建材（精通）、畜禽养殖、水务与固废",
    )
    livestock = Ability.objects.get(speciality__code="livestock")
    versions = livestock.history.values_list("level", "history_type", "history_change_reason")
    assert list(versions) == [(2, "~", "导入 乙.xlsx"), (1, "+", "导入 x.xlsx")]
    again = import_file(workbook({"擅长行业": "水务与固废、畜禽养殖、建材"}), "丙.xlsx", admin)
    assert (again.changed, again.unchanged) == (0, 1)


def test_the_export_says_levels_and_imports_again_as_unchanged(admin):
    came_in(admin, 擅长行业="建材（精通）、畜禽养殖（了解）、水务与固废")
    importer = OfficerImporter()
    content = b"".join(export.export(importer.written_columns, importer.exported(Officer.objects.all())))
    assert rows_of(content)[0]["擅长行业"] == "建材（精通）、畜禽养殖（了解）、水务与固废"
    found = preview(content, "x.xlsx")
    assert (found.new, found.changed, found.unchanged, found.faults) == (0, 0, 1, [])


def test_a_speciality_whose_name_holds_a_sign_that_parts_values_is_exported_by_its_code(admin, specialities):
    came_in(admin, 擅长行业="建材（精通）、畜禽养殖")
    for code, name in (("building-materials", "建材、水泥"), ("livestock", "养殖（含水产）")):
        specialities[code].name = name
        specialities[code].save()
    importer = OfficerImporter()
    content = b"".join(export.export(importer.written_columns, importer.exported(Officer.objects.all())))
    assert rows_of(content)[0]["擅长行业"] == "building-materials（精通）、养殖（含水产）"
    found = preview(content, "x.xlsx")
    assert (found.changed, found.unchanged, found.faults) == (0, 1, [])


@pytest.mark.parametrize(
    ("cell", "problem"),
    [
        ("建材（大师）", "“建材”后面的“大师”不是能力"),
        ("建材（）", "没有这样的行业专业组：建材（）"),
        ("建材（精通）、building-materials（了解）", "“建材”写了几种能力"),
        ("炼丹（精通）", "没有这样的行业专业组：炼丹（精通）"),
        ("建材精通", "没有这样的行业专业组：建材精通"),
    ],
)
def test_a_level_that_nobody_can_tell_is_refused(cell, problem):
    assert [said for _, said, _ in told(擅长行业=cell)] == [problem]


@pytest.mark.parametrize("word", ["无", "/", "——", "暂无", None])
def test_a_word_for_nothing_means_nothing(admin, word):
    officer, notices = came_in(admin, 擅长行业=word, 回避单位=word, 回避原因=word, 联系电话=word, 职务=word)
    assert (officer.phone, officer.post) == ("", "")
    assert (Ability.objects.count(), Recusal.objects.count()) == (0, 0)
    assert notices == ["没有填擅长行业：第2行"]


def test_all_faults_of_a_row_are_told_in_one_round():
    found = told(
        姓名=None,
        执法证号=7,
        执法证有效期至="2028年",
        性别="?",
        在岗状态="?",
        擅长行业="?",
        回避单位="?",
        联系电话="?",
    )
    assert [header for header, _, _ in found] == [
        "姓名", NUMBER, EXPIRY, "性别", STATE, "擅长行业", "回避单位", "联系电话"
    ]  # fmt: skip


def test_a_cell_that_must_be_filled_is_never_said_to_do_empty():
    fix = "请填写证书上的截止日期；没有截止日期的留空"
    assert told(**{EXPIRY: "长期"}) == [(EXPIRY, "不是日期", fix)]
    with pytest.raises(Wrong) as caught:
        read_cell("长期", Column("day", "日期", cell_types.date, required=True))
    assert caught.value.fix == "请填写证书上的截止日期"


@pytest.mark.parametrize(("state", "told_of"), [("在岗", True), (None, True), ("借调", False)])
def test_remarks_that_contradict_the_state_are_told(admin, state, told_of):
    _, notices = came_in(admin, 备注="借调市局", **({STATE: state} if state else {}))
    notice = "备注说“借调市局”，在岗状态却是在岗，请核对：第2行"
    assert (notice in notices) is told_of


@pytest.mark.parametrize(("text", "state"), [("有效", "on_duty"), ("注销", "left"), ("病休", "leave")])
def test_states_of_certificates_and_of_absence_are_states_of_duty(admin, text, state):
    assert came_in(admin, **{STATE: text})[0].duty_state == state


@pytest.mark.parametrize("text", ["正在办理", "办理中", "待发", "无证"])
def test_an_officer_whose_certificate_is_still_to_come_is_a_draft_and_told(admin, text):
    officer, notices = came_in(admin, **{NUMBER: text})
    assert officer.certificate_number == ""
    assert any(f"“{NUMBER}”里的“不详”“待定”一类当作空着" in notice for notice in notices)


@pytest.mark.parametrize(("text", "name"), [("★甲", "甲"), ("毛志远*", "毛志远"), ("《毛永》", "毛永")])
def test_marks_around_the_name_of_an_officer_are_taken_off(admin, text, name):
    assert came_in(admin, 姓名=text)[0].name == name


@pytest.mark.parametrize("text", ["张三13937507697", "张三 410481198001011200", "张三37507697"])
def test_no_number_stands_in_the_name_of_an_officer(text):
    assert [(header, problem) for header, problem, _ in told(姓名=text)] == [("姓名", "里有电话或身份证号码")]
