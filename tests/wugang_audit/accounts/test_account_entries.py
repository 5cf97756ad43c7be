"""What is done to an account, or in a list of the admin, leaves its entry: who did it, to whom, and no password."""

from django.urls import reverse

from drawings.models import InspectionItem
from wugang_audit.audit.models import AuditEntry


def entry(action):
    found = AuditEntry.objects.filter(action=action).order_by("index").last()
    return found.actor_name, found.target_key, str(found.changes)


def test_who_changes_his_password_leaves_an_entry_without_it(reviewer, login, password):
    new = "another-long-password-7"
    fields = {"old_password": password, "new_password1": new, "new_password2": new}
    answer = login(reviewer).post(reverse("password_change"), fields)
    assert answer.status_code == 302
    assert entry("修改密码") == ("秦审核", f"wugang_audit.user:{reviewer.pk}", "{}")


def test_who_logs_out_leaves_an_entry(reviewer, login):
    login(reviewer).post(reverse("logout"))
    assert entry("退出")[:2] == ("秦审核", f"wugang_audit.user:{reviewer.pk}")


def test_a_changed_account_leaves_an_entry(reviewer, security, login):
    (grant,) = reviewer.grants.all()
    fields = {
        "username": reviewer.username, "full_name": "秦复核", "is_active": "on",
        "grants-TOTAL_FORMS": "1", "grants-INITIAL_FORMS": "1",
        "grants-0-id": grant.pk, "grants-0-user": reviewer.pk, "grants-0-role": grant.role,
    }  # fmt: skip
    login(security).post(reverse("admin:wugang_audit_user_change", args=[reviewer.pk]), fields)
    reviewer.refresh_from_db()
    assert reviewer.full_name == "秦复核"
    assert entry("修改账号")[:2] == ("曹安全", f"wugang_audit.user:{reviewer.pk}")


def test_what_is_made_in_a_list_leaves_an_entry(item, admin, login):
    client, url = login(admin), reverse("admin:drawings_inspectionitem_add")
    words = dict.fromkeys(("subject", "target", "content", "kind", "method", "level", "basis", "rate"), "甲")
    client.post(url, words | {"frequency": "甲", "position": 9, "is_active": "on"})
    made = InspectionItem.objects.get(subject="甲")
    assert entry("新增随机抽查事项")[:2] == ("苏管理", f"drawings.inspectionitem:{made.pk}")
