"""The organiser's pages of the plans, clicked through as a person would."""

import pytest
from pages import said

from drawings.models import LogEntry, Plan
from wugang_audit.audit.models import AuditEntry

PLAN = {
    "year": 2027, "title": "2027年度抽查计划", "document_number": "平舞环〔2027〕1号", "basis": "国办发〔2015〕58号",
    "general_reading": "units", "substitutes": "pl5", "key_n": 25, "key_d": 100, "special_n": 25, "special_d": 100,
    "general_n": 1, "general_d": 4,
}  # fmt: skip


def test_a_plan_is_made_changed_and_published_once(desk, item):
    page = desk.get("/ceremony/plans/new/")
    assert page.context["form"]["key_n"].value() == 25
    desk.post("/ceremony/plans/new/", PLAN | {"items": [item.pk]})
    plan = Plan.objects.get(year=2027)
    assert plan.rules() == [("key", "25/100"), ("special", "25/100"), ("general", "1/4")]
    desk.post(
        "/ceremony/plans/2027/1/edit/",
        PLAN | {"items": [item.pk], "general_reading": "officers", "key_n": 30},
    )
    plan = Plan.objects.get(year=2027)
    assert plan.rules() == [("key", "30/100"), ("special", "25/100"), ("general", "officers*4/1")]
    page = desk.post("/ceremony/plans/2027/1/publish/", follow=True)
    assert said(page)[-1] == "2027年度抽查计划已公布。"
    page = desk.post("/ceremony/plans/2027/1/publish/", follow=True)
    assert said(page) == ["这份计划已经公布过了。"]
    assert desk.get("/ceremony/plans/2027/1/edit/").status_code == 404
    actions = AuditEntry.objects.exclude(action="登录").order_by("index").values_list("action", flat=True)
    assert list(actions) == [
        "编制计划",
        "修改计划",
        "公布计划",
    ]


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"key_n": 101}, "不能大于总数"),
        ({"key_d": 0}, "大于或等于1"),
        ({"year": "去年"}, "整数"),
        ({"year": 0}, "大于或等于"),
        ({"year": 999}, "大于或等于"),
        ({"year": 10000}, "小于或等于"),
        ({"year": 99999}, "小于或等于"),
        ({"items": []}, "必填"),
    ],
)
def test_a_plan_with_a_fault_is_shown_again_with_the_reason(desk, item, wrong, reason):
    page = desk.post("/ceremony/plans/new/", PLAN | {"items": [item.pk]} | wrong)
    assert page.status_code == 200
    assert reason in str(page.context["form"].errors)
    assert Plan.objects.count() == 0


def test_a_later_version_says_what_it_changes_and_counts_from_the_next_draw(desk, plan, item, draft):
    page = desk.get("/ceremony/plans/new/")
    assert page.context["form"]["document_number"].value() == "平舞环〔2024〕40号"
    later = PLAN | {"year": 2026, "document_number": "平舞环〔2024〕40号", "items": [item.pk], "key_n": 50}
    desk.post("/ceremony/plans/new/", later | {"fresh_first": "on", "yearly_cap": "2"})
    assert desk.get("/ceremony/plans/2026/2/").context["changes"] == [
        "重点排污单位抽查比例：25% → 50%",
        "抽取次序：不分是否抽过 → 本年度未抽过的优先",
        "每家单位全年最多抽查次数：不限 → 2 次",
    ]
    assert desk.get("/ceremony/2026Q4/").context["flight"].plan.version == 1
    desk.post("/ceremony/plans/2026/2/publish/")
    assert desk.get("/ceremony/2026Q4/").context["flight"].plan.version == 2


def test_a_publication_leaves_the_head_of_the_trail_in_the_log(plan):
    assert list(LogEntry.objects.values_list("kind", "subject")) == [
        ("plan", "plan/2026/1"),
        ("audit", f"audit/{AuditEntry.objects.get(action='公布计划').index}"),
    ]


def test_a_year_has_one_unpublished_version_at_a_time(desk, item):
    desk.post("/ceremony/plans/new/", PLAN | {"items": [item.pk]})
    page = desk.post("/ceremony/plans/new/", PLAN | {"items": [item.pk]}, follow=True)
    assert "没有公布的计划" in said(page)[-1]
    assert Plan.objects.count() == 1
