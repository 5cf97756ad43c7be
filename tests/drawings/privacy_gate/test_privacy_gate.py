"""The rule in one place: what is found, without what is marked in this field, stands in the way; and how marks are kept."""

import pytest

from drawings.models import PrivacyMark
from drawings.privacy_gate.queries import Subject, Text, marked_of, marks_on, obstacles, said
from drawings.privacy_gate.verbs import Reason, keep, let_through, require_clear
from drawings.states import Refused
from wugang_audit.audit.models import AuditEntry

PHONE = "13812345678"
TEXTS = {
    "summary": Text("检查情况", f"电话{PHONE}，再拨{PHONE}，车牌豫D12345"),
    "note_1": Text("废水的说明", f"电话{PHONE}"),
    "note_2": Text("废气的说明", "许可证编号91410481MA44AB123C001P"),
}
WHY = "企业公示的值班电话"
BOTH = Reason(WHY, [PHONE, "豫D12345"])


def pieces(rest):
    return [(each.field, each.found.text) for each in rest]


def test_each_piece_of_each_field_stands_in_the_way_once():
    rest = obstacles(TEXTS)
    assert pieces(rest) == [("summary", PHONE), ("summary", "豫D12345"), ("note_1", PHONE)]
    assert said(rest) == (
        f"检查情况里的“{PHONE}”像手机号码、“豫D12345”像车牌号；废水的说明里的“{PHONE}”像手机号码"
    )


def test_a_mark_holds_for_its_piece_in_its_field():
    assert pieces(obstacles(TEXTS, {("summary", PHONE)})) == [("summary", "豫D12345"), ("note_1", PHONE)]


def test_reasons_let_their_field_through_and_no_other():
    with pytest.raises(Refused, match=f"^废水的说明里的“{PHONE}”像手机号码。"):
        let_through(TEXTS, {"summary": BOTH})
    passed = let_through(TEXTS, {"summary": BOTH}, stop=False)
    assert pieces(each for each, _ in passed) == [("summary", PHONE), ("summary", "豫D12345")]
    assert let_through({"a": Text("甲", "没有号码")}) == []


def test_a_reason_covers_the_pieces_that_it_names_and_no_other_of_its_field():
    summary = {"summary": TEXTS["summary"]}
    with pytest.raises(Refused, match="^检查情况里的“豫D12345”像车牌号。"):
        let_through(summary, {"summary": Reason(WHY, [PHONE])})
    assert len(let_through(summary, {"summary": BOTH})) == 2


@pytest.fixture
def kept(frozen_draw, organiser):
    passed = let_through(TEXTS, {"summary": BOTH}, stop=False)
    keep(passed, subject=Subject.VOID, object_id=7, actor=organiser, about=frozen_draw)


def test_what_is_kept_lets_this_text_through_and_no_other(kept, organiser):
    summary = {"summary": TEXTS["summary"]}
    require_clear(Subject.VOID, 7, summary, "请修改。")
    for subject, key, texts in (
        (Subject.VOID, 8, summary),
        (Subject.CORRECTION, 7, summary),
        (Subject.VOID, 7, TEXTS),
    ):
        with pytest.raises(Refused, match="请修改。$"):
            require_clear(subject, key, texts, "请修改。")
    assert marked_of(Subject.VOID, [7, 8]) == {7: {("summary", PHONE), ("summary", "豫D12345")}, 8: set()}


def test_the_entry_has_each_piece_without_its_middle(kept):
    entry = AuditEntry.objects.get(action="标明不属于个人信息")
    told = ["手机号码 138****5678", "车牌号 豫D****45"]
    assert entry.changes == {"field": "检查情况", "pieces": told, "reason": WHY}
    assert PrivacyMark.objects.count() == 2


def test_a_mark_is_shown_as_long_as_its_piece_stands_there(kept, django_assert_num_queries):
    with django_assert_num_queries(1):
        found = marks_on(Subject.VOID, {7: {"summary": Text("检查情况", f"电话{PHONE}")}, 8: TEXTS})
    assert ([mark.piece for mark in found[7]], found[8]) == ([PHONE], [])


def test_a_piece_longer_than_the_column_can_be_marked(frozen_draw, organiser):
    long = {"summary": Text("检查情况", f"邮箱{'a' * 60}@{'b' * 60}.{'c' * 60}.{'d' * 60}.example")}
    [found] = obstacles(long)
    passed = let_through(long, {"summary": Reason("企业对外公开的邮箱", [found.piece])})
    keep(passed, subject=Subject.VOID, object_id=9, actor=organiser, about=frozen_draw)
    assert len(PrivacyMark.objects.get().piece) == 200
    require_clear(Subject.VOID, 9, long, "请修改。")
    assert len(marks_on(Subject.VOID, {9: long})[9]) == 1
