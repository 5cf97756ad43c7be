"""Who is in an open session is asked for the password again; whoever finds the session open may not guess there without end."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from ..audit import trail
from .models import User

WRONG = "wrong_old_passwords"  # in the session
MOST_WRONG = 5


class PasswordAgainForm(forms.Form):
    """The password that the person logs in with."""

    password = forms.CharField(
        label="登录密码",
        strip=False,
        help_text="先确认是您本人：输入您登录时用的密码。",
        error_messages={"required": "请先输入您登录时用的密码。"},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, user: User, **more: Any):
        super().__init__(*args, **more)
        self.user = user

    def clean_password(self) -> str:
        password = self.cleaned_data["password"]
        if not self.user.check_password(password):
            raise forms.ValidationError("密码不对。请核对大小写和输入法，再输入一次。", code="wrong")
        return password

    @property
    def is_wrong(self) -> bool:
        """Say whether a password was given, and is not the person's."""
        return self.has_error("password", code="wrong")


def was_wrong(request: HttpRequest) -> HttpResponse | None:
    """Count a wrong password; after too many end the session, and return the way to the log-in."""
    session, user = request.session, request.user
    session[WRONG] = session.get(WRONG, 0) + 1
    if session[WRONG] < MOST_WRONG:
        return None
    trail.record(user, "多次输错密码，退出", user)
    logout(request)
    messages.error(request, f"密码连续输错 {MOST_WRONG} 次，已自动退出，请重新登录。")
    return redirect("login")


def was_right(request: HttpRequest) -> None:
    request.session.pop(WRONG, None)
