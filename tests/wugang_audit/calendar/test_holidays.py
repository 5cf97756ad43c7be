"""The table of holidays: what the administrator changes, and what is refused at its field."""

from datetime import date, datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from wugang_audit import clock as site_clock
from wugang_audit.audit.models import AuditEntry
from wugang_audit.calendar import queries
from wugang_audit.calendar.models import HolidayNotice, SpecialDay

URL = "/admin/wugang_audit/holidaynotice/"
FACTS = {
    "year": "2027", "title": "国务院办公厅关于2027年部分节假日安排的通知", "document_number": "国办发明电〔2026〕9号",
    "issued_on": "2026-11-26", "url": "", "text": "", "change_reason": "",
}  # fmt: skip


@pytest.fixture
def client(login, admin):
    return login(admin)


def sent(*rows, initial=0, **facts):
    """What the form sends: facts of the notice, and rows of (day, worked, name) with more columns where they have any."""
    data = FACTS | {"days-TOTAL_FORMS": len(rows), "days-INITIAL_FORMS": initial} | facts
    for number, (day, is_workday, name, *more) in enumerate(rows):
        row = {"day": day, "is_workday": str(is_workday), "name": name} | (more[0] if more else {})
        data |= {f"days-{number}-{column}": value for column, value in row.items()}
    return data


def rows_of(notice):
    days = notice.days.all()
    return [(f"{day.day}", day.is_workday, day.name, {"id": day.pk, "notice": notice.pk}) for day in days]


def facts_of(notice):
    return {
        name: str(getattr(notice, name))
        for name in ("year", "title", "document_number", "issued_on", "url", "text")
    }


def errors(response):
    """Return the errors of the notice and of each row."""
    form = response.context["adminform"].form
    (inline,) = response.context["inline_admin_formsets"]
    return dict(form.errors), [dict(each.errors) for each in inline.formset.forms if each.errors]


# --- the administrator -------------------------------------------------------------------------------------------
def test_a_notice_is_entered_on_one_page_with_its_days(client, admin):
    page = client.get(f"{URL}add/").content.decode()
    assert "通知里点名的每一天" in page
    response = client.post(
        f"{URL}add/",
        sent(("2027-01-01", False, "元旦"), ("2027-02-06", False, "春节"), ("2027-02-20", True, "春节")),
    )
    assert response.status_code == 302
    assert dict(SpecialDay.objects.values_list("day", "is_workday")) == {
        date(2027, 1, 1): False, date(2027, 2, 6): False, date(2027, 2, 20): True,
    }  # fmt: skip
    entry = AuditEntry.objects.get(action="新增节假日通知")
    assert entry.actor == admin
    assert entry.changes["节假日"][-1] == "增加 2027年2月20日（星期六）上班（调休）"
    assert HolidayNotice.history.get().history_user == admin
    assert SpecialDay.history.count() == 3
    shown = client.get(URL).content.decode()
    assert "国办发明电〔2026〕9号" in shown
    assert "份通知" in shown


def test_a_day_is_changed_and_deleted_and_history_keeps_both(client, admin, holidays):
    notice = HolidayNotice.objects.get(document_number="国办发明电〔2020〕1号")
    rows = rows_of(notice)
    rows[0][3]["DELETE"] = "on"
    rows[2] = (rows[2][0], False, "春节假期", rows[2][3])
    facts = facts_of(notice)
    response = client.post(f"{URL}{notice.pk}/change/", sent(*rows, initial=3, **facts, change_reason="更正"))
    assert response.status_code == 302
    assert list(notice.days.values_list("name", flat=True)) == ["春节", "春节假期"]
    entry = AuditEntry.objects.get(action="修改节假日通知")
    assert entry.changes["节假日"] == [
        "修改 2020年2月2日（星期日）放假", "删除 2020年1月31日（星期五）放假",
    ]  # fmt: skip
    kinds = SpecialDay.history.order_by("history_id").values_list("history_type", "history_change_reason")
    assert sorted(kinds) == [("-", "更正"), ("~", "更正")]


def test_a_whole_year_that_has_begun_loses_no_day_that_it_must_name(client, holidays):
    notice = HolidayNotice.objects.get(year=2026)
    rows = rows_of(notice)
    told = facts_of(notice) | {"change_reason": "更正"}
    rows[0][3]["DELETE"] = "on"
    response = client.post(f"{URL}{notice.pk}/change/", sent(*rows, initial=len(rows), **told))
    (inline,) = response.context["inline_admin_formsets"]
    (said,) = inline.formset.non_form_errors()
    assert said == "没有保存：2026年度会变得不齐，见下面标出的行。"
    assert [form.initial["day"] for form in inline.formset.forms if form.errors] == [date(2026, 1, 1)]
    (at_row,) = inline.formset.forms[0].errors["day"]
    assert at_row.startswith("2026年度已经登记齐，这样改会缺1月1日，")
    page = response.content.decode()
    assert said in page and at_row in page
    assert not queries.calendar().is_estimated(date(2026, 1, 5))
    del rows[0][3]["DELETE"]
    moved = [(rows[0][0], True, *rows[0][2:]), *rows[1:]]  # 1 January 2026 is a Thursday
    assert (
        client.post(f"{URL}{notice.pk}/change/", sent(*moved, initial=len(rows), **told)).status_code == 200
    )
    rows[0] = (rows[0][0], rows[0][1], "元旦节", rows[0][3])
    assert client.post(f"{URL}{notice.pk}/change/", sent(*rows, initial=len(rows), **told)).status_code == 302


def test_a_notice_of_a_year_to_come_may_still_be_typed_in_anew(client, holidays):
    notice = HolidayNotice.objects.get(year=2026)
    rows = rows_of(notice)
    rows[0][3]["DELETE"] = "on"
    told = facts_of(notice) | {"change_reason": "更正"}
    with site_clock.at(timezone.make_aware(datetime(2025, 12, 1, 9))):
        response = client.post(f"{URL}{notice.pk}/change/", sent(*rows, initial=len(rows), **told))
    assert response.status_code == 302
    assert not notice.days.filter(day=date(2026, 1, 1)).exists()


def test_a_notice_goes_when_it_has_no_day_and_not_before(client, holidays):
    notice = HolidayNotice.objects.get(document_number="国办发明电〔2020〕1号")
    assert client.post(f"{URL}{notice.pk}/delete/", {"reason": "登记错了"}).status_code == 403
    notice.days.all().delete()
    assert client.post(f"{URL}{notice.pk}/delete/", {"reason": "登记错了"}).status_code == 302
    assert not HolidayNotice.objects.filter(pk=notice.pk).exists()
    assert AuditEntry.objects.get(action="删除节假日通知").changes["reason"] == "登记错了"


SENTENCES = """一、元旦：1月1日（周五）至3日（周日）放假，共3天。
二、春节：2月5日（周五）至11日（周四）放假调休，共7天。2月14日（周日）、2月20日（周六）上班。"""


def test_the_sentences_of_a_notice_are_read_into_rows(client, admin):
    """Twelve days, of which one was typed before; the blank rows of the form are filled first."""
    typed = [("2027-01-01", False, "新年"), ("", False, ""), ("", False, "")]
    response = client.post(f"{URL}add/", sent(*typed, sentences=SENTENCES), follow=True)
    assert [str(each) for each in response.context["messages"]][
        0
    ] == "从原文读出 12 天：放假 10 天，上班 2 天。"
    notice = HolidayNotice.objects.get()
    assert notice.text.splitlines() == SENTENCES.splitlines()
    rows = list(notice.days.values_list("day", "is_workday", "name"))
    assert rows[:3] == [
        (date(2027, 1, day), False, name) for day, name in ((1, "新年"), (2, "元旦"), (3, "元旦"))
    ]
    assert rows[3:] == [
        *((date(2027, 2, day), False, "春节") for day in range(5, 12)),
        (date(2027, 2, 14), True, "春节"), (date(2027, 2, 20), True, "春节"),
    ]  # fmt: skip
    assert len(AuditEntry.objects.get(action="新增节假日通知").changes["节假日"]) == 12


def test_the_extension_of_a_holiday_is_read_once_the_day_that_was_to_be_worked_is_gone(client, holidays):
    """Pasted again into its own notice it adds nothing, and without the notice before it nothing is guessed."""
    notice = HolidayNotice.objects.get(document_number="国办发明电〔2020〕1号")
    facts = {
        name: str(getattr(notice, name)) for name in ("year", "title", "document_number", "issued_on", "text")
    } | {"sentences": notice.text}
    rows = [
        (f"{each.day}", False, each.name, {"id": each.pk, "notice": notice.pk}) for each in notice.days.all()
    ]
    again = sent(*rows, initial=3, **facts, change_reason="核对")
    assert client.post(f"{URL}{notice.pk}/change/", again).status_code == 302
    assert notice.days.count() == 3
    notice.days.all().delete()
    first = HolidayNotice.objects.get(document_number="国办发明电〔2019〕16号")
    first.days.create(day=date(2020, 2, 1), is_workday=True, name="春节")
    response = client.post(f"{URL}{notice.pk}/change/", sent(**facts, change_reason="补录"))
    assert [each for each in errors(response)[1] if each][0]["day"][0].startswith(
        "2020年2月1日（星期六）已登记为上班（调休）"
    )
    first.days.get(day=date(2020, 2, 1)).delete()
    assert client.post(f"{URL}{notice.pk}/change/", sent(**facts, change_reason="补录")).status_code == 302
    kept = [date(2020, 1, 31), date(2020, 2, 1), date(2020, 2, 2)]
    assert list(notice.days.values_list("day", flat=True)) == kept
    SpecialDay.objects.all().delete()
    response = client.post(f"{URL}add/", sent(**facts | {"document_number": "国办发明电〔2020〕2号"}))
    assert "不知道从哪一天起延长" in str(errors(response)[0])


def test_what_was_not_understood_stands_at_the_field_and_the_rest_in_rows(client):
    text = SENTENCES.replace("共7天", "共8天")
    response = client.post(f"{URL}add/", sent(("", False, ""), sentences=text))
    said = "写的是共8天，按日期是7天。请改正，或者在这里删去它，在下面逐天登记。"
    (fault,) = response.context["adminform"].form.errors["sentences"]
    assert fault.startswith("“二、春节：2月5日（周五）至11日（周四）放假调休，共8天”：")
    assert fault.endswith(said)
    (inline,) = response.context["inline_admin_formsets"]
    assert [form["day"].value() for form in inline.formset.forms] == [
        "2027-01-01", "2027-01-02", "2027-01-03", "2027-02-14", "2027-02-20",
    ]  # fmt: skip
    assert not HolidayNotice.objects.exists()


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (
            {"sentences": "放假"},
            "没有读出任何日期：请粘贴像“二、春节：2月15日至23日放假调休，共9天。”这样的句子。",
        ),
        ({"sentences": "字" * 5001}, None),
        ({"sentences": SENTENCES, "year": "x"}, None),
        ({"sentences": SENTENCES, "days-TOTAL_FORMS": "99999999"}, None),
    ],
)
def test_a_paste_that_gives_nothing_writes_nothing(client, facts, said):
    response = client.post(f"{URL}add/", sent(**facts))
    assert response.status_code == 200
    if said:
        assert response.context["adminform"].form.errors["sentences"] == [said]
    assert not HolidayNotice.objects.exists()


def test_a_pasted_day_is_refused_like_a_typed_one(client, holidays):
    response = client.post(f"{URL}add/", sent(sentences="国庆节：2026年12月31日放假。2027年10月1日上班。"))
    assert errors(response)[1] == [
        {"day": ["2027年10月1日（星期五）不是星期六、星期日：调休上班只登记这两天。请核对日期，或改为放假。"]}
    ]


def test_list_and_form_say_what_a_year_still_lacks(client, holidays):
    url = f"{URL}add/"
    response = client.post(
        url, sent(("2027-10-01", False, "国庆节"), ("2027-02-06", False, "春节")), follow=True
    )
    lacks = (
        "没有登记齐，期限仍标“暂估”。还缺：1月1日、5月1日、5月2日、10月2日、10月3日、春节（还差 3 天）、清明（还差 1 天）、"
        "端午（还差 1 天）、中秋（还差 1 天）。"
    )
    assert [str(each) for each in response.context["messages"]][0] == f"2027年度{lacks}"
    shown = response.content.decode()
    assert shown.count(lacks) == 2  # the message, and the row of the list
    # The two days by which 2020 has more off than the law gives were given by its second notice.
    assert shown.count("齐全。") == HolidayNotice.objects.filter(year__range=(2019, 2026)).count()
    notice = HolidayNotice.objects.get(year=2027)
    assert lacks in client.get(f"{URL}{notice.pk}/change/").content.decode()


def test_the_list_asks_for_the_days_once(client, holidays):
    client.get(URL)
    with CaptureQueriesContext(connection) as asked:
        client.get(URL)
    assert sum('FROM "wugang_audit_specialday"' in query["sql"] for query in asked) == 1


# --- what is refused ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("row", "said"),
    [
        (
            ("2027-02-19", True, "春节"),
            "2027年2月19日（星期五）不是星期六、星期日：调休上班只登记这两天。请核对日期，或改为放假。",
        ),
        (
            ("2026-11-30", False, "元旦"),
            "2026年11月30日（星期一）不在2027年度：这份通知只管2027年，最多连到上年12月和下年1月。请核对年份。",
        ),
        (
            ("2028-02-01", False, "春节"),
            "2028年2月1日（星期二）不在2027年度：这份通知只管2027年，最多连到上年12月和下年1月。请核对年份。",
        ),
        (
            ("2026-10-10", False, "国庆节"),
            "2026年10月10日（星期六）已登记为上班（调休），依据国务院办公厅关于2026年部分节假日安排的通知"
            "（国办发明电〔2025〕7号）：一天只登记一次。新的通知改了这一天的，请到原来那份通知里改它那一行，改动原因写明新的通知；这里不再登记。",
        ),
    ],
)
def test_a_day_that_cannot_be_is_refused_at_its_field(client, holidays, row, said):
    year = "2026" if row[0] == "2026-10-10" else "2027"
    response = client.post(f"{URL}add/", sent(row, year=year))
    assert errors(response) == ({}, [{"day": [said]}])
    assert not HolidayNotice.objects.filter(document_number=FACTS["document_number"]).exists()


def test_days_of_the_neighbouring_years_pass(client):
    response = client.post(
        f"{URL}add/",
        sent(("2026-12-31", False, "元旦"), ("2026-12-26", True, "元旦"), ("2028-01-01", False, "元旦")),
    )
    assert response.status_code == 302
    assert SpecialDay.objects.count() == 3


def test_a_day_twice_in_one_form_is_marked_in_the_second_row(client):
    response = client.post(f"{URL}add/", sent(("2027-01-01", False, "元旦"), ("2027-01-01", False, "元旦")))
    assert errors(response) == (
        {},
        [{"day": ["2027年1月1日（星期五）在第 1 行已经有了：一天只登记一次，请删去一行。"]}],
    )
    assert not SpecialDay.objects.exists()


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("document_number", "国办发明电[2026]9号", "文号应像“国办发明电〔2025〕7号”：括号用〔〕，年份四位。"),
        ("document_number", "国办发明电〔2025〕7号", "这个文号的通知已经登记过了：请在列表里找到它再修改。"),
        ("year", "20277", "年度应在 2000 到 2100 之间。"),
        ("url", "www.gov.cn", "网址应以 https:// 开头。"),
        ("issued_on", "2129-11-20", "发文日期还没有到：请照通知上的日期填。"),
    ],
)
def test_a_notice_that_cannot_be_is_refused_at_its_field(client, holidays, column, value, said):
    response = client.post(f"{URL}add/", sent(("2027-01-01", False, "元旦"), **{column: value}))
    assert errors(response)[0] == {column: [said]}
    assert not HolidayNotice.objects.filter(year__gte=2027).exists()


def test_a_second_row_of_the_same_notice_is_told_apart_from_another_notice(holidays):
    held = SpecialDay.objects.get(day=date(2026, 10, 1))
    with pytest.raises(ValidationError, match="在这份通知的另一行里已经有了"):
        SpecialDay(day=held.day, notice=held.notice, name="国庆节").full_clean()


def test_what_no_form_has_checked_is_held_by_the_table(holidays):
    notice = HolidayNotice.objects.first()
    with pytest.raises(ValidationError):
        SpecialDay(day=date(2026, 10, 1), notice=notice, name="国庆节").full_clean()


def test_the_days_of_a_notice_are_folded_but_for_what_is_wrong(client, holidays):
    notice = HolidayNotice.objects.get(year=2026)
    rows = rows_of(notice)
    page = client.get(f"{URL}{notice.pk}/change/").content.decode()
    # Each day is one line; open is the form by which a script adds another one.
    assert page.count('<details class="point-fold">') == len(rows) + 3
    assert page.count('<details class="point-fold" open>') == 1
    rows[1] = ("2026-13-01", *rows[1][1:])
    page = client.post(
        f"{URL}{notice.pk}/change/", sent(*rows, initial=len(rows), **facts_of(notice))
    ).content.decode()
    assert page.count("要改正</span>") == 1
    assert page.count('<details class="point-fold" open>') == 2
