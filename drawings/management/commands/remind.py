"""Send by e-mail what is due tomorrow, due today and overdue; meant to be run once a day."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from drawings import reminders
from drawings.states import Refused
from wugang_audit import clock


class Command(BaseCommand):
    help = "Send today's reminders by e-mail: off unless REMIND and EMAIL_URL are set."

    def handle(self, **options: Any) -> None:
        try:
            run = reminders.send(clock.today())
        except reminders.NoMailServer as refusal:
            # Somebody has switched the mails on and relies on them: cron must not think that all is well.
            raise CommandError(f"到期提醒已开启，但{refusal}") from None
        except Refused as refusal:
            self.stdout.write(str(refusal))
            return
        if run.sent or run.failed:
            self.stdout.write(f"已发出 {run.sent} 封到期提醒。")
        else:
            self.stdout.write("没有要发的到期提醒。")
        if run.without_address:
            self.stdout.write(
                f"有 {run.without_address} 人有到期的事项，但账号没有登记电子邮箱，收不到提醒。"
            )
        if run.failed:
            lines = [f"  {username}：{why}" for username, why in run.why.items()]
            raise CommandError("\n".join([f"有 {len(lines)} 封没有发出，按登录名：", *lines]))
