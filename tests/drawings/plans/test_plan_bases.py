"""Law in force on the day: a plan or a freeze that rests on other law is refused, with what to cite instead."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pages import said

from drawings.ceremony import verbs as ceremony
from drawings.ceremony.preflight import checks
from drawings.models import Draw, InspectionItem, LegalBasis, LogEntry, Plan
from drawings.plans import verbs
from drawings.plans.bases import not_in_force, unfounded_words, without_bases
from drawings.states import Refused

OLD_DAY, LAST_OLD, FIRST_NEW = (datetime.date(2026, 8, day) for day in (1, 14, 15))
CODE = "中华人民共和国生态环境法典"


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


def test_law_without_a_replacement_says_so(item, old):
    LegalBasis.objects.filter(pk=old.pk).update(replaced_by=None)
    item.bases.set([old])
    [lapsed] = not_in_force([item], FIRST_NEW)
    assert lapsed.replacement is None
    assert "也没有登记由哪一条代替" in lapsed.said


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
    item.bases.clear()
    assert without_bases([item]) == [item]
    assert not_in_force([item], OLD_DAY) == []
    assert "污染源日常环境监管" in unfounded_words([item])


def test_ten_items_cost_as_many_queries_as_one(item, old):
    rows = [item]
    for number in range(9):
        other = InspectionItem.objects.create(subject=f"事项{number}", target="企业", basis="法条")
        other.bases.set([old])
        rows.append(other)
    counts = []
    for some in (rows[1:2], rows):
        with CaptureQueriesContext(connection) as captured:
            not_in_force(some, FIRST_NEW)
            without_bases(some)
        counts.append(len(captured))
    assert counts == [3, 3]


# --- publishing a plan -----------------------------------------------------------------------------------------


def test_a_plan_on_repealed_law_is_not_published(clock, plan, item, old, desk):
    Plan.objects.update(published_at=None)
    LogEntry.objects.filter(kind="plan")
    rows = LogEntry.objects.count()
    item.bases.set([old])
    page = desk.get("/ceremony/plans/2026/1/").content.decode()
    assert "这些依据今天不能用，计划不能公布" in page
    assert "改为引用《中华人民共和国生态环境法典》第五十一条" in page
    page = desk.post("/ceremony/plans/2026/1/publish/", follow=True)
    assert said(page)[-1] == (
        "法无规定不得检查，计划没有公布。抽查事项“污染源日常环境监管”的依据不能用："
        "《中华人民共和国环境保护法》（主席令第9号）第二十四条自 2026-08-15 起不再有效，"
        f"应当改为引用《{CODE}》第五十一条。请系统管理员在“随机抽查事项”里改正法律依据。"
    )
    assert (Plan.objects.get().published_at, LogEntry.objects.count()) == (None, rows)


def test_a_plan_whose_item_has_no_registered_law_is_warned_of_and_published(
    clock, plan, item, organiser, desk
):
    Plan.objects.update(published_at=None)
    LogEntry.objects.all()
    item.bases.clear()
    assert "还没有登记法律依据" in desk.get("/ceremony/plans/2026/1/").content.decode()
    assert verbs.publish(plan=Plan.objects.get(), actor=organiser).is_published


# --- freezing a draw --------------------------------------------------------------------------------------------


def test_a_freeze_on_an_article_that_is_not_law_yet_is_refused(clock, draft, item, new, freeze, settings):
    settings.ALLOW_SYSTEM_ENTROPY = True
    item.bases.set([new])
    at(clock, OLD_DAY)
    with pytest.raises(Refused, match="2026-08-01 还没有施行，应当改为引用《中华人民共和国环境保护法》"):
        freeze(draft)
    assert (Draw.objects.get().state, LogEntry.objects.commits().exists()) == ("draft", False)


def test_a_freeze_on_repealed_law_is_refused_and_the_page_says_what_to_cite(
    draft, item, old, freeze, desk, settings
):
    settings.ALLOW_SYSTEM_ENTROPY = True
    item.bases.set([old])
    with pytest.raises(Refused, match="第二十四条自 2026-08-15 起不再有效，应当改为引用"):
        freeze(draft)
    assert Draw.objects.get().state == "draft"
    page = desk.get("/ceremony/2026Q4/").content.decode()
    assert '<li class="is-bad">抽查事项“污染源日常环境监管”的依据不能用' in page
    # The organiser may not edit the list of items: nothing leads there.
    assert "/admin/drawings/inspectionitem/" not in page


def test_a_freeze_without_registered_law_is_only_warned_of(draft, item, freeze, settings):
    settings.ALLOW_SYSTEM_ENTROPY = True
    assert checks.preflight(draft).unfounded == []
    item.bases.clear()
    flight = checks.preflight(draft)
    assert (flight.blocks, flight.unfounded) == ([], [item])
    assert unfounded_words([item]) in flight.warnings
    assert freeze(draft).state == "frozen"
    assert ceremony.Draw.objects.get().state == "frozen"
