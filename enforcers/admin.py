"""The registry of enforcement officers in the admin."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import BaseFormSet, ModelForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html

from wugang_audit import clock
from wugang_audit.access.marks import only_post
from wugang_audit.access.strict_admin import ConstrainedFormSet, StrictAdmin
from wugang_audit.accounts.passwords import first_passwords_page
from wugang_audit.admin_frame.words import PlainInline
from wugang_audit.imports.admin import ImportAdmin
from wugang_audit.pagination import LimitedPaginator
from wugang_audit.registries.admin import StrikeOffActions

from . import coverage, filters, overview, verbs  # noqa: F401 - the overview registers itself
from .forms import KEPT_FORMS, OfficerForm, RecusalRowForm
from .importer import OfficerImporter
from .models import Ability, Absence, DutyState, Officer, OfficerQuerySet, Recusal, TrainingRecord
from .records_admin import hide_related_buttons  # the module registers the records of officers

TOGETHER = 200  # officers whom one address can name


class AbilityFormSet(ConstrainedFormSet):
    """What an officer can do decides where he is sent: a change of it needs the note of the officer's own form."""

    step = "改动了擅长行业"

    def needs_note(self) -> bool:
        return self.has_changed()

    def clean(self) -> None:
        super().clean()
        noted = self.data.get("change_reason", "").strip()
        if self.instance.pk and not noted and self.needs_note():
            raise ValidationError(f"{self.step}，会影响抽签：请在“备注”里的“修改说明”写明为什么改。")


class RecusalFormSet(AbilityFormSet):
    """A recusal has a reason of its own; only to delete one needs the note."""

    step = "删去了回避"

    def needs_note(self) -> bool:
        return bool(self.deleted_forms)


class AbilityInline(PlainInline, admin.StackedInline):
    about = "能查哪些行业，由此决定派给哪家单位。"
    model = Ability
    formset = AbilityFormSet
    extra = 1
    fields = [("speciality", "level")]

    def get_formset(
        self, request: HttpRequest, obj: Officer | None = None, **kwargs: Any
    ) -> type[BaseFormSet]:
        formset = super().get_formset(request, obj, **kwargs)
        hide_related_buttons(formset.form, "speciality")
        return formset


class RecusalInline(PlainInline, StrictAdmin, admin.StackedInline):
    about = "不能派去的单位。"
    model = Recusal
    formset = RecusalFormSet
    form = RecusalRowForm
    extra = 0
    fields = ["source", "kind", "reason", ("since", "until")]
    autocomplete_fields = ["source"]

    def get_formset(
        self, request: HttpRequest, obj: Officer | None = None, **kwargs: Any
    ) -> type[BaseFormSet]:
        formset = super().get_formset(request, obj, **kwargs)
        hide_related_buttons(formset.form, "source")
        return formset


class AbsenceInline(PlainInline, admin.StackedInline):
    about = "请假、借调、培训：在这段时间里不会被派出，到期自动恢复。"
    model = Absence
    formset = ConstrainedFormSet
    extra = 0
    fields = [("kind", "reason"), ("since", "until")]


class TrainingInline(PlainInline, admin.StackedInline):
    model = TrainingRecord
    formset = ConstrainedFormSet
    extra = 0
    fields = [("date", "hours", "result"), "topic"]


@admin.register(Officer)
class OfficerAdmin(StrikeOffActions, ImportAdmin):
    class Media:
        css = {"all": ["enforcers/lists.css"]}

    form = OfficerForm
    importer = OfficerImporter
    set_active = staticmethod(verbs.set_active)
    heading = "两个名录"
    strike_off_label = "停用所选人员（离开；历史保留，登录账号一并停用）"
    reactivate_label = "恢复所选人员"
    counted_as = "名执法人员"
    compact = True
    after_reactivating = "；登录账号如需启用，请联系安全管理员"
    paginator = LimitedPaginator
    change_list_template = "enforcers/officer_list.html"
    change_form_template = "enforcers/officer_form.html"
    list_display = [
        "name",
        "certificate_number",
        "speciality_list",
        "department",
        "duty",
        "expiry",
        "account",
    ]
    list_display_links = ["name", "certificate_number"]
    list_filter = [
        "is_active",
        filters.Check,
        "duty_state",
        filters.Certificate,
        "specialities",
        filters.Level,
        filters.Department,
        filters.Group,
    ]
    list_select_related = ["user"]
    search_fields = ["name", "certificate_number", "department"]
    search_help_text = "姓名、执法证号或所属机构"
    readonly_fields = ["account", "updated_at"]
    inlines = [AbilityInline, AbsenceInline, RecusalInline, TrainingInline]
    actions = ["open_accounts", "keep_training", "keep_absence", "strike_off", "reactivate"]
    fieldsets = [
        ("人员", {"fields": [("name", "sex", "phone"), ("department", "post", "group"), "is_active"]}),
        ("执法证", {"fields": [("certificate_number", "certificate_expiry")]}),
        (
            "在岗与账号",
            {
                "fields": [("duty_state", "account")],
                "description": "知道起止日期的请假、借调、培训，登记在下面的“不在岗时段”里，在岗状态仍选“在岗”：到期自动恢复派出。",
            },
        ),
        ("备注", {"fields": ["remarks", "change_reason", "updated_at"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> OfficerQuerySet:
        return super().get_queryset(request).with_absences().prefetch_related("abilities__speciality")

    def get_readonly_fields(self, request: HttpRequest, obj: Officer | None = None) -> list[str]:
        # The certificate number is in frozen files: it is given once.
        given = obj is not None and obj.certificate_number
        return [*self.readonly_fields, "certificate_number"] if given else self.readonly_fields

    @admin.display(description="擅长行业")
    def speciality_list(self, officer: Officer) -> str:
        return "、".join(ability.speciality.name for ability in officer.abilities.all()) or "—"

    @admin.display(description="在岗状态", ordering="duty_state")
    def duty(self, officer: Officer) -> str:
        if not officer.is_active:
            return "不在册"
        if officer.duty_state == DutyState.ON_DUTY and officer.absent_now:
            return coverage.unbroken("；".join(absence.said for absence in officer.absent_now))
        return officer.get_duty_state_display()

    @admin.display(description="登录账号", ordering="user__username")
    def account(self, officer: Officer) -> str:
        if officer.user is None:
            return "未开立"
        return officer.user.username if officer.user.is_active else f"{officer.user.username}（已停用）"

    @admin.display(description="证件有效期至", ordering="certificate_expiry")
    def expiry(self, officer: Officer) -> str:
        if officer.certificate_expiry is None:
            return format_html('<span class="is-late">{}</span>', "待补")
        day = format_html('<span class="day">{}</span>', f"{officer.certificate_expiry:%Y-%m-%d}")
        if officer.certificate_expiry >= clock.today():
            return day
        return format_html('<span class="is-late">{}（已过期）</span>', day)

    def get_urls(self) -> list[URLPattern]:
        gate = self.admin_site.admin_view
        account = gate(only_post("admin:enforcers_officer_change", object_id="pk")(self.account_view))
        return [
            path("matrix/", gate(self.matrix_view), name="enforcers_officer_matrix"),
            path("<serial:pk>/account/", account, name="enforcers_officer_account"),
            path("keep/<slug:what>/", gate(self.keep_view), name="enforcers_officer_keep"),
            *super().get_urls(),
        ]

    def matrix_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        base = self.admin_site.each_context(request) | {"opts": self.opts, "title": "专业对照表"}
        return render(request, "enforcers/matrix.html", base | {"matrix": coverage.matrix()})

    def account_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not self.has_change_permission(request):
            raise PermissionDenied
        return self._open_accounts(request, [get_object_or_404(Officer, pk=pk)])

    @admin.action(description="为所选人员开立登录账号", permissions=["change"])
    def open_accounts(self, request: HttpRequest, officers: OfficerQuerySet) -> HttpResponse:
        return self._open_accounts(request, officers)

    def _open_accounts(self, request: HttpRequest, officers: Iterable[Officer]) -> HttpResponse:
        done = verbs.open_accounts(officers, request.user)
        return first_passwords_page(self, request, "开立登录账号", "已开立", done.opened, done.refused)

    @admin.action(description="为所选人员登记一次培训", permissions=["change"])
    def keep_training(self, request: HttpRequest, officers: OfficerQuerySet) -> HttpResponse:
        return self._lead_to(request, "training", officers)

    @admin.action(description="为所选人员登记不在岗时段", permissions=["change"])
    def keep_absence(self, request: HttpRequest, officers: OfficerQuerySet) -> HttpResponse:
        return self._lead_to(request, "absence", officers)

    def _lead_to(self, request: HttpRequest, what: str, officers: OfficerQuerySet) -> HttpResponse:
        chosen = list(officers.values_list("pk", flat=True)[: TOGETHER + 1])
        if len(chosen) > TOGETHER:
            self.message_user(
                request, f"一次最多带过去 {TOGETHER} 人，其余的请另登记一次。", messages.WARNING
            )
        query = urlencode({"officers": chosen[:TOGETHER]}, doseq=True)
        return redirect(f"{reverse('admin:enforcers_officer_keep', args=[what])}?{query}")

    def keep_view(self, request: HttpRequest, what: str) -> HttpResponse:
        """Enter the same training or absence for several officers."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        if what not in KEPT_FORMS:
            raise Http404
        form_class = KEPT_FORMS[what]
        form = form_class(request.POST or None, initial={"officers": request.GET.getlist("officers")})
        if form.is_valid():
            row = form.cleaned_data
            kept, known = verbs.keep(form_class.Meta.model, row.pop("officers"), row, actor=request.user)
            more = f"；{known} 人早有同样的登记，没有重复登记" if known else ""
            self.message_user(request, f"已为 {kept} 人登记{form.said}{more}。", messages.SUCCESS)
            return redirect("admin:enforcers_officer_changelist")
        base = self.admin_site.each_context(request) | {"opts": self.opts, "title": f"登记{form.said}"}
        return render(request, "enforcers/keep.html", base | {"form": form})

    def save_related(
        self, request: HttpRequest, form: ModelForm, formsets: list[BaseFormSet], change: bool
    ) -> None:
        super().save_related(request, form, formsets, change)
        officer = form.instance
        if change and "is_active" in form.changed_data and not officer.is_active:
            if verbs.close_account(officer, request.user):
                self.message_user(request, f"{officer.name} 的登录账号已一并停用。", messages.INFO)
