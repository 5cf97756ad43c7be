"""The bureau's facts in the admin: one form, no list."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from ..registries.admin import AuditedAdmin
from .forms import BureauForm
from .models import THE_ONE, Bureau
from .queries import initial, is_saved


@admin.register(Bureau)
class BureauAdmin(AuditedAdmin):
    heading, about = "账号", "本单位的名称、地址、电话和行政区划代码，公开页面和文书上用。"
    form = BureauForm
    fields = ["name", "address", "phone", "county_prefix"]

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        """Lead to the only form that there is."""
        if is_saved():
            return redirect("admin:wugang_audit_bureau_change", THE_ONE)
        return redirect("admin:wugang_audit_bureau_add")

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict | None = None
    ) -> HttpResponse:
        """Lead who has the first form still open to the row that a colleague saved meanwhile."""
        if is_saved():
            return redirect("admin:wugang_audit_bureau_change", THE_ONE)
        return super().add_view(request, form_url, extra_context)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict | None = None,
    ) -> HttpResponse:
        alone = {"title": "本单位", "subtitle": None}  # there is no other one to go on with
        alone |= {"show_save_and_add_another": False, "show_save_and_continue": False}
        return super().changeform_view(request, object_id, form_url, (extra_context or {}) | alone)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, str]:
        start = initial()
        return {name: getattr(start, name) for name in self.fields}

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not is_saved()

    def has_delete_permission(self, request: HttpRequest, obj: Bureau | None = None) -> bool:
        return False
