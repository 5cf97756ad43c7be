"""Whether the on-site record that a phone has shown without a signal is the one that the report makes.

The phone writes the very text ``record/1`` (`field/onsite_record.mjs`), shows it with its digest, and the firm signs that. When
the signal is back the same text is written here from what was typed; only if both are one is the record frozen.
"""

from ...models.site_facts import CALLED
from ...protocol import verify
from ...states import Refused


class NotAsShown(Refused):
    """What was shown on a phone, and perhaps signed there, is not what would be frozen."""


def read_shown(text: str) -> verify.FieldRecord:
    """Return the record that a phone has shown.

    :raises Refused: it is none; then nothing that was signed on it counts.
    """
    try:
        found = verify.parse_field_record(text.replace("\r\n", "\n"))
        # Nobody shall guess the record from its public digest: 32 random digits have fewer kinds once in 10^9 times.
        verify.want(len(set(found.nonce)) >= 6, "随机数不随机")
        return found
    except verify.Invalid:
        raise NotAsShown(
            "手机上写成的现场记录读不出来，没有固定。请有信号时刷新页面，重新固定、重新签字。"
        ) from None


# What people call the lines of a record: those of the site as everywhere, and the rest.
_CALLED = {
    "draw": "抽签",
    "unit": "单位编号",
    "name": "单位名称",
    "team": "检查组",
    "checklist": "检查清单",
    **CALLED,
    "measure": "现场措施",
    "evidence": "现场证据",
}


def require_same(shown: verify.FieldRecord, text: str) -> None:
    """:raises Refused: what a phone has shown, and the firm may have signed, is not the record that the report makes."""
    here = verify.parse_field_record(text)
    if shown == here:
        return
    unlike = [word for name, word in _CALLED.items() if getattr(shown, name) != getattr(here, name)]
    raise NotAsShown(
        f"手机上显示的现场记录和系统里的不一样（{'、'.join(unlike)}），没有固定，当事人在手机上的签字也不算。"
        "您填的都还在手机上：请刷新页面核对，重新固定、重新签字。"
    )
