"""Accounts and roles in the admin, for the security administrator."""

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from ..access.roles import conflict
from ..access.strict_admin import ConstrainedFormSet, StrictAdmin
from ..audit import trail
from .models import RoleGrant, User
from .passwords import AT_ONCE, FirstPassword, first_passwords_page, initial_password


class GrantFormSet(ConstrainedFormSet):
    def clean(self) -> None:
        super().clean()
        roles = {
            form.cleaned_data["role"]
            for form in self.forms
            if form.cleaned_data.get("role") and not form.cleaned_data.get("DELETE")
        }
        if reason := conflict(roles):
            raise forms.ValidationError(reason)


class GrantInline(admin.TabularInline):
    model = RoleGrant
    formset = GrantFormSet
    extra = 1


@admin.register(User)
class UserAdmin(StrictAdmin, admin.ModelAdmin):
    list_display = ["username", "full_name", "role_list", "is_active", "last_login"]
    list_filter = ["is_active", "grants__role"]
    search_fields = ["username", "full_name"]
    fields = ["username", "full_name", "is_active", "must_change_password"]
    inlines = [GrantInline]
    actions = ["reset_password"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("grants")

    @admin.display(description="角色")
    def role_list(self, user: User) -> str:
        return "、".join(grant.get_role_display() for grant in user.grants.all()) or "—"

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False  # traces must keep a name: accounts are deactivated

    def save_model(self, request: HttpRequest, obj: User, form: forms.ModelForm, change: bool) -> None:
        if not change:
            password = initial_password()
            obj.set_password(password)
            obj.must_change_password = True
            request.opened = [FirstPassword(obj.full_name, obj.username, password)]
        super().save_model(request, obj, form, change)

    def response_add(
        self, request: HttpRequest, obj: User, post_url_continue: str | None = None
    ) -> HttpResponse:
        return first_passwords_page(self, request, "开立账号", "已开立", request.opened)

    def save_related(
        self, request: HttpRequest, form: forms.ModelForm, formsets: list[forms.BaseFormSet], change: bool
    ) -> None:
        super().save_related(request, form, formsets, change)
        user = form.instance
        trail.record(
            request.user,
            "修改账号" if change else "开立账号",
            user,
            {"roles": sorted(user.grants.values_list("role", flat=True)), "is_active": user.is_active},
        )

    @admin.action(description="重置密码（生成新的初始密码）")
    def reset_password(self, request: HttpRequest, users: QuerySet[User]) -> HttpResponse:
        opened = []
        refused = [f"{user.full_name}：一次最多办理 {AT_ONCE} 个，请再选一次" for user in users[AT_ONCE:]]
        for user in users[:AT_ONCE]:
            password = initial_password()
            user.set_password(password)
            user.must_change_password = True
            user.save(update_fields=["password", "must_change_password"])
            trail.record(request.user, "重置密码", user)
            opened.append(FirstPassword(user.full_name, user.username, password))
        return first_passwords_page(self, request, "重置密码", "已重置", opened, refused)
