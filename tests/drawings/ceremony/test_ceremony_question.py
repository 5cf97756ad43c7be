"""The last question before a freeze and before a publication: it says what will be fixed, and changes nothing."""

import pytest
from pages import said

from drawings.ceremony.question import FILLED_IN
from drawings.models import Draw, DrawFile, LogEntry
from drawings.states import DrawState
from wugang_audit.audit.models import AuditEntry

SOURCES = {
    "dice10_on": "on", "dice10_label": "20", "dice10_time": "2026-10-08T09:10",
    "ssq_on": "on", "ssq_label": "2026112", "ssq_time": "2026-10-08T21:15",
}  # fmt: skip
FREEZE, PUBLISH = "/ceremony/2026Q4/freeze/", "/ceremony/2026Q4/publish/"


@pytest.fixture
def typed(desk, draft, clock):
    """What the form sends, with the fingerprint of what was looked at."""
    return SOURCES | {"seen": desk.get("/ceremony/2026Q4/").context["flight"].snapshot.fingerprint}


def hidden(page):
    """The fields of the question's form, as a browser would send them."""
    form = page.context["form"]
    return {field.html_name: field.value() for field in form if field.value() not in (None, False)} | {
        "seen": page.context["seen"]
    }


def text_of(page):
    return page.content.decode().split("<main", 1)[1]


def test_the_question_fixes_nothing(desk, typed):
    page = desk.post(FREEZE, typed)
    assert "冻结后不能改，确定吗？" in text_of(page)
    assert Draw.objects.get().state == DrawState.DRAFT
    assert not DrawFile.objects.exists() and not LogEntry.objects.commits().exists()
    assert not AuditEntry.objects.filter(action="冻结名单").exists()


def test_it_names_units_officers_sources_and_what_open_means(desk, typed):
    text = text_of(desk.post(FREEZE, typed))
    for part in (
        "19 家单位，抽 6 家", "3 名，每组 2 名", "20 次，2026年10月8日 09:10", "双色球 第 2026112 期，2026年10月8日 21:15",
        "随即公开是什么意思", "任何人都能马上自己算出结果",
    ):  # fmt: skip
        assert part in text, part
    assert "不是它平常的开奖时间" not in text and "只用骰子" not in text


def test_dice_alone_are_pointed_out(desk, typed):
    alone = {name: value for name, value in typed.items() if not name.startswith("ssq")}
    assert "只用骰子：不在场的人只能相信见证人" in text_of(desk.post(FREEZE, alone))


def test_it_says_who_learns_what_of_a_sealed_draw(desk, typed):
    page = desk.post(FREEZE, typed | {"disclosure": "sealed", "unseal_on": "2026-12-31"})
    text = text_of(page)
    assert "密封，2026年12月31日自动解封" in text
    assert "只有抽查组织者和负责人能在本站打开结果" in text
    assert "任何人都能马上自己算出结果" not in text


def test_under_an_earlier_seal_it_says_that_the_pool_waits(desk, sealed, item, organiser, clock):
    from drawings.ceremony import verbs

    verbs.start(year=2026, quarter=3, item=item, actor=organiser)
    page = desk.get("/ceremony/2026Q3/")
    assert "2026年第4季度抽查还在密封" in text_of(page)
    data = SOURCES | {"seen": page.context["flight"].snapshot.fingerprint}
    text = text_of(desk.post("/ceremony/2026Q3/freeze/", data | {"disclosure": "sealed"}))
    assert "名单、人员和名称要等它解封才公开" in text
    desk.post("/ceremony/2026Q3/freeze/", data | {"disclosure": "sealed", "sure": "yes"})
    assert Draw.objects.get(code="2026Q3").under == sealed


def test_the_commit_is_shown_as_it_will_be(desk, typed):
    page = desk.post(FREEZE, typed)
    shown = page.context["question"].commit.splitlines()
    desk.post(FREEZE, hidden(page) | {"sure": "yes"})
    frozen = Draw.objects.get().file("commit.txt").splitlines()
    assert len(shown) == len(frozen)
    for before, after in zip(shown, frozen, strict=True):
        kind, _, rest = after.partition(" ")
        expected = f"{kind} {FILLED_IN[kind]}{rest[64:]}" if kind in FILLED_IN else after
        assert before == expected
    assert {line.split(" ")[0] for line in shown if "（" in line} == set(FILLED_IN)


def test_what_was_typed_survives_the_question_and_the_way_back(desk, typed):
    page = desk.post(FREEZE, typed | {"disclosure": "sealed", "unseal_on": "2026-12-31"})
    back = desk.post(FREEZE, hidden(page) | {"back": "yes"})
    form = back.context["sources_form"]
    assert [form[name].value() for name in ("ssq_label", "dice10_time", "disclosure", "unseal_on")] == [
        "2026112", "2026-10-08T09:10", "sealed", "2026-12-31",
    ]  # fmt: skip
    assert form["pl5_on"].value() is False
    assert Draw.objects.get().state == DrawState.DRAFT


def test_only_the_answer_freezes_and_with_what_was_typed(desk, typed):
    page = desk.post(FREEZE, typed)
    page = desk.post(FREEZE, hidden(page) | {"sure": "yes"}, follow=True)
    assert said(page) == ["名单已冻结，承诺值已在公开页面公布。"]
    draw = Draw.objects.get()
    assert [(e.source, e.label) for e in draw.entropy.all()] == [("dice10", "20"), ("ssq", "2026112")]


def test_who_thinks_until_the_dice_should_have_begun_is_asked_for_a_new_time(desk, typed, clock):
    page = desk.post(FREEZE, typed)
    clock.move(minutes=11)
    page = desk.post(FREEZE, hidden(page) | {"sure": "yes"})
    assert "09:10 已经过去" in str(page.context["sources_form"].errors["dice10_time"])
    assert Draw.objects.get().state == DrawState.DRAFT


def test_what_would_be_refused_is_refused_before_the_question(desk, typed, registry):
    registry[0].operating_state = "stopped"
    registry[0].save()
    page = desk.post(FREEZE, typed)
    assert "有变动" in said(page)[0] if said(page) else "有变动" in str(page.context["sources_form"].errors)
    assert "确定冻结" not in text_of(page)


@pytest.mark.parametrize("disclosure", ["open", "sealed"])
def test_a_publication_is_asked_for_once_more(desk, drawn_draw, disclosure):
    Draw.objects.update(disclosure=disclosure)
    page = desk.post(PUBLISH)
    asked = "公布以后不能收回，确定吗？" if disclosure == "open" else "下达任务以后不能收回，确定吗？"
    assert asked in text_of(page) and "还没有登记见证人" in text_of(page)
    assert (page.context["units"], page.context["officers"]) == (6, 3)
    assert Draw.objects.get().state == DrawState.DRAWN
    desk.post(PUBLISH, {"sure": "yes"})
    assert Draw.objects.get().state == DrawState.PUBLISHED


def test_the_question_of_a_sealed_draw_names_no_unit(desk, drawn_draw):
    Draw.objects.update(disclosure="sealed")
    names = drawn_draw.selections.values_list("name", flat=True)
    text = text_of(desk.post(PUBLISH))
    assert [name for name in names if name in text] == []


def test_a_drawn_result_is_folded_until_it_is_published(desk, drawn_draw):
    name = drawn_draw.selections.first().name
    folded = text_of(desk.get("/ceremony/2026Q4/"))
    before, _, after = folded.partition("结果已经算出：当众展示完了，再点这里看")
    assert name in after and name not in before
    assert before.rstrip().endswith("<details><summary>")  # closed until somebody asks
    desk.post(PUBLISH, {"sure": "yes"})
    assert "再点这里看" not in text_of(desk.get("/ceremony/2026Q4/"))
