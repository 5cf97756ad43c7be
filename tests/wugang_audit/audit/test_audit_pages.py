"""The auditor's page: what it shows, what it leaves out unless asked, and what can be taken away."""

import hashlib
import json

import openpyxl
import pytest

from wugang_audit.audit import trail
from wugang_audit.audit.models import AuditEntry

LONG_AGO = "2000-01-01"


@pytest.fixture
def entries(organiser, head, stranger, password):
    stranger.post("/accounts/login/", {"username": "organiser", "password": password})
    trail.record(organiser, "试写", "=1+1", {"state": ["approved", "published"]})
    trail.record(head, "冻结名单", head, {"commit": "ab" * 32, "units": 282})
    trail.record(None, "到期解封", "某次抽查")


@pytest.fixture
def page(entries, auditor, login):
    client = login(auditor)

    def get(**query):
        return client.get("/audit/", query)

    return get


def shown(answer):
    return [row.entry.action for row in answer.context["rows"]]


def test_logins_are_left_out_unless_asked(page):
    assert shown(page()) == ["到期解封", "冻结名单", "试写"]
    assert shown(page(logins="on")) == ["登录", "到期解封", "冻结名单", "试写", "登录"]


def test_states_and_digests_are_words(page):
    text = page().content.decode()
    assert "状态：<del>已审核</del> → <ins>已公开</ins>" in text
    assert "承诺值：abababababababab…" in text and "单位数：282" in text
    assert "published" not in text and "&#x27;" not in text.partition("<main")[2]


@pytest.mark.parametrize(
    "query, actions",
    [
        ({"person": "沈"}, ["试写"]),
        ({"action": "冻结"}, ["冻结名单"]),
        ({"kind": "wugang_audit.user"}, ["冻结名单"]),
        ({"target": "某次"}, ["到期解封"]),
        ({"address": "127.", "logins": "on"}, ["登录"]),
        ({"until": LONG_AGO}, []),
        ({"since": LONG_AGO, "person": "系统"}, ["到期解封"]),
        ({"kind": "no.such"}, ["到期解封", "冻结名单", "试写"]),
        ({"actor": "0"}, ["到期解封", "冻结名单", "试写"]),
        ({"actor": 10**30}, ["到期解封", "冻结名单", "试写"]),
        ({"key": "nothing"}, []),
    ],
)
def test_the_filter_narrows_by_person_action_kind_object_and_date(page, query, actions):
    assert shown(page(**query)) == actions


def test_a_link_shows_all_of_one_person_or_of_one_object(page, head, organiser):
    of_person = page(actor=organiser.pk, logins="on")
    assert shown(of_person) == ["试写", "登录"] and "只看操作人 沈组织的记录" in of_person.content.decode()
    of_object = page(key=f"wugang_audit.user:{head.pk}")
    assert shown(of_object) == ["冻结名单"] and "只看对象 严负责(head)的记录" in of_object.content.decode()


def export(login, auditor, kind, query=""):
    answer = login(auditor).post(f"/audit/export/{query}", {"as": kind})
    return b"".join(answer.streaming_content)


def test_the_workbook_has_what_the_filter_shows_in_words(entries, auditor, login, tmp_path):
    path = tmp_path / "trail.xlsx"
    path.write_bytes(export(login, auditor, "workbook"))
    rows = list(openpyxl.load_workbook(path).active.iter_rows(values_only=True))
    assert rows[0] == (
        "序号",
        "时间",
        "操作人",
        "操作",
        "对象",
        "变化",
        "来源地址",
        "请求编号",
        "时钟",
        "链值",
    )
    assert [row[3] for row in rows[1:]] == ["试写", "冻结名单", "到期解封"]
    assert rows[1][4:6] == ("=1+1", "状态：已审核 → 已公开")
    cell = openpyxl.load_workbook(path).active["E2"]
    assert cell.data_type == "s"
    entry = AuditEntry.objects.first()
    assert (entry.action, entry.changes) == ("导出审计记录", {"行数": 3, "筛选": "全部"})


def test_the_rows_to_the_byte_hold_their_chain_each_by_itself(entries, auditor, login):
    lines = export(login, auditor, "chain", "?person=沈").splitlines()
    (row,) = (json.loads(line) for line in lines)
    before, entry = AuditEntry.objects.get(index=row["index"] - 1), AuditEntry.objects.get(index=row["index"])
    assert (row["previous"], row["chain"]) == (before.chain, entry.chain)
    assert row["changes"] == {"state": ["approved", "published"]}
    columns = {field.attname for field in AuditEntry._meta.concrete_fields if not field.primary_key}
    assert set(row) == columns | {"previous"}
    text = json.dumps(
        [2, *(row[name] for name in ("previous", "index", "time", "clock_behind", "actor_id", "actor_name"))]
        + [
            row[name]
            for name in ("action", "target", "target_key", "changes", "address", "request_id", "salt")
        ],
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )
    assert hashlib.sha256(text.encode()).hexdigest() == row["chain"]


def test_the_filter_of_an_export_stands_in_the_trail_in_words(entries, auditor, login):
    export(login, auditor, "workbook", "?kind=wugang_audit.user&person=严&since=2000-01-01")
    asked = AuditEntry.objects.first().changes
    assert asked == {"行数": 1, "筛选": "操作人：严；对象种类：账号；起始日期：2000-01-01"}
