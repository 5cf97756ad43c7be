"""The laws of undoing: whatever was imported, and in whatever order one tries to take it back."""

import pytest
import workbooks
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from laws import times

from enforcers.importer import OfficerImporter
from enforcers.models import Ability, Officer, Recusal
from sources.importer import SourceImporter
from sources.models import PollutionSource
from wugang_audit.imports import undo
from wugang_audit.imports.models import ImportJob, ImportState
from wugang_audit.imports.preview import Faulty

LAWS = settings(
    deadline=None,
    max_examples=times(15),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

# Few numbers and few values: so that imports meet in the same rows.
HEADERS = {
    SourceImporter: ["污染源编码", "单位名称", "监管类别", "行业代码", "备注"],
    OfficerImporter: ["姓名", "执法证号", "执法证有效期至", "职务", "擅长行业", "回避单位"],
}
FIRST = [
    (SourceImporter, [("410481-0001", "一厂", "一般", "2669", None)]),
    (OfficerImporter, [("甲", "16041048001", "2098-07-01", None, "livestock", "410481-0001")]),
]
UNITS = st.tuples(
    st.sampled_from(["410481-0001", "410481-0002"]),
    st.sampled_from(["一厂", "二厂"]),
    st.just("一般"),
    st.sampled_from(["2669", "0313"]),
    st.sampled_from([None, "改"]),
)
OFFICERS = st.tuples(
    st.just("甲"),
    st.sampled_from(["16041048001", "16041048002"]),
    st.just("2098-07-01"),
    st.sampled_from([None, "科长"]),
    st.sampled_from([None, "livestock", "chemical-pharma", "livestock、chemical-pharma"]),
    st.sampled_from([None, "410481-0001", "410481-0002"]),
)
FILES = st.lists(
    st.tuples(st.just(SourceImporter), st.lists(UNITS, min_size=1, max_size=2, unique_by=lambda row: row[0]))
    | st.tuples(
        st.just(OfficerImporter), st.lists(OFFICERS, min_size=1, max_size=2, unique_by=lambda row: row[1])
    ),
    min_size=3,
    max_size=6,
)


def imported(importer, rows, owner):
    """Import the rows as the confirmation of a job does; None where they change nothing, or cannot come in."""
    content = workbooks.of_rows(HEADERS[type(importer)], *rows)
    try:
        preview = importer.apply(content, "名录.xlsx", owner)
    except Faulty:
        return None
    if not preview.differences:
        return None
    return ImportJob.objects.create(
        registry=importer.kind, owner=owner, filename="名录.xlsx", sha256="", content=b"",
        preview=preview.stored(), state=ImportState.APPLIED, applied_at=importer.at,
    )  # fmt: skip


def standing():
    return [
        [{name: value for name, value in row.items() if name != "updated_at"} for row in model.objects.order_by("pk").values()]
        for model in (PollutionSource, Officer, Ability, Recusal)
    ]  # fmt: skip


def history():
    return [
        list(model.history.order_by("pk").values()) for model in (PollutionSource, Officer, Ability, Recusal)
    ]


def brought_in(several, owner):
    """Import one after the other, after the first ones; yield (importer, job, how the registries stood before)."""
    for kind, rows in [*FIRST, *several]:
        before, importer = standing(), kind()
        if job := imported(importer, rows, owner):
            yield importer, job, before


@pytest.fixture
def forgotten(specialities):
    """Run a block and take back all that it wrote: the examples of one test share its database."""

    def run(block):
        with transaction.atomic():
            block()
            transaction.set_rollback(True)

    return run


@LAWS
@given(FILES)
def test_from_the_last_to_the_first_every_standing_comes_back(forgotten, admin, several):
    def law():
        for importer, job, before in reversed(list(brought_in(several, admin))):
            past = history()
            undo.undo(importer, job, actor=admin, reason="x")
            assert standing() == before
            # A history only grows.
            assert [now[: len(then)] for now, then in zip(history(), past, strict=True)] == past

    forgotten(law)


@LAWS
@given(FILES, st.randoms(use_true_random=False))
def test_in_any_order_an_undoing_is_whole_or_refused_and_in_the_end_all_is_as_it_was(
    forgotten, admin, several, chance
):
    def law():
        first = standing()
        left = [(importer, job) for importer, job, _ in brought_in(several, admin)]
        while left:
            chance.shuffle(left)
            refused = []
            for importer, job in left:
                before = standing()
                try:
                    undo.undo(importer, job, actor=admin, reason="x")
                except undo.CannotUndo:
                    assert standing() == before
                    refused.append((importer, job))
                connection.check_constraints([model._meta.db_table for model in (Ability, Recusal)])
            assert len(refused) < len(left)  # the latest can always go
            left = refused
        assert standing() == first

    forgotten(law)
