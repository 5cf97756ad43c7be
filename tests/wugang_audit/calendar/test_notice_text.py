"""The sentences of each notice since 2018, read into the very days that its table holds; and what is not guessed at."""

from datetime import date

import pytest
from notices import EXTENSION, NOTICES, read

from wugang_audit.calendar.models import SpecialDay
from wugang_audit.calendar.notice_text import parse

SPRING = "二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。"


@pytest.mark.parametrize("number", [number for number in NOTICES if number != EXTENSION])
def test_each_notice_is_read_into_the_rows_of_the_fixture(number, holidays):
    year, _, text = NOTICES[number]
    found = parse(text, year)
    assert found.faults == ()
    assert {named.day: named.is_workday for named in found.days} == read(number)
    names = {named.day: named.name for named in found.days}
    kept = dict(SpecialDay.objects.filter(notice__document_number=number).values_list("day", "name"))
    assert len(kept) > 5
    assert {day: names[day] for day in kept} == kept


def test_the_extension_of_2020_goes_on_from_the_notice_before_it():
    before = parse(NOTICES["国办发明电〔2019〕16号"][2], 2020).days
    found = parse(NOTICES[EXTENSION][2], 2020, before)
    assert found.faults == ()
    assert {named.day: named.is_workday for named in found.days} == read(EXTENSION)
    assert {named.name for named in found.days} == {"春节"}


@pytest.mark.parametrize(
    ("sentence", "why"),
    [
        ("延长2020年国庆节假期至2月2日", "还没有登记2020年国庆节原来的放假日子，不知道从哪一天起延长：请先登记原来的通知"),
        ("延长2021年春节假期至2月2日", "写的是2021年，这份通知的年度是2020年"),
        ("延长春节假期至1月24日", "还没有登记2020年春节原来的放假日子，不知道从哪一天起延长：请先登记原来的通知"),
        ("延长春节假期至2月2日（星期一）", "2020-02-02是星期日，和写的不一致：请核对年度和日期"),
        ("延长春节假期至6月2日", "从2020-01-31到2020-06-02不像一个假期"),
        ("延长春节假期至2月2日，2月4日起正常上班", "上班的日子不是假期结束的下一天"),
        ("延长春节假期到初九，2月3日起正常上班", "没有读懂这一句"),
    ],
)  # fmt: skip
def test_an_extension_that_cannot_be_is_said_with_its_sentence(sentence, why):
    before = parse("二、春节：1月24日至30日放假调休，共7天。1月19日（星期日）上班。", 2020).days
    assert parse(f"{sentence}。", 2020, before).faults == (f"“{sentence}”：{why}。",)


def test_a_whole_notice_is_read_with_its_head_and_its_foot():
    text = (
        "国务院办公厅关于2026年\n部分节假日安排的通知\n国办发明电〔2025〕7号\n各省、自治区、直辖市人民政府：\n"
        "　　经国务院批准，现将2026年元旦、春节放假调休日期的具体安排通知如下："
        + SPRING
        + "鼓励职工在除夕（2月16日）休息。\n"
        "节假日期间，各地区、各部门要妥善安排好值班和安全、保卫等工作。\n国务院办公厅\n2025年11月4日\n（此件公开发布）"
    )
    found = parse(text, 2026)
    assert (len(found.days), found.faults) == (11, ())
    assert {named.name for named in found.days} == {"春节"}


def test_other_signs_are_read_alike():
    plain = "二、春节: 2 月１５日(周日)—23日（周一）放假调休, 共9天。 2月14日(星期六)和2月28日上班。"
    assert set(parse(plain, 2026).days) == set(parse(SPRING, 2026).days)


@pytest.mark.parametrize(
    ("sentence", "why"),
    [
        ("春节：2月15日至23日放假调休，共8天", "写的是共8天，按日期是9天"),
        ("春节：2月15日（周六）至23日放假", "2026-02-15是星期日，和写的不一致：请核对年度和日期"),
        ("春节：2月30日放假", "没有2月30日这一天"),
        ("春节：15日放假", "没有15日这一天"),
        ("春节：2月23日至15日放假", "从2026-02-23到2026-02-15不像一个假期"),
        ("春节：1月1日至12月31日放假", "从2026-01-01到2026-12-31不像一个假期"),
        ("2月15日放假", "没有写是哪个节日，应像“二、春节：”"),
        ("2月14日：上班", "没有读懂这一句"),
        ("春节：2月15日至23日休息", "没有读懂这一句"),
        ("春节：2月15日放假，2月16日上班", "没有读懂这一句"),
        ("春节：2月14日放假。2月14日上班", "2月14日又放假又上班"),
    ],
)
def test_what_is_not_understood_is_said_with_its_sentence(sentence, why):
    assert parse(f"{sentence}。", 2026).faults == (f"“{sentence.rpartition('。')[2]}”：{why}。",)


@pytest.mark.parametrize(
    "text", ["", "。。：：\n一、", "日" * 500, "9999年99月99日" * 200, "（" * 3000, "1日、" * 1500]
)
def test_no_text_is_too_strange(text):
    assert parse(text, 2026).days == ()


def test_the_days_come_in_the_order_of_the_text():
    assert [named.day for named in parse("元旦：1月1日放假。2025年12月28日上班。", 2026).days] == [
        date(2026, 1, 1), date(2025, 12, 28),
    ]  # fmt: skip
