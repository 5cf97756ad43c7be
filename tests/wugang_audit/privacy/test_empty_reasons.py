"""What is typed only because a reason must be given."""

import pytest

from wugang_audit.privacy import says_nothing


@pytest.mark.parametrize(
    "text",
    [
        "", "。。。。", "无", "无无无无", "是的是的", "是的，是的！", "是的是的是", "111 222", "对对对好好", "不是的不是的",
        "没有问题 没有问题", "没有问题。没有问题。没有问题。", "test test",
    ],
)  # fmt: skip
def test_one_word_over_and_over_says_nothing(text):
    assert says_nothing(text)


@pytest.mark.parametrize(
    "text",
    [
        "企业座机", "电话、电表", "值班电话", "是企业的", "是编号，不是电话", "企业公示的值班电话，企业公示的值班电话", "样品编号样品编号一",
        "《个人信息保护法》第四十七条：本人要求删除",
    ],
)  # fmt: skip
def test_a_reason_says_something(text):
    assert not says_nothing(text)
