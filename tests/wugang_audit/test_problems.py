"""What is wrong with a field is said in words that name it and what to do, on any form, without a word of its own for it."""

import pytest
from django import forms
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper

from wugang_audit.problems import problems


class Sample(forms.Form):
    name = forms.CharField(label="名称（全称）", min_length=2, max_length=4)
    kind = forms.ChoiceField(label="原因", choices=[("a", "甲")])
    one_of = forms.ChoiceField(label="事项", choices=[("a", "甲")], widget=forms.RadioSelect)
    several = forms.MultipleChoiceField(
        label="能力", choices=[("a", "甲")], widget=forms.CheckboxSelectMultiple
    )
    agreed = forms.BooleanField(label="已核对")
    file = forms.FileField(label="文件")
    day = forms.DateField(label="日期")
    moment = forms.DateTimeField(label="时间")
    count = forms.IntegerField(label="次数", min_value=1, max_value=9)
    share = forms.DecimalField(label="比例")
    address = forms.EmailField(label="邮箱")
    code = forms.SlugField(label="代码")
    own = forms.CharField(label="理由", error_messages={"required": "请写明为什么。"})


def said(**values):
    form = Sample(values)
    return {name: form[name].errors[0] for name in form.errors}


def test_an_empty_field_says_whether_to_fill_to_choose_or_to_tick():
    assert said() == {
        "name": "请填写“名称”。",
        "kind": "请选择“原因”。",
        "one_of": "请选择“事项”。",
        "several": "请选择“能力”。",
        "agreed": "请勾选“已核对”。",
        "file": "请选择“文件”。",
        "day": "请填写“日期”。",
        "moment": "请填写“时间”。",
        "count": "请填写“次数”。",
        "share": "请填写“比例”。",
        "address": "请填写“邮箱”。",
        "code": "请填写“代码”。",
        "own": "请写明为什么。",
    }


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", "字" * 5, "“名称”太长：最多 4 个字，现在 5 个。"),
        ("name", "字", "“名称”太短：至少 2 个字，现在 1 个。"),
        ("kind", "x", "“原因”没有这个选项，请重新选择。"),
        ("several", ["x"], "“能力”没有这个选项，请重新选择。"),
        ("day", "昨天", "“日期”不是日期，请照 2026-12-31 的样子填。"),
        ("moment", "昨天", "“时间”不是日期和时间，请照 2026-12-31 09:30 的样子填。"),
        ("count", "一", "“次数”请填整数，如 12。"),
        ("count", "0", "“次数”不能小于 1。"),
        ("count", "10", "“次数”不能大于 9。"),
        ("share", "一半", "“比例”请填数，如 12 或 0.5。"),
        ("address", "x", "“邮箱”不是邮箱地址，应像 name@example.com。"),
        ("code", "甲 乙", "“代码”只能用英文字母、数字、下划线和连字符。"),
    ],
)
def test_a_value_that_cannot_be_is_refused_with_what_would_do(field, value, words):
    assert said(**{field: value})[field] == words


def test_the_summary_says_the_same_and_the_label_once():
    messages = [each.message for each in problems(Sample({}))]
    assert messages[:2] == ["请填写“名称”。", "请选择“原因”。"]
    assert messages[-1] == "理由：请写明为什么。"


def test_a_choice_that_the_admin_wraps_is_still_a_choice():
    form = Sample({})
    field = form.fields["kind"]
    wrapped = RelatedFieldWidgetWrapper.__new__(RelatedFieldWidgetWrapper)
    wrapped.widget = field.widget
    field.widget = wrapped
    assert form["kind"].errors[0] == "请选择“原因”。"


def test_the_errors_beside_a_field_keep_the_id_that_the_field_points_to():
    assert 'id="id_name_error"' in str(Sample({})["name"].errors)
