"""The rules of a plan, its readings side by side, its outlook, and its publication."""

import pytest

from drawings.models import Plan
from drawings.models.quota import Quota
from drawings.plans import quotas
from drawings.plans import verbs as plans
from drawings.plans.forms import PlanForm
from drawings.states import Refused


def test_both_readings_stand_side_by_side(plan, registry, officers):
    found = quotas.readings(plan)
    assert [(reading.label, reading.chosen, reading.quota.take) for reading in found] == [
        ("每 4 家一般排污单位抽 1 家", True, 3),
        ("在岗执法人员与一般排污单位之比 1:4（每季度）", False, 9),
        ("在岗执法人员与一般排污单位之比 1:4（全年，分四个季度）", False, 3),
    ]


@pytest.mark.parametrize(
    ("fields", "takes"),
    [
        ({"operating_state": "seasonal", "out_of_season": True}, [2, 9, 3]),
        ({"operating_state": "seasonal"}, [3, 9, 3]),
        ({"operating_state": "normal", "out_of_season": True}, [3, 9, 3]),
        ({"operating_state": "stopped"}, [2, 9, 3]),
        ({"exempt_reason": "联合抽查"}, [2, 9, 3]),
        ({"is_active": False}, [2, 9, 3]),
    ],
)
def test_units_that_are_not_drawn_today_do_not_count_in_any_reading(plan, registry, officers, fields, takes):
    """Nine general units give three; with one that is out of season eight are left, which give two."""
    row = registry[8]
    type(row).objects.filter(pk=row.pk).update(**fields)
    found = quotas.readings(plan)
    assert [reading.quota.take for reading in found] == [takes[0], min(9, found[0].quota.base), takes[2]]
    row.refresh_from_db()
    assert found[0].quota.base == (9 if row.is_active and row.standing == "in" else 8)


def test_a_published_plan_is_published_once(plan, organiser):
    with pytest.raises(Refused, match="公布过"):
        plans.publish(plan=plan, actor=organiser)


def test_a_plan_without_an_item_is_not_published(plan, organiser):
    Plan.objects.filter(pk=plan.pk).update(published_at=None)
    plan.items.clear()
    with pytest.raises(Refused, match="法无规定不得检查"):
        plans.publish(plan=plan, actor=organiser)


def test_the_outlook_counts_visits_and_units_never_reached(plan):
    quota = [Quota("general", "1/4", 100, 25, 10)]
    look = quotas.outlook(plan, quota)
    assert (look.visits, look.units, look.per_officer, look.never) == (100, 100, 20.0, 32)
    plan.fresh_first = True
    assert quotas.outlook(plan, quota).never == 0


def test_a_plan_whose_items_are_all_out_of_use_is_not_published(plan, organiser):
    Plan.objects.filter(pk=plan.pk).update(published_at=None)
    plan.items.update(is_active=False)
    with pytest.raises(Refused, match="法无规定不得检查"):
        plans.publish(plan=plan, actor=organiser)
    assert Plan.objects.unpublished().exists()


def test_a_form_that_was_open_while_the_plan_was_published_changes_nothing(plan, item, organiser):
    """The page of a published plan is 404; who had the form open before may still send it."""
    stale = Plan.objects.get()
    fields = {
        "year": 2026, "title": "另一份", "basis": "x", "general_reading": "units", "substitutes": "pl5", "items": [item.pk],
        "key_n": 1, "key_d": 4, "special_n": 1, "special_d": 4, "general_n": 1, "general_d": 4,
    }  # fmt: skip
    form = PlanForm(fields, instance=stale)
    assert form.is_valid(), form.errors
    with pytest.raises(Refused, match="已公布的计划不能修改"):
        plans.save(form=form, actor=organiser)
    kept = Plan.objects.get()
    assert (kept.title, kept.rules()[0]) == ("2026年度抽查计划", ("key", "25/100"))
