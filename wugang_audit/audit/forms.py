"""The filter of the audit trail."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from . import trail, wording
from .models import AuditEntry


class AuditFilter(forms.Form):
    """What the auditor asks for. A field that is not valid narrows nothing."""

    person = forms.CharField(label="操作人", required=False, max_length=60)
    action = forms.CharField(label="操作", required=False, max_length=40)
    kind = forms.ChoiceField(label="对象种类", required=False, choices=wording.kind_labels)
    target = forms.CharField(label="对象", required=False, max_length=120)
    address = forms.CharField(label="来源地址", required=False, max_length=45)
    since = forms.DateField(label="起始日期", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label="截止日期", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    logins = forms.BooleanField(label="包括登录和退出", required=False)
    # Of one person or one object: set by the links in the list.
    actor = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)
    key = forms.CharField(required=False, max_length=120, widget=forms.HiddenInput)

    def narrow(self, entries: QuerySet[AuditEntry]) -> QuerySet[AuditEntry]:
        """Return the entries that the form asks for."""
        self.is_valid()
        wanted = self.cleaned_data
        if not wanted.get("logins"):
            entries = entries.exclude(action__in=trail.LOGINS)
        lookups = {
            "person": "actor_name__icontains",
            "action": "action__icontains",
            "target": "target__icontains",
            "address": "address__startswith",
            "since": "time__date__gte",
            "until": "time__date__lte",
            "actor": "actor_id",
            "key": "target_key",
        }
        entries = entries.filter(**{lookups[name]: wanted[name] for name in lookups if wanted.get(name)})
        if kind := wanted.get("kind"):
            entries = entries.filter(target_key__startswith=f"{kind}:")
        return entries

    def clean(self) -> dict[str, Any]:
        wanted = super().clean()
        if wanted.get("since") and wanted.get("until") and wanted["until"] < wanted["since"]:
            self.add_error("until", "截止日期不能早于起始日期。")
        return wanted

    @property
    def leaves_out_logins(self) -> bool:
        return not getattr(self, "cleaned_data", {}).get("logins")

    @property
    def chosen(self) -> str:
        """Whose entries alone are shown, in words, where a link of the list asked for that."""
        wanted = getattr(self, "cleaned_data", {})
        entries = AuditEntry.objects.order_by("-index")
        if wanted.get("actor"):
            name = entries.filter(actor_id=wanted["actor"]).values_list("actor_name", flat=True).first()
            return f"操作人 {name}" if name else ""
        if wanted.get("key"):
            name = entries.filter(target_key=wanted["key"]).values_list("target", flat=True).first()
            return f"对象 {name}" if name else ""
        return ""
