"""The log-in form: it says how many tries are left, what to wait for, and whom to ask."""

from typing import Any

from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.core.exceptions import ValidationError
from django.utils import timezone

from . import lockout, passwords, turns
from .models import User

BUSY_SECONDS = 5
WHO_UNLOCKS = "急用请找本单位的系统管理员或安全管理员，他们登录后在“登录锁定”里可以马上解除。"


class NewPasswordForm(PasswordChangeForm):
    """Says what is wrong with a new password beside the field in which it was typed, not beside its repetition."""

    def validate_password_for_user(self, user: User, password_field_name: str = "new_password1") -> None:  # noqa: S107 - a name
        super().validate_password_for_user(user, "new_password1")


class LoginForm(AuthenticationForm):
    """Look whether the pair may try, wait for the turn, look again, compare: a locked pair never costs a hash.

    `retry_after` is the number of seconds after which a refused try makes sense again, else 0.
    """

    error_messages = AuthenticationForm.error_messages | {
        "invalid_login": "登录名或密码不对。请核对大小写和输入法。"
    }
    retry_after = 0

    def clean(self) -> dict[str, Any]:
        username, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if username is None or not password:
            return self.cleaned_data
        door = lockout.Door(self.request, username)
        self._refuse(door.standing())
        try:
            with door.turn():
                self._refuse(door.standing())
                return self._compare(door)
        except turns.Busy:
            self.retry_after = BUSY_SECONDS
            raise ValidationError(
                f"现在登录的人太多，密码还没有核对。请等 {BUSY_SECONDS} 秒，再点一次“登录”。", code="busy"
            ) from None

    def _compare(self, door: lockout.Door) -> dict[str, Any]:
        try:
            return super().clean()
        except ValidationError as error:
            if error.code != "invalid_login":
                raise
            standing = door.failed()
            self._refuse(standing, said=self.error_messages["invalid_login"])
            left = f"还可以试 {standing.tries_left} 次，再错就会锁定 {_minutes()} 分钟。"
            raise ValidationError(f"{error.messages[0]}{left}", code="invalid_login") from None

    def _refuse(self, standing: lockout.Standing, said: str = "") -> None:
        """Raise what the person is to wait for, if anything."""
        self.retry_after = standing.seconds
        if standing.locked_until:
            until = timezone.localtime(standing.locked_until)
            text = (
                f"连续 {settings.AXES_FAILURE_LIMIT} 次输错，这个登录名在您现在的网络地址已锁定，"
                f"{until.month}月{until.day}日 {until:%H:%M} 自动解除。{WHO_UNLOCKS}已经登录的电脑和手机不受影响。"
            )
            raise ValidationError(text, code="locked")
        if standing.by_address:
            text = f"您所在的网络刚才输错密码的次数太多，请等 {standing.seconds} 秒再试。"
            raise ValidationError(text, code="wait")
        if standing.seconds:
            text = (
                f"{said or '刚才几次输错，这一次没有核对。'}请等 {standing.seconds} 秒再试；"
                f"还可以试 {standing.tries_left} 次，再错就会锁定 {_minutes()} 分钟。"
            )
            raise ValidationError(text, code="wait")

    def confirm_login_allowed(self, user: User) -> None:
        """Refuse a first password whose time is over; asked only once the password was right."""
        super().confirm_login_allowed(user)
        if passwords.first_password_is_over(user):
            hours = settings.FIRST_PASSWORD_HOURS
            raise ValidationError(
                f"您的初始密码已过期（{hours} 小时内有效）。请找安全管理员要一个新的初始密码。",
                code="first_password_over",
            )


def _minutes() -> int:
    return int(settings.AXES_COOLOFF_TIME.total_seconds()) // 60
