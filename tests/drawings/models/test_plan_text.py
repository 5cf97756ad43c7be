"""The canonical text of a published plan, to the byte: the log holds its digest, so the form never changes."""

import hashlib

import pytest
from django.db import transaction
from django.urls import reverse

from drawings.models import InspectionItem, LogEntry, Plan, PlanRate
from drawings.models.plan_text import plan_text
from drawings.public_fields import ITEM, PLAN, RATE

GOLDEN = """plan/1
year 2026
version 1
title 2026年度抽查计划
document_number 平舞环〔2024〕40号
basis 第一条\\n第二条，反斜杠 \\\\
general_reading units
fresh_first no
yearly_cap -
substitutes pl5
rate key 25 100
rate special 25 100
rate general 1 4
item subject 甲事项
item target 企业
item content 排污
item kind 一般
item method 现场
item level 县级
item basis 法条
item rate 25%
item frequency 每季度
"""


@pytest.fixture
def told(plan):
    """The published plan with a basis of two lines and one invented item."""
    Plan.objects.update(basis="第一条\r\n第二条，反斜杠 \\")
    words = ["甲事项", "企业", "排污", "一般", "现场", "县级", "法条", "25%", "每季度"]
    InspectionItem.objects.update(**dict(zip(ITEM, words, strict=True)))
    return Plan.objects.get()


def test_the_text_is_this_to_the_byte(told):
    assert plan_text(told) == GOLDEN


def test_every_public_fact_of_a_plan_changes_the_text(told):
    changed = {"published_at"}  # the log's own to say
    new = {
        int: lambda old: old + 1,
        str: lambda old: "officers",
        bool: lambda old: True,
        type(None): lambda old: 3,
    }
    for model, fields in ((Plan, PLAN), (PlanRate, RATE), (InspectionItem, ITEM)):
        for field in set(fields) - changed:
            with transaction.atomic():
                row = model.objects.first()
                old = getattr(row, field)
                model.objects.filter(pk=row.pk).update(**{field: new[type(old)](old)})
                assert plan_text(Plan.objects.get()) != GOLDEN, field
                transaction.set_rollback(True)


def test_the_publication_logs_the_digest_of_what_the_public_downloads(plan, stranger):
    page = stranger.get("/plans/2026/1/")
    url = reverse("disclosure:plan_record", args=[2026, 1])
    assert f'href="{url}"' in page.content.decode()
    text = stranger.get(url).content
    row = LogEntry.objects.get(kind="plan")
    assert (row.subject, row.digest) == ("plan/2026/1", hashlib.sha256(text).hexdigest())


def test_a_plan_that_is_not_published_has_no_public_text(plan, stranger):
    Plan.objects.update(published_at=None)
    assert stranger.get("/plans/2026/1/plan.txt").status_code == 404
    assert stranger.get("/plans/2026/2/plan.txt").status_code == 404


def test_an_item_of_a_published_plan_keeps_its_words(plan, item, login, admin):
    client, url = login(admin), reverse("admin:drawings_inspectionitem_change", args=[item.pk])
    client.post(url, {"subject": "换了", "basis": "换了", "position": 4, "is_active": "on"})
    kept = InspectionItem.objects.get()
    assert (kept.subject, kept.basis) == (item.subject, item.basis)
    assert client.post(reverse("admin:drawings_inspectionitem_delete", args=[item.pk])).status_code == 403


def test_an_item_that_no_published_plan_lists_may_be_reworded(plan, item, login, admin):
    Plan.objects.update(published_at=None)
    page = login(admin).get(reverse("admin:drawings_inspectionitem_change", args=[item.pk]))
    assert set(ITEM) <= set(page.context["adminform"].form.fields)
