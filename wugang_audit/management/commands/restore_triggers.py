"""Install the triggers of the append-only tables again, where somebody dropped one: ``manage.py restore_triggers``."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection, transaction

from wugang_audit.audit import append_only, trail


class Command(BaseCommand):
    help = "Install the triggers of the append-only tables again, and say so in the audit trail."

    @transaction.atomic
    def handle(self, **options: Any) -> None:
        faults = append_only.missing()
        if not faults:
            self.stdout.write("触发器齐全，没有什么要装。")
            return
        append_only.install_all(connection)
        trail.record(None, "重新安装触发器", "数据库", {"缺少": faults})
        for line in append_only.missing():
            self.stdout.write(f"仍不齐全：{line}")
        self.stdout.write(f"已重新安装 {len(faults)} 处，并记入审计记录。请运行 verify_audit 和 verify_log。")
