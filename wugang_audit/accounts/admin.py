"""Accounts and roles in the admin, for the security administrator.

What one person may do alone happens here at once (`verbs`); for the rest the form leaves a request (`approvals`).
"""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from ..access.roles import DUTIES, POWERFUL, Role, conflict
from ..access.strict_admin import StrictAdmin
from ..admin_frame.words import PlainAdmin
from ..audit import trail
from . import approvals, lockout, sessions, verbs
from .approval_forms import REASON_HELP
from .models import AccountRequest, User
from .passwords import (
    AT_ONCE,
    FirstPassword,
    first_password_until,
    first_passwords_page,
    initial_password,
    with_password_time,
)
from .refused import Refused


def _role_label(role: Role) -> SafeString:
    """Name a role, and say in a sentence what it may do and who grants it."""
    who = "须另一人批准" if role in POWERFUL else "立即生效"
    return format_html("<b>{}</b><small>{}。{}。</small>", role.label, DUTIES[role], who)


class AccountForm(forms.ModelForm):
    """An account with its roles; `actor`, who fills it in, is set by the admin."""

    actor: User
    roles = forms.MultipleChoiceField(
        label="角色",
        choices=[(role.value, _role_label(role)) for role in Role],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    reason = forms.CharField(
        label="申请事由",
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"size": 60}),
        help_text=REASON_HELP,
    )

    class Meta:
        model = User
        fields = ["username", "full_name", "email", "is_active"]

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.held = self.instance.granted_roles if self.instance.pk else frozenset()
        self.was_active = self.instance.is_active
        self.was_called, self.was_reached = self.instance.full_name, self.instance.email
        self.fields["roles"].initial = [role for role in Role if role in self.held]
        self.fields["roles"].help_text = format_html(
            '执法人员的角色立即生效；其他角色须另一人批准以后才生效。取消勾选立即收回。哪些可以兼任，见<a href="{}">角色与兼任</a>。',
            reverse("roles"),
        )
        self.is_own = self.instance.pk == self.actor.pk
        for name in ("full_name", "email", "roles", "is_active") if self.is_own else ():
            self.fields[name].disabled = True
            self.fields[name].help_text = "自己的账号由别人办理。"
        if self.instance.pk:
            self.fields["username"].disabled = True
            self.fields["username"].help_text = "开立以后不能改：审计记录靠它认人。"

    def clean_full_name(self) -> str:
        """Two accounts of one name could not be told apart in the trail, which names people."""
        name = self.cleaned_data["full_name"]
        others = User.objects.filter(full_name=name).exclude(pk=self.instance.pk)
        if others.exists():
            raise forms.ValidationError(
                "已有同名的账号。请在姓名后面加区别，例如“王伟（二中队）”：审计记录里才分得清是谁。"
            )
        return name

    def clean_roles(self) -> frozenset[str]:
        wanted = frozenset(self.cleaned_data["roles"])
        if not self.is_own and (reason := conflict(wanted)):
            raise forms.ValidationError(reason)
        return wanted

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        asks = (values.get("roles", frozenset()) - self.held) & POWERFUL
        opens = values.get("is_active") and not self.was_active and self.held & POWERFUL
        if (asks or opens) and not values.get("reason"):
            self.add_error("reason", "这次改动须另一人批准：请写明事由，批准人要看。")
        return values

    @property
    def renamed(self) -> dict[str, list[str] | str]:
        """Return what the trail keeps of another name, the former one and the new one; of an address, that it changed."""
        name, email = self.cleaned_data["full_name"], self.cleaned_data["email"]
        changes: dict[str, list[str] | str] = (
            {"姓名": [self.was_called, name]} if name != self.was_called else {}
        )
        if email != self.was_reached:
            changes["电子邮箱"] = "改了" if email else "删了"
        return changes

    @property
    def changes_powers(self) -> bool:
        values = self.cleaned_data
        return not self.is_own and (values["roles"] != self.held or values["is_active"] != self.was_active)


@admin.register(User)
class UserAdmin(PlainAdmin, StrictAdmin, admin.ModelAdmin):
    form = AccountForm
    counted_as = "个账号"
    heading, about = "账号", "每个人的登录账号、角色、初始密码和登录情况。"
    list_display = ["username", "full_name", "role_list", "is_active", "last_login", "first_password"]
    list_filter = ["is_active", "grants__role"]
    search_fields = ["username", "full_name"]
    search_help_text = "登录名或姓名"
    readonly_fields = ["first_password", "login_state", "ask_for"]
    actions = ["reset_password", "reset_factor", "end_sessions"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return with_password_time(super().get_queryset(request)).prefetch_related("grants")

    def get_form(self, request: HttpRequest, obj: User | None = None, **kwargs: Any) -> type[AccountForm]:
        form = super().get_form(request, obj, **kwargs)
        form.actor = request.user
        return form

    @admin.display(description="角色")
    def role_list(self, user: User) -> str:
        return "、".join(grant.get_role_display() for grant in user.grants.all()) or "—"

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> list[tuple[str, dict]]:
        """Of one's own account nothing can be changed here; what is asked for is offered where it has to be."""
        roles = ["roles"] if obj is not None and obj.pk == request.user.pk else ["roles", "reason"]
        shown = [
            ("账号", {"fields": [("username", "full_name"), "email", "is_active"]}),
            ("能做什么", {"fields": roles}),
        ]
        if obj is None:
            return shown
        login = [("first_password", "login_state")]
        if "reason" in roles and obj.is_active and obj.is_powerful:
            login.append("ask_for")
        return [*shown, ("登录", {"fields": login})]

    @admin.display(description="另一人批准的")
    def ask_for(self, user: User) -> str:
        return format_html_join(
            " · ",
            '<a href="{}?{}">申请{}</a>',
            [
                (reverse("account_request_ask"), urlencode({"user": user.pk, "kind": kind}), kind.label)
                for kind in (AccountRequest.Kind.PASSWORD, AccountRequest.Kind.FACTOR)
            ],
        )

    @admin.display(description="初始密码")
    def first_password(self, user: User) -> str:
        until = first_password_until(user)
        if until is None:
            return "—"
        if until <= timezone.now():
            return "已过期，请重置密码"
        until = timezone.localtime(until)
        return f"{until.month}月{until.day}日 {until:%H:%M} 前有效，本人尚未修改"

    @admin.display(description="登录情况")
    def login_state(self, user: User) -> str | SafeString:
        count = len(sessions.open_sessions(user))
        state = f"现在登录着 {count} 处" if count else "现在没有登录"
        if not any(lock.user == user for lock in lockout.locks()):
            return f"{state}；没有被锁定"
        return format_html('{}；<a href="{}">输错密码，已锁定：去解除</a>', state, reverse("login_locks"))

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False  # traces must keep a name: accounts are deactivated

    def save_model(self, request: HttpRequest, obj: User, form: AccountForm, change: bool) -> None:
        approvals.lock(request.user)  # before the account's own row, as every approval does
        request.opened = []
        if change:
            obj.is_active = form.was_active  # closed and opened by the verb
        elif Role.OFFICER in form.cleaned_data["roles"]:
            password = initial_password()
            obj.set_password(password)
            obj.must_change_password = True
            request.opened = [FirstPassword(obj.full_name, obj.username, password)]
        else:
            obj.set_unusable_password()  # without a role nobody logs in; the approval of one makes a password
        super().save_model(request, obj, form, change)

    def response_add(
        self, request: HttpRequest, obj: User, post_url_continue: str | None = None
    ) -> HttpResponse:
        if not request.opened:
            return super().response_add(request, obj, post_url_continue)
        return first_passwords_page(self, request, "开立账号", "已开立", request.opened)

    def save_related(
        self, request: HttpRequest, form: AccountForm, formsets: list[forms.BaseFormSet], change: bool
    ) -> None:
        super().save_related(request, form, formsets, change)
        if change and form.renamed:
            trail.record(request.user, "修改账号", form.instance, form.renamed)
        if change and not form.changes_powers:
            form.instance.saved_unchanged = not form.renamed
            return
        values = form.cleaned_data
        try:
            done = verbs.change(
                user=form.instance, roles=values["roles"], is_active=values["is_active"], actor=request.user,
                reason=values["reason"], opened=not change,
            )  # fmt: skip
        except Refused as refusal:  # somebody was faster
            self.message_user(request, f"角色和启用没有改动：{refusal}", messages.ERROR)
            return
        for row in done.requests:
            self.message_user(request, f"已提出申请“{row.what}”，另一人批准以后生效。", messages.WARNING)

    @admin.action(description="重置密码（生成新的初始密码）")
    def reset_password(self, request: HttpRequest, users: QuerySet[User]) -> HttpResponse:
        opened = []
        refused = [f"{user.full_name}：一次最多办理 {AT_ONCE} 个，请再选一次" for user in users[AT_ONCE:]]
        for user in users[:AT_ONCE]:
            try:
                password = verbs.reset_password(user=user, actor=request.user)
            except Refused as refusal:
                refused.append(f"{user.full_name}：{refusal}")
            else:
                opened.append(FirstPassword(user.full_name, user.username, password))
        return first_passwords_page(self, request, "重置密码", "已重置", opened, refused)

    @admin.action(description="重置验证器（手机丢失或更换）")
    def reset_factor(self, request: HttpRequest, users: QuerySet[User]) -> None:
        for user in users:
            try:
                verbs.reset_factor(user=user, actor=request.user)
            except Refused as refusal:
                self.message_user(request, f"{user.full_name}：{refusal}", messages.ERROR)
            else:
                self.message_user(
                    request, f"{user.full_name}：验证器已重置，下次登录重新设置。", messages.SUCCESS
                )

    @admin.action(description="结束全部登录（让本人重新登录）")
    def end_sessions(self, request: HttpRequest, users: QuerySet[User]) -> None:
        ended = sum(sessions.end_all(user, request.user) for user in users)
        messages.success(request, f"已结束 {len(users)} 个账号的 {ended} 个登录。")
