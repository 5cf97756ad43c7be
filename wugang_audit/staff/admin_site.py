"""Django's admin under one gate: only the roles that administer registries or accounts come in."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver

from ..access.converters import with_real_keys
from ..access.marks import to_login
from ..access.roles import ADMIN_SITE_ROLES
from ..access.strict_admin import with_real_rows
from ..registries.overview import overviews


@dataclass(frozen=True)
class Table:
    """A list of the admin: its name, what is in it, and its address."""

    name: str
    about: str
    url: str


class Site(admin.AdminSite):
    site_header = site_title = "舞钢双随机 · 名录与账号"
    index_title = "名录与账号"
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        user = request.user
        return user.is_authenticated and user.is_active and user.has_role(*ADMIN_SITE_ROLES)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        return [with_real_keys(entry) for entry in super().get_urls()]

    def index(self, request: HttpRequest, extra_context: dict | None = None) -> TemplateResponse:
        """Begin with the registries and how they stand; then all other lists that this person may open."""
        shown = overviews(request.user.has_perm)
        context = {
            "title": self.index_title,
            "overviews": shown,
            "headings": self._headings(request, {each.list_url for each in shown}),
        }
        request.current_app = self.name
        return TemplateResponse(
            request, "admin/index.html", self.each_context(request) | context | (extra_context or {})
        )

    def app_index(
        self, request: HttpRequest, app_label: str, extra_context: dict | None = None
    ) -> HttpResponse:
        super().app_index(request, app_label)  # unknown to this person: 404
        return redirect("admin:index")

    def _headings(self, request: HttpRequest, left_out: set[str]) -> dict[str, list[Table]]:
        found: dict[str, list[Table]] = {}
        for app in self.get_app_list(request):
            for model in app["models"]:
                url = model["admin_url"]
                if not url or url in left_out:
                    continue
                shown = self.get_model_admin(model["model"])
                name = getattr(shown, "list_title", "") or str(model["model"]._meta.verbose_name_plural)
                found.setdefault(getattr(shown, "heading", "其他"), []).append(
                    Table(name, getattr(shown, "about", ""), url)
                )
        return found

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
