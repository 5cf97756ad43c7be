"""The rule of stronger disclosure in the admin: seen, changed for a reason that the trail keeps, never added or taken away."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from drawings.models import StrongerDisclosure
from wugang_audit.audit.models import AuditEntry


@pytest.fixture
def water(db):
    return StrongerDisclosure.objects.update_or_create(
        kind="water", defaults={"is_active": True, "categories": ["key"], "specialities": []}
    )[0]


@pytest.fixture
def send(login, admin, water):
    def do(**values):
        url = reverse("admin:drawings_strongerdisclosure_change", args=[water.pk])
        page = login(admin).post(url, {"is_active": "on", "categories": ["key"]} | values, follow=True)
        water.refresh_from_db()
        return page

    return do


def test_the_administrator_sees_the_rule_in_words(login, admin, water, specialities):
    StrongerDisclosure.objects.filter(pk=water.pk).update(specialities=[next(iter(specialities))])
    page = login(admin).get(reverse("admin:drawings_strongerdisclosure_changelist"))
    text = page.content.decode()
    assert "废水" in text and "重点排污单位" in text and next(iter(specialities.values())).name in text
    assert 'href="/admin/drawings/strongerdisclosure/"' in login(admin).get("/admin/").content.decode()
    form = login(admin).get(reverse("admin:drawings_strongerdisclosure_change", args=[water.pk]))
    assert 'href="/about/#stronger"' in form.content.decode()


def test_a_change_asks_why_and_the_trail_keeps_it(send, water):
    page = send(categories=["key", "special"])
    assert "改动了监管类别" in page.content.decode()
    assert water.categories == ["key"] and not AuditEntry.objects.filter(action="修改加强公开的读数").exists()
    send(categories=["key", "special"], reason="2027年度方案要求")
    assert water.categories == ["key", "special"]
    entry = AuditEntry.objects.get(action="修改加强公开的读数")
    assert entry.changes == {
        "监管类别": ["重点排污单位", "重点排污单位、特殊监管对象"],
        "reason": "2027年度方案要求",
    }
    text = send(categories=["key", "special"], reason="没有改什么").content.decode()
    assert "没有改动" in text and AuditEntry.objects.filter(action="修改加强公开的读数").count() == 1


def test_blanks_are_no_reason_and_nonsense_is_no_class(send, water):
    assert "请写明为什么改" in send(categories=[], reason="　 ").content.decode()
    for name, value in (("categories", "none"), ("specialities", "' OR 1=1")):
        page = send(**{name: [value]}, reason="试试")
        assert list(page.context["adminform"].form.errors) == [name]
    assert (water.categories, water.specialities, water.is_active) == (["key"], [], True)


def test_a_group_that_is_gone_can_be_taken_out(send, water, specialities):
    StrongerDisclosure.objects.filter(pk=water.pk).update(specialities=["gone-group"])
    code = next(iter(specialities))
    send(specialities=["gone-group", code], reason="加一组")
    assert water.specialities == ["gone-group", code]
    send(specialities=[code], reason="去掉旧的")
    assert water.specialities == [code]


def test_nobody_adds_or_takes_away_a_row(login, admin, organiser, water):
    for step in ("add/", f"{water.pk}/delete/"):
        assert login(admin).get(f"/admin/drawings/strongerdisclosure/{step}").status_code in (403, 404)
    assert login(organiser).get("/admin/drawings/strongerdisclosure/").status_code in (302, 403, 404)
    for statement in ("DELETE FROM {}", "UPDATE {} SET kind = 'noise'"):
        with (
            pytest.raises(DatabaseError, match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement.format(StrongerDisclosure._meta.db_table))
    assert StrongerDisclosure.objects.get(pk=water.pk).kind == "water"
