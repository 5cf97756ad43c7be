"""The audit trail: chained, complete, and read by the auditor alone."""

import pytest
from django.db import connection

from wugang_audit import pagination
from wugang_audit.audit import append_only, trail
from wugang_audit.audit.models import AuditEntry


@pytest.fixture
def entries(organiser):
    for number in range(3):
        trail.record(organiser, "试写", f"对象{number}", {"n": number})
    return AuditEntry.objects.order_by("index")


def test_entries_are_numbered_and_chained(entries):
    assert [entry.index for entry in entries] == [1, 2, 3]
    assert trail.first_break(entries) is None


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE wugang_audit_auditentry SET actor_name = '别人' WHERE \"index\" = 2",
        "UPDATE wugang_audit_auditentry SET changes = '{}' WHERE \"index\" = 2",
        "UPDATE wugang_audit_auditentry SET time = '2020-01-01 00:00:00+00' WHERE \"index\" = 2",
        'DELETE FROM wugang_audit_auditentry WHERE "index" = 2',
    ],
)
def test_whoever_gets_past_the_triggers_still_breaks_the_chain(entries, tampering):
    append_only.remove(connection, "wugang_audit_auditentry")
    with connection.cursor() as cursor:
        cursor.execute(tampering)
    append_only.install(connection, "wugang_audit_auditentry")
    assert trail.first_break(entries.all()) == 2


def test_logins_and_failed_logins_leave_a_trace(organiser, stranger, password):
    stranger.post("/accounts/login/", {"username": "organiser", "password": "wrong"})
    stranger.post("/accounts/login/", {"username": "organiser", "password": password})
    assert list(AuditEntry.objects.order_by("index").values_list("action", "actor_name")) == [
        ("登录失败", "系统"),
        ("登录", "沈组织"),
    ]


def test_the_auditor_searches_the_trail(entries, auditor, login):
    page = login(auditor).get("/audit/", {"target": "对象1"})
    assert [entry.target for entry in page.context["page_obj"]] == ["对象1"]


def test_a_long_trail_is_read_page_by_page_without_being_counted(organiser, auditor, login, monkeypatch):
    monkeypatch.setattr(pagination, "LIMIT", 60)
    for number in range(120):
        trail.record(organiser, "试写", f"对象{number}")
    client = login(auditor)
    pages = [client.get("/audit/", {"page": page, "target": "对象"}) for page in (1, 2, 3, 9)]
    shown = [[entry.target for entry in page.context["page_obj"]] for page in pages]
    assert (shown[0][0], shown[1][0], shown[2]) == (
        "对象119",
        "对象69",
        [f"对象{n}" for n in range(19, -1, -1)],
    )
    assert ["下一页" in page.content.decode() for page in pages[:3]] == [True, True, False]
    assert "第 3 页（60+ 条）" in pages[2].content.decode()
    assert shown[3] == shown[1]  # beyond the last: the last one known


@pytest.mark.parametrize(
    "query", [{"page": "abc"}, {"page": "99999"}, {"since": "x"}, {"person": "y" * 5000}, {"target": "\x00"}]
)
def test_no_query_breaks_the_trail(entries, auditor, login, query):
    assert login(auditor).get("/audit/", query).status_code == (400 if "\x00" in query.values() else 200)


def test_the_auditor_verifies_the_whole_trail(entries, organiser, auditor, login):
    for user in (organiser, auditor):
        trail.record(None, "开立账号", user, {"roles": sorted(user.granted_roles)})
    page = login(auditor).get("/audit/check/")
    assert (page.context["broken"], [holds for holds, _ in page.context["lines"]]) == (False, [True] * 4)
    assert f"全部 {entries.count()} 条前后相连" in page.content.decode()  # the auditor's log-in too


def test_the_auditor_is_told_which_entry_does_not_hold(entries, auditor, login, forge_entry):
    forge_entry(2, actor_id=auditor.pk)
    text = login(auditor).get("/audit/check/").content.decode()
    assert "核验不通过" in text and "第 2 条起不能再信（前 1 条前后相连）：链值和内容对不上" in text


def test_an_entry_costs_one_read_and_one_insert(entries, organiser, django_assert_num_queries):
    locks = connection.vendor == "postgresql"  # SQLite lets one writer in anyway
    with django_assert_num_queries(4 + locks):  # with the savepoint around them
        trail.record(organiser, "试写", "对象")
