"""Forms of account requests."""

from typing import Any

from django import forms

from ..access.roles import POWERFUL, Role
from .approvals import may_ask_about
from .models import AccountRequest, User

REASON_HELP = "批准人会看到：例如“新任科长，接替某某”“本人忘记密码，已当面核对身份”。"


class AskForm(forms.Form):
    user = forms.ModelChoiceField(User.objects.none(), label="账号", empty_label="请选择")
    kind = forms.ChoiceField(label="事项", choices=AccountRequest.Kind, widget=forms.RadioSelect)
    roles = forms.MultipleChoiceField(
        label="要授予的角色",
        choices=[(role.value, role.label) for role in Role if role in POWERFUL],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="只在授予角色时选。执法人员的角色不用申请，在账号列表里直接给。",
    )
    reason = forms.CharField(label="事由", max_length=200, help_text=REASON_HELP)

    def __init__(self, *args: Any, actor: User, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.actor = actor
        self.fields["user"].queryset = User.objects.exclude(pk=actor.pk).order_by("full_name", "username")

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        user, kind, roles = values.get("user"), values.get("kind"), values.get("roles")
        if kind == AccountRequest.Kind.GRANT and not roles:
            self.add_error("roles", "请选择要授予的角色。")
        elif kind and kind != AccountRequest.Kind.GRANT:
            values["roles"] = []
        if user and kind and not may_ask_about(self.actor, user, kind, values.get("roles") or ()):
            self.add_error("user", "系统管理员只能申请有关安全管理员账号的事项，其他申请由安全管理员提出。")
        return values
