"""The registry of enforcement officers in the admin."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Exists, OuterRef
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_POST

from wugang_audit.import_admin import ImportAdmin
from wugang_audit.paging import LimitedPaginator
from wugang_audit.registry_admin import RegistryAdmin

from . import health, queries, verbs
from .importing import OfficerImporter
from .models import Ability, Absence, DutyState, Officer, Recusal, TrainingRecord


class AbilityInline(admin.TabularInline):
    model = Ability
    extra = 1

    def get_formset(self, request, obj=None, **kwargs):
        formset = super().get_formset(request, obj, **kwargs)
        widget = formset.form.base_fields["speciality"].widget
        widget.can_add_related = widget.can_change_related = widget.can_view_related = False
        return formset


class RecusalInline(admin.StackedInline):  # five fields in a row are wider than the page
    model = Recusal
    extra = 0
    fields = ["source", "kind", "reason", ("since", "until")]
    autocomplete_fields = ["source"]


class AbsenceInline(admin.TabularInline):
    model = Absence
    extra = 0
    fields = ["kind", "since", "until", "reason"]


class TrainingInline(admin.TabularInline):
    model = TrainingRecord
    extra = 0


class CertificateFilter(admin.SimpleListFilter):
    title = "执法证"
    parameter_name = "certificate"

    def lookups(self, request, model_admin):
        return [("valid", "有效"), ("soon", "60 天内到期"), ("expired", "已过期")]

    def queryset(self, request, queryset):
        today = timezone.localdate()
        if self.value() == "valid":
            return queryset.filter(certificate_expiry__gte=today)
        if self.value() == "soon":
            return queries.expiring(queryset, today)
        if self.value() == "expired":
            return queryset.filter(certificate_expiry__lt=today)
        return queryset


class CheckFilter(admin.SimpleListFilter):
    title = "待核对"
    parameter_name = "check"

    def lookups(self, request, model_admin):
        # A certificate has a filter of its own.
        mine = ((code, each) for code, each in health.CHECKS.items() if each.filter == self.parameter_name)
        return [(code, each.label) for code, each in mine]

    def queryset(self, request, queryset):
        return health.narrow(queryset, self.value()) if self.value() in health.CHECKS else queryset


class LevelFilter(admin.SimpleListFilter):
    """Officers of a level; together with the filter by speciality, of that level in that very speciality."""

    title = "能力"
    parameter_name = "level"

    def lookups(self, request, model_admin):
        return [(str(value), label) for value, label in Ability.Level.choices]

    def queryset(self, request, queryset):
        if self.value() not in {str(value) for value in Ability.Level.values}:
            return queryset
        abilities = Ability.objects.filter(officer=OuterRef("pk"), level=self.value())
        speciality = request.GET.get("specialities__id__exact", "")
        if speciality.isdecimal():
            abilities = abilities.filter(speciality=speciality)
        return queryset.filter(Exists(abilities))


@admin.register(Officer)
class OfficerAdmin(ImportAdmin):
    importer = OfficerImporter
    set_active = staticmethod(verbs.set_active)
    paginator = LimitedPaginator
    change_list_template = "enforcers/officer_list.html"
    change_form_template = "importing/officer_form.html"
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
        CheckFilter,
        "duty_state",
        CertificateFilter,
        "specialities",
        LevelFilter,
        "department",
        "group",
    ]
    list_select_related = ["user"]
    search_fields = ["name", "certificate_number", "department"]
    search_help_text = "姓名、执法证号或所属机构"
    readonly_fields = ["user", "updated_at"]
    inlines = [AbilityInline, AbsenceInline, RecusalInline, TrainingInline]
    actions = ["open_accounts", "strike_off", "take_back"]
    fieldsets = [
        ("人员", {"fields": ["name", "sex", ("department", "post", "group"), "phone", "is_active"]}),
        ("执法证", {"fields": ["certificate_number", "certificate_expiry"]}),
        ("在岗与账号", {"fields": ["duty_state", "user"]}),
        ("备注", {"fields": ["remarks", "change_reason", "updated_at"]}),
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).with_absences().prefetch_related("abilities__speciality")

    def get_readonly_fields(self, request, obj=None):
        # The certificate number stands in frozen files: it is given once.
        return [*self.readonly_fields, "certificate_number"] if obj else self.readonly_fields

    @admin.display(description="擅长行业")
    def speciality_list(self, officer):
        return "、".join(ability.speciality.name for ability in officer.abilities.all()) or "—"

    @admin.display(description="在岗状态", ordering="duty_state")
    def duty(self, officer):
        if not officer.is_active:
            return "不在册"
        if officer.duty_state == DutyState.ON_DUTY and officer.absent_now:
            return "；".join(absence.said for absence in officer.absent_now)
        return officer.get_duty_state_display()

    @admin.display(description="登录账号", ordering="user__username")
    def account(self, officer):
        if officer.user is None:
            return "未开立"
        return officer.user.username if officer.user.is_active else f"{officer.user.username}（已停用）"

    @admin.display(description="执法证有效期至", ordering="certificate_expiry")
    def expiry(self, officer):
        day = f"{officer.certificate_expiry:%Y-%m-%d}"
        return f"{day}（已过期）" if officer.certificate_expiry < timezone.localdate() else day

    def get_urls(self):
        gate = self.admin_site.admin_view
        account = gate(require_POST(self.account_view))
        return [
            path("matrix/", gate(self.matrix_view), name="enforcers_officer_matrix"),
            path("<int:pk>/account/", account, name="enforcers_officer_account"),
            *super().get_urls(),
        ]

    def matrix_view(self, request):
        if not self.has_view_permission(request):
            raise PermissionDenied
        base = self.admin_site.each_context(request) | {"opts": self.opts, "title": "专业对照表"}
        return render(request, "enforcers/matrix.html", base | {"matrix": queries.matrix()})

    def account_view(self, request, pk):
        if not self.has_change_permission(request):
            raise PermissionDenied
        self._open_account(request, get_object_or_404(Officer, pk=pk))
        return redirect("admin:enforcers_officer_change", pk)

    def _open_account(self, request, officer):
        try:
            password = verbs.open_account(officer, request.user)
        except ValidationError as error:
            self.message_user(request, " ".join(error.messages), messages.WARNING)
        else:
            said = f"{officer.name} 的登录名 {officer.certificate_number}，初始密码 {password}"
            self.message_user(
                request, f"{said}（只显示这一次，请当面告知；首次登录须修改）", messages.SUCCESS
            )

    @admin.action(description="为所选人员开立登录账号")
    def open_accounts(self, request, officers):
        for officer in officers:
            self._open_account(request, officer)

    @admin.action(description="停用所选人员（离开；历史保留，登录账号一并停用）")
    def strike_off(self, request, officers):
        count = verbs.set_active(officers, False, request.user)
        self.message_user(request, f"已停用 {count} 名执法人员。", messages.SUCCESS)

    @admin.action(description="恢复所选人员")
    def take_back(self, request, officers):
        count = verbs.set_active(officers, True, request.user)
        self.message_user(
            request, f"已恢复 {count} 名执法人员；登录账号如需启用，请联系安全管理员。", messages.SUCCESS
        )

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        officer = form.instance
        if change and "is_active" in form.changed_data and not officer.is_active:
            if verbs.close_account(officer, request.user):
                self.message_user(request, f"{officer.name} 的登录账号已一并停用。", messages.INFO)


@admin.register(Recusal)
class RecusalAdmin(RegistryAdmin):
    list_display = ["officer", "source", "kind", "reason", "since", "until"]
    list_filter = ["kind"]
    list_select_related = ["officer", "source"]
    search_fields = ["officer__name", "officer__certificate_number", "source__name", "source__number"]
    search_help_text = "人员姓名、执法证号、单位名称或污染源编码"
    autocomplete_fields = ["officer", "source"]
    fields = ["officer", "source", "kind", "reason", ("since", "until"), "change_reason"]

    def has_delete_permission(self, request, obj=None):
        return super(RegistryAdmin, self).has_delete_permission(request, obj)
