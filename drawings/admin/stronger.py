"""The rule of stronger disclosure in the admin: one row for each kind of reading, changed for a reason that the trail keeps."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from sources.models import Category, Speciality
from wugang_audit.registries.admin import AuditedAdmin

from ..models import StrongerDisclosure
from .law import INSPECTIONS

RULE = ("is_active", "categories", "specialities")


class StrongerForm(forms.ModelForm):
    """Boxes and names instead of the codes that the table holds, and why the rule is changed."""

    reason = forms.CharField(
        label="修改原因", required=False, max_length=100,
        help_text="为什么改，例如新的方案怎样要求。改动了上面的内容就要写；记入审计记录，不公开。",
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )  # fmt: skip

    class Meta:
        model = StrongerDisclosure
        fields = [*RULE]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups = list(Speciality.objects.values_list("code", "name"))
        known = {code for code, _ in groups}
        # What is chosen stays visible, whatever became of the group.
        groups += [(code, code) for code in self.instance.specialities if code not in known]
        for name, choices in (("categories", Category.choices), ("specialities", groups)):
            field = StrongerDisclosure._meta.get_field(name)
            self.fields[name] = forms.MultipleChoiceField(
                label=field.verbose_name,
                help_text=field.help_text,
                choices=choices,
                widget=forms.CheckboxSelectMultiple,
                required=False,
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        changed = [name for name in self.changed_data if name in RULE]
        if changed and not (data.get("reason") or "").strip() and "reason" not in self.errors:
            labels = "、".join(str(self.fields[name].label) for name in changed)
            self.add_error("reason", f"改动了{labels}，公开页面会跟着变：请写明为什么改。")
        return data


@admin.register(StrongerDisclosure)
class StrongerDisclosureAdmin(AuditedAdmin):
    """A change is on the public pages at once: the table is one of those that they are held to."""

    form = StrongerForm
    counted_as = "种"
    heading, about = (
        INSPECTIONS,
        "哪些现场读数在单位的公开页面上对照许可限值逐次列出，依据平舞环〔2024〕40号二（二）。",
    )
    list_display = ["__str__", "is_active", "of_categories", "of_specialities"]
    fieldsets = [
        (
            None,
            {
                "description": "单位的公开页面上，按时间逐次列出这一种现场读数和许可限值。已经公开的检查结果一个字也不改。",
                "fields": ["kind", *RULE, "shown_at", "reason"],
            },
        )
    ]
    readonly_fields = ["kind", "shown_at"]

    @admin.display(description="监管类别")
    def of_categories(self, rule: StrongerDisclosure) -> str:
        return "、".join(rule.categories_labels) or "各类"

    @admin.display(description="行业专业组")
    def of_specialities(self, rule: StrongerDisclosure) -> str:
        return "、".join(rule.specialities_labels) or "各组"

    @admin.display(description="公众看到的说明")
    def shown_at(self, rule: StrongerDisclosure) -> SafeString:
        url = f"{reverse('disclosure:about')}#stronger"
        return format_html('<a href="{}">为什么可信：哪些单位多公开一些</a>', url)

    def save_model(
        self, request: HttpRequest, obj: models.Model, form: forms.ModelForm, change: bool
    ) -> None:
        super().save_model(request, obj, form, change)
        if form.audit_changes:
            form.audit_changes["reason"] = form.cleaned_data["reason"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: StrongerDisclosure | None = None) -> bool:
        return False
