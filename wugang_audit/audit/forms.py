"""The filter of the audit trail."""

from django import forms
from django.db.models import Q, QuerySet

from .models import AuditEntry


class AuditFilter(forms.Form):
    q = forms.CharField(label="操作人、操作或对象", required=False, max_length=60)
    since = forms.DateField(label="起始日期", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label="截止日期", required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def narrow(self, entries: QuerySet[AuditEntry]) -> QuerySet[AuditEntry]:
        """Return the entries that the form asks for; a field that is not valid narrows nothing."""
        self.is_valid()
        wanted = self.cleaned_data
        if text := wanted.get("q"):
            entries = entries.filter(
                Q(actor_name__icontains=text) | Q(action__icontains=text) | Q(target__icontains=text)
            )
        if wanted.get("since"):
            entries = entries.filter(time__date__gte=wanted["since"])
        if wanted.get("until"):
            entries = entries.filter(time__date__lte=wanted["until"])
        return entries
