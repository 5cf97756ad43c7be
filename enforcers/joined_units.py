"""What becomes of recusals when two units are joined: they go with the unit that stays.

An officer who is recused for both keeps both rows.
"""

from sources import companions

from .models import Recusal

companions.register(
    companions.Companion(
        "回避",
        Recusal,
        key=lambda row: row.officer_id,
        name=lambda row: f"{row.officer.name}（{row.officer.certificate_number}）",
        related=("officer",),
    )
)
