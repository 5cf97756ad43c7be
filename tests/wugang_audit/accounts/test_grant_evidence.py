"""Each role that stands has its entry in the audit trail: `manage.py verify_audit` names those that have not."""

import datetime

import pytest
from django.core.management import call_command
from django.db import transaction

from enforcers import verbs as enforcers
from enforcers.models import Officer
from wugang_audit.access.roles import Role
from wugang_audit.accounts import approvals, grant_evidence, verbs
from wugang_audit.accounts.models import RoleGrant, User
from wugang_audit.audit import trail


def faults():
    return [line for holds, line in grant_evidence.grants() if not holds]


@pytest.fixture
def site(db, monkeypatch):
    """A site on which accounts were opened, given roles, relieved of them and closed, each through its verb."""
    monkeypatch.setenv("ADMIN_PASSWORD", "wheat-river-stone-41")
    monkeypatch.setenv("SECURITY_PASSWORD", "plum-bridge-winter-77")
    call_command(
        "createsuperuser", "--noinput", "--admin-username=root", "--admin-name=苏管理",
        "--security-username=guard", "--security-name=曹安全",
    )  # fmt: skip
    root, guard = User.objects.get(username="root"), User.objects.get(username="guard")

    def opened(name, *roles):
        user = User.objects.create_user(name, full_name=name)
        done = verbs.change(user=user, roles=roles, is_active=True, actor=guard, reason="新到", opened=True)
        for request in done.requests:
            approvals.approve(request=request, actor=root)

    opened("organiser", Role.ORGANISER)
    opened("auditor", Role.AUDITOR)
    opened("nobody")
    opened("plain", Role.OFFICER)
    opened("leaver", Role.REVIEWER)
    leaver = User.objects.get(username="leaver")
    verbs.change(user=leaver, roles=[], is_active=False, actor=guard)
    for number in (1, 2, 3):
        officer = Officer.objects.create(
            certificate_number=f"T{number}",
            name=f"员{number}",
            certificate_expiry=datetime.date(2099, 12, 31),
        )
        enforcers.open_account(officer, root)
    enforcers.set_active(Officer.objects.filter(certificate_number="T1"), False, root, reason="调离")
    both = User.objects.get(username="T2")
    request = approvals.ask(user=both, kind="grant", actor=guard, reason="兼任", roles=[Role.REVIEWER])
    approvals.approve(request=request, actor=root)
    approvals.refuse(
        request=approvals.ask(
            user=User.objects.get(username="T3"),
            kind="grant",
            actor=guard,
            reason="兼任",
            roles=[Role.REVIEWER],
        ),
        actor=root,
    )


def give(username, role):
    return lambda: RoleGrant.objects.create(user=User.objects.get(username=username), role=role)


def take(username):
    return lambda: RoleGrant.objects.filter(user__username=username).delete()


def invent():
    User.objects.create_user("ghost", full_name="无名", roles=[Role.HEAD])


def turn():
    RoleGrant.objects.filter(user__username="auditor").update(role=Role.HEAD)


# What is changed -> (the change, what is said of it).
CHANGES = {
    "role given": (give("organiser", Role.HEAD), ["账号 organiser(organiser)：有角色“负责人”，审计记录里没有授予"]),
    "role of an account without one": (give("nobody", Role.OFFICER), ["账号 nobody(nobody)：有角色“执法人员”，审计记录里没有授予"]),
    "role taken back, given again": (give("leaver", Role.REVIEWER), ["账号 leaver(leaver)：有角色“审核人”，审计记录里没有授予"]),
    "role that was refused": (give("T3", Role.REVIEWER), ["账号 员3(T3)：有角色“审核人”，审计记录里没有授予"]),
    "account invented": (invent, ["账号 无名(ghost)：有角色“负责人”，审计记录里没有授予"]),
    "role taken": (take("auditor"), ["账号 auditor(auditor)：按审计记录应有角色“审计员”，账号上没有"]),
    "role turned into another": (
        turn,
        [
            "账号 auditor(auditor)：有角色“负责人”，审计记录里没有授予",
            "账号 auditor(auditor)：按审计记录应有角色“审计员”，账号上没有",
        ],
    ),
}  # fmt: skip


def test_a_site_on_which_roles_were_given_and_taken_holds(site):
    assert list(grant_evidence.grants()) == [(True, "账号的角色：10 个账号，都和审计记录一致")]


def test_each_role_changed_behind_the_sites_back_is_named(site):
    said = {}
    for name, (change, _) in CHANGES.items():
        with transaction.atomic():
            change()
            said[name] = faults()
            transaction.set_rollback(True)
    assert said == {name: words for name, (_, words) in CHANGES.items()}


def test_an_approval_that_names_no_codes_is_read_by_its_words(site):
    give("T3", Role.REVIEWER)()
    give("T3", Role.HEAD)()
    assert len(faults()) == 1
    user = User.objects.get(username="T3")
    trail.record(None, "批准账号申请", user, {"事项": "授予角色（审核人、负责人）", "申请人": "曹安全"})
    assert faults() == []
    trail.record(None, "批准账号申请", user, {"事项": "重置密码", "申请人": "曹安全"})
    assert faults() == []


def test_the_command_says_it(site, capsys):
    invent()
    with pytest.raises(Exception, match="1 项不通过"):
        call_command("verify_audit")
    assert "不通过：账号 无名(ghost)：有角色“负责人”，审计记录里没有授予" in capsys.readouterr().out
