"""Recompute the public log, every frozen file and every result: ``manage.py verify_log``, exit status 0 or 1."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from drawings.selfcheck import examine
from wugang_audit.audit import append_only


class Command(BaseCommand):
    help = "Recompute the public log, the digests of all frozen files, and the result of every draw."

    def handle(self, **options: Any) -> None:
        faults = append_only.missing()
        for fault in faults:
            self.stdout.write(f"不通过：{fault}")
        failed = len(faults)
        for holds, line in examine.examine():
            failed += not holds
            self.stdout.write(f"{'通过' if holds else '不通过'}：{line}")
        if failed:
            raise CommandError(
                f"{failed} 项不通过：有人绕过系统改动过数据，或者数据已经损坏。请保全数据库并报告负责人。"
            )
        self.stdout.write("结论：全部通过")
