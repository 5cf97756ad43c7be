"""A preview comes back from its job as it was stored, and one that was stored before names changed still does."""

import json

from wugang_audit.imports.diff import Change, Difference
from wugang_audit.imports.preview import LISTED, Preview, Sections, StoredPreview
from wugang_audit.spreadsheets.table import Fault

FREE, WEIGHTY = Change("地址", "甲", "乙", "address"), Change("单位名称", "一厂", "二厂", "name", True)
DIFFERENCES = [
    Difference(2, "a-1", "二厂", False, (FREE, WEIGHTY)),
    Difference(3, "a-2", "三厂", False, (WEIGHTY,)),
    Difference(4, "a-3", "四厂", True),
    Difference(5, "a-4", "五厂", True, (), "a-5"),
]


def preview(**more):
    made = Preview(
        "名录.xlsx", "污染源名录", faults=[Fault("太长", "改短", "表", 7, "B", "名称", "x")], **more
    )
    made.count(DIFFERENCES, 6)
    made.seal()
    return made


def kept(stored):
    return StoredPreview.of(json.loads(json.dumps(stored)))


def test_what_is_stored_is_read_as_it_was():
    made = preview(
        notices=["注意"], missing=["a-9"], missing_count=1, left=["甲"], rivals=["表"], unmatched=True
    )
    found = kept(made.stored())
    for name, value in vars(made).items():
        assert getattr(found, name) == (tuple(value) if isinstance(value, list) else value), name
    assert (found.fault_count, found.difference_count) == (1, 4)
    assert found.faults[0].place == "第7行 B列"


def test_the_numbers_are_of_all_where_the_lists_are_cut():
    made = preview()
    made.count([Difference(n, f"k{n}", "厂", True) for n in range(LISTED + 1)], LISTED + 1)
    found = kept(made.stored())
    assert (len(found.differences), found.difference_count, found.new) == (LISTED, LISTED + 1, LISTED + 1)


def test_one_that_was_stored_under_former_names_is_read_too():
    stored = preview().stored()
    (fault,) = stored["faults"]
    fault["what"], fault["cure"] = fault.pop("problem"), fault.pop("fix")
    for difference in stored["differences"]:
        for change in difference["changes"]:
            change["guarded"] = change.pop("needs_tick")
    del stored["missing"], stored["missing_count"]
    assert kept(stored) == kept(preview().stored())


def test_each_change_stands_in_one_section_of_the_page():
    first, second, third, fourth = DIFFERENCES
    sections = Sections.of(kept(preview().stored()), applied=False)
    assert [(box.difference, box.change, box.value) for box in sections.weighty] == [
        (first, WEIGHTY, "2:name"), (second, WEIGHTY, "3:name"),
    ]  # fmt: skip
    assert [(box.difference, box.value) for box in sections.alike] == [(fourth, "5:")]
    assert [(each.row, each.changes) for each in sections.changed] == [(2, (FREE,))]
    assert sections.added == (third,)


def test_after_the_import_what_was_ticked_stands_among_the_others_too():
    first, second, third, fourth = DIFFERENCES
    sections = Sections.of(kept(preview().stored()), applied=True)
    assert (sections.changed, sections.added) == ((first, second), (third, fourth))


def test_a_job_that_was_not_read_yet_has_nothing_to_show():
    found = StoredPreview.of({})
    assert (found.faults, found.is_part, found.asks_for_columns) == ((), False, False)
