"""Accounts and roles in the admin, for the security administrator."""

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from ..access.roles import conflict
from ..audit import trail
from . import lockout, sessions
from .models import RoleGrant, User
from .passwords import (
    AT_ONCE,
    FirstPassword,
    first_password_until,
    first_passwords_page,
    initial_password,
    with_password_time,
)


class GrantFormSet(forms.BaseInlineFormSet):
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
class UserAdmin(admin.ModelAdmin):
    list_display = ["username", "full_name", "role_list", "is_active", "last_login", "first_password"]
    list_filter = ["is_active", "grants__role"]
    search_fields = ["username", "full_name"]
    fields = ["username", "full_name", "is_active", "must_change_password", "first_password", "login_state"]
    readonly_fields = ["first_password", "login_state"]
    inlines = [GrantInline]
    actions = ["reset_password", "end_sessions"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return with_password_time(super().get_queryset(request)).prefetch_related("grants")

    @admin.display(description="角色")
    def role_list(self, user: User) -> str:
        return "、".join(grant.get_role_display() for grant in user.grants.all()) or "—"

    @admin.display(description="初始密码")
    def first_password(self, user: User) -> str:
        until = first_password_until(user) if user.pk else None
        if until is None:
            return "—"
        if until <= timezone.now():
            return "已过期，请重置密码"
        until = timezone.localtime(until)
        return f"{until.month}月{until.day}日 {until:%H:%M} 前有效，本人尚未修改"

    @admin.display(description="登录情况")
    def login_state(self, user: User) -> str | SafeString:
        if not user.pk:
            return "—"
        count = len(sessions.open_sessions(user))
        state = f"现在登录着 {count} 处" if count else "现在没有登录"
        if not any(lock.user == user for lock in lockout.locks()):
            return f"{state}；没有被锁定"
        return format_html('{}；<a href="{}">输错密码，已锁定：去解除</a>', state, reverse("login_locks"))

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False  # traces must keep a name: accounts are deactivated

    def save_model(self, request: HttpRequest, obj: User, form: forms.ModelForm, change: bool) -> None:
        if not change:
            password = initial_password()
            obj.set_password(password)
            obj.must_change_password = True
            request.opened = [FirstPassword(obj.full_name, obj.username, password)]
        super().save_model(request, obj, form, change)
        if not obj.is_active:
            obj.sessions.all().delete()

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
            user.sessions.all().delete()
            trail.record(request.user, "重置密码", user)
            opened.append(FirstPassword(user.full_name, user.username, password))
        return first_passwords_page(self, request, "重置密码", "已重置", opened, refused)

    @admin.action(description="结束全部登录（让本人重新登录）")
    def end_sessions(self, request: HttpRequest, users: QuerySet[User]) -> None:
        ended = sum(sessions.end_all(user, request.user) for user in users)
        messages.success(request, f"已结束 {len(users)} 个账号的 {ended} 个登录。")
