"""What the cells of a unit tell of each other: a state behind the name, a telephone behind a person, a code in the permit."""

import pytest
import workbooks

from sources.importer import SourceImporter
from sources.models import PollutionSource
from sources.unit_cells import SEVERAL
from wugang_audit.spreadsheets import export
from wugang_audit.spreadsheets.corrections import Corrections
from wugang_audit.spreadsheets.detector import ColumnMapping

pytestmark = pytest.mark.usefixtures("specialities")
CODE = "91410481317593588N"


def imported(*rows):
    return SourceImporter.import_file(workbooks.of_dicts(rows), "x.xlsx", None)


def told(preview):
    return [notice for notice in preview.notices if not notice.startswith("新单位没有")]


def held(*fields):
    return list(PollutionSource.objects.order_by("number").values_list(*fields))


TIDIED = "A列“单位名称”前后的序号、符号、书名号、括号里的状态和字间的空格已去掉，改成规范写法"


def test_a_name_is_kept_without_serial_star_and_state_and_each_is_told():
    done = imported(
        {"单位名称": "1、★甲厂"},
        {"单位名称": "2、《乙厂》（停产）"},
        {"单位名称": "3、舞 钢 市丙厂（搬迁）"},
    )
    assert held("name", "operating_state") == [
        ("甲厂", "normal"),
        ("乙厂", "stopped"),
        ("舞钢市丙厂", "stopped"),
    ]
    assert told(done) == [
        f"{TIDIED}：第2、3、4行",
        "名称带有“★”：多半是名单里的一种标记，请看名单的说明；标记不留在名称里：第2行",
        "名称里写着“停产”，已记入生产状态：第3行",
        "名称里写着“搬迁”，按停产登记，请核对单位是否还在：第4行",
    ]


def test_a_column_of_states_counts_more_than_the_bracket():
    done = imported({"单位名称": "甲厂（停产）", "生产状态": "正常"}, {"单位名称": "乙厂（停产）"})
    assert held("name", "operating_state") == [("甲厂", "normal"), ("乙厂", "stopped")]
    assert "名称里写着“停产”，和生产状态一列不同，按生产状态一列读取：第2行" in told(done)


def test_the_same_file_again_changes_nothing():
    rows = [
        {"单位名称": "1. 甲厂（停产）", "联系人": "张三13937550001", "排污许可证编号": f"{CODE}001V"},
        {"单位名称": "2. 乙厂"},
    ]
    imported(*rows)
    again = imported(*rows)
    assert (again.new, again.changed, again.unchanged) == (0, 0, 2)


def test_what_the_registry_holds_in_that_form_stays(make_source):
    unit = make_source(1)
    PollutionSource.objects.filter(pk=unit.pk).update(
        name="★甲厂（停产）", contact="张三13937550001", address="东路 13937550002", permit_number=f"{CODE}001V", credit_code="", phone="",
    )  # fmt: skip
    importer = SourceImporter()
    content = b"".join(
        export.export(importer.written_columns, importer.exported(PollutionSource.objects.all()))
    )
    found, _ = importer.examine(content, "x.xlsx")
    assert (found.new, found.changed, found.faults) == (0, 0, [])


def test_a_telephone_behind_a_person_fills_an_empty_telephone():
    done = imported(
        {"单位名称": "甲厂", "法定代表人": "吴海燕13937507697", "环保联系人": "陈伟、13937539082"},
        {"单位名称": "乙厂", "法定代表人": "王国庆/13937557137"},
    )
    assert held("legal_representative", "contact", "phone") == [
        ("吴海燕", "陈伟", "13937539082、13937507697"),
        ("王国庆", "", "13937557137"),
    ]
    assert "姓名后面的电话已记入联系电话：第2、3行" in told(done)


def test_a_telephone_that_is_known_otherwise_stays(make_source):
    unit = make_source(1, phone="0375-8000001")
    row = {
        "污染源编码": unit.number,
        "单位名称": unit.name,
        "环保联系人": "陈伟13937539082",
        "联系电话": None,
    }
    done = imported(row)
    assert held("contact", "phone") == [("陈伟", "0375-8000001")]
    assert "姓名后面的电话和名录里的不同，名录里的没有改：第2行" in told(done)


def test_the_column_of_telephones_counts_more_than_a_number_behind_a_person():
    done = imported({"单位名称": "甲厂", "环保联系人": "陈伟13937539082", "联系电话": "0375-8000001"})
    assert held("contact", "phone") == [("陈伟", "0375-8000001")]
    assert "姓名后面的电话和联系电话一列不同，按联系电话一列读取：第2行" in told(done)


BOTH = "法人：张甲 13800000000 厂长：李乙 13900000000"


def test_of_several_persons_in_one_cell_one_is_read_and_the_others_are_in_the_remarks():
    done = imported(
        {"单位名称": "甲厂", "环保联系人": BOTH},
        {
            "单位名称": "乙厂",
            "环保联系人": "厂长：李乙 13900000000 环保专员：张甲 13800000000",
            "备注": "有两条线",
        },
        {"单位名称": "丙厂", "法定代表人": f"厂长：李乙、{BOTH[:17]}"},
        {"单位名称": "丁厂", "环保联系人": "张甲、李乙"},
    )
    assert held("contact", "legal_representative", "phone", "remarks") == [
        ("张甲", "", "13800000000", "环保联系人一格里还写着：厂长：李乙 13900000000"),
        ("张甲", "", "13800000000", "有两条线；环保联系人一格里还写着：厂长：李乙 13900000000"),
        ("", "张甲", "13800000000", "法定代表人一格里还写着：厂长：李乙"),
        ("张甲、李乙", "", "", ""),
    ]
    assert "一格里写了几个人，只读一个，其余的人连同电话记入备注：第2、3、4行" in told(done)
    assert [(each.how, each.header, each.found, each.becomes) for each in done.applied][0] == (
        SEVERAL, "环保联系人", "法人张甲、厂长李乙", "张甲"
    )  # fmt: skip


def test_such_a_list_again_changes_nothing_and_remarks_that_are_there_stay():
    row = {"单位名称": "甲厂", "环保联系人": BOTH}
    imported(row)
    again = imported(row)
    assert (again.new, again.changed, again.unchanged) == (0, 0, 1)
    PollutionSource.objects.update(remarks="自己写的")
    done = imported(row)
    assert held("contact", "remarks") == [("张甲", "自己写的")]
    assert "一格里写了几个人，其余的人没有记入备注，请到名录里补记：第2行" in told(done)


def test_a_unit_that_the_registry_holds_with_several_persons_in_one_cell_comes_in_as_unchanged(make_source):
    unit = make_source(1, contact=BOTH)
    done = imported({"污染源编码": unit.number, "单位名称": unit.name, "环保联系人": BOTH})
    assert (done.changed, done.unchanged) == (0, 1)
    assert held("contact", "remarks") == [(BOTH, "")]


def test_numbers_in_addresses_and_identity_numbers_are_left_out_and_told():
    done = imported(
        {
            "单位名称": "甲厂",
            "详细地址": "尚店镇某村（电话13937550001）",
            "法定代表人": "张三41048119800101121X",
        }
    )
    assert held("address", "legal_representative", "phone") == [("尚店镇某村", "张三", "")]
    assert told(done) == [
        "C列“法定代表人”里的身份证号码没有读取：第2行",
        "B列“详细地址”里的电话号码没有读取：第2行",
    ]


@pytest.mark.parametrize("column", ["单位名称", "乡镇（街道）", "行业名称"])
def test_no_telephone_stands_in_what_the_public_reads(column):
    found = SourceImporter.preview(
        workbooks.of_dicts([{"单位名称": "甲厂"} | {column: "尚店镇张三13937550001"}]), "x.xlsx"
    )
    assert [fault.header for fault in found.faults] == [column]


def test_the_permit_number_gives_a_new_unit_its_credit_code():
    done = imported({"单位名称": "甲厂", "排污许可证编号": f"{CODE}001V"})
    assert held("credit_code") == [(CODE,)]
    assert "没有写统一社会信用代码，按许可证编号的前 18 位记入：第2行" in told(done)


def test_two_works_of_one_firm_wait_for_their_code():
    done = imported(
        {"单位名称": "甲厂", "排污许可证编号": f"{CODE}001V"},
        {"单位名称": "乙厂", "排污许可证编号": f"{CODE}002V"},
    )
    assert (done.new, held("credit_code")) == (2, [("",), ("",)])


def test_a_contact_who_is_the_legal_representative_gets_the_name():
    done = imported({"单位名称": "甲厂", "法定代表人": "张三13937539082", "环保联系人": "同法人"})
    assert held("legal_representative", "contact", "phone") == [("张三", "张三", "13937539082")]
    assert "C列“环保联系人”里的“同法人”按法定代表人读取：第2行" in told(done)


def test_a_number_that_is_no_whole_telephone_is_pointed_out():
    done = imported({"单位名称": "甲厂", "法定代表人": "黄小东1393751"})
    assert told(done) == ["B列“法定代表人”里有一串数字，不像姓名，请核对：第2行"]


@pytest.mark.parametrize("word", ["办理中", "正在办理", "不详", "申请中"])
def test_a_code_that_is_still_to_come_is_empty_and_told(word):
    done = imported({"单位名称": "甲厂", "统一社会信用代码": word, "排污许可证编号": word})
    assert held("credit_code", "permit_number") == [("", "")]
    assert [each for each in told(done) if "当作空着" in each] == [
        f"{at}里的“不详”“待定”一类当作空着：第2行" for at in ("B列“统一社会信用代码”", "C列“排污许可证编号”")
    ]


# --- states -------------------------------------------------------------------------------------------------
def examined(rows, **said):
    importer, content = SourceImporter(), workbooks.of_dicts(rows)
    table = importer.read_workbook(content, ColumnMapping(corrections=Corrections(**said)))
    return importer.apply(content, "x.xlsx", None, table=table)


@pytest.mark.parametrize(
    "word", ["存续", "在业", "开业", "在营（开业）", "在营（开业）企业", "存续（在营、开业、在册）"]
)
def test_what_the_register_of_firms_calls_open_is_in_production(word):
    done = imported({"单位名称": "甲厂", "生产状态": word})
    assert (done.faults, held("operating_state")) == ([], [("normal",)])


@pytest.mark.parametrize("word", ["注销", "吊销，未注销", "迁出", "已注销"])
def test_a_firm_that_is_struck_off_is_a_question_and_a_new_one_needs_a_tick(word):
    preview = SourceImporter.preview(workbooks.of_dicts([{"单位名称": "甲厂", "生产状态": word}]), "x.xlsx")
    (question,), (new,) = preview.questions, preview.differences
    assert (preview.faults, question.value, [text for text, _ in question.suggestions]) == (
        [], word, ["停用", "停产", "正常生产"],
    )  # fmt: skip
    assert (new.doubt, preview.guards) == (f"生产状态写着“{word}”", 1)


def test_without_an_answer_a_unit_of_the_registry_stays_and_an_answer_takes_it_out_of_use(make_source):
    unit = make_source(1, operating_state="normal")
    rows = [{"污染源编码": unit.number, "单位名称": unit.name, "生产状态": "注销"}]
    assert (examined(rows).changed, held("operating_state", "is_active")) == (0, [("normal", True)])
    answer = {"operating_state": {"注销": "停用"}}
    assert examined(rows, alike=answer).changed == 1
    assert held("operating_state", "is_active") == [("stopped", False)]
    again = examined(rows)
    assert (again.changed, again.questions) == (0, [])


def test_twice_is_once_for_firms_that_are_struck_off():
    rows = [{"单位名称": "甲厂", "生产状态": "注销"}, {"单位名称": "乙厂", "生产状态": "在业"}]
    assert (examined(rows).new, held("operating_state")) == (2, [("stopped",), ("normal",)])
    again = examined(rows)
    assert (again.new, again.changed) == (0, 0)
