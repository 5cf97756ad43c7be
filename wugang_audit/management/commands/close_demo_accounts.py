"""Close the accounts that open with the demonstration's password: ``manage.py close_demo_accounts``."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from wugang_audit.audit import trail
from wugang_audit.operations.startup import demo_accounts


class Command(BaseCommand):
    help = "Close every account that opens with the password of the demonstration, which everybody knows."

    @transaction.atomic
    def handle(self, **options: Any) -> None:
        found = demo_accounts()
        for user in found:
            user.is_active = False
            user.set_unusable_password()
            user.save(update_fields=["is_active", "password"])
            user.sessions.all().delete()
            trail.record(None, "修改账号", user, {"is_active": False, "原因": "密码是演示用的"})
            self.stdout.write(f"已关闭 {user.username}（{user.full_name}）")
        if found:
            self.stdout.write(
                f"共 {len(found)} 个，已记入审计记录。请用 manage.py createsuperuser 开立 系统管理员 和 安全管理员。"
            )
        else:
            self.stdout.write("没有用演示密码的账号。")
