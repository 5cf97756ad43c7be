"""Law in force on the day: a plan or a freeze that rests on other law is refused, with what to cite instead."""

import datetime
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pages import said

from drawings.ceremony.preflight import checks
from drawings.models import Draw, InspectionItem, LegalBasis, LogEntry, Plan
from drawings.plans.bases import Stops, not_in_force, stops, without_bases
from drawings.states import Refused

OLD_DAY, LAST_OLD, FIRST_NEW = (datetime.date(2026, 8, day) for day in (1, 14, 15))
CODE = "中华人民共和国生态环境法典"
UNFOUNDED = (
    "抽查事项“污染源日常环境监管”还没有登记法律依据，“检查依据”里的条款今天是否有效没有核对过。请系统管理员打开"
    "“随机抽查事项”，勾选它，用“登记清单原文写明的依据”一步登记，或者打开它选定条款。"
)
REPEALED = (
    "抽查事项“污染源日常环境监管”的依据不能用：《中华人民共和国环境保护法》（主席令第9号）第二十四条自 2026-08-15 起"
    f"不再有效，应当改为引用《{CODE}》第五十一条。请系统管理员在“随机抽查事项”里改正法律依据。"
)
NO_ITEM = "计划里至少要有一个在用的抽查事项：请点“修改”选上。"


@pytest.fixture
def law(specialities):
    """An article of the fixture by law and number: ``law(CODE, "第五十一条")``."""

    def find(name: str, article: str = "") -> LegalBasis:
        return LegalBasis.objects.get(law=name, article=article)

    return find


@pytest.fixture
def old(law):
    return law("中华人民共和国环境保护法", "第二十四条")


@pytest.fixture
def new(law):
    return law(CODE, "第五十一条")


def at(clock, day):
    clock.moment = datetime.datetime.combine(day, datetime.time(1), datetime.UTC)


def found(item, day):
    return [(each.basis.article, each.why, each.replacement) for each in not_in_force([item], day)]


@pytest.mark.parametrize("day", [OLD_DAY, LAST_OLD, FIRST_NEW, datetime.date(2030, 1, 1)])
def test_the_shipped_item_cites_old_and_new_law_and_stands_on_each_day(item, day):
    assert not_in_force([item], day) == []
    assert without_bases([item]) == []


def test_what_is_cited_is_chosen_by_the_day(item):
    cited = {
        day: {basis.article for basis in item.bases.all() if basis.is_in_force(day)}
        for day in (LAST_OLD, FIRST_NEW)
    }
    assert cited == {LAST_OLD: {"第十条", "第二十四条", ""}, FIRST_NEW: {"第五十一条", "第五十三条", ""}}


def test_repealed_law_alone_stops_from_the_day_after_its_last_and_the_replacement_is_named(item, old, new):
    item.bases.set([old])
    assert found(item, LAST_OLD) == []
    why = "《中华人民共和国环境保护法》（主席令第9号）第二十四条自 2026-08-15 起不再有效"
    assert found(item, FIRST_NEW) == [("第二十四条", why, new)]


def test_law_that_does_not_exist_yet_stops_and_what_stands_today_is_named(item, old, new):
    item.bases.set([new])
    why = f"《{CODE}》第五十一条自 2026-08-15 起施行，2026-08-01 还没有施行"
    assert found(item, OLD_DAY) == [("第五十一条", why, old)]
    assert found(item, FIRST_NEW) == []


def test_one_article_in_force_does_not_carry_another_that_is_not(item, old, law):
    item.bases.set([old, law(CODE, "第五十三条")])
    assert [article for article, *_ in found(item, FIRST_NEW)] == ["第二十四条"]


def said_of(item, day):
    [lapsed] = not_in_force([item], day)
    head, _, said = lapsed.said.partition("的依据不能用：")
    assert (head, lapsed.replacement) == ("抽查事项“污染源日常环境监管”", None)
    return said, lapsed.to_replace


def test_law_without_a_replacement_says_so(item, old):
    LegalBasis.objects.filter(pk=old.pk).update(replaced_by=None)
    item.bases.set([old])
    assert said_of(item, FIRST_NEW) == (
        "《中华人民共和国环境保护法》（主席令第9号）第二十四条自 2026-08-15 起不再有效，也没有登记由哪一条代替。"
        "请系统管理员先在“法律依据”里新增现在有效的条款，在《中华人民共和国环境保护法》（主席令第9号）第二十四条的"
        "“由哪一条代替”里选上它，再在“随机抽查事项”里引用它。",
        old,
    )


def test_of_a_replacement_that_has_ended_too_it_is_said_since_when_and_where_to_mend_it(item, old, new):
    LegalBasis.objects.filter(pk=new.pk).update(in_force_until="2026-12-31")
    item.bases.set([old])
    assert said_of(item, datetime.date(2027, 2, 1)) == (
        "《中华人民共和国环境保护法》（主席令第9号）第二十四条自 2026-08-15 起不再有效；"
        f"代替它的《{CODE}》第五十一条自 2027-01-01 起不再有效，也没有登记再由哪一条代替。"
        f"请系统管理员先在“法律依据”里新增现在有效的条款，在《{CODE}》第五十一条的“由哪一条代替”里选上它，"
        "再在“随机抽查事项”里引用它。",
        new,
    )


def test_of_a_replacement_that_is_still_to_come_it_is_said_from_when(item, old, new):
    LegalBasis.objects.filter(pk=new.pk).update(in_force_from="2026-09-01")
    item.bases.set([old])
    assert said_of(item, FIRST_NEW) == (
        "《中华人民共和国环境保护法》（主席令第9号）第二十四条自 2026-08-15 起不再有效；"
        f"代替它的《{CODE}》第五十一条自 2026-09-01 起施行，2026-08-15 还没有施行。"
        "请系统管理员核对两条的日期，或者选上当天有效的条款。",
        None,
    )


def test_of_law_to_come_that_replaces_nothing_what_stands_today_is_asked_for(item, new):
    LegalBasis.objects.filter(replaced_by=new).update(replaced_by=None)
    item.bases.set([new])
    assert said_of(item, OLD_DAY) == (
        f"《{CODE}》第五十一条自 2026-08-15 起施行，2026-08-01 还没有施行，也没有登记它代替的是哪一条。"
        "请系统管理员在“随机抽查事项”里选上当天有效的条款。",
        None,
    )


def test_a_replacement_of_the_replacement_counts(item, old, new, law):
    later = LegalBasis.objects.create(
        law="又一部法", article="第一条", text="要点", in_force_from="2027-01-01"
    )
    LegalBasis.objects.filter(pk=new.pk).update(in_force_until="2026-12-31", replaced_by=later)
    item.bases.set([old, later])
    day = datetime.date(2027, 1, 1)
    assert found(item, day) == []
    item.bases.set([old])
    assert [instead for *_, instead in found(item, day)] == [later]


def test_a_circle_of_replacements_ends(item, old, new):
    LegalBasis.objects.filter(pk=new.pk).update(replaced_by=old, in_force_until="2026-08-31")
    item.bases.set([old])
    assert [instead for *_, instead in found(item, datetime.date(2027, 1, 1))] == [None]


def test_an_item_without_registered_law_is_named(item):
    assert stops([item], OLD_DAY) == Stops([], [])
    item.bases.clear()
    assert stops([item], OLD_DAY) == Stops([], [item])
    assert stops([item], OLD_DAY).reasons == [UNFOUNDED]


def test_ten_items_cost_as_many_queries_as_one(item, old):
    rows = [item]
    for number in range(9):
        other = InspectionItem.objects.create(subject=f"事项{number}", target="企业", basis="法条")
        other.bases.set([old])
        rows.append(other)
    counts = []
    for some in (rows[1:2], rows):
        with CaptureQueriesContext(connection) as captured:
            stops(some, FIRST_NEW)
        counts.append(len(captured))
    assert counts == [3, 3]


# --- publishing a plan -----------------------------------------------------------------------------------------
PAGE = "/ceremony/plans/2026/1/"
SEND = f'action="{PAGE}publish/"'


@pytest.fixture
def unpublished(plan):
    Plan.objects.update(published_at=None)
    return plan


def spoil(item, how):
    if how == "none":
        item.bases.clear()
    elif how == "old":
        item.bases.set(LegalBasis.objects.filter(article="第二十四条", law__contains="环境保护法"))
    else:
        InspectionItem.objects.update(is_active=False)


@pytest.mark.parametrize(("how", "reason"), [("none", UNFOUNDED), ("old", REPEALED), ("idle", NO_ITEM)])
def test_a_plan_that_law_stops_is_not_published_and_says_so_beside_the_button(
    clock, unpublished, item, desk, how, reason
):
    page = desk.get(PAGE).content.decode()
    assert (SEND in page, 'id="against"' in page) == (True, False)
    rows = LogEntry.objects.count()
    spoil(item, how)
    page = desk.get(PAGE).content.decode()
    assert '<button class="btn btn--primary" type="button" disabled aria-describedby="against">' in page
    shown = page.partition('id="against"')[2].partition("</ul>")[0]
    assert f"<li>{reason}</li>" in shown
    # The organiser may not edit the list of items: nothing leads there.
    assert (SEND in page, "/admin/drawings/" in page) == (False, False)
    page = desk.post(f"{PAGE}publish/", follow=True)
    assert said(page)[-1] == f"法无规定不得检查，计划没有公布。{reason}"
    assert (Plan.objects.get().published_at, LogEntry.objects.count()) == (None, rows)


def test_all_reasons_stand_together(clock, unpublished, item, desk):
    spoil(item, "none")
    spoil(item, "idle")
    page = desk.get(PAGE).content.decode()
    assert page.index(NO_ITEM) < page.index(UNFOUNDED)


@pytest.mark.parametrize("how", ["none", "old", "idle"])
def test_a_published_plan_is_not_called_unpublishable(clock, plan, item, desk, how):
    spoil(item, how)
    page = desk.get(PAGE).content.decode()
    assert ('id="against"' in page, "公开页面" in page) == (False, True)


# --- freezing a draw --------------------------------------------------------------------------------------------


def test_a_freeze_on_an_article_that_is_not_law_yet_is_refused(clock, draft, item, new, freeze, settings):
    settings.ALLOW_SYSTEM_ENTROPY = True
    item.bases.set([new])
    at(clock, OLD_DAY)
    with pytest.raises(Refused, match="2026-08-01 还没有施行，应当改为引用《中华人民共和国环境保护法》"):
        freeze(draft)
    assert (Draw.objects.get().state, LogEntry.objects.commits().exists()) == ("draft", False)


@pytest.mark.parametrize(("how", "reason"), [("none", UNFOUNDED), ("old", REPEALED)])
def test_a_freeze_that_law_stops_is_refused_and_the_page_says_why(
    draft, item, freeze, desk, settings, how, reason
):
    settings.ALLOW_SYSTEM_ENTROPY = True
    assert checks.preflight(draft).blocks == []
    spoil(item, how)
    with pytest.raises(Refused, match=re.escape(reason)):
        freeze(draft)
    assert Draw.objects.get().state == "draft"
    page = desk.get("/ceremony/2026Q4/").content.decode()
    assert f'<li class="is-bad">{reason}</li>' in page
    assert "/admin/drawings/inspectionitem/" not in page
