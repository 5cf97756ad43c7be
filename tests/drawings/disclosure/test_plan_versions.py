"""The page of a plan's version: the draws under it alone, what took its place, and where it departs from the scheme."""

import re

import pytest
from django.utils.html import strip_tags

from drawings.disclosure.plans import draws_under
from drawings.models import Plan, PlanRate
from drawings.plans import verbs as plans


def next_version(plan, organiser, general=(1, 4)):
    new = Plan.objects.create(
        year=plan.year, version=plan.version + 1, title=f"{plan.title}第{plan.version + 1}版", basis=plan.basis,
        general_reading=Plan.Reading.OFFICERS, substitutes=plan.substitutes, created_by=organiser,
    )  # fmt: skip
    new.items.set(plan.items.all())
    for rate in plan.rates.all():
        numerator, denominator = general if rate.stratum == "general" else (rate.numerator, rate.denominator)
        PlanRate.objects.create(
            plan=new, stratum=rate.stratum, numerator=numerator, denominator=denominator, position=rate.position
        )  # fmt: skip
    return plans.publish(plan=new, actor=organiser)


@pytest.fixture
def page(stranger):
    return lambda address: re.sub(r"\s+", "", strip_tags(stranger.get(address).content.decode()))


def test_a_version_speaks_of_the_draws_under_it_and_names_what_took_its_place(
    published_draw, organiser, stranger, page
):
    first = published_draw.plan
    assert "按第1版" not in page("/plans/2026/") and "2026年的抽签" in page("/plans/2026/")
    second = next_version(first, organiser)
    third = next_version(second, organiser)
    assert {version: [draw.code for draw in draws] for version, draws in draws_under(2026).items()} == {
        1: [published_draw.code]
    }
    old = stranger.get("/plans/2026/1/").content.decode()
    assert '这一版已由<a href="/plans/2026/2/">第 2 版</a>代替' in old and "看现行的版本" in old
    assert f'href="/draws/{published_draw.code}/"' in old and "下面用的是2026年第4季度抽查的实际数字" in old
    for address in ("/plans/2026/2/", "/plans/2026/", "/plans/2026/3/"):
        new = stranger.get(address).content.decode()
        assert f'href="/draws/{published_draw.code}/"' not in new and "下面的家数和人数是举例" in new
        assert "2026年另有1次抽签按别的版本进行" in page(address)
    assert "没有抽签按这一版进行" in page("/plans/2026/2/") and "还没有抽签按这一版进行" in page(
        "/plans/2026/3/"
    )
    assert third.version == 3 and "看现行的版本" not in page("/plans/2026/2/")
    assert "已由第3版代替" in page("/plans/2026/1/") and "已由第2版代替" in page("/plans/2026/3/")


def test_a_draft_is_under_no_version(draft):
    assert dict(draws_under(2026)) == {}


def test_a_plan_that_departs_from_the_scheme_says_what_the_scheme_wrote(plan, organiser, page):
    assert "方案写的是" not in page("/plans/2026/") and "写的不同" not in page("/plans/2026/")
    next_version(plan, organiser, general=(1, 40))
    new = page("/plans/2026/")
    assert (
        "1:40方案写的是1:4" in new
        and new.count("方案写的是") == 1
        and "那里没有写的，就是尚未说明原因" in new
    )
    assert "方案写的是" not in page("/plans/2026/1/")


def test_two_eighths_are_a_quarter(plan, organiser, page):
    next_version(plan, organiser, general=(2, 8))
    assert "方案写的是" not in page("/plans/2026/")
