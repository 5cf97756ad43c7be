"""Keeping officers and recusals in the admin, and opening their accounts."""

import datetime
import re

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from enforcers import verbs
from enforcers.models import Ability, Officer, Recusal
from wugang_audit.access.roles import Role
from wugang_audit.accounts.models import User
from wugang_audit.admin_frame.lists import filters_of
from wugang_audit.audit.models import AuditEntry

LIST = "/admin/enforcers/officer/"


@pytest.fixture
def client(login, admin):
    return login(admin)


@pytest.fixture
def newcomer(specialities):
    return Officer.objects.create(
        name="丁新", certificate_number="16041048099", certificate_expiry=datetime.date(2099, 12, 31)
    )


def opened(response):
    """{login name: first password} as the page shows them."""
    assert response.status_code == 200
    cell = r'登录名">([^<]*)</td>\s*<td data-label="初始密码"><code>([^<]*)<'
    return dict(re.findall(cell, response.content.decode()))


def refused(response):
    return list(response.context["refused"])


def form(officer, abilities=(), recusals=(), absences=(), trainings=(), **changes):
    """What the browser sends for an officer; all rows of the inlines are new."""
    names = [
        "name",
        "sex",
        "certificate_number",
        "certificate_expiry",
        "department",
        "post",
        "group",
        "duty_state",
        "phone",
        "remarks",
    ]
    data = {name: getattr(officer, name) for name in names} | {"is_active": "on"} | changes
    for prefix, rows, fields in (
        ("abilities", abilities, ("speciality", "level")),
        ("recusals", recusals, ("source", "reason", "kind", "since", "until")),
        ("absences", absences, ("kind", "since", "until")),
        ("trainings", trainings, ("date", "topic", "hours", "result")),
    ):
        data |= {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": 0}
        for number, row in enumerate(rows):
            data |= {f"{prefix}-{number}-{name}": value for name, value in zip(fields, row, strict=True)}
    return {name: value for name, value in data.items() if value is not None}


def test_the_list_shows_specialities_duty_certificate_and_account(client, officers, newcomer):
    page = client.get(LIST).content.decode()
    for part in ("化工与医药、机械及其他制造", "2099-12-31", "officer1", "未开立", "在岗"):
        assert part in page


def test_the_list_asks_the_same_number_of_questions_for_three_rows_and_thirty(
    client, make_officer, django_assert_max_num_queries
):
    for serial in range(30):
        make_officer(serial, f"员{serial}", "livestock")
    with django_assert_max_num_queries(14):
        client.get(LIST)


def test_the_certificate_filter(client, newcomer):
    Officer.objects.create(name="过期", certificate_number="2", certificate_expiry=datetime.date(2020, 1, 1))
    found = {
        state: [officer.name for officer in client.get(f"{LIST}?certificate={state}").context["cl"].queryset]
        for state in ("valid", "expired")
    }
    assert found == {"valid": ["丁新"], "expired": ["过期"]}


def test_abilities_and_recusals_are_kept_on_the_officers_page(
    client, admin, newcomer, make_source, specialities
):
    unit = make_source(1)
    sent = form(
        newcomer,
        [(specialities["livestock"].pk, 3)],
        [(unit.pk, "亲属", "unit", "2026-01-01", "")],
        phone="13912345678",
    )
    page = client.post(f"{LIST}{newcomer.pk}/change/", sent)
    assert "改动了擅长行业，会影响抽签" in page.content.decode()
    assert not Ability.objects.exists()
    sent["change_reason"] = "取得畜禽养殖培训证书"
    assert client.post(f"{LIST}{newcomer.pk}/change/", sent).status_code == 302
    assert Ability.history.get().history_change_reason == "取得畜禽养殖培训证书"
    assert [(a.speciality.code, a.level) for a in Ability.objects.all()] == [("livestock", 3)]
    assert Recusal.objects.get().history.get().history_user == admin
    entry = AuditEntry.objects.first()
    assert (entry.action, entry.target_key) == ("修改执法人员", f"enforcers.officer:{newcomer.pk}")
    assert entry.changes["联系电话"] == ["", "139******78"]
    assert entry.changes["擅长行业"] == [f"增加 {Ability.objects.get()}"]


def test_an_account_is_made_from_the_officers_row(client, admin, newcomer):
    response = client.post(f"{LIST}{newcomer.pk}/account/")
    password = opened(response)["16041048099"]
    assert re.fullmatch(r"\S{4}-\S{4}-\S{4}", password)
    newcomer.refresh_from_db()
    user = newcomer.user
    assert (user.username, user.full_name, user.roles, user.must_change_password) == (
        "16041048099", "丁新", {Role.OFFICER}, True
    )  # fmt: skip
    assert newcomer.history.first().history_change_reason == "开立登录账号"
    entry = AuditEntry.objects.get(action="开立登录账号")
    assert (entry.actor, password in str(entry.changes)) == (admin, False)
    fresh = Client()
    assert fresh.login(username="16041048099", password=password)
    assert fresh.get("/desk/").url == "/accounts/password_change/"


def test_a_first_password_is_kept_nowhere(client, newcomer):
    before = client.get(LIST)
    response = client.post(f"{LIST}{newcomer.pk}/account/")
    password = opened(response)["16041048099"]
    assert "no-store" in response["Cache-Control"]
    assert [password in cookie.value for cookie in client.cookies.values()] == [False] * len(client.cookies)
    assert [password in str(value) for value in client.session.values()] == [False] * len(
        client.session.keys()
    )
    later = [client.get(address) for address in (LIST, f"{LIST}{newcomer.pk}/change/")]
    assert [password in page.content.decode() for page in (before, *later)] == [False] * 3


def test_the_history_shows_that_there_was_no_account_before(client, newcomer):
    client.post(f"{LIST}{newcomer.pk}/account/")
    page = client.get(f"{LIST}{newcomer.pk}/history/").content.decode()
    assert "<b>登录账号</b> <del>（空）</del> → <ins>丁新(16041048099)</ins>" in page


def test_the_button_is_there_only_while_there_is_no_account(client, newcomer):
    address = f"{LIST}{newcomer.pk}/change/"
    assert "开立登录账号</button>" in client.get(address).content.decode()
    client.post(f"{LIST}{newcomer.pk}/account/")
    assert "开立登录账号</button>" not in client.get(address).content.decode()


def test_a_second_account_is_refused(client, admin, newcomer):
    verbs.open_account(newcomer, admin)
    again = client.post(f"{LIST}{newcomer.pk}/account/")
    assert (opened(again), refused(again)) == ({}, ["丁新 已经有登录账号。"])
    assert "初始密码" not in again.content.decode()
    assert User.objects.filter(username__startswith="1604").count() == 1


def test_a_login_name_that_is_taken_or_an_officer_who_left_is_refused(admin, newcomer, person):
    person("16041048099")
    with pytest.raises(ValidationError, match="已有人使用"):
        verbs.open_account(newcomer, admin)
    Officer.objects.update(is_active=False)
    with pytest.raises(ValidationError, match="不在册"):
        verbs.open_account(newcomer, admin)
    assert not AuditEntry.objects.filter(action="开立登录账号").exists()


def many(count, start=500):
    return Officer.objects.bulk_create(
        Officer(name=f"员{n}", certificate_number=f"N{n}", certificate_expiry=datetime.date(2099, 1, 1))
        for n in range(start, start + count)
    )


def open_all(client, officers):
    chosen = {"action": "open_accounts", "_selected_action": [officer.pk for officer in officers]}
    return client.post(LIST, chosen)


def test_accounts_of_several_officers_are_opened_from_the_list_on_one_page(client, officers, newcomer):
    page = open_all(client, [newcomer, officers[0], *many(2)])
    done = opened(page)
    assert refused(page) == ["甲 已经有登录账号。"]
    assert sorted(done) == ["16041048099", "N500", "N501"]
    assert len(set(done.values())) == 3
    for username, password in done.items():
        assert Client().login(username=username, password=password)
    assert AuditEntry.objects.filter(action="开立登录账号").count() == 3


def test_no_more_accounts_are_opened_at_once_than_the_web_server_waits_for(client, monkeypatch):
    monkeypatch.setattr(verbs, "AT_ONCE", 2)
    page = open_all(client, many(4))
    assert list(opened(page)) == ["N500", "N501"]
    assert refused(page) == [f"{name}：一次最多开立 2 个，请再选一次。" for name in ("员502", "员503")]
    assert Officer.objects.filter(user__isnull=False).count() == 2
    assert User.objects.filter(username__startswith="N").count() == 2


def test_opening_an_account_needs_a_post_and_the_administrator(client, login, security, organiser, newcomer):
    by_link = client.get(f"{LIST}{newcomer.pk}/account/")
    assert by_link["Location"] == f"{LIST}{newcomer.pk}/change/"  # a link opens no account
    for other in (security, organiser):
        assert login(other).post(f"{LIST}{newcomer.pk}/account/").status_code in (302, 403)
    newcomer.refresh_from_db()
    assert newcomer.user is None


def test_a_leaver_is_deactivated_with_his_login_and_his_history_stays(client, admin, officers):
    leaver = officers[0]
    assert client.post(f"{LIST}{leaver.pk}/delete/", {"post": "yes"}).status_code == 403
    client.post(LIST, {"action": "strike_off", "_selected_action": [leaver.pk], "reason": "调往市局"})
    leaver.refresh_from_db()
    assert (leaver.is_active, leaver.user.is_active) == (False, False)
    assert leaver.history.first().history_user == admin
    assert {entry.action for entry in AuditEntry.objects.all()[:2]} == {"停用执法人员", "停用账号"}


def test_a_leaver_who_serves_another_role_keeps_his_login(admin, officers):
    officers[0].user.grants.create(role=Role.REVIEWER)
    verbs.set_active(Officer.objects.filter(pk=officers[0].pk), False, admin, reason="调离")
    assert User.objects.get(pk=officers[0].user.pk).is_active is True


def test_unticking_the_officer_closes_his_login_too(client, officers):
    leaver = officers[2]
    sent = form(leaver)
    del sent["is_active"]
    page = client.post(f"{LIST}{leaver.pk}/change/", sent)
    assert "改动了在册，会影响抽签" in page.content.decode()
    client.post(f"{LIST}{leaver.pk}/change/", sent | {"change_reason": "调离"})
    leaver.refresh_from_db()
    assert (leaver.is_active, leaver.user.is_active) == (False, False)


def test_a_recusal_is_deleted_with_history_and_audit(client, officers, make_source):
    recusal = Recusal.objects.create(officer=officers[0], source=make_source(1), reason="亲属")
    address = f"/admin/enforcers/recusal/{recusal.pk}/delete/"
    assert client.get(address).status_code == 200
    page = client.post(address, {"post": "yes"})
    assert page.context["form"].errors == {"reason": ["请写明删除原因。"]}
    assert Recusal.objects.count() == 1
    assert client.post(address, {"reason": "登记错了人"}).status_code == 302
    assert Recusal.objects.count() == 0
    gone = Recusal.history.first()
    assert (gone.history_type, gone.history_change_reason) == ("-", "登记错了人")
    entry = AuditEntry.objects.first()
    assert (entry.action, entry.changes["reason"]) == ("删除回避", "登记错了人")


def test_recusals_are_not_deleted_by_the_list_without_a_reason(client, officers, make_source):
    recusal = Recusal.objects.create(officer=officers[0], source=make_source(1), reason="亲属")
    sent = {"action": "delete_selected", "_selected_action": [recusal.pk], "post": "yes"}
    client.post("/admin/enforcers/recusal/", sent)
    assert Recusal.objects.count() == 1


def test_recusals_are_filtered_by_their_period_which_the_list_says(client, officers, make_source):
    today = timezone.localdate()
    week = datetime.timedelta(days=7)
    for n, (since, until) in enumerate(
        [(today, None), (today + week, None), (today - 2 * week, today - week)], 1
    ):
        Recusal.objects.create(
            officer=officers[0], source=make_source(n), reason="亲属", since=since, until=until
        )
    address = "/admin/enforcers/recusal/"
    found = {
        state: [
            recusal.source.number[-1]
            for recusal in client.get(f"{address}?period={state}").context["cl"].queryset
        ]
        for state in ("now", "later", "over", "x")
    }
    assert found == {"now": ["1"], "later": ["2"], "over": ["3"], "x": ["1", "2", "3"]}
    page = client.get(address).content.decode()
    assert [page.count(said) for said in ("目前有效</td>", "尚未开始</td>", "已结束</td>")] == [1, 1, 1]
    assert f"{today - 2 * week} 至 {today - week}" in page


def test_officers_are_filtered_by_department_and_group_and_by_their_lack(client, make_officer):
    for serial, (department, group) in enumerate([("一中队", "水组"), ("一中队", ""), ("", "水组")], 1):
        make_officer(serial, f"员{serial}", department=department, group=group)
    queries = ("department=一中队", "department=-", "group=水组", "group=-", "department=一中队&group=水组")
    found = [
        [officer.name for officer in client.get(f"{LIST}?{query}").context["cl"].queryset]
        for query in queries
    ]
    assert found == [["员1", "员2"], ["员3"], ["员1", "员3"], ["员2"], ["员1"]]
    groups = filters_of(client.get(LIST).context["cl"]).groups
    choices = {group.title: [choice.label for choice in group.choices] for group in groups}
    assert choices["执法分组"] == ["全部", "水组", "没有填"]
    assert choices["擅长行业"][-1] == "没有填"


def test_recusals_are_found_by_officer_and_unit(client, officers, make_source):
    Recusal.objects.create(officer=officers[0], source=make_source(1), reason="亲属")
    for query, count in (("虚构1号", 1), ("16041048001", 1), ("虚构2号", 0)):
        assert len(client.get(f"/admin/enforcers/recusal/?q={query}").context["cl"].queryset) == count


@pytest.mark.parametrize("who", ["security", "organiser", "reviewer", "head", "auditor"])
def test_only_the_administrator_keeps_officers(request, login, officers, who):
    other = login(request.getfixturevalue(who))
    for address in (
        LIST,
        f"{LIST}{officers[0].pk}/change/",
        "/admin/enforcers/recusal/",
        "/admin/drawings/inspectionitem/",
    ):
        assert other.get(address).status_code in (302, 403), address


@pytest.mark.parametrize("name", ["合计", "小计：", "……", "以下为2026年新增", "填表人：甲", "审核 人:乙"])
def test_what_ends_or_divides_a_list_is_nobodys_name(client, newcomer, name):
    answer = client.post(f"{LIST}{newcomer.pk}/change/", form(newcomer, name=name, change_reason="更名"))
    assert answer.context["adminform"].form.errors == {
        "name": [f"“{name}”不是姓名：名单里这样的一行是合计或说明，不当作一个人。请填写姓名。"]
    }
    newcomer.refresh_from_db()
    assert newcomer.name == "丁新"
