"""Put the audit trail's head into the public log: ``manage.py anchor_audit``, as often as one likes (cron, hourly).

What was recorded after the last head in the log could be cut off unnoticed; each run closes that gap.
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from drawings import public_log
from drawings.states import Refused


class Command(BaseCommand):
    help = "Append the head of the audit trail to the public log, unless it stands there already."

    def handle(self, **options: Any) -> None:
        try:
            row = public_log.anchor()
        except Refused as refusal:
            raise CommandError(str(refusal)) from None
        if row is None:
            self.stdout.write("审计记录没有新的内容，日志里已有它的链头。")
        else:
            self.stdout.write(f"已记入公开日志第 {row.index} 条：{row.subject} {row.digest}")
