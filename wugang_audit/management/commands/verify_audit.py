"""Recompute the audit trail and hold it against the public log: ``manage.py verify_audit``, exit status 0 or 1."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from wugang_audit.audit.examine import examine


class Command(BaseCommand):
    help = "Recompute the audit trail, and compare it with each of its heads that were published."

    def handle(self, **options: Any) -> None:
        failed = 0
        for holds, line in examine():
            failed += not holds
            self.stdout.write(f"{'通过' if holds else '不通过'}：{line}")
        if failed:
            raise CommandError(
                f"{failed} 项不通过：有人绕过系统改动过数据，或者数据已经损坏。请保全数据库并报告负责人。"
            )
        self.stdout.write("结论：全部通过")
