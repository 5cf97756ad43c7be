"""Compare the public log with all that was published, both ways: ``manage.py verify_log``, exit status 0 or 1."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from drawings.selfcheck import examine
from wugang_audit.audit import append_only


class Command(BaseCommand):
    help = "Compare the public log, the frozen files, every result and all that the tables say of them, both ways."

    def handle(self, **options: Any) -> None:
        faults = append_only.missing()
        for fault in faults:
            self.stdout.write(f"不通过：{fault}")
        checked, failed = 0, len(faults)
        for line in examine.examine():
            checked += line.checked
            failed += not line.holds
            self.stdout.write(f"{'通过' if line.holds else '不通过'}：{line.text}")
        self.stdout.write(f"结论：核对 {checked} 项，{f'{failed} 处不符' if failed else '全部相符'}")
        if failed:
            raise CommandError(
                f"{failed} 处不符：有人绕过系统改动过数据，或者数据已经损坏。请保全数据库并报告负责人。"
            )
