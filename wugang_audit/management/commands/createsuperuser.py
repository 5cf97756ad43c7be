"""Open the first two accounts of a site: a 系统管理员 and a 安全管理员. Nobody holds every power, so there is no superuser.

Stands in for Django's command of this name. Run again on the server it opens two more, for a bureau whose
administrators are gone; whoever may run commands there has the database anyway.
"""

import os
from argparse import ArgumentParser
from collections.abc import Callable
from dataclasses import dataclass
from getpass import getpass

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from wugang_audit.access.roles import Role
from wugang_audit.accounts.models import User
from wugang_audit.audit import trail


@dataclass(frozen=True)
class Post:
    """One of the two accounts: its role, and the word for it in options and in names of the environment."""

    role: Role
    word: str


NO_TERMINAL = (
    "没有终端可以输入，没有开立账号。请在终端里运行；用脚本开立的，加 --noinput，登录名和姓名用 --admin-username、--admin-name、"
    "--security-username、--security-name 写明，密码放在环境变量 ADMIN_PASSWORD、SECURITY_PASSWORD 里。"
)
POSTS = (Post(Role.ADMIN, "admin"), Post(Role.SECURITY, "security"))


class Command(BaseCommand):
    help = "Open the first two accounts: a 系统管理员 and a 安全管理员, each with a password of its own."
    ask: Callable[[str], str] = staticmethod(input)
    ask_secret: Callable[[str], str] = staticmethod(getpass)

    def add_arguments(self, parser: ArgumentParser) -> None:
        for post in POSTS:
            parser.add_argument(f"--{post.word}-username", help=f"login name of the {post.role.label}")
            parser.add_argument(f"--{post.word}-name", help=f"name of the {post.role.label}")
        parser.add_argument(
            "--noinput", "--no-input", action="store_false", dest="interactive",
            help="ask nothing: names by options, passwords in the environment as ADMIN_PASSWORD and SECURITY_PASSWORD",
        )  # fmt: skip

    def handle(self, *, interactive: bool, **options: object) -> None:
        try:
            people, passwords = self._people(interactive, options)
        except EOFError:
            self.stderr.write("")  # the question stands in the last line
            raise CommandError(NO_TERMINAL) from None
        except KeyboardInterrupt:
            self.stderr.write("")
            raise CommandError("已中断，没有开立账号。") from None
        self._open(people, passwords)
        for post, user in zip(POSTS, people, strict=True):
            self.stdout.write(f"已开立{post.role.label}：{user.full_name}，登录名 {user.username}。")
        self.stdout.write("两人首次登录都须改密码。其他账号由安全管理员开立，角色由系统管理员批准。")

    def _people(self, interactive: bool, options: dict[str, object]) -> tuple[list[User], list[str]]:
        """Return the two people, not saved, and the password of each.

        :raises EOFError: if a question cannot be answered.
        """
        people: list[User] = []
        passwords: list[str] = []
        for post in POSTS:
            user = self._user(post, interactive, options)
            if any(user.username == other.username for other in people):
                raise CommandError("两个账号的登录名不能相同：系统管理员和安全管理员须是两个人。")
            password = self._password(post, user, interactive)
            if password in passwords:
                raise CommandError("两个账号的密码不能相同：请两个人各自输入自己的密码。")
            people.append(user)
            passwords.append(password)
        return people, passwords

    def _open(self, people: list[User], passwords: list[str]) -> None:
        with transaction.atomic():
            for post, user, password in zip(POSTS, people, passwords, strict=True):
                opened = User.objects.create_user(
                    user.username,
                    password,
                    full_name=user.full_name,
                    roles=[post.role],
                    must_change_password=True,
                )
                trail.record(None, "开立账号", opened, {"roles": [post.role.value], "is_active": True})

    def _user(self, post: Post, interactive: bool, options: dict[str, object]) -> User:
        label = post.role.label
        values = {}
        for name, said in (("username", "登录名"), ("name", "姓名")):
            value = str(options[f"{post.word}_{name}"] or "")
            if not value and interactive:
                value = self.ask(f"{label}的{said}：")
            if not value.strip():
                raise CommandError(f"没有{label}的{said}：请用 --{post.word}-{name} 写明。")
            values[name] = value.strip()
        user = User(username=User.normalize_username(values["username"]), full_name=values["name"])
        try:
            user.full_clean(exclude=["password"])
        except ValidationError as error:
            raise CommandError(f"{label}：{' '.join(error.messages)}") from None
        return user

    def _password(self, post: Post, user: User, interactive: bool) -> str:
        label = post.role.label
        if not interactive:
            name = f"{post.word.upper()}_PASSWORD"
            password = os.environ.get(name, "")
            if not password:
                raise CommandError(f"没有{label}的密码：请放在环境变量 {name} 里。")
            if wrong := _wrong(password, user):
                raise CommandError(f"{label}的密码：{wrong}")
            return password
        while True:
            password = self.ask_secret(f"请{label}{user.full_name}本人输入密码：")
            wrong = _wrong(password, user)
            if not wrong and password != self.ask_secret("再输一次："):
                wrong = "两次输入的不一样。"
            if not wrong:
                return password
            self.stderr.write(wrong)


def _wrong(password: str, user: User) -> str:
    try:
        validate_password(password, user)
    except ValidationError as error:
        return " ".join(error.messages)
    return ""
