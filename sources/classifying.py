"""Class and industry of many units at once: what they have now, and what a person decides for all of them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Count, QuerySet

from wugang_audit.accounts.models import User
from wugang_audit.audit import trail
from wugang_audit.registries import bulk_history
from wugang_audit.registries.display import display

from . import industries
from .joining import Refused
from .models import PollutionSource, Speciality, label_of_category
from .verbs import LISTED

WITHOUT_INDUSTRY = "没有行业"
SHOWN = 8  # industries that are named one by one


@dataclass(frozen=True)
class Group:
    """Units that have the same now; ``code`` is empty where they have nothing."""

    code: str
    label: str
    units: int


@dataclass(frozen=True)
class Standing:
    """What the chosen units have now, the largest groups first."""

    units: int
    inactive: int
    categories: tuple[Group, ...]
    industries: tuple[Group, ...]

    def others(self, category: str, industry_code: str) -> list[Group]:
        """Return the groups that have a class or an industry already, and another one than is to be given."""
        pairs = (self.categories, category), (self.industries, industry_code)
        return [each for groups, new in pairs if new for each in groups if each.code not in ("", new)]

    @property
    def industries_in_short(self) -> list[Group]:
        """The largest groups; all that are left count as one."""
        rest = self.industries[SHOWN:]
        if not rest:
            return list(self.industries)
        more = Group("", f"另 {len(rest)} 个行业", sum(each.units for each in rest))
        return [*self.industries[:SHOWN], more]


@dataclass(frozen=True)
class Decision:
    """What is decided for all; what is empty stays as it is.

    :param special: with the class of special supervision: its reason, basis, end, and the class after it, by field.
    :param replaces: also of units that have another class or industry already.
    """

    category: str = ""
    industry_code: str = ""
    special: Mapping[str, object] = field(default_factory=dict)
    replaces: bool = False


@dataclass(frozen=True)
class Outcome:
    """How many units were changed, and how many keep another class or industry that they had."""

    changed: int
    kept: int


def label_of_industry(code: str) -> str:
    return industries.label_of(code) if code else WITHOUT_INDUSTRY


def standing(units: QuerySet[PollutionSource]) -> Standing:
    """Count what units have now, in two queries whatever their number."""
    units = PollutionSource.objects.filter(pk__in=units.order_by().values("pk")).order_by()
    categories: Counter[str] = Counter()
    inactive = 0
    for category, active, count in units.values_list("category", "is_active").annotate(n=Count("pk")):
        categories[category] += count
        inactive += 0 if active else count
    codes = units.values_list("industry_code").annotate(n=Count("pk")).order_by("-n", "industry_code")
    return Standing(
        sum(categories.values()),
        inactive,
        tuple(Group(code, label_of_category(code), count) for code, count in categories.most_common()),
        tuple(Group(code, label_of_industry(code), count) for code, count in codes),
    )


@transaction.atomic
def classify(units: QuerySet[PollutionSource], decision: Decision, *, actor: User, reason: str) -> Outcome:
    """Give units a class, an industry, or both; one history row each, one entry of the trail for all.

    :raises Refused: if nothing is decided, or no speciality covers the industry.
    """
    if not (decision.category or decision.industry_code):
        raise Refused("请选监管类别，或填行业：两样都没有，就没有可改的。")
    industry = _industry(decision.industry_code)
    chosen = PollutionSource.objects.filter(pk__in=units.order_by().values("pk")).order_by("pk")
    names = ["category", "industry_code", "industry_name", "speciality", *decision.special]
    found = chosen.select_for_update().values("pk", "number", *names)
    changed: list[tuple[dict, dict]] = []
    kept = 0
    for before in found:
        after, stays = _after(before, decision, industry)
        kept += stays
        if after != before:
            changed.append((before, after))
    if changed:
        keys = [before["pk"] for before, _ in changed]
        rows = [after for _, after in changed]
        bulk_history.update(PollutionSource, names, keys, rows, actor=actor, reason=reason)
        trail.record(actor, "成批定类别和行业", f"{len(changed)} 家", _told(changed, decision, reason))
    return Outcome(len(changed), kept)


def _industry(code: str) -> dict[str, object]:
    """Return the fields that an industry fills."""
    if not code:
        return {}
    speciality = Speciality.objects.all().match(Speciality.objects.by_prefix(), code)
    if speciality is None:
        raise Refused(
            f"没有行业专业组管行业 {code}：请核对代码（大类应为 01 至 97），或先在“行业专业组”里补上。"
        )
    known = industries.industries().get(code)
    return {
        "industry_code": code,
        "industry_name": known.name if known else "",
        "speciality": speciality.pk,
    }


def _after(before: dict, decision: Decision, industry: dict[str, object]) -> tuple[dict, bool]:
    """Return what a unit has afterwards, and whether it keeps something else than was decided."""
    after, kept = dict(before), False
    if decision.category and before["category"] != decision.category:
        if before["category"] and not decision.replaces:
            kept = True
        else:
            after |= {"category": decision.category} | dict(decision.special)
    if industry and before["industry_code"] != industry["industry_code"]:
        if before["industry_code"] and not decision.replaces:
            kept = True
        else:
            after |= industry
            # The bureau's own words stay where they say the same.
            if industries.read_industry(before["industry_name"] or None).code == industry["industry_code"]:
                after["industry_name"] = before["industry_name"]
    return after, kept


def _told(changed: Sequence[tuple[dict, dict]], decision: Decision, reason: str) -> dict[str, object]:
    details: dict[str, object] = {
        "count": len(changed),
        "numbers": [before["number"] for before, _ in changed[:LISTED]],
    }
    for name, label, words in (
        ("category", "监管类别", label_of_category),
        ("industry_code", "行业", label_of_industry),
    ):
        former = Counter(before[name] for before, after in changed if after[name] != before[name])
        if former:
            details[label] = words(getattr(decision, name))
            details[f"原来的{label}"] = {words(each): f"{count} 家" for each, count in former.most_common()}
    unit = PollutionSource(**decision.special)
    for name in decision.special:
        if said := display(unit, name):
            details[str(unit._meta.get_field(name).verbose_name)] = said
    return details | {"reason": reason}
