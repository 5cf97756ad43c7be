"""Making and publishing the plan of a year."""

from django.db import models, transaction
from django.db.models import Max

from wugang_audit import clock
from wugang_audit.accounts.models import User
from wugang_audit.audit import trail

from .. import public_log
from ..models import InspectionItem, LogKind, Plan, PlanRate
from ..models.plan_text import plan_digest, plan_subject
from ..privacy_gate.queries import Text, Texts
from ..privacy_gate.verbs import require_none
from ..public_fields import ITEM
from ..states import Refused
from .bases import against, stops
from .forms import WORDS, PlanForm


@transaction.atomic
def save(*, form: PlanForm, actor: User) -> Plan:
    """Create or change a plan with its rates and items; a published one is refused."""
    plan = form.save(commit=False)
    is_new = plan.pk is None
    if is_new:
        versions = Plan.objects.filter(year=plan.year)
        if versions.unpublished().exists():
            raise Refused(f"{plan.year} 年还有一份没有公布的计划：请在列表里打开它修改。")
        plan.version = (versions.aggregate(last=Max("version"))["last"] or 0) + 1
        plan.created_by = actor
    elif Plan.objects.select_for_update().get(pk=plan.pk).is_published:
        raise Refused("已公布的计划不能修改。")
    plan.save()
    form.save_m2m()
    plan.rates.all().delete()
    PlanRate.objects.bulk_create(
        PlanRate(plan=plan, stratum=stratum, numerator=numerator, denominator=denominator, position=position)
        for position, (stratum, numerator, denominator) in enumerate(form.rates(), 1)
    )
    rates = {stratum: f"{numerator}/{denominator}" for stratum, numerator, denominator in form.rates()}
    trail.record(
        actor, "编制计划" if is_new else "修改计划", plan, {"rates": rates, "reading": plan.general_reading}
    )
    return plan


@transaction.atomic
def publish(*, plan: Plan, actor: User) -> Plan:
    """Publish a plan: from now on the public reads it, draws rest on it, nobody edits it, and the log holds its digest."""
    plan = Plan.objects.select_for_update().get(pk=plan.pk)
    if plan.is_published:
        raise Refused("这份计划已经公布过了。")
    if reasons := against(plan, stops(plan.items.all(), clock.today())):
        raise Refused("法无规定不得检查，计划没有公布。" + " ".join(reasons))
    # Drafts and items that are older than the search of their forms.
    require_none(_words(plan), "计划没有公布：请在计划里删去；在抽查事项里的，由系统管理员删去。")
    plan.published_at, plan.published_by = clock.now(), actor
    plan.save(update_fields=["published_at", "published_by"])
    public_log.append(LogKind.PLAN, plan_subject(plan.year, plan.version), plan_digest(plan))
    trail.record(actor, "公布计划", plan)
    public_log.anchor()
    return plan


def _words(plan: Plan) -> Texts:
    """Return all that was written by hand of what the log fixes: the words of the plan and of its items."""
    texts = {name: Text(_label(Plan, name), getattr(plan, name)) for name in WORDS}
    for item in plan.items.all():
        for name in ITEM:
            label = f"抽查事项“{item}”的{_label(InspectionItem, name)}"
            texts[f"item_{item.pk}_{name}"] = Text(label, getattr(item, name))
    return texts


def _label(model: type[models.Model], name: str) -> str:
    return str(model._meta.get_field(name).verbose_name)
