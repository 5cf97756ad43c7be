"""Each page shows the law that was in force on the day that it is about."""

import datetime

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from drawings.disclosure.bases import LegalBasis, by_date
from drawings.models import Draw, Inspection, InspectionItem, ItemBasis, Plan
from drawings.models import LegalBasis as Row
from wugang_audit.calendar.words import day_in_words

OLD, NEW = "《中华人民共和国环境保护法》（主席令第9号）第二十四条", "《中华人民共和国生态环境法典》第五十一条"
BEFORE, AFTER = (datetime.datetime(2026, 8, day, 4, tzinfo=datetime.UTC) for day in (14, 15))
BOTH = pytest.mark.parametrize(("moment", "shown", "hidden"), [(BEFORE, OLD, NEW), (AFTER, NEW, OLD)])


def law_on(client, url, shown, hidden):
    page = client.get(url)
    assert page.status_code == 200
    text = page.content.decode()
    return shown in text, hidden in text


def test_bases_are_sorted_by_date():
    old, new = (
        LegalBasis("旧", "", datetime.date(2015, 1, 1), datetime.date(2026, 8, 14)),
        LegalBasis("新", "", datetime.date(2026, 8, 15), None),
    )
    before, after = (by_date([old, new], moment) for moment in (BEFORE, AFTER))
    assert (before.in_force, before.earlier, [p.day for p in before.coming]) == ((old,), (), [new.since])
    assert (after.in_force, [p.day for p in after.earlier], after.coming) == ((new,), [old.until], ())
    assert set(after.all) == {old, new}


def test_what_stands_before_and_after_a_change_is_named_on_both_sides_of_it():
    """As the pages of that time do: the document of 2016 is law to this day, and was it under the old law."""
    old, new = (
        LegalBasis("旧", "", datetime.date(2015, 1, 1), datetime.date(2026, 8, 14)),
        LegalBasis("新", "", datetime.date(2026, 8, 15), None),
    )
    stays = LegalBasis("文件", "", datetime.date(2016, 1, 1), None)
    added = LegalBasis("后来引用", "", datetime.date(2016, 1, 1), None, cited_since=AFTER)
    before, after = (by_date([old, new, stays, added], moment) for moment in (BEFORE, AFTER))
    assert [period.bases for period in before.coming] == [(new, stays)]
    assert [period.bases for period in after.earlier] == [(old, stays)]
    assert (before.all, after.all) == ((old, stays, new), (new, stays, added, old))


def test_the_list_of_items_names_all_that_a_draw_of_that_time_names(clock, published_draw, stranger):
    Draw.objects.update(frozen_at=BEFORE)
    document = "（环办〔2015〕88号）"
    assert law_on(stranger, "/draws/2026Q4/", document, NEW) == (True, False)
    page = stranger.get("/items/").content.decode()
    past = page.index("2026年8月14日</time>以前（含当天）：")
    assert past < page.index(document, past) < page.index("</p>", past)
    assert page.count(f"<dt>《关于在污染源日常环境监管领域推广随机抽查制度的实施方案》{document}</dt>") == 1


def test_the_list_of_items_shows_both_by_date(clock, item, stranger):
    page = stranger.get("/items/").content.decode()
    now, past = page.index("登记的现行依据："), page.index("2026年8月14日</time>以前（含当天）：")
    assert now < page.index(NEW, now) < past < page.index(OLD, past)
    assert "现场检查；检查人员为被检查者保守商业秘密" in page
    assert f"本局清单印发时的原文（照录）：</span>{item.basis}" in page
    assert "“检查依据”先照录本局清单印发时的原文，一字不改；再列出登记的依据" in page


@BOTH
def test_a_plan_shows_the_law_of_its_publication(plan, stranger, moment, shown, hidden):
    Plan.objects.update(published_at=moment)
    assert law_on(stranger, "/plans/2026/1/", shown, hidden) == (True, False)


@BOTH
def test_the_staff_page_of_a_plan_does_the_same(plan, desk_of, moment, shown, hidden):
    Plan.objects.update(published_at=moment)
    assert law_on(desk_of, "/ceremony/plans/2026/1/", shown, hidden) == (True, False)


@pytest.fixture
def desk_of(login, organiser):
    return login(organiser)


@BOTH
def test_a_draw_shows_the_law_of_its_freeze(published_draw, stranger, moment, shown, hidden):
    Draw.objects.update(frozen_at=moment)
    assert law_on(stranger, "/draws/2026Q4/", shown, hidden) == (True, False)


@BOTH
def test_a_result_and_its_inspection_show_the_law_of_the_visit(
    clock, published_draw, report, stranger, login, head, moment, shown, hidden
):
    inspection = report(Inspection.objects.first(), visited_at=moment)
    number = inspection.selection.source.number
    assert law_on(stranger, f"/units/{number}/", shown, hidden) == (True, False)
    url = reverse("inspections:detail", args=[inspection.pk])
    assert law_on(login(head), url, shown, hidden) == (True, False)


@BOTH
def test_the_firm_reads_the_law_of_the_visit_and_before_it_that_of_today(
    clock, published_draw, stranger, moment, shown, hidden
):
    inspection = Inspection.objects.first()
    url = reverse("disclosure:visit", args=[inspection.token])
    assert law_on(stranger, url, NEW, OLD) == (True, False)
    Inspection.objects.update(visited_at=moment)
    assert law_on(stranger, url, shown, hidden) == (True, False)


# --- what was cited later ---------------------------------------------------------------------------------------
MORE = "《中华人民共和国生态环境法典》第五十四条"  # in force on every day below
MINUTE = datetime.timedelta(minutes=1)
SINCE = pytest.mark.parametrize(("later", "shown"), [(MINUTE, False), (-MINUTE, True), (0 * MINUTE, True)])


@pytest.fixture
def cite(item):
    """Let the item cite one article more, from a moment on."""

    def since(moment):
        ItemBasis.objects.create(item=item, basis=Row.objects.get(article="第五十四条"), cited_since=moment)

    return since


@SINCE
def test_a_plan_shows_what_was_cited_at_its_publication(plan, cite, stranger, desk_of, later, shown):
    Plan.objects.update(published_at=AFTER)
    cite(AFTER + later)
    for client, url in ((stranger, "/plans/2026/1/"), (desk_of, "/ceremony/plans/2026/1/")):
        assert law_on(client, url, NEW, MORE) == (True, shown)


@SINCE
def test_a_draw_shows_what_was_cited_at_its_freeze(published_draw, cite, stranger, later, shown):
    Draw.objects.update(frozen_at=AFTER)
    cite(AFTER + later)
    assert law_on(stranger, "/draws/2026Q4/", NEW, MORE) == (True, shown)


@SINCE
def test_a_result_its_inspection_and_the_firms_page_show_what_was_cited_at_the_visit(
    clock, published_draw, cite, report, stranger, login, head, later, shown
):
    # Published two days later: what is cited by then and was not at the visit is not shown.
    inspection = report(Inspection.objects.first(), visited_at=AFTER)
    cite(AFTER + later)
    for client, url in (
        (stranger, f"/units/{inspection.selection.source.number}/"),
        (stranger, reverse("disclosure:visit", args=[inspection.token])),
        (login(head), reverse("inspections:detail", args=[inspection.pk])),
    ):
        assert law_on(client, url, NEW, MORE) == (True, shown)


@SINCE
def test_before_the_visit_the_pages_show_what_is_cited_now(
    clock, published_draw, cite, stranger, login, head, later, shown
):
    inspection = Inspection.objects.first()
    cite(clock() + later)
    for client, url in (
        (stranger, reverse("disclosure:visit", args=[inspection.token])),
        (login(head), reverse("inspections:detail", args=[inspection.pk])),
    ):
        assert law_on(client, url, NEW, MORE) == (True, shown)


def test_the_list_of_items_says_since_when_an_article_is_cited(clock, cite, stranger):
    cite(clock())
    page = stranger.get("/items/").content.decode()
    assert (
        page.index("登记的现行依据：") < page.index(MORE) < page.index("2026年8月14日</time>以前（含当天）：")
    )
    assert strip_tags(page).count(f"{day_in_words(clock())}起列为本事项的依据") == 1


def test_what_was_first_cited_when_it_was_law_no_more_never_stood(clock, item, stranger):
    ItemBasis.objects.filter(basis__article="第十条").update(cited_since=clock())
    page = stranger.get("/items/").content.decode()
    assert ("第十条" in page.replace(item.basis, ""), OLD in page) == (False, True)


def test_an_item_without_registered_law_shows_the_words_of_the_annex(published_draw, item, stranger):
    item.bases.clear()
    url = reverse("disclosure:visit", args=[Inspection.objects.first().token])
    for page in (url, "/items/", "/plans/2026/1/"):
        assert item.basis in stranger.get(page).content.decode()


def test_an_item_in_no_published_plan_says_so(clock, item, stranger, organiser):
    said = "还没有列入公布的计划"
    assert said in stranger.get("/items/").content.decode()
    plan = Plan.objects.create(year=2026, title="计划", basis="依据", created_by=organiser)
    plan.items.add(item)
    assert said in stranger.get("/items/").content.decode()
    Plan.objects.update(published_at=AFTER)
    for url in ("/items/", "/plans/2026/1/"):
        assert said not in stranger.get(url).content.decode()


def test_an_item_that_was_in_a_published_plan_stays_readable_when_it_is_used_no_more(plan, item, stranger):
    assert "已停用的事项" not in stranger.get("/items/").content.decode()
    InspectionItem.objects.update(is_active=False)
    page = stranger.get("/items/")
    assert [one.subject for one in page.context["retired"]] == [item.subject]
    text = page.content.decode()
    heading = text.index("已停用的事项")
    assert "现在没有在用的事项" in text[:heading]
    assert item.subject not in text[:heading]
    assert text.index("2026年8月14日</time>以前（含当天）：", heading) < text.index(OLD, heading)


def test_an_item_that_is_used_no_more_and_was_never_planned_is_not_shown(item, stranger):
    InspectionItem.objects.update(is_active=False)
    page = stranger.get("/items/")
    assert (page.context["items"], page.context["retired"]) == ((), ())
    assert "清单还没有公布" in page.content.decode()


@pytest.mark.parametrize("since", [None, AFTER])
def test_the_list_of_items_says_that_no_basis_is_in_force(clock, item, stranger, since):
    """Also of law that had ended when it was first cited, which no page has ever shown."""
    said = "登记的依据今天没有一条有效：换上有效的以前，不按这一项抽签。"
    assert said not in stranger.get("/items/").content.decode()
    item.citations.exclude(basis__article="第二十四条").delete()
    item.citations.update(cited_since=since)
    page = stranger.get("/items/").content.decode()
    assert (said in page, OLD in page) == (True, since is None)
    item.citations.all().delete()
    assert said not in stranger.get("/items/").content.decode()
