"""The pages of substitutes: what each person sees and may do, and what a sealed draw keeps to itself."""

import datetime

import pytest
from amendment_cases import NUMBERS, TONIGHT, number, report, team, unit_of
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pages import said

from drawings.amendments import substitutes
from drawings.models import Draw, EntropySource, Substitution, TeamMember
from drawings.models.lotteries import Issue

EVIDENCE = "住院证明 2026-118 号"
URL = "/ceremony/2026Q4/substitutes/"
ISSUE = {"label": "26281", "known_at": "2026-10-08T21:25"}
WAITS = "已确认，已记入公开日志。排列5 第 26281 期开奖以后，两个人录入号码，替补当即算出。"


@pytest.fixture
def ill(draw, declare):
    """The lead of the first unit is declared ill, and who he is."""
    officer = TeamMember.objects.get(selection=draw.selections.first(), is_lead=True).officer
    declare(draw, number(officer), evidence=EVIDENCE)
    return officer


def body(page):
    return page.content.decode().split("<main", 1)[1]


def decide(client, decision="confirm"):
    row = Substitution.objects.order_by("pk").last()
    return client.post(f"{URL}{row.pk}/decide/", {"decision": decision}, follow=True)


def test_an_officer_is_replaced_through_the_pages(draw, login, organiser, organiser2, reviewer, clock):
    selection = draw.selections.first()
    members = team(selection)
    desk = login(organiser)
    assert f"{URL}officer/" in body(desk.get(URL))
    typed = ISSUE | {"officer": members[0], "reason": "recused", "evidence": EVIDENCE}
    page = desk.post(f"{URL}officer/", typed)
    assert page.context["form"].errors == {"unit": ["应当回避的，请写明单位的污染源编码。"]}
    page = desk.post(f"{URL}officer/", typed | {"unit": unit_of(selection)}, follow=True)
    assert said(page) == ["已申报，请另一个人确认。"]
    assert 'value="confirm"' not in body(page)
    page = login(reviewer).get(URL)
    assert 'value="confirm"' in body(page)
    assert "排列5 第 26281 期，10月8日 21:25 开奖" in body(page)
    page = decide(login(reviewer))
    assert said(page) == [WAITS]
    assert "等排列5 第 26281 期（10月8日 21:25 开奖）的号码由两个人录入。" in body(page)
    assert said(decide(login(reviewer), "refuse")) == ["这份申报已经有人处理过了，请刷新页面查看。"]
    clock.moment = TONIGHT.known_at
    page = login(organiser).post(f"{URL}entry/", {"value": "31415"}, follow=True)  # a day's log-in has ended
    assert said(page) == ["排列5 第 26281 期：第一次录入已记下，请另一个人用自己的账号再录入一次。"]
    page = login(organiser2).post(f"{URL}entry/", {"value": "3,1,4,1,5"}, follow=True)
    assert said(page) == ["排列5 第 26281 期：两次录入一致，替补已算出，任务已下达，并记入公开日志。"]
    assert members[0] not in team(selection)
    assert selection.team.get(replaces__isnull=False).name in body(page)


def test_a_unit_is_replaced_through_the_pages(seed_draw, login, organiser, organiser2):
    selection = seed_draw.selections.first()
    desk = login(organiser)
    assert "没有可以申报的单位" in body(desk.get(f"{URL}unit/"))
    report(selection, "untraced")
    page = desk.get(f"{URL}unit/")
    assert "本次抽签原来的号码" in body(page)
    assert page.context["form"].issue_fields() == []
    away = team(selection)[0]
    desk.post(f"{URL}unit/", {"unit": selection.pk, "evidence": "原址为空地", f"away_{away}": "外出培训"})
    row = Substitution.objects.get()
    assert (row.reason, row.away) == ("untraced", {away: "外出培训"})
    page = decide(login(organiser2))
    assert said(page) == ["已确认：替补已按本次抽签原来的号码算出，任务已下达。"]
    page = body(desk.get(URL))
    assert selection.substitute.name in page
    assert "韩组织" in page


def test_a_unit_that_was_not_reported_closed_cannot_be_sent_in(draw, login, organiser):
    typed = ISSUE | {"unit": draw.selections.first().pk, "evidence": "原址为空地"}
    page = login(organiser).post(f"{URL}unit/", typed)
    assert set(page.context["form"].errors) == {"unit"}


def test_the_form_proposes_the_next_issue_which_may_be_changed(draw, login, organiser):
    known_at = Issue("26271", TONIGHT.known_at.replace(month=9, day=28)).known_at
    EntropySource.objects.create(draw=draw, position=9, source="pl5", label="26271", known_at=known_at)
    client = login(organiser)
    page = client.get(f"{URL}officer/")
    assert [field.initial for field in page.context["form"].issue_fields()] == [*TONIGHT]
    assert 'value="2026-10-08T21:25"' in body(page)
    who = team(draw.selections.first())[0]
    typed = {"officer": who, "reason": "ill", "evidence": EVIDENCE}
    client.post(f"{URL}officer/", typed | {"label": "26280", "known_at": "2026-10-09T21:25"})
    assert Substitution.objects.get().label == "26280"


def test_an_issue_that_cannot_be_is_said_on_the_form_as_it_was_typed(draw, login, organiser):
    who = team(draw.selections.first())[0]
    typed = {"officer": who, "reason": "ill", "evidence": EVIDENCE, "label": "26280"}
    page = login(organiser).post(f"{URL}officer/", typed | {"known_at": "2026-10-07T21:25"})
    assert said(page) == [
        "排列5第 26280 期在 10月7日 21:25 已经开奖，号码可能有人知道了，不能再用。请点名下一期。"
    ]
    assert EVIDENCE in body(page)
    page = login(organiser).post(f"{URL}officer/", {"officer": who, "reason": "ill", "evidence": EVIDENCE})
    assert said(page) == ["请填写排列5下一期的期号。", "请填写这一期的开奖时间。"]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"value": "314"}, "没有记录"),
        ({"value": "31415", "issue": "26280"}, "在点名的第 26281 期之前"),
    ],
)
def test_what_cannot_be_a_value_is_typed_again(draw, ill, login, organiser, head, clock, typed, words):
    substitutes.confirm(substitution=Substitution.objects.get(), actor=head)
    clock.moment = TONIGHT.known_at
    page = login(organiser).post(f"{URL}entry/", typed)
    assert page.status_code == 200
    assert words in said(page)[0]


def test_unequal_readings_are_told_and_typed_again(draw, ill, login, organiser, head, clock):
    substitutes.confirm(substitution=Substitution.objects.get(), actor=head)
    clock.moment = TONIGHT.known_at
    login(organiser).post(f"{URL}entry/", {"value": "31415"})
    page = login(head).post(f"{URL}entry/", {"value": "31416"}, follow=True)
    assert said(page) == ["排列5 第 26281 期：两次录入不一致，两次都已清除。请对照开奖公告，重新录入两次。"]


def test_the_entry_is_not_open_before_the_drawing(draw, ill, login, organiser, head):
    substitutes.confirm(substitution=Substitution.objects.get(), actor=head)
    page = login(organiser).get(f"{URL}entry/", follow=True)
    assert said(page) == ["现在没有等录入的替补号码：还没有开奖，或者已经录入。"]


def test_who_may_only_type_is_led_back_to_his_desk(draw, ill, login, organiser, head, admin, clock):
    substitutes.confirm(substitution=Substitution.objects.get(), actor=head)
    clock.moment = TONIGHT.known_at
    login(organiser).post(f"{URL}entry/", {"value": "31415"})
    assert b"\xe7\xac\xac 26281 \xe6\x9c\x9f" in login(admin).get(f"{URL}entry/").content
    answer = login(admin).post(f"{URL}entry/", {"value": "31415"})
    assert (answer.status_code, answer.url) == (302, "/desk/")
    assert Substitution.objects.get().value == NUMBERS


def test_an_issue_that_was_never_drawn_is_told_with_the_one_that_was(
    draw, ill, login, organiser, organiser2, head, clock, type_numbers
):
    substitutes.confirm(substitution=Substitution.objects.get(), actor=head)
    clock.moment = TONIGHT.known_at + datetime.timedelta(days=2)
    assert "这一期没有开奖" in body(login(organiser).get(f"{URL}entry/"))
    type_numbers(draw, issue="26283", people=(organiser2, organiser))
    words = "排列5 第 26281 期没有开奖，用其后首先开奖的第 26283 期（其间还有 1 个期号，须都没有开奖，请到彩票机构网站核对）：3 1 4 1 5"
    assert words in body(login(organiser).get(URL))


def labels(client):
    return [line.label.partition("：")[2] for line in client.get("/desk/").context["todos"]]


def test_the_desk_of_each_second_person_asks_for_a_decision(
    draw, ill, login, organiser, organiser2, reviewer, head
):
    asked = ["请确认替补申报" in labels(login(each)) for each in (organiser, organiser2, reviewer, head)]
    assert asked == [False, True, True, True]


def test_the_desk_also_asks_about_a_unit(draw, closed, login, reviewer):
    closed(draw.selections.first())
    assert "请确认替补申报" in labels(login(reviewer))


def test_the_desk_asks_for_the_value_once_it_is_drawn_and_then_for_the_second_reading(
    draw, ill, login, organiser, organiser2, head, admin, clock
):
    people = (organiser, organiser2, head, admin)

    def asked(words):
        return [words in labels(login(each)) for each in people]

    substitutes.confirm(substitution=Substitution.objects.get(), actor=head)
    assert asked("请录入替补号码") == [False] * 4
    clock.moment = TONIGHT.known_at
    assert asked("请录入替补号码") == [True, True, False, False]
    substitutes.enter_value(draw=draw, value=NUMBERS, actor=organiser)
    assert asked("请录入替补号码") == [False] * 4
    assert asked("请复核录入替补号码") == [False, True, True, True]


@pytest.mark.parametrize("decided", [False, True])
def test_a_sealed_draw_names_neither_units_nor_who_steps_in(
    draw, ill, login, organiser, reviewer, head, take_effect, decided
):
    Draw.objects.update(disclosure="sealed")
    if decided:
        take_effect(Substitution.objects.get(), actor=reviewer)
    units = list(draw.selections.values_list("name", "source__number"))
    new = list(TeamMember.objects.filter(replaces__isnull=False).values_list("name", flat=True))
    assert bool(new) == decided
    for person in (organiser, reviewer, head):
        page = body(login(person).get(URL))
        assert ill.name in page
        assert [word for pair in units for word in pair if word in page] == []
        assert [name for name in new if name in page] == []
        assert page.count("已算出，密封中") == decided


def test_the_form_of_a_sealed_draw_lists_all_officers_alike(draw, login, organiser):
    Draw.objects.update(disclosure="sealed")
    page = login(organiser).get(f"{URL}officer/")
    numbers = [value for value, _ in page.context["form"].fields["officer"].choices]
    assert numbers == ["", *(f"1604104800{n}" for n in range(1, 6))]
    assert [word for word in draw.selections.values_list("name", flat=True) if word in body(page)] == []


def test_a_place_that_nobody_was_left_for_is_called_open(draw, declare, take_effect, login, organiser):
    selection = draw.selections.first()
    members = team(selection)
    away = {f"1604104800{n}": "休假" for n in range(1, 6) if f"1604104800{n}" not in members}
    take_effect(declare(draw, members[0], "recused", unit=unit_of(selection), away=away))
    page = body(login(organiser).get(URL))
    assert f"{selection.name}：无人可替，空缺" in page
    assert f"{unit_of(selection)}：除去不能派出的，已经没有人可选" in page
    page = body(login(organiser).get(f"/inspections/{selection.inspection.pk}/"))
    assert "<dt>空缺</dt>" in page


def test_the_officers_page_says_what_is_awaited_and_keeps_what_was_typed(draw, declare, login):
    selection = draw.selections.first()
    declare(draw, team(selection)[0], "recused", unit=unit_of(selection))
    officer = TeamMember.objects.get(selection=selection, is_lead=False).officer
    client, url = login(officer.user), f"/inspections/{selection.inspection.pk}/"
    words = "有执法人员不能去，等另一个人确认"
    assert words in body(client.get(url))
    assert words in body(client.get(f"{url}edit/"))
    typed = {
        "version": selection.inspection.version, "visited_at": "2026-10-08T09:00", "outcome": "refused",
        "summary": "拒不开门，已拍照",
    }  # fmt: skip
    page = client.post(f"{url}submit/", typed)
    assert f"这家单位的替补还没有定：{words}。定下来以后才能提交，现在可以保存草稿。" in said(page)
    assert "拒不开门，已拍照" in body(page)


def test_the_list_asks_the_database_the_same_number_of_times(draw, declare, login, reviewer):
    client = login(reviewer)

    def count():
        with CaptureQueriesContext(connection) as queries:
            client.get(URL)
        return len(queries)

    for who in ("16041048001", "16041048002"):
        declare(draw, who)
    few = count()
    substitutes.refuse(substitution=Substitution.objects.first(), actor=reviewer)
    for who in ("16041048001", "16041048003", "16041048004"):
        if who in {each for selection in draw.selections.all() for each in team(selection)}:
            declare(draw, who)
    assert Substitution.objects.count() > 3
    assert count() <= few + 1
