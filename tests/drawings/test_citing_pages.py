"""What a public page shows of the law of its day stays: the days of an article, and the ticks of an item, may change
only where no page changes by it."""

import datetime

import pytest
from django.urls import reverse

from drawings.admin.citing_pages import page_showing, pages_citing
from drawings.models import Draw, Inspection, InspectionItem, ItemBasis, LegalBasis, Plan

ROW = {"law": "某某法", "article": "第一条", "text": "要点：某事。", "in_force_from": "2020-01-01"}
PLANNED, FROZEN, VISITED = (
    datetime.datetime(2026, 9, 30, 17, tzinfo=datetime.UTC),  # 1 October in Shanghai
    datetime.datetime(2026, 10, 8, 1, tzinfo=datetime.UTC),
    datetime.datetime(2026, 10, 20, 1, tzinfo=datetime.UTC),
)
MINUTE = datetime.timedelta(minutes=1)
PLAN = "2026-10-01 公布的计划“2026年度抽查计划”（第 1 版）"
DRAW = "2026-10-08 冻结的2026年第4季度抽查"
RESULT = "2026-10-20 检查、已经公开的结果（2026年第4季度抽查，"


@pytest.fixture
def client(login, admin, specialities):
    return login(admin)


@pytest.fixture
def made(item):
    """An article that the item cites from the beginning."""
    row = LegalBasis.objects.create(**ROW)
    ItemBasis.objects.create(item=item, basis=row)
    row.refresh_from_db()
    return row


@pytest.fixture
def pages(clock, published_draw, report):
    """A plan of 1 October, a draw of the 8th, a result of a visit of the 20th."""
    Plan.objects.update(published_at=PLANNED)
    Draw.objects.update(frozen_at=FROZEN)
    return report(Inspection.objects.first(), visited_at=VISITED)


@pytest.fixture
def send(client, made):
    """Send the form of the article with other days: {} where they were saved, else what is said at each field."""

    def post(since, until, **stood):
        LegalBasis.objects.filter(pk=made.pk).update(**stood)
        days = {"in_force_from": since, "in_force_until": until or ""}
        url = reverse("admin:drawings_legalbasis_change", args=[made.pk])
        page = client.post(url, ROW | days)
        if page.status_code == 302:
            row = LegalBasis.objects.get(pk=made.pk)
            assert (str(row.in_force_from), str(row.in_force_until or "")) == (since, until or "")
            return {}
        return {name: found[0] for name, found in page.context["adminform"].form.errors.items()}

    return post


@pytest.mark.parametrize(
    ("until", "page"),
    [("2026-09-30", RESULT), ("2026-10-19", RESULT), ("2026-10-20", ""), ("2027-01-01", ""), (None, "")],
)
def test_law_does_not_end_before_a_page_that_shows_it(pages, send, until, page):
    said = send("2020-01-01", until, in_force_until="2026-12-31")
    assert list(said) == (["in_force_until"] if page else [])
    if page:
        assert said["in_force_until"].startswith(page)
        assert "）按有效显示它，公布过的不能变：最后有效日请填 2026-10-20 或以后" in said["in_force_until"]


@pytest.mark.parametrize(
    ("until", "stops"),
    [
        ("2026-10-01", True), ("2026-10-08", True), ("2026-12-31", True), (None, True),
        ("2026-09-30", False), ("2026-09-01", False), ("2020-01-01", False),
    ],
)  # fmt: skip
def test_law_that_had_ended_does_not_come_back_on_a_page(pages, send, until, stops):
    said = send("2020-01-01", until, in_force_until="2026-08-14")
    assert list(said) == (["in_force_until"] if stops else [])
    if stops:
        assert said["in_force_until"].startswith(f"{PLAN}没有显示它")
        assert "最后有效日请填 2026-09-30 或以前，不能留空" in said["in_force_until"]
        assert "另新增一条，施行日期填 2026-08-15" in said["in_force_until"]


@pytest.mark.parametrize(
    ("was", "since", "words"),
    [
        ("2020-01-01", "2026-10-02", f"{PLAN}按有效显示它，公布过的不能变：施行日期请填 2026-10-01 或以前"),
        (
            "2026-10-05",
            "2026-10-01",
            f"{PLAN}没有显示它，这样改了就会显示，公布过的不能变：施行日期请填 2026-10-02",
        ),
        ("2020-01-01", "2026-10-01", ""),
        ("2020-01-01", "1999-01-01", ""),
        ("2026-10-25", "2026-10-20", RESULT),
        ("2026-10-25", "2026-10-21", ""),
        ("2030-01-01", "2026-11-01", ""),
        ("2026-10-05", "2026-10-09", f"{DRAW}按有效显示它"),
        ("2026-10-05", "2026-10-02", ""),
    ],
)
def test_the_first_day_moves_where_no_page_changes(pages, send, was, since, words):
    said = send(since, None, in_force_from=was)
    assert list(said) == (["in_force_from"] if words else [])
    assert said.get("in_force_from", "").startswith(words)


def test_both_days_are_named_where_both_are_wrong(pages, send):
    assert list(send("2026-10-05", "2026-10-15")) == ["in_force_until", "in_force_from"]


@pytest.mark.parametrize(("later", "stops"), [(MINUTE, False), (0 * MINUTE, True), (-MINUTE, True)])
def test_pages_from_before_the_citation_are_left_out(pages, made, send, later, stops):
    ItemBasis.objects.filter(basis=made).update(cited_since=VISITED + later)
    assert bool(send("2020-01-01", "2026-10-19")) == stops


def test_pages_of_other_items_are_left_out(pages, made, send, item):
    other = InspectionItem.objects.create(subject="别的事项", basis="原文")
    ItemBasis.objects.filter(basis=made).update(item=other)
    assert send("2026-10-05", "2026-10-06") == {}


def test_a_draft_of_a_plan_or_of_a_result_is_no_page(pages, made, plan):
    Plan.objects.update(published_at=None)
    Inspection.objects.filter(state="published").update(state="approved")
    assert page_showing(made).what == DRAW
    Draw.objects.update(state="draft", frozen_at=None)
    assert page_showing(made) is None


def test_the_page_that_is_named_shows_the_article_and_goes_on_to(pages, send, made, stranger):
    unit = pages.selection.source.number
    urls = ("/plans/2026/1/", "/draws/2026Q4/", f"/units/{unit}/")
    assert [page.what for page in pages_citing(made)] == [PLAN, DRAW, f"{RESULT}{pages.selection.name}）"]
    shown = [made.cited in stranger.get(url).content.decode() for url in urls]
    assert shown == [True, True, True]
    assert send("2026-10-21", None)
    assert send("2020-01-01", "2026-09-30")
    assert [made.cited in stranger.get(url).content.decode() for url in urls] == shown


# --- ticks of an item, and the words ----------------------------------------------------------------------------


@pytest.fixture
def untick(client, item, made):
    def post():
        kept = [key for key in item.bases.values_list("pk", flat=True) if key != made.pk]
        url = reverse("admin:drawings_inspectionitem_change", args=[item.pk])
        page = client.post(url, {"position": 1, "is_active": "on", "bases": kept})
        if page.status_code == 302:
            return ""
        return page.context["adminform"].form.errors["bases"][0]

    return post


@pytest.mark.parametrize(
    ("fields", "since", "page"),
    [
        ({}, None, PLAN),
        ({}, PLANNED + MINUTE, DRAW),
        ({}, FROZEN + MINUTE, RESULT),
        ({}, VISITED + MINUTE, ""),
        ({"in_force_from": "2030-01-01"}, None, ""),
        ({"in_force_until": "2026-09-30"}, None, ""),
    ],
)
def test_a_tick_is_taken_away_where_no_page_shows_it(pages, made, item, untick, fields, since, page):
    LegalBasis.objects.filter(pk=made.pk).update(**fields)
    ItemBasis.objects.filter(basis=made).update(cited_since=since)
    said = untick()
    assert said.startswith(page)
    assert ("按有效显示《某某法》第一条。公布过的不能变" in said) == bool(page)
    assert bool(said) == bool(page) == item.bases.filter(pk=made.pk).exists()


def test_many_ticks_are_refused_in_one_short_sentence(client, pages, item, made):
    url = reverse("admin:drawings_inspectionitem_change", args=[item.pk])
    page = client.post(url, {"position": 1, "is_active": "on"})
    (said,) = page.context["adminform"].form.errors["bases"]
    assert said == (
        f"{PLAN}按有效显示《中华人民共和国生态环境法典》第五十一条等 4 条。公布过的不能变：请重新选上。"
        "以后不再引用的，停用本事项，另建一项。"
    )


def test_what_another_item_shows_keeps_no_tick_of_this_one(pages, made, item, untick):
    other = InspectionItem.objects.create(subject="别的事项", basis="原文")
    ItemBasis.objects.create(item=other, basis=made)
    Plan.objects.get().items.add(other)
    ItemBasis.objects.filter(basis=made, item=item).update(cited_since=VISITED + MINUTE)
    assert untick() == ""
    assert page_showing(made).what == PLAN


def test_words_can_be_put_right_until_a_page_shows_them(client, pages, made):
    url = reverse("admin:drawings_legalbasis_change", args=[made.pk])
    for since, typed, kept in ((VISITED + MINUTE, "改过。", "改过。"), (None, "再改一次。", "改过。")):
        ItemBasis.objects.filter(basis=made).update(cited_since=since)
        assert client.post(url, ROW | {"text": typed}).status_code == 302
        made.refresh_from_db()
        assert made.text == kept
