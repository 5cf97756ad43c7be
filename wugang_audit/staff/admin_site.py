"""Django's admin under one gate: only the roles that administer registries or accounts come in."""

from collections.abc import Callable

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver

from ..access.converters import with_real_keys
from ..access.marks import to_login
from ..access.roles import ADMIN_SITE_ROLES
from ..access.strict_admin import with_real_rows


class Site(admin.AdminSite):
    site_header = site_title = "舞钢双随机 · 名录维护"
    index_title = "名录与设置"

    def has_permission(self, request: HttpRequest) -> bool:
        user = request.user
        return user.is_authenticated and user.is_active and user.has_role(*ADMIN_SITE_ROLES)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        return [with_real_keys(entry) for entry in super().get_urls()]

    def admin_view(
        self, view: Callable[..., HttpResponse], cacheable: bool = False
    ) -> Callable[..., HttpResponse]:
        return super().admin_view(with_real_rows(view), cacheable)

    # One door for everybody: the site's own login and password pages, which leave their trace in the audit.
    def login(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        if request.user.is_authenticated:
            raise PermissionDenied("您的角色不能使用这个页面。")
        return to_login(request.GET.get("next") or request.get_full_path())

    def logout(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        return redirect("desk")

    def password_change(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        return redirect("password_change")
