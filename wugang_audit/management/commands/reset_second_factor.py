"""The very last resort, at the server's console: nobody who could approve a reset can get in any more."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from wugang_audit.accounts.models import User
from wugang_audit.accounts.second_factor import reset


class Command(BaseCommand):
    help = "Take the authenticator and the recovery codes of an account away; its owner sets up new ones at the next login."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", help="the login name of the account")

    def handle(self, *, username: str, **options: Any) -> None:
        user = User.objects.filter(username=username).first()
        if user is None:
            raise CommandError(f"没有登录名为 {username} 的账号。")
        reset(user)
        self.stdout.write(f"已重置 {user} 的验证器：下次登录输入密码后，重新扫码设置。")
