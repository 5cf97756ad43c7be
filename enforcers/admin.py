"""The registry of enforcement officers in the admin."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_POST

from wugang_audit.import_admin import ImportAdmin
from wugang_audit.paging import LimitedPaginator
from wugang_audit.registry_admin import RegistryAdmin

from . import filters, queries, verbs
from .forms import OfficerForm, RecusalForm, RecusalRowForm
from .importing import OfficerImporter
from .models import Ability, Absence, DutyState, Officer, Recusal, TrainingRecord


class AbilityInline(admin.TabularInline):
    model = Ability
    extra = 1

    def get_formset(self, request, obj=None, **kwargs):
        return _without_side_doors(super().get_formset(request, obj, **kwargs), "speciality")


class RecusalInline(admin.StackedInline):  # five fields in a row are wider than the page
    model = Recusal
    form = RecusalRowForm
    extra = 0
    fields = ["source", "kind", "reason", ("since", "until")]
    autocomplete_fields = ["source"]

    def get_formset(self, request, obj=None, **kwargs):
        return _without_side_doors(super().get_formset(request, obj, **kwargs), "source")


class AbsenceInline(admin.StackedInline):  # as the recusals, so that a phone shows it whole
    model = Absence
    extra = 0
    fields = [("kind", "reason"), ("since", "until")]


class TrainingInline(admin.StackedInline):
    model = TrainingRecord
    extra = 0
    fields = [("date", "hours", "result"), "topic"]


def _without_side_doors(formset, name: str):
    """Take the buttons away by which a row of another registry would be made or changed on the way."""
    widget = formset.form.base_fields[name].widget
    widget.can_add_related = widget.can_change_related = widget.can_view_related = False
    return formset


@admin.register(Officer)
class OfficerAdmin(ImportAdmin):
    class Media:
        css = {"all": ["enforcers/lists.css"]}

    form = OfficerForm
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
    empty_value_display = "没有填"
    readonly_fields = ["account", "updated_at"]
    inlines = [AbilityInline, AbsenceInline, RecusalInline, TrainingInline]
    actions = ["open_accounts", "strike_off", "take_back"]
    fieldsets = [
        ("人员", {"fields": ["name", "sex", ("department", "post", "group"), "phone", "is_active"]}),
        ("执法证", {"fields": ["certificate_number", "certificate_expiry"]}),
        (
            "在岗与账号",
            {
                "fields": ["duty_state", "account"],
                "description": "知道起止日期的请假、借调、培训，登记在下面的“不在岗时段”里，在岗状态仍选“在岗”：到期自动恢复派出。",
            },
        ),
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
            return queries.unbroken("；".join(absence.said for absence in officer.absent_now))
        return officer.get_duty_state_display()

    @admin.display(description="登录账号", ordering="user__username")
    def account(self, officer):
        if officer.user is None:
            return "未开立"
        return officer.user.username if officer.user.is_active else f"{officer.user.username}（已停用）"

    @admin.display(description="证件有效期至", ordering="certificate_expiry")
    def expiry(self, officer):
        expired = officer.certificate_expiry < timezone.localdate()
        day = f"{officer.certificate_expiry:%Y-%m-%d}"
        return format_html('<span class="day">{}</span>{}', day, "（已过期）" if expired else "")

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
        return self._open_accounts(request, [get_object_or_404(Officer, pk=pk)])

    @admin.action(description="为所选人员开立登录账号", permissions=["change"])
    def open_accounts(self, request, officers):
        return self._open_accounts(request, officers)

    def _open_accounts(self, request, officers):
        """Show the first passwords on this one page, which no cache keeps; a message would be kept in a cookie."""
        base = self.admin_site.each_context(request) | {"opts": self.opts, "title": "开立登录账号"}
        done = verbs.open_accounts(officers, request.user)
        return render(request, "enforcers/accounts.html", base | {"done": done})

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
    class Media:
        css = {"all": ["enforcers/lists.css"]}

    form = RecusalForm
    # Methods, for Django lets neither a date nor another object wrap.
    list_display = ["who", "unit", "basis", "reason", "period", "standing"]
    list_filter = [filters.InForce, "kind"]
    list_select_related = ["officer", "source"]
    search_fields = ["officer__name", "officer__certificate_number", "source__name", "source__number"]
    search_help_text = "人员姓名、执法证号、单位名称或污染源编码"
    autocomplete_fields = ["officer", "source"]
    fields = ["officer", "source", "kind", "reason", ("since", "until"), "change_reason"]

    def changelist_view(self, request, extra_context=None):
        return super().changelist_view(request, {"title": "执法人员回避"} | (extra_context or {}))

    @admin.display(description="执法人员", ordering="officer__name")
    def who(self, recusal):
        return recusal.officer.name

    @admin.display(description="回避单位", ordering="source__name")
    def unit(self, recusal):
        return str(recusal.source)

    @admin.display(description="依据", ordering="kind")
    def basis(self, recusal):
        return recusal.get_kind_display()

    @admin.display(description="期限", ordering="since")
    def period(self, recusal):
        return f"{recusal.since:%Y-%m-%d} " + (f"至 {recusal.until:%Y-%m-%d}" if recusal.until else "起")

    @admin.display(description="状态")
    def standing(self, recusal):
        today = timezone.localdate()
        if recusal.until and recusal.until < today:
            return "已到期"
        return "生效中" if recusal.since <= today else "尚未开始"

    def has_delete_permission(self, request, obj=None):
        return super(RegistryAdmin, self).has_delete_permission(request, obj)
