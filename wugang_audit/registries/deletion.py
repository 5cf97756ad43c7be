"""Rows that are deleted when they were entered by mistake, each for a reason that its history keeps."""

from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.db import transaction
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from .admin import RegistryAdmin
from .forms import StrikeOffForm


class DeletesForReason:
    """Mix in before the admin of such rows."""

    deletion_help = "例如登记错了。"

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)  # one by one, each for its reason
        return actions

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return super(RegistryAdmin, self).has_delete_permission(request, obj)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict | None = None
    ) -> HttpResponse:
        """Ask why a row is deleted: a recusal or an absence that is gone decides who may be sent."""
        kept = self.get_object(request, unquote(object_id))
        if kept is None or not self.has_delete_permission(request, kept):
            return super().delete_view(request, object_id, extra_context)
        form = StrikeOffForm(request.POST if request.method == "POST" else None)
        form.fields["reason"].label, form.fields["reason"].help_text = "删除原因", self.deletion_help
        form.fields["reason"].error_messages["required"] = "请写明删除原因。"
        said = f"{self.opts.verbose_name} {kept}"
        changelist = f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"
        if form.is_valid():
            kept._change_reason = form.cleaned_data["reason"]
            with transaction.atomic():
                self.delete_model(request, kept)
            self.message_user(request, f"已删除{said}，历史保留。", messages.SUCCESS)
            return redirect(changelist)
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "title": f"删除{said}",
            "verb": "删除",
            "form": form,
            "list_url": reverse(changelist),
            "rows": (),
            "action": "",
            "selected": (),
        }
        return render(request, "admin/strike_off.html", context)
