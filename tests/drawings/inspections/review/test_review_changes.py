"""What changed between two versions of a report: complete, in order, and nothing made up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drawings.inspections.review.changes import CLAUSES, Change, Kind, compare, pieces
from drawings.inspections.review.content import Entry, packed, unpacked

TEXT = st.text(alphabet="水气渣，。\n说明符合", max_size=12)
NAMES = st.lists(st.sampled_from("abcdefgh"), unique=True, max_size=8)


@st.composite
def versions(draw):
    """Two versions with fields of their own, in orders of their own."""
    return [[Entry(name, name.upper(), draw(TEXT)) for name in draw(NAMES)] for _ in range(2)]


@given(versions())
def test_the_changes_applied_to_the_old_give_the_new(pair):
    old, new = pair
    changes = compare(old, new)
    texts = {entry.field: entry.text for entry in old}
    for change in changes:
        assert texts.get(change.field) == change.before
        if change.now is None:
            del texts[change.field]
        else:
            texts[change.field] = change.now
    assert texts == {entry.field: entry.text for entry in new}
    assert [change.field for change in changes if change.now is not None] == [entry.field for entry in new]
    assert len({change.field for change in changes}) == len(changes)


@given(versions())
def test_what_is_the_same_is_called_the_same(pair):
    old, new = pair
    before, now = ({entry.field: entry.text for entry in version if entry.text} for version in pair)
    named = {kind: {c.field for c in compare(old, new) if c.kind == kind} for kind in Kind}
    assert named[Kind.NEW] == now.keys() - before.keys()
    assert named[Kind.GONE] == before.keys() - now.keys()
    assert named[Kind.CHANGED] == {name for name in before.keys() & now.keys() if before[name] != now[name]}


def test_what_is_gone_stands_where_it_stood():
    old = [Entry(name, name, "符合") for name in "abcd"]
    new = [Entry(name, name, "符合") for name in "adx"]
    assert [change.field for change in compare(old, new)] == ["a", "b", "c", "d", "x"]
    assert [change.field for change in compare(old[1:], [])] == ["b", "c", "d"]


@pytest.mark.parametrize(
    ("before", "now", "kind"),
    [
        (None, "符合", Kind.NEW),
        ("", "符合", Kind.NEW),
        ("符合", "不符合", Kind.CHANGED),
        ("符合", "", Kind.GONE),
        ("符合", None, Kind.GONE),
        (None, "", Kind.SAME),
        ("符合", "符合", Kind.SAME),
    ],
)
def test_each_kind_of_change(before, now, kind):
    assert Change("summary", "检查情况", before, now).kind == kind


@given(TEXT, TEXT)
def test_the_pieces_of_a_text_put_together_are_the_text(before, now):
    left, right = pieces(before, now)
    assert "".join(piece.text for piece in left) == before
    assert "".join(piece.text for piece in right) == now
    shared = ["".join(piece.text for piece in side if not piece.differs) for side in (left, right)]
    assert shared[0] == shared[1]


def test_only_the_clause_that_changed_is_marked():
    left, right = pieces("台账完整，阀门渗漏。已拍照", "台账完整，阀门已更换。已拍照")
    assert [piece.text for piece in left if piece.differs] == ["阀门渗漏。"]
    assert [piece.text for piece in right if piece.differs] == ["阀门已更换。"]


def test_a_line_that_is_added_does_not_mark_the_one_before_it():
    left, right = pieces("符合", "符合\n说明：第三页。")
    assert [piece.differs for piece in left] == [False]
    assert "".join(piece.text for piece in right if piece.differs) == "\n说明：第三页。"


def test_a_text_of_very_many_clauses_is_shown_as_a_whole():
    long = "，" * (CLAUSES + 1)
    left, right = pieces(long, "好。")
    assert [(piece.text, piece.differs) for piece in left + right] == [(long, True), ("好。", True)]


@given(versions())
def test_what_is_packed_is_unpacked_again_in_its_order(pair):
    assert unpacked(packed(pair[0])) == pair[0]
