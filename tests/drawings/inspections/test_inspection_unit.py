"""A unit's own page for the staff: its draws, its visits, and every change of its row."""

import pytest


@pytest.fixture
def drawn(published_draw):
    return published_draw.selections.first().source


def page(login, user, unit):
    return login(user).get(f"/inspections/units/{unit.number}/")


def test_the_page_shows_each_change_with_who_when_old_and_new(login, organiser, admin, drawn):
    drawn._history_user, drawn._change_reason = admin, "停产通知"
    drawn.operating_state = "stopped"
    drawn.save()
    last, first = page(login, organiser, drawn).context["versions"]
    assert (last.who, last.kind, last.why, last.changes) == (
        "苏管理", "修改", "停产通知", {"生产状态": ["正常生产", "停产"]}
    )  # fmt: skip
    assert (first.kind, first.changes) == ("新增", {})


def test_staff_open_the_inspection_and_the_administrator_sees_the_draw_alone(login, organiser, admin, drawn):
    for user, reads in ((organiser, True), (admin, False)):
        response = page(login, user, drawn)
        ((selection, inspection),) = response.context["draws"]
        assert (selection.source, inspection is not None) == (drawn, reads)
        assert ("查看检查记录" in response.content.decode()) == reads


def test_the_page_asks_as_much_after_twenty_changes_as_after_one(
    login, organiser, drawn, django_assert_max_num_queries
):
    for n in range(20):
        drawn.remarks = f"第 {n} 次"
        drawn.save()
    client = login(organiser)
    with django_assert_max_num_queries(12):
        client.get(f"/inspections/units/{drawn.number}/")
