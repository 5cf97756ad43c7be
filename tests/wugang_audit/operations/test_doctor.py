"""`manage.py doctor`: green on a site that is well, and red, in words, for each thing that is broken."""

import datetime
import os
from contextlib import suppress
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand
from django.db import connection

from wugang_audit import clock
from wugang_audit.operations import conditions, doctor
from wugang_audit.operations.backups import shelf

pytestmark = pytest.mark.django_db


@pytest.fixture
def well(settings, tmp_path, monkeypatch):
    """A site as the deployment sets it up, with a backup of today."""
    settings.DATA_DIR = tmp_path / "data"
    settings.DATA_DIR.mkdir(mode=0o700)
    settings.EVIDENCE_DIR = settings.DATA_DIR / "evidence"
    settings.HANDOVER_KEY_FILE = settings.DATA_DIR / "handover_key.pem"
    for name in ("secret_key", "handover_key.pem"):
        (settings.DATA_DIR / name).touch(mode=0o600)
    settings.SERVED_OVER_TLS, settings.TRUSTED_PROXIES = True, ["127.0.0.1"]
    settings.BACKUP_DIR = str(tmp_path / "backups")
    settings.BACKUP_RECIPIENTS = ["age1x"]
    os.mkdir(settings.BACKUP_DIR, 0o700)
    backup_of(settings, clock.now())
    monkeypatch.setattr(
        doctor, "time_service", lambda: iter([conditions.Finding("t", "自动对时", doctor.GOOD, "是")])
    )
    monkeypatch.setattr(doctor, "LOOKS", tuple(getattr(doctor, look.__name__) for look in doctor.LOOKS))
    if connection.vendor == "sqlite":
        os.chmod(connection.settings_dict["NAME"], 0o600)
    return settings


def backup_of(settings, moment):
    path = os.path.join(settings.BACKUP_DIR, shelf.name_of(moment, is_encrypted=True))
    open(path, "wb").close()


def said(capsys, *arguments):
    """Return the exit status and what was written."""
    status = 0
    try:
        call_command("doctor", *arguments)
    except SystemExit as end:
        status = end.code
    return status, capsys.readouterr().out


def test_a_site_that_is_well_is_green(well, capsys):
    status, out = said(capsys)
    assert status == 0, out
    assert "结论：一切正常" in out and "[故障]" not in out and "[注意]" not in out
    for title in (
        "版本",
        "设置",
        "文件权限",
        "邮件提醒",
        "备份",
        "数据库",
        "磁盘空间",
        "服务器时钟",
        "审计记录的链",
        "公开日志和抽签",
    ):
        assert f"[正常] {title}" in out


def open_to_all(settings):
    settings.DATA_DIR.chmod(0o755)
    (settings.DATA_DIR / "secret_key").chmod(0o644)


def old_backup(settings):
    for path in list(os.scandir(settings.BACKUP_DIR)):
        os.unlink(path)
    backup_of(settings, clock.now() - datetime.timedelta(days=5))


def no_backup(settings):
    for path in list(os.scandir(settings.BACKUP_DIR)):
        os.unlink(path)


def mail_without_server(settings):
    settings.REMIND = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"


def mail_server_away(settings):
    settings.REMIND, settings.EMAIL_BACKEND = True, "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1


@pytest.mark.parametrize(
    ("broken", "status", "words"),
    [
        (lambda s: setattr(s, "DEBUG", True), 1, ("[故障] 设置", "DEBUG=False")),
        (lambda s: setattr(s, "ALLOWED_HOSTS", ["*"]), 1, ("冒充", "请写本站的域名")),
        (lambda s: setattr(s, "SECRET_KEY", "short"), 1, ("只有 5 个字符",)),
        (lambda s: setattr(s, "ALLOW_SYSTEM_ENTROPY", True), 1, ("ALLOW_SYSTEM_ENTROPY=False",)),
        (lambda s: setattr(s, "TRUSTED_PROXIES", []), 2, ("[注意] 设置", "127.0.0.1")),
        (lambda s: setattr(s, "BACKUP_DIR", ""), 1, ("没有写备份放在哪里", "BACKUP_DIR")),
        (no_backup, 1, ("一份也没有", "manage.py backup")),
        (old_backup, 1, ("已经过了 5 天",)),
        (mail_without_server, 1, ("没有写邮件服务器", "EMAIL_URL")),
        (mail_server_away, 1, ("邮件服务器连不上", "EMAIL_URL")),
        (lambda s: setattr(s, "DISK_FREE_MB_LEAST", 10**9), 1, ("[故障] 磁盘空间", "请清理这块磁盘")),
        (lambda s: setattr(s, "DISK_FREE_MB_LOW", 10**9), 2, ("[注意] 磁盘空间",)),
    ],
)
def test_what_is_broken_is_named_with_what_to_do(well, capsys, broken, status, words):
    broken(well)
    ended, out = said(capsys, "--quick")
    assert ended == status, out
    assert all(word in out for word in words), out
    assert "结论：有 1 处要处理" in out and "Traceback" not in out


def test_files_that_others_can_read(well, capsys, monkeypatch):
    monkeypatch.setattr(doctor, "is_reached", lambda _: True)
    open_to_all(well)
    status, out = said(capsys, "--quick")
    assert status == 1
    assert f"chmod 600 {well.DATA_DIR / 'secret_key'}" in out and f"chmod 750 {well.DATA_DIR}" in out


def test_a_broken_chain_is_named(well, capsys, monkeypatch):
    class Fails(BaseCommand):
        def handle(self, **_):
            self.stdout.write("不通过：公开日志：第 7 条之后断了")
            raise CommandError("1 处不符")

    monkeypatch.setattr(doctor, "call_command", lambda name, **options: call_command(Fails(), **options))
    status, out = said(capsys)
    assert status == 1 and "公开日志：第 7 条之后断了" in out and "manage.py verify_log" in out


def test_one_look_that_fails_hides_no_other(well, capsys, monkeypatch):
    def fails():
        raise RuntimeError("oh")
        yield

    monkeypatch.setattr(doctor, "LOOKS", (fails, *doctor.LOOKS))
    status, out = said(capsys, "--quick")
    assert status == 1 and "没有查成：oh" in out and "[正常] 备份" in out


def test_what_lies_in_a_closed_folder_is_reached_by_nobody(tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    (closed / "key").touch(mode=0o644)
    assert not doctor.is_reached(closed / "key")
    with suppress(OSError):
        assert doctor.is_reached(Path("/etc/hostname"))
