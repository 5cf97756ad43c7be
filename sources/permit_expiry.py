"""When a unit's permit runs out, and what an officer should know of it."""

import datetime

from wugang_audit import clock

from .models import PollutionSource

# Renewal is applied for 60 days before the end (《排污许可管理条例》第十四条).
RENEWAL = datetime.timedelta(days=60)


def permit_warning(source: PollutionSource) -> str:
    """Say in Chinese that the unit's permit has expired or soon will, or return an empty text."""
    if source.permit_expiry is None:
        return ""
    left = source.permit_expiry - clock.today()
    if left.days < 0:
        return f"许可证已于 {source.permit_expiry:%Y-%m-%d} 到期，请重点核查是否无证排污。"
    if left < RENEWAL:
        return (
            f"许可证还有 {left.days} 天到期，已过申请延续的期限（《排污许可管理条例》第十四条：届满 60 日前申请）："
            "请核对单位是否已经申请延续。"
        )
    return ""
