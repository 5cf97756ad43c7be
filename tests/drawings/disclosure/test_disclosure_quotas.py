"""The arithmetic in words, against sums done by hand."""

import pytest

from drawings.disclosure import objects, quotas
from drawings.protocol.verify import Stratum


@pytest.mark.parametrize(
    ("stratum", "words"),
    [
        (Stratum("key", "25/100", 40, 10), "在库参加抽签 40 家 × 25/100 = 10 → 抽 10 家"),
        (Stratum("special", "25/100", 6, 2), "在库参加抽签 6 家 × 25/100 = 1.5 → 抽 2 家（有小数进一）"),
        (Stratum("general", "1/4", 227, 57), "在库参加抽签 227 家 × 1/4 = 56.75 → 抽 57 家（有小数进一）"),
        (Stratum("key", "25/100", 1, 1), "在库参加抽签 1 家 × 25/100 = 0.25 → 抽 1 家（有小数进一）"),
        (Stratum("key", "25/100", 0, 0), "在库参加抽签 0 家 × 25/100 = 0 → 抽 0 家"),
        (Stratum("general", "1/3", 10, 4), "在库参加抽签 10 家 × 1/3 ≈ 3.3333 → 抽 4 家（有小数进一）"),
        (Stratum("general", "officers*4/1", 227, 48), "可派出的执法人员 12 人 × 4/1 = 48 → 抽 48 家"),
        (
            Stratum("general", "officers*4/1", 30, 30),
            "可派出的执法人员 12 人 × 4/1 = 48 → 应抽 48 家，可抽的只有 30 家，全部抽取",
        ),
    ],
)
def test_a_quota_is_told_as_a_sum(stratum, words):
    assert quotas.PublicQuota.of(stratum, officers=12).words == words


def rate(numerator=1, denominator=4):
    return objects.Rate("general", "一般排污单位", numerator, denominator, f"{numerator}:{denominator}")


def test_the_three_readings_of_the_rate_stand_side_by_side():
    both = quotas.readings(rate(), None, "")
    assert both.by_units == "在库参加抽签 200 家 × 1/4 = 50 → 抽 50 家"
    assert both.by_officers == "可派出的执法人员 12 人 × 4/1 = 48 → 抽 48 家"
    assert both.by_officers_year == "可派出的执法人员 12 人 × 4/4 = 12 → 抽 12 家"
    assert both.taken_from == ""


def test_the_plan_counts_with_the_numbers_of_the_years_draw(frozen_draw, stranger):
    text = stranger.get("/plans/2026/").content.decode()
    assert "下面用的是2026年第4季度抽查的实际数字" in text
    assert "在库参加抽签 9 家 × 1/4 = 2.25 → 抽 3 家（有小数进一）" in text
    assert "可派出的执法人员 3 人 × 4/1 = 12 → 应抽 12 家，可抽的只有 9 家，全部抽取" in text
    assert text.index("读法一") < text.index("本计划采用") < text.index("读法二") < text.index("未采用")


def test_the_plan_says_when_the_officers_reading_applies(plan, stranger):
    type(plan).objects.update(general_reading="officers")
    text = stranger.get("/plans/2026/").content.decode()
    assert "每 1 名执法人员对应抽 4 家，有小数进一" in text
    assert text.index("未采用") < text.index("读法二") < text.index("本计划采用")
    assert "下面的家数和人数是举例" in text


def test_a_rate_that_goes_into_a_thousand_is_told_to_four_places():
    assert quotas.product(7, 3, 10) == "× 3/10 = 2.1"
    assert quotas.product(1, 1, 7) == "× 1/7 ≈ 0.1429"
