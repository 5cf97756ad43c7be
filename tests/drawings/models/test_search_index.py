"""The index of two characters finds what a look at every text would find, and keeps itself up."""

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from drawings.models import SearchText, search_index
from drawings.models.search_index import bigrams, fold
from sources.models import PollutionSource
from wugang_audit.registries import bulk_history

Kind = SearchText.Kind
SIGNS = "中加矿业钢铁公司张ＡａＺ1２（(）)《-—\"'*%_\\ 　\u200b\t^NEAR\U00020000·"


def texts(kind=None):
    rows = SearchText.objects.filter(**({"kind": kind} if kind else {}))
    return sorted(rows.values_list("number", "text"))


def found(question):
    return sorted(key for keys in SearchText.objects.holding(fold(question)) for key in keys)


@pytest.mark.django_db
def test_the_triggers_stand_after_all_migrations():
    """A migration that makes the table of units anew on SQLite loses them: it has to call `search_index.install`."""
    assert search_index.missing(connection) == []


class TestByLaw(TestCase):
    @given(
        names=st.lists(st.text(SIGNS, min_size=1, max_size=12), min_size=1, max_size=8),
        question=st.text(SIGNS, min_size=2, max_size=5),
        part=st.tuples(st.integers(0, 7), st.integers(0, 10), st.integers(2, 6)),
    )
    def test_by_the_index_as_by_a_look_at_every_text(self, names, question, part):
        for at, name in enumerate(names):
            PollutionSource.objects.create(number=f"L-{at}", name=name)
        which, start, length = part
        for asked in {fold(question), fold(names[which % len(names)])[start : start + length]}:
            if len(asked) < 2:
                continue
            seen = [row.pk for row in SearchText.objects.all() if asked in fold(row.text)]
            assert found(asked) == sorted(seen)
        assert all(row.folded.replace("\x01", "") == fold(row.text) for row in SearchText.objects.all())


@pytest.fixture
def mill(db):
    return PollutionSource.objects.create(
        number="T-1", name="舞钢（甲）铸造厂", credit_code="91410481MA0000001X",
        permit_number="91410481MA0000001X001P", township="尹集镇",
    )  # fmt: skip


def test_a_unit_has_a_row_for_its_codes_and_one_for_its_name(mill):
    assert texts("name") == [("T-1", "舞钢（甲）铸造厂")]
    assert texts("codes") == [("T-1", "T-1\x0191410481MA0000001X001P\x01尹集镇")]
    for question in ("钢(甲)", "舞 钢（ 甲", "ma0000001x", "ＭＡ００", "001p", "尹集", "t-1"):
        assert len(found(question)) == 1, question
    assert found("厂9") == [] == found("P尹")


def test_a_permit_under_another_code_is_found_by_both(mill):
    PollutionSource.objects.filter(pk=mill.pk).update(credit_code="92410481MA0000002Y", township="")
    assert len(found("92410481MA0000002Y")) == len(found("91410481MA0000001X001P")) == 1
    assert found("尹集") == []


def test_a_rename_leaves_a_former_name_and_a_way_back_takes_a_mistake_away(mill):
    units = PollutionSource.objects.filter(pk=mill.pk)
    units.update(name="平顶山铸造厂")
    assert (texts("name"), texts("former")) == ([("T-1", "平顶山铸造厂")], [("T-1", "舞钢（甲）铸造厂")])
    assert len(found("铸造")) == 2
    units.update(name="舞钢（甲）铸造厂")
    assert (texts("name"), texts("former")) == ([("T-1", "舞钢（甲）铸造厂")], [])
    assert found("平顶") == []
    units.update(name="乙厂")
    units.update(name="丙厂")
    assert [text for _, text in texts("former")] == ["乙厂", "舞钢（甲）铸造厂"]
    units.update(name="舞钢（甲）铸造厂")
    assert len(texts()) == 2


def test_what_is_written_in_bulk_and_deleted_in_bulk_is_kept_up(db):
    rows = [{"number": f"B-{at}", "name": f"批量第{at}厂"} for at in range(3)]
    keys = bulk_history.create(PollutionSource, ["number", "name"], rows, actor=None, reason="")
    assert len(found("批量")) == 3
    bulk_history.update(PollutionSource, ["name"], keys[:1], [{"name": "改名厂"}], actor=None, reason="")
    assert len(found("改名")) == 1 and len(found("批量")) == 3
    bulk_history.delete(PollutionSource, keys, actor=None, reason="")
    assert not SearchText.objects.exists() and found("批量") == []


def test_a_number_that_was_corrected_goes_to_every_row(mill):
    PollutionSource.objects.filter(pk=mill.pk).update(name="新厂")
    PollutionSource.objects.filter(pk=mill.pk).update(number="T-2")
    assert {number for number, _ in texts()} == {"T-2"}
    assert len(found("T-2")) == 1


def test_a_row_that_is_one_of_thousands_is_found_by_number(db, monkeypatch):
    monkeypatch.setattr("drawings.models.search_texts.MANY", 5)
    for at in range(9):
        PollutionSource.objects.create(number=f"M-{8 - at}", name="很多很多厂")
    keys = [key for some in SearchText.objects.holding("很多厂", 4) for key in some]
    rows = SearchText.objects.in_bulk(keys)
    assert [rows[key].number for key in keys] == [f"M-{at}" for at in range(9)]


def test_filled_anew_it_is_what_the_triggers_wrote(mill, organiser):
    mill.name = "写错的名"
    mill.save()
    mill.name = "舞钢（甲）铸造厂"
    mill.save()
    mill.name = "第二个名"
    mill.save()
    kept = sorted(SearchText.objects.values_list("number", "kind", "text", "folded", "is_registered"))
    assert [text for _, kind, text, *_ in kept if kind == Kind.FORMER] == ["舞钢（甲）铸造厂"]
    search_index.rebuild(connection)
    assert kept == sorted(SearchText.objects.values_list("number", "kind", "text", "folded", "is_registered"))
    assert len(found("铸造")) == 1


def test_pairs_stand_once():
    assert bigrams("abab") == ["ab", "ba"]
    assert bigrams("a") == []
