"""Delete name, telephone and address of who sent an objection or a correction, some time after the answer; run daily."""

from typing import Any

from django.core.management.base import BaseCommand

from drawings.inspections.aftercare import verbs
from wugang_audit import clock


class Command(BaseCommand):
    help = "Delete the senders of objections that were answered SENDER_DAYS ago."

    def handle(self, **options: Any) -> None:
        count = verbs.forget_senders(clock.today())
        self.stdout.write(f"已删除 {count} 位提出人的联系方式。" if count else "没有到期的联系方式。")
