"""What a reading is one of, by what permits call outlets and units."""

import pytest

from drawings.models.strata import category_in
from drawings.models.stronger import kind_of, kind_of_outlet, kind_of_unit

OUTLETS = [
    ("DW001", "water"), ("ＤＷ００１", "water"), ("ys02", "water"), ("DA012", "gas"), ("MF0031", "gas"),
    ("厂界", None), ("总排口", None), ("DW", None), ("XDW001", None), ("", None),
]  # fmt: skip
UNITS = [
    ("mg/L", "water"), ("个/L", "water"), ("MPN/100mL", "water"), ("毫克/升", "water"), ("mg/m³", "gas"),
    ("mg/m3", "gas"), ("ng-TEQ/Nm³", "gas"), ("毫克/立方米", "gas"), ("dB(A)", "noise"), ("ｄＢ（Ａ）", "noise"),
    ("分贝", "noise"), ("kg/h", None), ("无量纲", None), ("", None), ("t/a", None),
]  # fmt: skip


@pytest.mark.parametrize(("outlet", "kind"), OUTLETS)
def test_the_number_of_an_outlet_says_what_it_lets_out(outlet, kind):
    assert kind_of_outlet(outlet) == kind


@pytest.mark.parametrize(("unit", "kind"), UNITS)
def test_the_unit_says_it_where_the_outlet_has_no_number(unit, kind):
    assert kind_of_unit(unit) == kind


def test_those_that_are_drawn_more_often_are_key_units():
    assert [category_in(stratum) for stratum in ("key-emitting", "key", "general")] == [
        "key",
        "key",
        "general",
    ]


NAMED = [
    ("厂界", "臭气浓度", "无量纲", "gas"), ("烟囱", "林格曼黑度", "级", "gas"), ("总排口", "pH值", "", "water"),
    ("总排口", "ｐＨ", "无量纲", "water"), ("厂界", "厂界噪声", "", "noise"), ("DA001", "pH", "", "gas"), ("厂界", "温度", "°C", None),
]  # fmt: skip


@pytest.mark.parametrize(("outlet", "pollutant", "unit", "kind"), NAMED)
def test_the_pollutant_says_it_where_neither_does(outlet, pollutant, unit, kind):
    assert kind_of(outlet, pollutant, unit) == kind
