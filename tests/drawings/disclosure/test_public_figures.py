"""The public figures: a small world counted by hand, and what they must not tell."""

import csv
import datetime
import io

import pytest

from drawings.disclosure.periods import Period
from drawings.disclosure.public_figures import TABLES, Counted
from drawings.models import (
    ChecklistPoint,
    Draw,
    Finding,
    Inspection,
    InspectionChecklist,
    PublishedResult,
    Selection,
)
from drawings.models.published_results import empty, keep
from sources.models import PollutionSource

DAY = datetime.timedelta(days=1)
# Of the six units of the draw, by their registry numbers: township, outcome, day of the visit.
WORLD = (
    ("尹集镇", "clean", 1), ("尹集镇", "urged", 2), ("枣林镇", "ordered", 3), ("枣林镇", "closed", 4), ("", "clean", 5),
)  # fmt: skip


def figures(period="2026"):
    """Return all tables of a period as plain values: {table: {line: counts}}, the counts that are not nought."""
    counted = Counted(Period.read(period))
    return {
        code: {
            line.label: {name: each for name, each in line.counts.items() if each}
            for line, _ in make(counted).rows
        }
        for code, make in TABLES.items()
    }


@pytest.fixture
def world(draw_in, report):
    """Five published results of six drawn units; the fifth is clean by its outcome, and a point of its list failed."""
    found = []
    draw = draw_in("published")
    rows = Inspection.objects.filter(selection__draw=draw).order_by("selection__source__number")
    for row, (township, outcome, day) in zip(rows, WORLD, strict=False):
        unit = PollutionSource.objects.filter(pk=row.selection.source_id)
        unit.update(township=township, industry_code="2614")
        fresh = Inspection.objects.get(pk=row.pk)
        visited = datetime.datetime(2026, 11, day, 10, tzinfo=datetime.UTC)
        visit = report(
            fresh, outcome=outcome, visited_at=visited, published_at=visited + 2 * DAY,
            publish_by=visited.date() + 28 * DAY,
        )  # fmt: skip
        found.append(visit)
    Finding.objects.filter(inspection=found[4]).update(verdict="fail")
    keep(found[4])
    return found


def test_the_figures_of_a_year_are_those_that_a_person_counts(world):
    found = figures()
    drawn = Selection.objects.count()
    total = found["classes"]["合计"]
    assert total["drawn"] == drawn and total["quota"] >= drawn
    wanted = {
        "published": 5,
        "dated": 5,
        "visited": 4,
        "outside": 1,
        "faulty": 3,
        "clean": 1,
    }
    assert {name: total[name] for name in wanted} == wanted
    assert found["quarters"]["2026年第4季度"] == found["quarters"]["合计"] == total
    assert found["townships"] == {
        "尹集镇": {"visited": 2, "faulty": 1},
        "枣林镇": {"visited": 1, "faulty": 1},
        "没有登记": {"visited": 1, "faulty": 1},
        "合计": {"visited": 4, "faulty": 3},
    }
    assert [*found["industries"].values()] == [{"visited": 4, "faulty": 3}] * 2
    assert [*found["points"].values()] == [{"looked_at": 4, "failed": 1}]
    base = sum(quota.base for quota in Draw.objects.get().quotas())
    assert found["coverage"]["合计"] == {"base": base, "seen1": 4, "seen2": 4, "seen3": 4}
    quarter = figures("2026Q4")
    assert found.pop("deadlines")["合计"] == quarter.pop("deadlines")["合计"]
    assert found == quarter


def test_what_is_counted_back_from_a_day_is_counted_from_today_while_the_period_runs(world, clock):
    clock.moment = datetime.datetime(2026, 11, 29, 10, tzinfo=datetime.UTC)
    assert Counted(Period.read("2026")).first_day(1) == datetime.date(2025, 11, 30)
    assert Counted(Period.read("2026Q3")).first_day(1) == datetime.date(2025, 10, 1)
    clock.moment = datetime.datetime(2027, 2, 1, 10, tzinfo=datetime.UTC)
    assert Counted(Period.read("2026")).first_day(1) == datetime.date(2026, 1, 1)


def test_every_number_has_as_many_rows_behind_it(world, stranger):
    counted = Counted(Period.read("2026"))
    seen = 0
    for make in TABLES.values():
        for _, cells in make(counted).rows:
            for cell in cells:
                if not cell.url:
                    continue
                page = stranger.get(cell.url)
                context = page.context
                if "units" in context:
                    assert len(context["units"]) == cell.count, cell.url
                    continue
                shown = (
                    sum(each.count for each in context["draws"])
                    if context["of_draws"]
                    else len(context["page"].rows)
                )
                assert shown == cell.count, cell.url
                seen += 1
                if not context["of_draws"]:
                    path, _, query = cell.url.partition("?")
                    file = stranger.get(f"{path.rstrip('/')}.csv?{query}")
                    assert len(lines(file)) - 1 == cell.count
    assert seen > 20


def lines(answer):
    text = b"".join(answer).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def test_the_share_by_township_stands_in_a_file_beside_it(world, stranger):
    answer = stranger.get("/statistics/2026/townships.csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert lines(answer)[:2] == [
        ["乡镇（街道）", "已检查（家）", "发现问题（家）", "发现问题占已检查（%）"],
        ["尹集镇", "2", "1", ""],
    ]


def test_a_township_that_looks_like_a_formula_is_text_in_the_file(world, stranger):
    PublishedResult.objects.filter(township="尹集镇").update(township="=1+1")
    assert "'=1+1" in {line[0] for line in lines(stranger.get("/statistics/2026/townships.csv"))}


def test_a_share_of_fewer_than_five_says_the_counts(world, stranger):
    text = stranger.get("/statistics/2026/").content.decode()
    assert "2 家里 1 家" in text and "50.0%" not in text


def test_what_the_law_hid_counts_by_its_draw_and_class_alone(world):
    before = figures()
    hidden = world[1]
    empty(hidden)
    after = figures()
    label = hidden.selection.get_stratum_display()
    assert after["classes"][label]["published"] == before["classes"][label]["published"]
    assert after["classes"]["合计"]["hidden"] == 1 and after["classes"]["合计"]["visited"] == 3
    assert after["townships"]["尹集镇"] == {"visited": 1}
    assert "没有登记" in after["townships"] and after["townships"]["没有登记"] == {"visited": 1, "faulty": 1}
    assert after["coverage"]["合计"]["seen1"] == 3
    assert sum(each["visited"] for each in after["industries"].values()) == 2 * 3


def test_a_hidden_result_is_not_behind_what_is_filed_nowhere(world, stranger):
    empty(world[1])
    page = stranger.get("/statistics/2026/rows/visited/?township=-").context["page"]
    assert [row.number for row in page.rows] == [world[4].selection.source.number]


def test_a_point_counts_in_every_version_under_its_newest_name(world):
    old = Finding.objects.get(inspection=world[4]).point
    version = type(old.version).objects.create(checklist=old.version.checklist, number=old.version.number + 1)
    new = ChecklistPoint.objects.create(version=version, code=old.code, section="新", name="改了名")
    Finding.objects.filter(inspection=world[2]).update(point=new, verdict="fail")
    InspectionChecklist.objects.filter(inspection=world[2]).update(version=version)
    assert figures()["points"] == {"新 · 改了名": {"looked_at": 4, "failed": 2}}


def test_units_to_which_a_point_did_not_apply_are_not_in_its_share(world, stranger):
    Finding.objects.filter(inspection=world[0]).update(verdict="absent")
    [line] = Counted(Period.read("2026")).points().lines
    assert line.counts == {"looked_at": 3, "failed": 1}
    rows = stranger.get("/statistics/2026/rows/looked_at/", {"point": line.key}).context["page"].rows
    assert len(rows) == 3 and world[0].selection.source.number not in {row.number for row in rows}
    assert "不涉及的不在分母里" in stranger.get("/statistics/2026/").content.decode()
