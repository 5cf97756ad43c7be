"""What the writers of findings write, the parser reads back, and both verifiers accept; nothing else is written."""

import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from laws import times

from drawings.protocol import verify
from drawings.protocol.verify import (
    CorrectionRecord,
    FindingRecord,
    Invalid,
    OldCorrection,
    OldFinding,
    RedactionRecord,
    Text,
)

HEX = "0123456789abcdef" * 4
NONCE = "0123456789abcdef" * 2
OLD_TEXT = (
    "finding/1\ndraw d\nunit u2\nvisited 2031-04-09\noutcome clean\nsummary a\tb\r\\\\r\npoint air pass\n"
)
IDS = st.from_regex(r"[0-9A-Za-z_][0-9A-Za-z_-]{0,8}", fullmatch=True)
NAMES = st.text("a钢𠮷ﾟ厂9.-/", min_size=1, max_size=6)
DATES = st.dates(min_value=datetime.date(2000, 1, 1)).map(str).filter(lambda day: day < "3000")
DECIMALS = st.from_regex(r"(?:0|[1-9][0-9]{0,5})(?:\.[0-9]{1,3})?", fullmatch=True)
TEXTS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\r"), min_size=1, max_size=40)
DIGESTS = st.text("0123456789abcdef", min_size=64, max_size=64)


@st.composite
def findings(draw, unit: str) -> FindingRecord:
    lists = draw(st.dictionaries(IDS, st.integers(0, 999), max_size=3))
    codes = draw(st.lists(IDS, max_size=3, unique=True))
    keys = [*codes, *(f"{ident}/{code}" for ident in lists for code in codes)]
    verdicts = st.sampled_from(["pass", "fail", "absent"])
    names = st.one_of(st.just(""), NAMES.filter(lambda name: name != "-"))
    limits = st.one_of(
        st.just(("", "")),
        st.tuples(NAMES.filter(lambda name: name != "-"), st.sampled_from(["", "over", "within"])),
    )
    readings = st.tuples(NAMES, NAMES, DECIMALS, names, limits).map(lambda row: (*row[:4], *row[4]))
    facilities = draw(st.dictionaries(NAMES, st.sampled_from(["on", "off"]), max_size=3))
    return FindingRecord(
        "d",
        unit,
        draw(DATES),
        draw(IDS),
        draw(DIGESTS),
        checklists=tuple(lists.items()),
        measures=tuple(draw(st.lists(st.tuples(IDS, st.one_of(st.just(""), DATES)), max_size=3))),
        points=tuple((key, draw(verdicts)) for key in keys),
        clauses=tuple(draw(st.lists(st.tuples(st.sampled_from(keys), NAMES), max_size=4))) if keys else (),
        readings=tuple(draw(st.lists(readings, max_size=4))),
        facilities=tuple(facilities.items()),
    )


@settings(max_examples=times(60), deadline=None)
@given(st.data())
def test_a_finding_is_read_back_whatever_order_its_lists_come_in(data):
    record = data.draw(findings("u1"))
    text = verify.write_finding(record)
    again = verify.parse_record(text)
    assert verify.write_finding(again) == text
    shuffled = record._replace(
        points=tuple(reversed(record.points)),
        readings=tuple(reversed(record.readings)),
        clauses=record.clauses * 2,
    )
    assert verify.write_finding(shuffled) == text
    assert set(again.points) == set(record.points) and set(again.readings) == set(record.readings)
    assert (again.facilities, again.measures) == (
        verify.in_line_order(record.facilities),
        verify.in_line_order(record.measures),
    )


@settings(max_examples=times(60), deadline=None)
@given(st.data())
def test_a_file_of_records_is_read_back_the_same(data):
    one = data.draw(findings("u1"))
    texts = data.draw(st.lists(TEXTS, min_size=3, max_size=3))
    records = [
        RedactionRecord("d", "", "void", "", "2031-05-01", texts[0]),
        verify.ordered(one),
        CorrectionRecord("d", "u1", 1, HEX),
        CorrectionRecord("d", "u1", 2, "f" * 64),
        RedactionRecord("d", "u1", "summary", one.summary, "2031-05-01", texts[1]),
        RedactionRecord("d", "u1", "correction/2", "f" * 64, "2031-05-02", texts[1]),
        OldFinding("d", "u2", OLD_TEXT),
        OldCorrection("d", "u2", 1, texts[2]),
        RedactionRecord("d", "u3", "finding", HEX, "2031-05-01", texts[0]),
    ]
    text = verify.write_findings("d", records)
    assert verify.parse_findings(text) == ("d", records)
    kept = [record for record in records if not isinstance(record, RedactionRecord)]
    gone = [record for record in records if isinstance(record, RedactionRecord)]
    assert verify.write_findings("d", [*gone, *reversed(kept)]) == text


@settings(max_examples=times(60), deadline=None)
@given(st.lists(TEXTS, max_size=5))
def test_texts_are_read_back_the_same(found):
    rows = [Text("correction", f"u/{number}", NONCE, text) for number, text in enumerate(found, 1)]
    rows += [Text("summary", "u", NONCE, text) for text in found[:1]]
    assert verify.parse_texts(verify.write_texts("d", reversed(rows))) == ("d", sorted(rows))
    for row in rows:
        assert verify.unescaped(verify.escaped(row.text)) == row.text


def test_the_log_holds_the_digest_of_the_record_or_of_an_old_corrections_text_alone():
    correction, old = CorrectionRecord("d", "u", 1, HEX), OldCorrection("d", "u", 1, "错字\n一处")
    text = verify.write_correction(correction)
    assert verify.record_digest(correction) == verify.digest(text)
    assert verify.record_digest(correction, "salt/2 d x\n") == verify.digest("salt/2 d x\n" + text)
    assert verify.record_digest(old) == verify.digest("错字\n一处")
    assert verify.record_digest(OldFinding("d", "u2", OLD_TEXT)) == verify.digest(OLD_TEXT)
    assert verify.text_digest(NONCE, "错字") == verify.digest(f"{NONCE} 错字")


FINDING = FindingRecord("d", "u1", "2031-04-09", "clean", HEX)


@pytest.mark.parametrize(
    "changes",
    [
        {"unit": "一厂"},
        {"unit": ""},
        {"visited": "2031-4-9"},
        {"outcome": "责令 改正"},
        {"summary": "生产正常。"},
        {"checklists": [("general", -1)]},
        {"points": [("general/a", "pass")]},
        {"points": [("a", "ok")]},
        {"points": [("a", "pass"), ("a", "fail")]},
        {"clauses": [("a", "第一条")]},
        {"points": [("a", "pass")], "clauses": [("a", "第一条\t第二条")]},
        {"points": [("a", "pass")], "clauses": [("a", "")]},
        {"points": [("a", "pass")], "clauses": [("a", "条" * 201)]},
        {"readings": [("DW001", "COD", "1e3", "mg/L", "", "")]},
        {"readings": [("DW001", "COD", "４５", "mg/L", "", "")]},
        {"readings": [("DW001", "COD", "45", "mg/L", "", "over")]},
        {"readings": [("DW001", "COD", "45", "mg/L", "50 ", "over")]},
        {"readings": [("", "COD", "45", "mg/L", "50", "over")]},
        {"facilities": [("TA001", "running")]},
        {"facilities": [("TA001", "on"), ("TA001", "off")]},
        {"measures": [("order", "tomorrow")]},
    ],
)
def test_a_finding_of_another_form_is_not_written(changes):
    with pytest.raises(Invalid):
        verify.write_finding(FINDING._replace(**changes))


REDACTION = RedactionRecord("d", "u1", "summary", HEX, "2031-05-01", "依法")


@pytest.mark.parametrize(
    "records",
    [
        [FINDING, FINDING],
        [FINDING._replace(draw="e")],
        [REDACTION],
        [FINDING, REDACTION, REDACTION],
        [FINDING, REDACTION._replace(of="f" * 64)],
        [FINDING, REDACTION._replace(of="")],
        [FINDING, REDACTION._replace(text="finding")],
        [FINDING, REDACTION._replace(text="correction/2")],
        [FINDING, REDACTION._replace(text="note/1")],
        [CorrectionRecord("d", "u1", 1, HEX)],
        [FINDING, CorrectionRecord("d", "u1", 2, HEX)],
        [FINDING, CorrectionRecord("d", "u1", 1, HEX), CorrectionRecord("d", "u1", 1, HEX)],
        [OldFinding("d", "u2", OLD_TEXT), REDACTION._replace(unit="u2")],
        [OldFinding("d", "u2", OLD_TEXT + "\n")],
        [OldFinding("d", "u1", OLD_TEXT)],
        [RedactionRecord("d", "", "void", "", "2031-05-01", "x\r")],
        [RedactionRecord("d", "", "void", "", "2031-05-01", "")],
    ],
)
def test_records_that_do_not_go_together_are_not_written(records):
    with pytest.raises(Invalid):
        verify.write_findings("d", records)


@pytest.mark.parametrize("text", ["", "a\rb"])
def test_a_text_that_has_no_line_of_its_own_is_not_written(text):
    with pytest.raises(Invalid):
        verify.write_texts("d", [Text("summary", "u", NONCE, text)])
