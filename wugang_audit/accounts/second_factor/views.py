"""The pages of the second factor: give a code, set up an app, look after one's own."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from ...access.marks import lacks_second_factor, signed_in
from ...access.roles import needs_second_factor
from .. import password_again
from ..password_again import PasswordAgainForm
from ..refused import Refused
from . import codes, session, verbs
from .forms import CodeForm, EitherForm, RecoveryForm, ScanForm
from .models import Authenticator

FEW = 3  # recovery codes left: then the person is told at each log-in
reads_and_posts = require_http_methods(["GET", "HEAD", "POST"])


def _next(request: HttpRequest) -> str:
    """Return where the person wanted to go, if that is an address of this site."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    if ours and wanted.startswith("/"):  # a bare word would be taken for the name of a view
        return wanted
    return resolve_url(settings.LOGIN_REDIRECT_URL)


def _onward(page: str, request: HttpRequest) -> HttpResponse:
    return redirect(f"{resolve_url(page)}?{urlencode({'next': _next(request)})}")


def _refuse(form: Form, refused: Refused, again: str = "") -> None:
    """Say beside the field what is wrong; the field is emptied, for a code is never right the second time."""
    form.add_error("code", str(refused))
    form.data = {"code": again}


def _demo_code(seed: str) -> str:
    """Return the code that the app would show now, in a demonstration; an empty text on every real site."""
    return codes.six_digits(seed, codes.current_step(timezone.now())) if settings.DEMO else ""


def _demo_code_of(request: HttpRequest) -> str:
    if not settings.DEMO:
        return ""
    seed = Authenticator.objects.filter(user=request.user).values_list("seed", flat=True).first()
    return _demo_code(seed) if seed else ""


@signed_in
@reads_and_posts
@sensitive_post_parameters("code")
def give_digits(request: HttpRequest) -> HttpResponse:
    demo_code = _demo_code_of(request)
    return _give(request, CodeForm, "registration/second_factor.html", demo_code)


@signed_in
@reads_and_posts
@sensitive_post_parameters("code")
def give_recovery_code(request: HttpRequest) -> HttpResponse:
    return _give(request, RecoveryForm, "registration/second_factor_recovery.html", "")


def _give(request: HttpRequest, form_class: type[Form], template: str, demo_code: str) -> HttpResponse:
    if not request.user.second_factor:
        return _onward("second_factor_set_up", request)
    if not lacks_second_factor(request):
        return redirect(_next(request))
    form = form_class(request.POST or None, initial={"code": demo_code})
    if request.method == "POST" and form.is_valid():
        try:
            left = verbs.give(user=request.user, code=form.cleaned_data["code"])
        except Refused as refused:
            _refuse(form, refused, demo_code)
        else:
            session.keep_proof(request)
            if left <= FEW:
                messages.warning(request, f"恢复码只剩 {left} 个。请到右上角“我的验证器”重新生成。")
            return redirect(_next(request))
    return render(request, template, {"form": form, "next": _next(request), "demo_code": demo_code})


@signed_in
@reads_and_posts
@sensitive_post_parameters("password")
def set_up(request: HttpRequest) -> HttpResponse:
    """Say what an authenticator is; the next step shows the secret. A present app is replaced from `own` alone.

    Who must have one comes from the log-in. Who may have one is asked for the password again: whoever finds the session
    open would else set up an own app, and keep the person out.
    """
    user = request.user
    if user.second_factor:
        return redirect("second_factor" if lacks_second_factor(request) else "authenticator")
    needed = needs_second_factor(user.roles)
    form = None if needed else PasswordAgainForm(request.POST or None, user=user)
    if request.method == "POST" and (form is None or form.is_valid()):
        password_again.was_right(request)
        session.begin(request)
        return _onward("second_factor_scan", request)
    if form is not None and form.is_wrong and (out := password_again.was_wrong(request)):
        return out
    context = {"next": _next(request), "needed": needed, "form": form}
    return render(request, "registration/authenticator_set_up.html", context)


@signed_in
@reads_and_posts
@sensitive_post_parameters("code")
@sensitive_variables("link", "recovery")
def scan(request: HttpRequest) -> HttpResponse:
    """Show the secret of the app that was begun, and take the code that proves that it arrived."""
    user, begun = request.user, session.setting_up(request)
    if begun is None:
        return _onward("second_factor_set_up", request)
    demo_code = _demo_code(begun.seed)
    form = ScanForm(request.POST or None, initial={"code": demo_code})
    if request.method == "POST" and form.is_valid():
        try:
            recovery = verbs.confirm(
                user=user, seed=begun.seed, replaces=begun.replaces, code=form.cleaned_data["code"]
            )
        except Refused as refused:
            _refuse(form, refused, demo_code)
        else:
            session.done(request)
            return _show_once(request, recovery, first=True)
    link = codes.app_link(begun.seed, user.username)
    context = {
        "form": form,
        "next": _next(request),
        "demo_code": demo_code,
        "link": link,
        "qr": codes.qr(link),
        "secret": codes.typed_secret(begun.seed),
        "replaces": bool(begun.replaces),
    }
    return render(request, "registration/authenticator_scan.html", context)


@sensitive_variables("recovery")
def _show_once(request: HttpRequest, recovery: list[str], *, first: bool) -> HttpResponse:
    """Show recovery codes on this one answer, which no cache keeps."""
    context = {"codes": recovery, "next": _next(request), "first": first, "made": timezone.now()}
    return render(request, "registration/recovery_codes.html", context)


@dataclass(frozen=True)
class Own:
    """What a person reads of the own authenticator."""

    since: datetime
    left: int
    may_remove: bool

    @property
    def few(self) -> bool:
        return self.left <= FEW


@signed_in
@reads_and_posts
@sensitive_post_parameters("code")
def own(request: HttpRequest) -> HttpResponse:
    """The person's own page: new recovery codes, another phone, and for officers the way out; each against a code."""
    user = request.user
    authenticator = Authenticator.objects.filter(user=user).first()
    if authenticator is None or not user.second_factor:
        return redirect("second_factor_set_up")
    form = EitherForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return _take_step(request, form.cleaned_data["code"])
        except Refused as refused:
            _refuse(form, refused)
    shown = Own(
        since=authenticator.confirmed_at,
        left=authenticator.recovery_codes.count(),
        may_remove=not needs_second_factor(user.roles),
    )
    context = {"form": form, "own": shown, "demo_code": _demo_code_of(request)}
    return render(request, "registration/authenticator.html", context)


def _take_step(request: HttpRequest, code: str) -> HttpResponse:
    user, step = request.user, request.POST.get("step")
    if step == "replace":
        verbs.give(user=user, code=code)
        session.begin(request)
        return redirect("second_factor_scan")
    if step == "remove":
        verbs.remove(user=user, code=code)
        messages.success(request, "验证器已停用，以后登录只要密码。")
        return redirect(settings.LOGIN_REDIRECT_URL)
    return _show_once(request, verbs.renew(user=user, code=code), first=False)
