"""Two points of one name, each in its own section: on every page behind the form it can be told which is meant."""

import pytest
from django.urls import reverse

from drawings.inspections.field.report import Answer
from drawings.models import Checklist, ChecklistPoint, ChecklistVersion, InspectionChecklist
from drawings.models.checklists import PointName, told_apart

WATER, AIR = "废水 · 排放口", "废气 · 排放口"


@pytest.fixture
def alike(points):
    """Give the first and the last point one name, in two sections; return their keys."""
    pair = points[0], points[-1]
    for point, section in zip(pair, ("废水", "废气"), strict=True):
        ChecklistPoint.objects.filter(pk=point.pk).update(name="排放口", section=section)
    return [point.pk for point in pair]


def test_a_name_gets_as_much_of_a_heading_as_it_needs():
    alone = PointName("台账", "管理", "通用", "book")
    water, air = (PointName("排放口", section, "通用", "outlet") for section in ("废水", "废气"))
    other = PointName("排放口", "废水", "医院", "outlet")
    twice = PointName("排放口", "废水", "通用", "outlet-2")
    assert told_apart({1: alone, 2: water, 3: air}) == {1: "台账", 2: WATER, 3: AIR}
    assert told_apart({2: water, 3: other}) == {2: "通用 · 废水 · 排放口", 3: "医院 · 废水 · 排放口"}
    assert set(told_apart({2: water, 4: twice}).values()) == {
        "通用 · 废水 · 排放口（outlet）",
        "通用 · 废水 · 排放口（outlet-2）",
    }


def test_reviewer_head_and_public_read_which_of_the_two_is_meant(
    inspection, hand_in, give_back, alike, points, step, reviewer, head, lead, login, client
):
    answers = {point.pk: Answer("pass") for point in points}
    answers |= {alike[0]: Answer("fail", "标志牌破损")}
    parts = {"outcome": "urged", "measures": {"urge": None}, "answers": answers}
    row = hand_in(inspection, **parts)
    give_back(row, **{f"verdict_{alike[1]}": "写明几号"})
    assert (
        f"{AIR}</a>：写明几号" in login(lead).get(reverse("inspections:edit", args=[row.pk])).content.decode()
    )
    answers |= {alike[1]: Answer("fail", "二号标志牌破损")}
    row = hand_in(inspection, **parts | {"answers": answers})
    first = login(reviewer).get(reverse("inspections:detail", args=[row.pk])).content.decode()
    for said in (WATER, AIR, "<h3>废水</h3>", "<h3>废气</h3>"):
        assert said in first
    assert f"{AIR}</a></li>" in first  # in the list of what changed
    row = step(row, "approved")
    bulk = reverse("inspections:publish_all", args=[row.selection.draw_id])
    whole = login(head).get(bulk).content.decode()
    assert WATER in whole and AIR in whole
    row = step(row, "published")
    address = reverse("disclosure:unit", args=[row.selection.source.number])
    public = client.get(address).content.decode()
    assert f"<li>{WATER}" in public and f"<li>{AIR}" in public
    assert '<th scope="rowgroup" colspan="2">废气</th>' in public
    unit = login(head).get(reverse("inspections:unit", args=[row.selection.source.number]))
    assert AIR in unit.content.decode()


def test_where_two_lists_are_used_the_headings_name_the_list(inspection, hand_in, points, reviewer, login):
    other = Checklist.objects.create(code="boiler", name="锅炉", position=9)
    version = ChecklistVersion.objects.create(
        checklist=other, number=1, name="锅炉", published_at=inspection.selection.draw.published_at
    )
    more = ChecklistPoint.objects.create(version=version, section="燃料", code="fuel", name=points[0].name)
    both = [points[0].version_id, version.pk]
    answers = {each.pk: Answer("pass") for each in (*points, more)}
    row = hand_in(inspection, answers=answers, versions=tuple(both))
    assert InspectionChecklist.objects.filter(inspection=row).count() == 2
    page = login(reviewer).get(reverse("inspections:detail", args=[row.pk])).content.decode()
    assert "<h3>锅炉：燃料</h3>" in page
    assert f"燃料 · {more.name}" in page
