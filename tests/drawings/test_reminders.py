"""What is due, by e-mail: to whom, what a mail says and what it never says, and what is left of a run that failed."""

import os
import smtplib
import subprocess
import sys
from datetime import date

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import CommandError, call_command
from house import ROOT

from drawings import reminders
from drawings.models import Draw, Inspection
from drawings.states import Refused
from wugang_audit.accounts.models import User
from wugang_audit.audit.models import AuditEntry

DAY = date(2026, 10, 20)
ENTRY = "发送到期提醒"


class Deaf(EmailBackend):
    """A mail server that takes mails for everybody but one."""

    def send_messages(self, messages):
        if any("deaf" in address for message in messages for address in message.to):
            raise smtplib.SMTPRecipientsRefused({})
        return super().send_messages(messages)


@pytest.fixture
def on(settings):
    settings.REMIND = True


@pytest.fixture
def inspection(published_draw, clock):
    """One task that is due on the day; all others are due at the end of the quarter."""
    first = Inspection.objects.order_by("pk").first()
    Inspection.objects.filter(pk=first.pk).update(postponed_to=DAY)
    clock.move(days=12)
    first.refresh_from_db()
    return first


@pytest.fixture
def team(inspection):
    users = [member.officer.user for member in inspection.selection.team.all()]
    for user in users:
        User.objects.filter(pk=user.pk).update(email=f"{user.pk}@example.invalid")
    return users


def sent(day):
    mail.outbox.clear()
    reminders.send(day)
    return {message.to[0]: message.body for message in mail.outbox}


def test_off_by_default_and_says_so(inspection, team, capsys):
    call_command("remind")
    assert "没有开启" in capsys.readouterr().out
    assert (mail.outbox, AuditEntry.objects.filter(action=ENTRY).exists()) == ([], False)


def test_without_a_mail_server_it_says_so(inspection, on, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    with pytest.raises(Refused, match="EMAIL_URL"):
        reminders.send(DAY)


def test_mails_that_are_on_without_a_server_are_an_error_and_stand_on_the_desk(
    inspection, on, settings, login, organiser, admin, head, capsys
):
    line = "到期提醒发不出：没有邮件服务器"
    assert line not in login(organiser).get("/desk/").content.decode()
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    with pytest.raises(CommandError, match="到期提醒已开启，但没有设置邮件服务器：请设 EMAIL_URL。"):
        call_command("remind")
    shown = [line in login(user).get("/desk/").content.decode() for user in (organiser, admin, head)]
    assert (capsys.readouterr().out, shown) == ("", [True, True, False])
    settings.REMIND = False
    assert line not in login(organiser).get("/desk/").content.decode()


def test_a_run_with_nothing_to_send_is_not_the_one_of_the_day(inspection, team, on, capsys):
    User.objects.update(email="")
    call_command("remind")
    assert capsys.readouterr().out == (
        "没有要发的到期提醒。\n有 2 人有到期的事项，但账号没有登记电子邮箱，收不到提醒。\n"
    )
    User.objects.filter(pk=team[0].pk).update(email="new@example.invalid")
    call_command("remind")
    assert [message.to for message in mail.outbox] == [["new@example.invalid"]]
    assert capsys.readouterr().out.startswith("已发出 1 封到期提醒。")
    call_command("remind")
    assert capsys.readouterr().out == "今天的到期提醒已经发过。\n"


def test_nothing_left_to_send_does_not_open_the_day_again(inspection, team, on, settings):
    """One got his mail, the other could not; then the other's address was taken out."""
    settings.EMAIL_BACKEND = f"{__name__}.Deaf"
    User.objects.filter(pk=team[0].pk).update(email="deaf@example.invalid")
    assert reminders.send(DAY).failed == [team[0].username]
    User.objects.filter(pk=team[0].pk).update(email="")
    assert reminders.send(DAY) == reminders.Run(0, {}, 1)
    mail.outbox.clear()
    assert reminders.send(DAY).sent == 0
    assert mail.outbox == []


@pytest.mark.parametrize(
    ("url", "folder"),
    [("filemail:///var/lib/mails", "/var/lib/mails"), ("filemail:////var/lib/mails", "/var/lib/mails")],
)
def test_a_folder_for_mails_is_the_one_that_was_named(url, folder, tmp_path):
    env = os.environ | {"EMAIL_URL": url, "DATA_DIR": str(tmp_path)}
    code = "from wugang_audit import settings; print(settings.EMAIL_BACKEND, settings.EMAIL_FILE_PATH)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )
    assert done.stdout.split() == ["django.core.mail.backends.filebased.EmailBackend", folder], done.stderr


def settings_with(tmp_path, code, **env):
    env = os.environ | {"DATA_DIR": str(tmp_path)} | env
    return subprocess.run(
        [sys.executable, "-c", f"from wugang_audit import settings; {code}"],
        cwd=ROOT, env=env, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("url", ["rubbish", "mail.example.invalid:25", "smtp://user:word@host:port"])
def test_an_address_of_a_server_that_cannot_be_read_is_refused_in_words(url, tmp_path):
    done = settings_with(tmp_path, "pass", EMAIL_URL=url)
    assert done.returncode == 1
    assert done.stderr.startswith("EMAIL_URL 写得不对：请写成 smtp://")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("env", "sender"),
    [
        ({"EMAIL_URL": "smtp://ssj%40example.invalid:x@host:25"}, "ssj@example.invalid"),
        ({"EMAIL_URL": "smtp://ssj%40example.invalid:x@host:25", "EMAIL_FROM": "a@b.invalid"}, "a@b.invalid"),
        ({"EMAIL_URL": "smtp://ssj:x@host:25"}, "webmaster@localhost"),
    ],
)
def test_the_sender_is_the_account_of_the_server_where_none_is_named(env, sender, tmp_path):
    done = settings_with(tmp_path, "print(settings.DEFAULT_FROM_EMAIL)", **env)
    assert done.stdout.split() == [sender], done.stderr


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (smtplib.SMTPRecipientsRefused({}), "收件地址被拒收"),
        (smtplib.SMTPSenderRefused(550, b"no", "a@b"), "核对 EMAIL_FROM"),
        (smtplib.SMTPAuthenticationError(535, b"no"), "不认用户名或密码"),
        (smtplib.SMTPServerDisconnected("gone"), "连不上邮件服务器"),
        (ConnectionRefusedError("refused"), "连不上邮件服务器"),
        (smtplib.SMTPDataError(554, b"spam"), "没有收下"),
    ],
)
def test_why_a_mail_did_not_go_out_is_said(error, words):
    assert words in reminders.in_words(error)


@pytest.mark.parametrize(
    ("day", "line"),
    [
        (date(2026, 10, 19), "检查明天到期：2026年第4季度抽查 1 家（2026-10-20）"),
        (date(2026, 10, 20), "检查今天到期：2026年第4季度抽查 1 家（2026-10-20）"),
        (date(2026, 10, 21), "检查已逾期：2026年第4季度抽查 1 家（2026-10-20）"),
    ],
)
def test_an_officer_is_told_of_his_own(inspection, team, on, day, line):
    bodies = sent(day)
    assert set(bodies) == {f"{user.pk}@example.invalid" for user in team}
    assert all(line in body for body in bodies.values())


def test_nobody_is_told_of_nothing(inspection, team, on):
    assert sent(date(2026, 10, 18)) == {}


def test_a_mail_names_neither_units_nor_people_but_its_reader(inspection, team, on, registry):
    for body in sent(DAY).values():
        assert not any(unit.name in body or unit.number in body for unit in registry)
        assert sum(user.full_name in body for user in team) == 1


def test_organiser_and_head_are_told_what_is_overdue_alone(inspection, team, organiser, head, reviewer, on):
    User.objects.filter(pk__in=[organiser.pk, head.pk, reviewer.pk]).update(email="office@example.invalid")
    assert "office@example.invalid" not in sent(DAY)
    mail.outbox.clear()
    reminders.send(date(2026, 10, 21))
    office = [message.body for message in mail.outbox if message.to == ["office@example.invalid"]]
    assert len(office) == 2
    assert all("检查已逾期：2026年第4季度抽查 1 家（2026-10-20）" in body for body in office)


def test_a_result_past_its_day_is_the_office_s_and_no_officer_s(inspection, team, head, on):
    Inspection.objects.filter(pk=inspection.pk).update(state="approved", publish_by=date(2026, 11, 5))
    User.objects.filter(pk=head.pk).update(email="head@example.invalid")
    assert sent(date(2026, 11, 5)) == {}
    assert (
        "检查结果过了应公开日期：2026年第4季度抽查 1 家（2026-11-05）"
        in sent(date(2026, 11, 6))["head@example.invalid"]
    )
    assert len(mail.outbox) == 1
    Inspection.objects.filter(pk=inspection.pk).update(state="published")
    assert sent(date(2026, 11, 7)) == {}


def test_a_void_draw_and_a_closed_account_get_nothing(inspection, team, on):
    User.objects.filter(pk=team[0].pk).update(is_active=False)
    assert len(sent(DAY)) == 1
    Draw.objects.update(state="void")
    assert sent(date(2026, 10, 21)) == {}


def test_once_a_day_and_the_trail_holds_how_many(inspection, team, on, capsys):
    call_command("remind")
    assert "已发出 2 封到期提醒。" in capsys.readouterr().out
    call_command("remind")
    assert "今天的到期提醒已经发过。" in capsys.readouterr().out
    assert len(mail.outbox) == 2
    assert AuditEntry.objects.get(action=ENTRY).changes == {"sent": 2, "failed": []}


def test_a_failure_is_told_and_the_rest_goes_out(inspection, team, on, settings, organiser, login, capsys):
    settings.EMAIL_BACKEND = f"{__name__}.Deaf"
    User.objects.filter(pk=team[0].pk).update(email="deaf@example.invalid")
    with pytest.raises(
        CommandError, match=f"有 1 封没有发出，按登录名：\n  {team[0].username}：收件地址被拒收"
    ):
        call_command("remind")
    assert [message.to for message in mail.outbox] == [[f"{team[1].pk}@example.invalid"]]
    desk = login(organiser).get("/desk/").content.decode()
    assert "到期提醒没有发出" in desk
    assert team[0].username in desk
    # The address was mended: the second run of the day sends what is missing, and no more.
    User.objects.filter(pk=team[0].pk).update(email="heard@example.invalid")
    mail.outbox.clear()
    call_command("remind")
    assert [message.to for message in mail.outbox] == [["heard@example.invalid"]]
    assert "到期提醒没有发出" not in login(organiser).get("/desk/").content.decode()


def test_three_queries_however_many_tasks(inspection, team, on, django_assert_num_queries):
    with django_assert_num_queries(3):
        reminders.due(DAY)


def test_an_address_is_kept_with_the_account_and_the_trail_says_only_that_it_changed(
    login, person, security, team
):
    user = team[0]
    url = f"/admin/wugang_audit/user/{user.pk}/change/"
    client = login(security)
    data = {
        "username": user.username,
        "full_name": user.full_name,
        "is_active": "on",
        "roles": ["officer"],
        "reason": "",
    }
    client.post(url, data | {"email": "new@example.invalid"})
    user.refresh_from_db()
    assert user.email == "new@example.invalid"
    entry = AuditEntry.objects.filter(action="修改账号").latest("index")
    assert entry.changes == {"电子邮箱": "改了"}
    response = client.post(url, data | {"email": "不是邮箱"})
    assert "email" in response.context["adminform"].form.errors
