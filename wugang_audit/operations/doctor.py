"""What `manage.py doctor` looks at beside the conditions of `conditions`: settings, permissions, time, mail, backups, proofs.

Each function returns findings in plain Chinese, and raises for nothing that it looks at: who reads them is no programmer, and the one
thing that is broken must not hide the others.
"""

import logging
import shutil
import stat
import subprocess
from collections.abc import Callable, Iterator
from datetime import timedelta
from importlib.metadata import version as installed_version
from io import StringIO
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import get_connection
from django.core.management import CommandError, call_command
from django.utils import timezone

from ..clock import now
from . import conditions
from .backups import kept
from .conditions import Finding, Level, first_line

logger = logging.getLogger(__name__)
GOOD, WARNING, FAULT = Level.GOOD, Level.WARNING, Level.FAULT
_SHORTEST_KEY = 40  # characters of SECRET_KEY


def version() -> Iterator[Finding]:
    """Say which version runs here."""
    yield Finding("version", "版本", GOOD, installed_version("wugang-audit"))


def options() -> Iterator[Finding]:
    """Name what a site that others reach must not be set to."""
    name, title, wrong = "settings", "设置", []
    if settings.DEBUG:
        wrong.append(
            (FAULT, "DEBUG 开着，出错时会把内部信息给访问者看", "请在 .env 里写 DEBUG=False，然后重新启动。")
        )
    if settings.DEMO:
        wrong.append((WARNING, "DEMO 开着，演示账号的密码写在登录页上", "正式使用的，请写 DEMO=False。"))
    if settings.ALLOW_SYSTEM_ENTROPY:
        wrong.append(
            (
                FAULT,
                "ALLOW_SYSTEM_ENTROPY 开着，机器自己的随机数对公众什么也证明不了",
                "请写 ALLOW_SYSTEM_ENTROPY=False。",
            )
        )
    if settings.ALLOW_CLOCK_BEHIND:
        wrong.append(
            (
                WARNING,
                "ALLOW_CLOCK_BEHIND 开着，时钟慢了也照样往下做",
                "时间校准以后，请写 ALLOW_CLOCK_BEHIND=False。",
            )
        )
    if "*" in settings.ALLOWED_HOSTS:
        wrong.append((FAULT, "ALLOWED_HOSTS 写了 *，别人可以用任何域名冒充本站", "请写本站的域名。"))
    if len(settings.SECRET_KEY) < _SHORTEST_KEY:
        wrong.append(
            (FAULT, f"SECRET_KEY 只有 {len(settings.SECRET_KEY)} 个字符，可以被猜出来",
             "请从 .env 里删去这一行，本站会自己生成一个；各人的验证器要重新设置。")
        )  # fmt: skip
    if not settings.SERVED_OVER_TLS:
        wrong.append(
            (
                WARNING,
                "SERVED_OVER_TLS 没有开，密码可能不加密地传过来",
                "前面的代理接好 TLS 以后，请写 SERVED_OVER_TLS=True。",
            )
        )
    elif not settings.TRUSTED_PROXIES:
        wrong.append(
            (
                WARNING,
                "TRUSTED_PROXIES 没有写，所有访问者都算成代理的那一个地址",
                "请写代理的地址，在同一台机器上的写 127.0.0.1。",
            )
        )
    yield from (Finding(name, title, level, words, fix) for level, words, fix in wrong)
    if not wrong:
        yield Finding(name, title, GOOD, "没有发现不妥")


def _private_paths() -> Iterator[tuple[Path, int]]:
    """The files and folders that only the site's own account may read, each with the most that may be allowed."""
    data = Path(settings.DATA_DIR)
    yield data, 0o750
    yield data / "secret_key", 0o600
    yield settings.BASE_DIR / ".env", 0o640
    yield Path(settings.EVIDENCE_DIR), 0o700
    key = Path(settings.HANDOVER_KEY_FILE)
    yield from ((path, 0o600) for path in sorted(key.parent.glob(f"{key.stem}*.pem")))
    if settings.BACKUP_DIR:
        yield Path(settings.BACKUP_DIR), 0o750
    if (database := settings.DATABASES["default"])["ENGINE"].endswith("sqlite3"):
        yield Path(database["NAME"]), 0o660


def is_reached(path: Path) -> bool:
    """Say whether others than the owner and his group get as far as this: each folder above it lets them pass."""
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in path.resolve().parents)


def permissions() -> Iterator[Finding]:
    """Name the files that others than the site's own account may read or write."""
    name, title, wrong = "permissions", "文件权限", 0
    for path, most in _private_paths():
        try:
            mode = stat.S_IMODE(path.stat().st_mode)
        except OSError:
            continue  # it is made at first need; what is lost shows elsewhere
        if mode & ~most & 0o027 and is_reached(path):
            wrong += 1
            yield Finding(
                name,
                title,
                FAULT,
                f"{path} 的权限是 {mode:o}，本机其他账号能读或者能改",
                f"请运行 chmod {most:o} {path}",
            )
    if not wrong:
        yield Finding(name, title, GOOD, "密钥、数据库、照片只有网站自己的账号能读")


def time_service() -> Iterator[Finding]:
    """Say whether the machine keeps its clock by a time server: where systemd knows."""
    name, title = "time_service", "自动对时"
    program = shutil.which("timedatectl")
    try:
        said = subprocess.run(  # noqa: S603 - fixed words
            [program or "timedatectl", "show", "--property=NTPSynchronized", "--value"],
            capture_output=True, text=True, timeout=5, check=True,
        ).stdout.strip()  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        yield Finding(
            name,
            title,
            WARNING,
            "查不到这台机器是否自动对时",
            "请确认装有并启用了对时服务（chrony 或 systemd-timesyncd）。",
        )
        return
    if said == "yes":
        yield Finding(name, title, GOOD, "已与时间服务器同步")
    else:
        yield Finding(
            name, title, WARNING, "没有与时间服务器同步",
            "请运行 timedatectl set-ntp true；内网的，请在 /etc/systemd/timesyncd.conf 里写本单位的时间服务器。",
        )  # fmt: skip


def mail() -> Iterator[Finding]:
    """Say whether reminders can go out: opens a connection to the mail server, sends nothing."""
    name, title = "mail", "邮件提醒"
    if not settings.REMIND:
        yield Finding(name, title, GOOD, "没有启用（REMIND）")
        return
    if settings.EMAIL_BACKEND.endswith("dummy.EmailBackend"):
        yield Finding(
            name, title, FAULT, "启用了，但没有写邮件服务器", "请在 .env 里写 EMAIL_URL 和 EMAIL_FROM。"
        )
        return
    try:
        server = get_connection()
        server.open()
        server.close()
    except (OSError, ImproperlyConfigured) as fault:
        yield Finding(
            name,
            title,
            FAULT,
            f"邮件服务器连不上：{first_line(fault)}",
            "请核对 EMAIL_URL 里的地址、端口、账号和密码。",
        )
        return
    yield Finding(name, title, GOOD, "邮件服务器可以登录")


def backup() -> Iterator[Finding]:
    """Say how old the last backup is."""
    name, title = "backup", "备份"
    how = "请运行 manage.py backup，并启用定时任务（systemctl enable --now wugang-backup.timer）。"
    if not settings.BACKUP_DIR:
        yield Finding(
            name, title, FAULT, "没有写备份放在哪里", "请在 .env 里写 BACKUP_DIR，最好在另一块磁盘上。" + how
        )
        return
    try:
        found = kept(Path(settings.BACKUP_DIR))
    except OSError as fault:
        yield Finding(
            name, title, FAULT, f"{settings.BACKUP_DIR} 读不了：{first_line(fault)}", "请看那块磁盘是否挂载。"
        )
        return
    if not found:
        yield Finding(name, title, FAULT, f"{settings.BACKUP_DIR} 里一份也没有", how)
        return
    age = now() - found[-1].made_at
    words = f"最近一份 {timezone.localtime(found[-1].made_at):%Y-%m-%d %H:%M}（{found[-1].path.name}），共 {len(found)} 份"
    if age > timedelta(days=settings.BACKUP_DAYS):
        yield Finding(name, title, FAULT, f"{words}：已经过了 {age.days} 天", how)
    elif not settings.BACKUP_RECIPIENTS:
        yield Finding(
            name, title, WARNING, f"{words}：没有加密，里面也没有密钥",
            "请用 manage.py backup --new-key 文件 生成一对钥匙，把公开的一半写进 BACKUP_RECIPIENTS，另一半不要留在这台机器上。",
        )  # fmt: skip
    else:
        yield Finding(name, title, GOOD, words)


def proofs() -> Iterator[Finding]:
    """Recompute all that is chained or digested (`settings.PROOFS`): takes minutes where there is much."""
    titles = {
        "verify_audit": "审计记录的链",
        "verify_log": "公开日志和抽签",
        "check_evidence": "照片等证据文件",
    }
    for command in settings.PROOFS:
        told, title = StringIO(), titles.get(command, command)
        try:
            call_command(command, stdout=told)
        except CommandError as fault:
            wrong = [line for line in told.getvalue().splitlines() if line.startswith("不通过")]
            words = conditions.shortened(
                [line.removeprefix("不通过：") for line in wrong] or [first_line(fault)]
            )
            yield Finding(
                command,
                title,
                FAULT,
                words,
                f"请保全数据库，不要再改动，报告负责人；逐项请看 manage.py {command}。",
            )
        else:
            yield Finding(command, title, GOOD, (told.getvalue().strip().splitlines() or ["通过"])[-1])


LOOKS: tuple[Callable[[], Iterator[Finding]], ...] = (
    version,
    options,
    permissions,
    time_service,
    mail,
    backup,
)


def examine(*, with_proofs: bool = True) -> Iterator[Finding]:
    """Look at everything, one finding after the other; a look that fails itself is a finding too.

    :param with_proofs: recompute the chains as well. Without a database that works they are left out in any case.
    """
    for look in LOOKS:
        yield from _guarded(look)
    works = True
    for finding in _guarded(lambda: iter(conditions.ready())):
        works = works and (finding.level < FAULT or finding.name not in ("database", "migrations"))
        yield finding
    if with_proofs and works:
        yield from _guarded(proofs)


def _guarded(look: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    try:
        yield from look()
    except Exception as fault:
        logger.exception("a look of the doctor failed")
        yield Finding(
            "doctor",
            "体检本身",
            FAULT,
            f"有一项没有查成：{first_line(fault)}",
            "请把这一行和日志告诉维护人员。",
        )
