"""Log-in, log-out, a new password, one's own log-ins, and the list of those who are locked out."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import views as auth_views
from django.contrib.auth.forms import SetPasswordForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from ..access.keys import key_of
from ..access.limits import KIB, largest_body
from ..access.marks import does, lacks_second_factor, only_post, public, require_role, signed_in
from ..access.roles import Role
from ..access.throttle import UNLIMITED, throttled
from ..audit import trail
from . import arrival, demo, lockout, password_again, passwords
from . import sessions as own_sessions
from .devices import device_name
from .forms import LoginForm, NewPasswordForm
from .models import User


class Login(auth_views.LoginView):
    form_class = LoginForm
    redirect_authenticated_user = True
    extra_context = {"demo_accounts": demo.accounts if settings.DEMO else ()}

    def form_valid(self, form: LoginForm) -> HttpResponse:
        user = form.get_user()
        own_sessions.forget_dead(user)
        response = super().form_valid(form)
        arrival.begin(self.request)
        if not lacks_second_factor(self.request):
            arrival.arrived(self.request)
        if passwords.is_too_old(user):
            self.request.session[own_sessions.PASSWORD_TOO_OLD] = True
        return response

    def form_invalid(self, form: LoginForm) -> HttpResponse:
        response = super().form_invalid(form)
        if form.retry_after:
            response.status_code = 429
            response.headers["Retry-After"] = str(form.retry_after)
        return response


class PasswordChange(auth_views.PasswordChangeView):
    success_url = reverse_lazy("desk")
    form_class = NewPasswordForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        too_old = own_sessions.PASSWORD_TOO_OLD in self.request.session
        return super().get_context_data(**kwargs) | {
            "password_too_old": too_old,
            "max_age_days": settings.PASSWORD_MAX_AGE_DAYS,
        }

    def form_valid(self, form: SetPasswordForm) -> HttpResponse:
        user = form.user
        user.must_change_password = False  # saved by the form together with the new password
        response = super().form_valid(form)
        session = self.request.session
        session.pop(own_sessions.PASSWORD_TOO_OLD, None)
        password_again.was_right(self.request)
        trail.record(user, "修改密码", user)
        ended = own_sessions.end_others(user, session.session_key)
        others = f"您在别处的 {ended} 个登录已经退出。" if ended else ""
        messages.success(self.request, f"密码已修改。{others}")
        return response

    def form_invalid(self, form: SetPasswordForm) -> HttpResponse:
        out = password_again.was_wrong(self.request) if "old_password" in form.errors else None
        return out or super().form_invalid(form)


@signed_in
@does("退出别处的登录")
def sessions(request: HttpRequest) -> HttpResponse:
    """A person's own log-ins; a POST ends one of them (``session``), or all the others (``others``)."""
    user, current = request.user, request.session.session_key
    if request.method == "POST":
        if "others" in request.POST:
            ended = own_sessions.end_others(user, current)
            messages.success(request, f"已退出其他 {ended} 个登录。" if ended else "没有其他登录。")
        elif own_sessions.end_one(user, request.POST.get("session", "")):
            messages.success(request, "已退出那一处登录。")
        else:
            messages.info(request, "那一处登录已经结束了。")
        return redirect("sessions")
    rows = [
        {
            "id": own_sessions.public_id(row),
            "device": device_name(row.user_agent),
            "address": row.address,
            "started_at": row.started_at,
            "seen_at": row.seen_at,
            "current": row.session_key == current,
        }
        for row in own_sessions.open_sessions(user)
    ]
    before = request.session.get(arrival.LAST_LOGIN) or {"time": None, "address": "", "failed": 0}
    context = {
        "sessions": sorted(rows, key=lambda row: not row["current"]),
        "last_login": before | {"time": before["time"] and parse_datetime(before["time"])},
        "idle": own_sessions.in_words(own_sessions.idle_limit(user)),
        "hours": settings.SESSION_HOURS,
    }
    return render(request, "registration/sessions.html", context)


@require_role(Role.SECURITY, Role.ADMIN)
@does("解除登录锁定")
def login_locks(request: HttpRequest) -> HttpResponse:
    """The accounts that are locked now; a POST lifts the lock of one (``user``)."""
    if request.method == "POST":
        user = get_object_or_404(User, pk=key_of(request.POST.get("user")))
        if lockout.unlock(user, request.user):
            messages.success(request, f"{user.full_name}（{user.username}）可以重新登录了。")
        else:
            messages.info(request, f"{user.full_name}（{user.username}）没有被锁定。")
        return redirect("login_locks")
    context = {"locks": lockout.locks(), "tries": settings.AXES_FAILURE_LIMIT, "now": timezone.now()}
    return render(request, "registration/login_locks.html", context)


login = public(Login.as_view())
logout = public(only_post(settings.LOGOUT_REDIRECT_URL)(auth_views.LogoutView.as_view()))
password_change = signed_in(PasswordChange.as_view())
largest_body(64 * KIB)(login)
throttled(UNLIMITED)(login)  # log-ins are counted by account and address together
