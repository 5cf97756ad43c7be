"""The first two accounts of a site: two people, two passwords, and no account with both powers."""

import pytest
from django.core.management import CommandError, call_command

from wugang_audit.access.roles import Role
from wugang_audit.accounts.models import User
from wugang_audit.audit.models import AuditEntry
from wugang_audit.management.commands.createsuperuser import Command

NAMES = {
    "admin_username": "sugl", "admin_name": "苏管理", "security_username": "caoaq", "security_name": "曹安全",
}  # fmt: skip
SECRETS = {"ADMIN_PASSWORD": "river-lantern-41", "SECURITY_PASSWORD": "granite-heron-07"}


@pytest.fixture
def secrets(monkeypatch):
    def put(**values):
        for name, value in (SECRETS | values).items():
            monkeypatch.setenv(name, value)

    put()
    return put


def check_two_accounts():
    found = {user.username: user for user in User.objects.all()}
    assert {name: user.roles for name, user in found.items()} == {
        "sugl": {Role.ADMIN},
        "caoaq": {Role.SECURITY},
    }
    assert found["sugl"].check_password(SECRETS["ADMIN_PASSWORD"])
    assert found["caoaq"].check_password(SECRETS["SECURITY_PASSWORD"])
    assert all(user.must_change_password for user in found.values())
    entries = AuditEntry.objects.order_by("index").values_list("action", "actor_name", "changes__roles")
    assert list(entries) == [("开立账号", "系统", ["admin"]), ("开立账号", "系统", ["security"])]


@pytest.mark.django_db
def test_without_questions_the_names_are_options_and_the_passwords_stand_in_the_environment(secrets, capsys):
    call_command("createsuperuser", interactive=False, **NAMES)
    check_two_accounts()
    told = capsys.readouterr().out
    assert "系统管理员：苏管理" in told and "安全管理员：曹安全" in told
    assert not any(secret in told for secret in SECRETS.values())


@pytest.mark.django_db
def test_it_asks_both_for_their_names_and_passwords_and_again_where_they_do_not_do(monkeypatch, capsys):
    asked = []
    answers = iter(["sugl", "苏管理", "caoaq", "曹安全"])
    secret = iter(
        [
            "28374650192",
            *[SECRETS["ADMIN_PASSWORD"]] * 2,
            SECRETS["SECURITY_PASSWORD"],
            "other",
            *[SECRETS["SECURITY_PASSWORD"]] * 2,
        ]
    )

    def answer(values):
        return lambda question: asked.append(question) or next(values)

    monkeypatch.setattr(Command, "ask", staticmethod(answer(answers)))
    monkeypatch.setattr(Command, "ask_secret", staticmethod(answer(secret)))
    call_command("createsuperuser")
    check_two_accounts()
    assert "请系统管理员苏管理本人输入密码：" in asked and "请安全管理员曹安全本人输入密码：" in asked
    told = capsys.readouterr().err
    assert "数字" in told and "两次输入的不一样" in told


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("names", "values", "words"),
    [
        ({"security_username": "sugl"}, {}, "登录名不能相同"),
        ({"admin_name": ""}, {}, "没有系统管理员的姓名"),
        ({"admin_username": "有 空格"}, {}, "系统管理员"),
        ({}, {"SECURITY_PASSWORD": "river-lantern-41"}, "密码不能相同"),
        ({}, {"SECURITY_PASSWORD": ""}, "SECURITY_PASSWORD"),
        ({}, {"ADMIN_PASSWORD": "12345678901"}, "系统管理员的密码"),
    ],
)
def test_what_does_not_do_opens_no_account_at_all(names, values, words, secrets):
    secrets(**values)
    with pytest.raises(CommandError, match=words):
        call_command("createsuperuser", interactive=False, **(NAMES | names))
    assert not User.objects.exists()


@pytest.mark.django_db
def test_a_name_that_is_taken_is_refused_in_words(secrets, person):
    person("caoaq", Role.OFFICER)
    with pytest.raises(CommandError, match="安全管理员：这个登录名已有人使用"):
        call_command("createsuperuser", interactive=False, **NAMES)
    assert User.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("stops", "words"),
    [(EOFError, "没有终端可以输入，没有开立账号.*--noinput"), (KeyboardInterrupt, "已中断")],
)
@pytest.mark.parametrize("at", ["ask", "ask_secret"])
def test_without_a_terminal_it_says_what_to_do_and_opens_no_account(monkeypatch, stops, words, at):
    def stop(_):
        raise stops

    answers = iter(["sugl", "苏管理"])
    monkeypatch.setattr(Command, "ask", staticmethod(lambda _: next(answers)))
    monkeypatch.setattr(Command, at, staticmethod(stop))
    with pytest.raises(CommandError, match=words):
        call_command("createsuperuser")
    assert not User.objects.exists()
