"""What is due, by e-mail, once a day (`manage.py remind`): to each officer his own, to organisers and heads what is overdue,
to reviewers and heads the objections from outside that are to be answered.

A mail names no unit and no person: who is drawn must not leave the house before the visit, and mail is read by others. It
counts, names the draw and the day, and sends people to the site. Off unless REMIND is on.
"""

import datetime
import smtplib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db.models import Prefetch, Q
from django.urls import reverse
from django.utils import timezone

from wugang_audit.access.roles import Role
from wugang_audit.accounts.models import User
from wugang_audit.audit import trail
from wugang_audit.audit.models import AuditEntry
from wugang_audit.staff.desk import Todo, todo

from .deadlines import Standing, late_for_publication, publish_by, standing_of_visit
from .models import Inspection, Objection, TeamMember
from .states import InspectionState, Refused

NO_SERVER = "没有设置邮件服务器：请设 EMAIL_URL。"
ACTION = "发送到期提醒"  # as `send` records it
# Why a mail did not go out; the first that fits.
REASONS = (
    (smtplib.SMTPRecipientsRefused, "收件地址被拒收，请安全管理员核对账号里的邮箱"),
    (smtplib.SMTPSenderRefused, "发件地址被拒，请核对 EMAIL_FROM"),
    (smtplib.SMTPAuthenticationError, "邮件服务器不认用户名或密码，请核对 EMAIL_URL"),
    ((smtplib.SMTPServerDisconnected, smtplib.SMTPConnectError), "连不上邮件服务器，请核对 EMAIL_URL"),
    (smtplib.SMTPException, "邮件服务器没有收下"),
    (OSError, "连不上邮件服务器，请核对 EMAIL_URL"),
)
FOR_OFFICERS = (Standing.OVERDUE, Standing.TODAY, Standing.TOMORROW)
FOR_THE_OFFICE = (Standing.OVERDUE, Standing.UNPUBLISHED)


@dataclass
class Counts:
    """How many visits, or results, stand how: {(standing, title of the draw, day): number}."""

    counts: Counter[tuple[Standing, str, datetime.date]] = field(default_factory=Counter)

    def add(self, kind: Standing, inspection: Inspection, day: datetime.date) -> None:
        self.counts[kind, inspection.selection.draw.title, day] += 1

    def lines(self, *kinds: Standing) -> list[str]:
        """Write the counts of these kinds, one line each, the oldest day first."""
        return [
            f"{kind}：{title} {number} 家（{day}）"
            for wanted in kinds
            for (kind, title, day), number in sorted(self.counts.items(), key=lambda item: item[0][2])
            if kind == wanted
        ]


class NoMailServer(Refused):
    """Reminders are on, and nothing can be sent."""


@dataclass(frozen=True)
class Run:
    """What came of a day's reminders: how many mails went out, {login name: why} of those who got none, and how many people
    should have had one and have no address."""

    sent: int
    why: dict[str, str]
    without_address: int = 0

    @property
    def failed(self) -> list[str]:
        """The login names of those whose mail did not go out."""
        return list(self.why)


def send(today: datetime.date) -> Run:
    """Send the mails of a day, and leave an entry in the trail. Sent again, it goes only to those who got none.

    A run that had nothing to send does not count as the day's: an address may be entered after it, or a task fall due.

    :raises NoMailServer: there is no mail server.
    :raises Refused: reminders are off, or all of today's went out already.
    """
    if not settings.REMIND:
        raise Refused("到期提醒没有开启：要开启，请设 REMIND=on 和 EMAIL_URL。")
    if not has_mail_server():
        raise NoMailServer(NO_SERVER)
    earlier, only = _run_of(today), None
    if earlier:
        if not earlier.changes["failed"]:
            raise Refused("今天的到期提醒已经发过。")
        only = set(earlier.changes["failed"])
    found = [(user, lines) for user, lines in _told(today) if only is None or user.username in only]
    mails = [(user, _mail(user, lines)) for user, lines in found if user.email]
    why = _not_sent(mails)
    # The trail is for ever, and what a server answers may name an address.
    trail.record(None, "发送到期提醒", f"{today}", {"sent": len(mails) - len(why), "failed": list(why)})
    return Run(len(mails) - len(why), why, len(found) - len(mails))


def has_mail_server() -> bool:
    return not settings.EMAIL_BACKEND.endswith(".dummy.EmailBackend")


def last_run() -> AuditEntry | None:
    """Return the trail's entry of the last run."""
    return AuditEntry.objects.filter(action=ACTION).order_by("-index").first()


def _run_of(today: datetime.date) -> AuditEntry | None:
    """Return the entry of a day's last run that had something to send."""
    for entry in AuditEntry.objects.filter(action=ACTION).order_by("-index").iterator(chunk_size=20):
        if timezone.localdate(entry.time) != today:
            return None
        if entry.changes["sent"] or entry.changes["failed"]:
            return entry
    return None


def _not_sent(mails: list[tuple[User, EmailMessage]]) -> dict[str, str]:
    """Send, and return {login name: why} of those whose mail did not go out: one address must not keep the others back."""
    why = {}
    connection = get_connection()
    for user, mail in mails:
        mail.connection = connection
        try:
            mail.send()
        except (smtplib.SMTPException, OSError, ValueError) as error:
            why[user.username] = in_words(error)
    return why


def in_words(error: Exception) -> str:
    """Say in Chinese why a mail did not go out, with what the server said behind it."""
    for kind, words in REASONS:
        if isinstance(error, kind):
            return f"{words}（{error}）"
    return f"邮件服务器没有收下（{error}）"


def _told(today: datetime.date) -> list[tuple[User, list[str]]]:
    """Return who is to be told what, whether there is an address or not."""
    own, everything = due(today)
    said = _said_outside(today)
    found = []
    for user in User.objects.filter(is_active=True).prefetch_related("grants"):
        roles = {grant.role for grant in user.grants.all()}
        lines = own[user.pk].lines(*FOR_OFFICERS) if user.pk in own else []
        if roles & {Role.ORGANISER, Role.HEAD}:
            lines += everything.lines(*FOR_THE_OFFICE)
        lines += [line for role, of_role in said.items() if role in roles for line in of_role]
        if lines:
            found.append((user, lines))
    return found


def _said_outside(today: datetime.date) -> dict[Role, list[str]]:
    """Return what of the objections and corrections from outside is near its day or past it, by who has to do with it."""
    states = {Objection.State.RECEIVED: Role.REVIEWER, Objection.State.ANSWERED: Role.HEAD}
    found: dict[Role, list[str]] = {}
    days = Counter(
        (states[state], day) for state, day in Objection.objects.near(today).values_list("state", "due_on")
    )
    for (role, day), count in sorted(days.items(), key=lambda item: item[0][1]):
        late = "，已过期限" if day < today else ""
        what = "待答复" if role == Role.REVIEWER else "的答复待确认"
        found.setdefault(role, []).append(f"异议和纠错{what}：{count} 份（{day}{late}）")
    return found


def due(today: datetime.date) -> tuple[dict[int, Counts], Counts]:
    """Return what is due to each officer, by the key of the account, and to all; in three queries, one of them the calendar's."""
    team = TeamMember.objects.select_related("officer")
    to_visit = Q(state=InspectionState.DRAFT)
    rows = (
        Inspection.objects.released()
        .filter(to_visit | late_for_publication(today))
        .select_related("selection__draw")
        .prefetch_related(Prefetch("selection__team", team))
    )
    own: dict[int, Counts] = {}
    everything = Counts()
    for row in rows:
        kind, day = _kind(row, today)
        if kind is None or day is None:
            continue
        everything.add(kind, row, day)
        if row.state == InspectionState.DRAFT:
            for user in _accounts(row):
                own.setdefault(user, Counts()).add(kind, row, day)
    return own, everything


def _accounts(row: Inspection) -> Iterable[int]:
    return (member.officer.user_id for member in row.selection.team.all() if member.officer.user_id)


def _kind(row: Inspection, today: datetime.date) -> tuple[Standing | None, datetime.date | None]:
    """Return how an inspection stands today, and the day that this rests on; None where nothing is to be said."""
    if row.state != InspectionState.DRAFT:  # handed in, and its result overdue: `due` asks for no others
        return Standing.UNPUBLISHED, row.publish_by or publish_by(timezone.localdate(row.visited_at)).day
    day = row.due_on
    return (standing_of_visit(day, today) if day else None), day


def _mail(user: User, lines: list[str]) -> EmailMessage:
    text = "\n".join(
        [
            f"{user.full_name}：",
            "",
            *lines,
            "",
            "邮件里不写单位名称。请登录双随机抽查系统查看和办理。",
            "这封邮件由系统每天发一次，请不要回复。",
        ]
    )
    return EmailMessage("双随机抽查：到期提醒", text, to=[user.email])


@todo(Role.ORGANISER)
def _reminder_todos(user: User) -> list[Todo]:
    """Say that mails did not go out, until a later run has sent them."""
    last = last_run() if settings.REMIND else None
    if not last or not last.changes["failed"]:
        return []
    names = "、".join(last.changes["failed"][:5])
    hint = f"{timezone.localtime(last.time):%m-%d %H:%M}，登录名 {names}：请核对邮箱和邮件服务器"
    return [Todo("到期提醒没有发出", reverse("inspections:all"), len(last.changes["failed"]), hint)]


@todo(Role.ORGANISER, Role.ADMIN)
def _no_server_todos(user: User) -> list[Todo]:
    """Say that none will go out: cron's own mail about it may reach nobody."""
    if not settings.REMIND or has_mail_server():
        return []
    hint = "REMIND 已开启，但没有设置 EMAIL_URL：请维护服务器的人设置，或关闭 REMIND。"
    return [Todo("到期提醒发不出：没有邮件服务器", reverse("help"), None, hint)]
