"""The on-site record record/1: written one way, read back the same, and never a record of the public file."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drawings.protocol import verify

RECORD = verify.FieldRecord(
    draw="2026Q4",
    unit="410481-0001",
    name="舞钢市某厂",
    nonce="0123456789abcdef" * 2,
    team=(("HN-001", "lead"), ("HN-002", "second")),
    visited="2026-10-09T09:30+08:00",
    entry="entered",
    shown="2026-10-09T09:32+08:00",
    notice="given",
    met=(("王某", "厂长"),),
    checklist=(("general", 2),),
    point=(("general/air", "pass", ""), ("general/water", "fail", "管道\n渗漏\\\t")),
    facility=(("TA001", "on"),),
    reading=(("DW001", "COD", "45.2", "mg/L", "40"),),
    measure=(("order", "2026-11-08"),),
    evidence=(("ab" * 32, "photo", "2026-10-09T09:41+08:00", "general/water", "渗漏处"),),
    remark="",
    statement="没有意见",
)
TEXT = (
    "record/1\ndraw\t2026Q4\nunit\t410481-0001\nname\t舞钢市某厂\nnonce\t0123456789abcdef0123456789abcdef\n"
    "team\tHN-001\tlead\nteam\tHN-002\tsecond\nvisited\t2026-10-09T09:30+08:00\nentry\tentered\n"
    "shown\t2026-10-09T09:32+08:00\nnotice\tgiven\nmet\t王某\t厂长\nchecklist\tgeneral\t2\n"
    "point\tgeneral/air\tpass\t-\npoint\tgeneral/water\tfail\t管道\\n渗漏\\\\\\t\nfacility\tTA001\ton\n"
    "reading\tDW001\tCOD\t45.2\tmg/L\t40\nmeasure\torder\t2026-11-08\n"
    f"evidence\t{'ab' * 32}\tphoto\t2026-10-09T09:41+08:00\tgeneral/water\t渗漏处\nremark\t-\nstatement\t没有意见\n"
)
WORDS = st.text(
    st.characters(exclude_categories=("C", "Z")) | st.sampled_from("\n\t\\ "), max_size=20
).filter(lambda text: text != "-" and text == text.strip())
POINTS = st.lists(st.tuples(st.sampled_from(["general/a", "general/b", "general/c"]), st.sampled_from(verify.VERDICTS), WORDS), unique_by=lambda row: row[0])  # fmt: skip


def test_a_record_is_written_to_the_byte():
    assert verify.write_field_record(RECORD) == TEXT
    assert verify.parse_field_record(TEXT) == RECORD


@given(points=POINTS, remark=WORDS, statement=WORDS)
def test_what_is_written_is_read_back(points, remark, statement):
    record = RECORD._replace(point=tuple(points), remark=remark, statement=statement)
    again = verify.parse_field_record(verify.write_field_record(record))
    assert again == record._replace(point=tuple(sorted(points)))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("record/1", "record/2", "第 1 行：第一行应为 record/1"),
        ("entry\tentered", "entry\tinside", "第 9 行：应为 entered"),
        ("T09:30+08:00\nentry", "T09:30\nentry", "时间应像"),
        ("2026-10-09T09:30", "2026-13-09T09:30", "没有这样的时间"),
        ("second", "lead", "应有一名组长"),
        ("team\tHN-002\tsecond\n", "", "不得少于两人"),
        ("checklist\tgeneral\t2\n", "", "没有写明版本"),
        ("HN-002", "HN-000", "由小到大"),
        ("remark\t-\n", "", "应为 record/1 的「remark」"),
        ("statement\t没有意见\n", "statement\t没有意见\nmore\t1\n", "不该有这一行"),
        ("\n", "\r\n", "回车符"),
        ("nonce\t0", "nonce\tx", "随机数"),
        ("渗漏\\\\", "渗漏\\x", "反斜杠"),
    ],
)
def test_what_is_not_of_the_form_is_refused_with_its_line(old, new, said):
    with pytest.raises(verify.Invalid, match=said) as refusal:
        verify.parse_field_record(TEXT.replace(old, new, 1))
    assert str(refusal.value).startswith("record.txt") or old in ("second", "team\tHN-002\tsecond\n")


def test_the_public_file_takes_no_such_record():
    with pytest.raises(verify.Invalid):
        verify.parse_findings(f"findings/2 2026Q4\n{TEXT}")
    with pytest.raises(verify.Invalid, match="不公开"):
        verify.parse_record(TEXT)
