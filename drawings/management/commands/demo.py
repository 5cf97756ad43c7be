"""The main job in one command: a site with registries, two years of draws and inspections; then serve it.

Run again it redraws nothing and loses nothing: each step looks first whether it was done.
"""

import os
import sys
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from drawings.demo.play import fill
from wugang_audit.accounts.demo import ACCOUNTS, PASSWORD, accounts
from wugang_audit.accounts.models import User


class Command(BaseCommand):
    help = "Set up a demonstration (registries, eight quarters of draws and inspections) and serve it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--no-serve", action="store_true", help="do everything but serve")

    def handle(self, *, no_serve: bool, **options: Any) -> None:
        settings.ALLOW_SYSTEM_ENTROPY = True  # a demonstration: labelled on every page that shows it
        call_command("migrate", verbosity=0)
        self._refuse_a_real_site()
        for line in fill():
            self.stdout.write(line)
        self._print_addresses()
        if not no_serve:
            self._serve()

    def _refuse_a_real_site(self) -> None:
        if User.objects.exists() and not User.objects.filter(username=ACCOUNTS[0].username).exists():
            raise CommandError(
                "这个数据库里已经有正式的账号：演示不会往里写。请另设 DATA_DIR 或 DATABASE_URL。"
            )

    def _print_addresses(self) -> None:
        address = f"http://{os.environ.get('BIND', '127.0.0.1:8000')}/"
        self.stdout.write(f"\n公开页面   {address}\n工作人员   {address}accounts/login/\n")
        self.stdout.write(f"演示账号（密码都是 {PASSWORD}）：")
        for account in accounts():
            self.stdout.write(
                f"  {account.username:12} {account.role.label}　{account.full_name}：{account.look}"
            )
        self.stdout.write("登录时要的六位验证码，页面会显示并替您填好：不用手机（只有演示系统这样）。")
        self.stdout.write("")
        self.stdout.flush()

    def _serve(self) -> None:
        os.environ.update(DEMO="True", ALLOW_SYSTEM_ENTROPY="True")
        os.chdir(settings.BASE_DIR)
        config = str(settings.BASE_DIR / "wugang_audit" / "gunicorn.conf.py")
        arguments = [sys.executable, "-m", "gunicorn", "-c", config, "wugang_audit.wsgi"]
        os.execv(sys.executable, arguments)  # noqa: S606 - our own interpreter, fixed arguments
