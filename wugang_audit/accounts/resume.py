"""After a session ran out: the login page carries what was typed, and a page asks its sender whether to send it after all.

Nothing is ever sent by itself: the person reads what it would do, and presses a button. The same page takes the place of
the error that a form of an older log-in would meet (two tabs, a new log-in in one of them).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import Resolver404, ResolverMatch, resolve

from ..access.json_answers import not_logged_in, old_token, wants_json
from ..access.marks import PUBLIC, Deed, signed_in, to_login
from . import views
from .unsent import LARGEST, Unsent, drop, gather, keep, kept, owner_of, remember, unseal

# Nothing but passwords and codes, and the page of this module.
OWN_PAGES = {
    "password_change",
    "unsent",
    "second_factor",
    "second_factor_recovery",
    "second_factor_set_up",
    "second_factor_scan",
    "authenticator",
}
NOT_YOURS = "登录前没有提交的内容不是您这个账号填写的，已经放弃，没有提交。"
TOO_OLD = "登录前没有提交的内容已经超过保留的时间，没有提交，请重新填写。"
# What the pages of a table in the admin do, by the end of their address's name.
IN_THE_ADMIN = {
    "add": "新增",
    "change": "修改",
    "delete": "删除",
    "changelist": "办理列表里勾选的",
    "import": "上传导入文件",
    "import_preview": "确认导入",
    "import_columns": "指定导入文件的列",
    "import_missing": "停用导入文件里没有的登记",
    "import_retry": "重新读取导入文件",
    "import_undo": "撤销导入",
    "import_recipes": "记住一条导入改法",
    "import_recipes_file": "导入改法文件",
    "import_recipe_forget": "删除一条导入改法",
    "import_mend": "在网页上改导入文件",
    "import_discard": "放弃导入文件",
    "import_move": "把导入文件转到另一个名录",
    "export": "导出",
    "account": "开立登录账号",
    "keep": "一次为多人登记",
}


class ResumeMiddleware:
    """Take what is sent without a session to the login page, and lead on from there. Below the access middleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        match = request.resolver_match
        if (
            request.method == "POST"
            and match
            and match.url_name == "login"
            and 300 <= response.status_code < 400
        ):
            response = _after_log_in(request, response)
        remember(request, response)
        return response

    def process_view(
        self, request: HttpRequest, view: Callable, args: tuple, kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        # A script keeps by itself what it could not send; its view says that the log-in has ended.
        if request.method != "POST" or wants_json(request):
            return None
        if request.user.is_authenticated:
            waiting = kept(request)
            if waiting and waiting.path == request.get_full_path():
                drop(request)  # this is it
            return None
        is_ours = _is_for_staff(request.resolver_match) and _has_something(request)
        return _login_page(request) if is_ours else None


def _has_something(request: HttpRequest) -> bool:
    """Say whether anything would be lost: a stranger who sends nothing is led to the login as everywhere."""
    if owner_of(request) is not None or any(request.FILES.values()):
        return True
    return 0 < sum(map(len, _long_texts(request))) <= LARGEST  # a stranger gets no megabytes back


def _is_for_staff(match: ResolverMatch) -> bool:
    access = getattr(match.func, "access", None)
    return "admin" in match.namespaces or access not in (None, PUBLIC) and match.url_name not in OWN_PAGES


def _login_page(request: HttpRequest) -> HttpResponse:
    """Answer with the login page, with what was typed in it."""
    owner = owner_of(request)
    unsent = gather(request, owner) if owner else None
    sealed = unsent.seal() if unsent else ""
    page = views.login.view_class(**views.login.view_initkwargs)
    page.setup(request)
    context = page.get_context_data(form=page.get_form_class()(request))
    context |= {
        "next": request.get_full_path(),
        "unsent": sealed,
        "interrupted": deed_of(request.resolver_match or resolve(request.path_info)).words,
        "had_files": any(request.FILES.values()),
        "typed": [] if sealed else _long_texts(request),
        "too_long": owner is not None and not sealed,
    }
    response = render(request, page.get_template_names(), context, status=403)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _long_texts(request: HttpRequest) -> list[str]:
    """Return what a person wrote in words, to be copied from the page where it cannot be carried on."""
    values = [
        value for name, each in request.POST.lists() if "password" not in name.lower() for value in each
    ]
    return [value for value in values if not value.isascii()]


def _after_log_in(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Keep what the login page carried, if it belongs to who has just logged in."""
    sealed = request.POST.get("unsent")
    if not sealed or not request.user.is_authenticated:
        return response
    unsent = unseal(sealed)
    if unsent is None:
        messages.warning(request, TOO_OLD)
        return response
    if unsent.owner != request.user.pk:
        messages.warning(request, NOT_YOURS)
        return redirect("desk")  # the page of the form may not be for this person
    keep(request, unsent)
    return redirect("unsent")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose token is not of this log-in: its own sender is asked again, everybody else is refused."""
    match = _match(request.path_info)
    if wants_json(request) and match is not None and _is_for_staff(match):
        here = request.user.is_authenticated
        return old_token() if here else not_logged_in(to_login(request.get_full_path()))
    strange = False
    if request.method == "POST" and match is not None and _is_same_origin(request):
        if match.url_name == "login" and request.user.is_authenticated:
            return _after_log_in(request, redirect("desk"))
        if _is_for_staff(match):
            if not request.user.is_authenticated:
                return _login_page(request) if _has_something(request) else to_login(request.get_full_path())
            owner = owner_of(request)
            unsent = gather(request, owner) if owner == request.user.pk else None
            if unsent is not None:
                keep(request, unsent)
                return redirect("unsent")
            strange = owner is not None and owner != request.user.pk
    return render(request, "403_csrf.html", {"strange": strange}, status=403)


def _match(path: str) -> ResolverMatch | None:
    try:
        return resolve(path)
    except Resolver404:
        return None


def _is_same_origin(request: HttpRequest) -> bool:
    """Say whether a page of this site sent it, as far as the browser says so; if it says nothing, then not."""
    here = f"{request.scheme}://{request.get_host()}"
    if origin := request.headers.get("Origin"):
        return origin == here or origin in settings.CSRF_TRUSTED_ORIGINS
    if site := request.headers.get("Sec-Fetch-Site"):
        return site == "same-origin"
    referer = urlsplit(request.headers.get("Referer", ""))
    return f"{referer.scheme}://{referer.netloc}" == here


# --- the page that asks --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Typed:
    """A value as its form shows it."""

    label: str
    text: str


@signed_in
def unsent(request: HttpRequest) -> HttpResponse:
    """Show what waits; by POST drop it. Sending it is a form of its own, to the address that it was meant for."""
    waiting = kept(request)
    match = _match(unquote(urlsplit(waiting.path).path)) if waiting else None
    if waiting is None or match is None or not _is_for_staff(match):
        return redirect("desk")
    if request.method == "POST":
        drop(request)
        messages.info(request, "登录前填的内容没有提交。")
        return redirect(waiting.path)
    deed = deed_of(match)
    shown = list(_typed(deed, waiting))
    context = {
        "unsent": waiting,
        "words": deed.words,
        "code": match.kwargs.get("code", ""),
        "shown": shown,
        "has_more": len(shown) < sum(any(values) for values in waiting.fields.values()),
        "pairs": [(name, value) for name, values in waiting.fields.items() for value in values],
    }
    return render(request, "registration/unsent.html", context)


def deed_of(match: ResolverMatch) -> Deed:
    """Return what sending a form to this address does, in words that a person understands."""
    if deed := getattr(match.func, "deed", None):
        return deed
    for model in admin.site._registry if "admin" in match.namespaces else ():
        start = f"{model._meta.app_label}_{model._meta.model_name}_"
        if (match.url_name or "").startswith(start):
            words = IN_THE_ADMIN.get(match.url_name.removeprefix(start), "提交")
            editable = {each.name: each.formfield() for each in model._meta.fields if each.editable}
            return Deed(f"{model._meta.verbose_name}：{words}", editable)
    return Deed("提交表单")


def _typed(deed: Deed, waiting: Unsent) -> Iterator[Typed]:
    fields = deed.fields() if callable(deed.fields) else deed.fields
    for name, values in waiting.fields.items():
        if said := deed.buttons.get(name):
            yield from (Typed("操作", said[value]) for value in values if value in said)
        elif (field := fields.get(name)) and not field.widget.is_hidden:
            texts = [text for value in values if (text := _text(field, value))]
            if texts:
                yield Typed(field.label or name, "、".join(texts))


def _text(field: forms.Field, value: str) -> str:
    """Return a value as people read it: 第 4 季度, not ``4``."""
    if isinstance(field, forms.BooleanField):
        return "是"
    if isinstance(field, forms.ModelMultipleChoiceField):
        return "、".join(str(each) for each in field.queryset.filter(pk=value)) if value.isdecimal() else ""
    if isinstance(field, forms.ModelChoiceField):
        try:
            return str(field.clean(value) or "")
        except ValidationError:
            return ""
    if choices := getattr(field, "choices", None):
        return str({str(key): label for key, label in choices}.get(value, ""))
    return value
