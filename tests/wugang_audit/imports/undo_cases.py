"""Rows to import and undo, and what stands in the registries before and after."""

from enforcers.models import Ability, Officer, Recusal
from sources.models import PermitCondition, PollutionSource

REGISTRIES = (PollutionSource, PermitCondition, Officer, Ability, Recusal)
RECUSED = {"回避单位": "410481-0901、410481-0902", "回避原因": "配偶在该厂"}


def person_row(serial, **cells):
    number = f"16041048{serial:03d}"
    return {"姓名": f"人员{serial}", "执法证号": number, "执法证有效期至": "2098-07-01"} | cells


def condition(serial, pollutant="颗粒物", **cells):
    number = f"410481-{serial:04d}"
    return {
        "污染源编码": number,
        "排放口编号": "DA001",
        "污染物": pollutant,
        "许可浓度限值": "10",
        "浓度单位": "mg/m³",
    } | cells


def standing():
    """All rows of all registries, but for the time of their last change."""
    return {
        model.__name__: [
            {name: value for name, value in row.items() if name != "updated_at"}
            for row in model.objects.order_by("pk").values()
        ]
        for model in REGISTRIES
    }
