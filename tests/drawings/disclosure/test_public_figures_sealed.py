"""What the public figures tell of a sealed draw: that there is one, and nothing else."""

import datetime
import re

import pytest

from drawings.ceremony import verbs as ceremony
from drawings.ceremony.preflight import checks
from drawings.disclosure.periods import Period
from drawings.disclosure.public_figures import TABLES, Counted
from drawings.models import ChecklistPoint, ChecklistVersion, Draw, Finding, Inspection, PublishedResult
from drawings.protocol import verify
from sources.models import PollutionSource

SOURCE = verify.Source("system", "os", "2026-10-08T09:00:00+08:00")
ADDRESSES = (
    "",
    "places/",
    "rows/base/",
    "rows/seen1/",
    *(f"{name}.csv" for name in (*TABLES, "coverage-units", "places")),
)


@pytest.fixture
def draw_of(plan, item, registry, officers, organiser, settings, clock):
    """Draw a quarter of 2026 and publish it, sealed or open, every unit with a published result of its own."""
    settings.ALLOW_SYSTEM_ENTROPY = True
    PollutionSource.objects.update(longitude="113.5", latitude="33.3", township="尹集镇")

    def make(quarter, report, disclosure="open", outcomes=("clean", "urged")):
        draft = ceremony.start(year=2026, quarter=quarter, item=item, actor=organiser)
        sealed = {"unseal_on": datetime.date(2027, 6, 1)} if disclosure == "sealed" else {}
        frozen = ceremony.freeze(
            draw=draft, sources=[SOURCE], seen=checks.snapshot(draft).fingerprint, disclosure=disclosure,
            actor=organiser, **sealed,
        )  # fmt: skip
        draw = ceremony.publish(draw=ceremony.draw_from_system(draw=frozen, actor=organiser), actor=organiser)
        for number, row in enumerate(Inspection.objects.filter(selection__draw=draw).order_by("pk")):
            report(row, outcome=outcomes[number % len(outcomes)])
        Finding.objects.filter(inspection__selection__draw=draw, inspection__outcome="urged").update(
            verdict="fail"
        )
        return draw

    return make


def read(stranger, period):
    """Return all that the pages and files of a period say, without what changes with every answer."""
    found = {}
    for address in ADDRESSES:
        answer = stranger.get(f"/statistics/{period}/{address}")
        body = b"".join(answer) if answer.streaming else answer.content
        found[address] = (answer.status_code, body.decode())
    return found


def values(period):
    counted = Counted(Period.read(period))
    return {
        code: [(line.label, dict(line.counts)) for line, _ in make(counted).rows]
        for code, make in TABLES.items()
    }


def test_a_sealed_draw_changes_no_figure_of_the_year(draw_of, report, stranger):
    """Whatever its results: they are published one by one, and counted when the seal falls."""
    draw_of(3, report)
    before, pages = values("2026"), read(stranger, "2026")
    secret = draw_of(4, report, "sealed", outcomes=("case",))
    assert PublishedResult.objects.filter(quarter=4).count() > 0
    assert values("2026") == before
    after = read(stranger, "2026")
    rows = [address for address in ADDRESSES if address.endswith(".csv") or address.startswith("rows/")]
    assert {address: after[address] for address in rows} == {address: pages[address] for address in rows}
    said = re.sub("<[^>]+>", "", after[""][1])
    assert "另有 1 次抽签密封中" in said and "密封" not in pages[""][1]
    Draw.objects.filter(pk=secret.pk).update(unsealed_at=datetime.datetime(2026, 12, 1, tzinfo=datetime.UTC))
    assert values("2026") != before


def test_the_quarter_of_a_sealed_draw_counts_nothing(draw_of, report, stranger):
    draw_of(3, report)
    draw_of(4, report, "sealed")
    found = values("2026Q4")
    # The pool is that of the draw before; its visits of the third quarter were seen by the end of the fourth.
    assert {code: rows for code, rows in found.items() if rows and code != "coverage"} == {}
    for figure in ("published", "faulty", "visited", "drawn", "quota", "hidden"):
        page = stranger.get(f"/statistics/2026Q4/rows/{figure}/")
        assert page.status_code == 200 and "没有这样的" in page.content.decode()


def test_the_pool_of_a_draw_below_a_seal_is_no_base(draw_of, report):
    """It waits with the other files: what it lacks would tell whom the sealed draw took."""
    first = draw_of(2, report)
    draw_of(3, report, "sealed")
    lifted = draw_of(4, report, "sealed")
    Draw.objects.filter(pk=lifted.pk).update(unsealed_at=datetime.datetime(2026, 12, 1, tzinfo=datetime.UTC))
    counted = Counted(Period.read("2026"))
    assert counted.base.code == first.code
    assert [draw.code for draw in counted.open] == ["2026Q4", "2026Q2"]


def test_the_rows_of_the_year_have_no_result_of_a_sealed_draw(draw_of, report, stranger):
    draw_of(3, report)
    draw_of(4, report, "sealed")
    page = stranger.get("/statistics/2026/rows/published/").context["page"]
    assert {row.draw.code for row in page.rows} == {"2026Q3"}


def test_a_point_is_called_as_what_is_public_calls_it(draw_of, report, stranger):
    """By no finding of a draft, a sealed draw or another period: a newer version that only they use is nobody's business yet."""
    draw_of(3, report)
    point = Finding.objects.filter(verdict="fail").first().point
    address = f"/statistics/2026/rows/failed/?point={point.version.checklist.code}.{point.code}"
    before = stranger.get(address).content
    assert point.name in before.decode()
    sealed = draw_of(4, report, "sealed")
    version = ChecklistVersion.objects.create(checklist=point.version.checklist, number=9, name="新版")
    newer = ChecklistPoint.objects.create(
        version=version, code=point.code, section=point.section, name="还没有公布的说法"
    )
    Finding.objects.filter(inspection__selection__draw=sealed, point=point).update(point=newer)
    assert stranger.get(address).content == before
    nowhere = ChecklistPoint.objects.create(version=version, code="nowhere", section="甲", name="没有用过的")
    Finding.objects.filter(inspection__selection__draw=sealed, point=newer).update(point=nowhere)
    page = stranger.get(f"{address.partition('=')[0]}={point.version.checklist.code}.nowhere")
    assert page.status_code == 200 and "没有用过的" not in page.content.decode()
