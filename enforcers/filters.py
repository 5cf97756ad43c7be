"""The filters next to the lists of officers, recusals and absences."""

from django.contrib import admin
from django.db.models import Exists, OuterRef
from django.http import HttpRequest

from wugang_audit import clock
from wugang_audit.access.keys import key_of

from . import coverage, data_checks
from .models import Ability, Officer, OfficerQuerySet, PeriodQuerySet

PERIODS = {"now": "目前有效", "later": "尚未开始", "over": "已结束"}


class Certificate(admin.SimpleListFilter):
    title = "执法证"
    parameter_name = "certificate"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("valid", "有效"), ("soon", "60 天内到期"), ("expired", "已过期")]

    def queryset(self, request: HttpRequest, queryset: OfficerQuerySet) -> OfficerQuerySet:
        today = clock.today()
        if self.value() == "valid":
            return queryset.filter(certificate_expiry__gte=today)
        if self.value() == "soon":
            return coverage.expiring(queryset, today)
        if self.value() == "expired":
            return queryset.filter(certificate_expiry__lt=today)
        return queryset


class Check(admin.SimpleListFilter):
    title = "待核对"
    parameter_name = "check"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        # A certificate has a filter of its own.
        mine = (
            (code, each) for code, each in data_checks.CHECKS.items() if each.filter == self.parameter_name
        )
        return [(code, each.label) for code, each in mine]

    def queryset(self, request: HttpRequest, queryset: OfficerQuerySet) -> OfficerQuerySet:
        return data_checks.narrow(queryset, self.value()) if self.value() in data_checks.CHECKS else queryset


class Level(admin.SimpleListFilter):
    """Officers of a level; together with the filter by speciality, of that level in that very speciality."""

    title = "能力"
    parameter_name = "level"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [(str(value), label) for value, label in Ability.Level.choices]

    def queryset(self, request: HttpRequest, queryset: OfficerQuerySet) -> OfficerQuerySet:
        if self.value() not in {str(value) for value in Ability.Level.values}:
            return queryset
        abilities = Ability.objects.filter(officer=OuterRef("pk"), level=self.value())
        if speciality := key_of(request.GET.get("specialities__id__exact")):
            abilities = abilities.filter(speciality=speciality)
        return queryset.filter(Exists(abilities))


class Value(admin.SimpleListFilter):
    """The values that stand in a text field, and those without any; Django's own shows an empty line for these."""

    EMPTY = "-"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        values = Officer.objects.order_by(self.parameter_name).values_list(self.parameter_name, flat=True)
        named = [(value, value) for value in values.distinct() if value]
        return [*named, (self.EMPTY, "没有填")] if named else []

    def queryset(self, request: HttpRequest, queryset: OfficerQuerySet) -> OfficerQuerySet:
        if self.value() is None:
            return queryset
        return queryset.filter(**{self.parameter_name: "" if self.value() == self.EMPTY else self.value()})


class Department(Value):
    title, parameter_name = "所属机构", "department"


class Group(Value):
    title, parameter_name = "执法分组", "group"


class InForce(admin.SimpleListFilter):
    title = "期限"
    parameter_name = "period"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return list(PERIODS.items())

    def queryset(self, request: HttpRequest, queryset: PeriodQuerySet) -> PeriodQuerySet:
        today = clock.today()
        if self.value() == "now":
            return queryset.in_force(today)
        if self.value() == "later":
            return queryset.filter(since__gt=today)
        return queryset.filter(until__lt=today) if self.value() == "over" else queryset
