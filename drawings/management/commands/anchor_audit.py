"""Put the audit trail's head into the public log: ``manage.py anchor_audit``, as often as one likes (cron, hourly).

What was recorded after the last head in the log could be cut off unnoticed; each run closes that gap.
"""

from typing import Any

from django.core.management.base import BaseCommand

from drawings import public_log


class Command(BaseCommand):
    help = "Append the head of the audit trail to the public log, unless it stands there already."

    def handle(self, **options: Any) -> None:
        row = public_log.anchor()
        if row is None:
            self.stdout.write("审计记录没有新的内容，日志里已有它的链头。")
        else:
            self.stdout.write(f"已记入公开日志第 {row.index} 条：{row.subject} {row.digest}")
