"""No word that a plan fixes for ever may hold personal data: not when it is typed, and not when it is published."""

import pytest
from pages import said

from drawings.models import LogEntry, Plan

PLAN = {
    "year": 2027, "title": "2027年度抽查计划", "document_number": "平舞环〔2027〕1号", "basis": "国办发〔2015〕58号",
    "general_reading": "units", "substitutes": "pl5", "key_n": 25, "key_d": 100, "special_n": 25, "special_d": 100,
    "general_n": 1, "general_d": 4,
}  # fmt: skip


@pytest.mark.parametrize("name", ["title", "document_number", "basis"])
@pytest.mark.parametrize("number", ["联系张三13812345678", "车牌豫Ｄ１２３４５", "zhang@example.com"])
def test_a_plan_with_personal_data_is_not_saved_and_the_field_says_so(desk, item, name, number):
    page = desk.post("/ceremony/plans/new/", PLAN | {"items": [item.pk], name: number})
    [(field, [fault])] = page.context["form"].errors.items()
    assert (field, fault.split("”像")[0]) == (
        name,
        f"“{number.removeprefix('联系张三').removeprefix('车牌')}",
    )
    assert fault.endswith("。会公开的文字里不能有个人信息，请删去。")
    assert Plan.objects.count() == 0


@pytest.mark.parametrize("name", ["title", "document_number", "basis"])
def test_a_draft_that_is_older_than_the_search_is_not_published(desk, item, name):
    desk.post("/ceremony/plans/new/", PLAN | {"items": [item.pk]})
    Plan.objects.update(**{name: "联系张三13812345678"})
    label = Plan._meta.get_field(name).verbose_name
    page = desk.post("/ceremony/plans/2027/1/publish/", follow=True)
    assert said(page)[-1] == (
        f"不能公开：{label}里的“13812345678”像手机号码。计划没有公布：请在计划里删去；在抽查事项里的，由系统管理员删去。"
    )
    assert not Plan.objects.get().is_published
    assert LogEntry.objects.count() == 0


def test_a_plan_is_not_published_over_an_item_with_personal_data(desk, item):
    desk.post("/ceremony/plans/new/", PLAN | {"items": [item.pk]})
    type(item).objects.update(content="联系张三13812345678")
    page = desk.post("/ceremony/plans/2027/1/publish/", follow=True)
    assert f"抽查事项“{item}”的抽查内容里的“13812345678”像手机号码" in said(page)[-1]
    assert not Plan.objects.get().is_published
