"""How a value from outside enters: typed by two people, one after the other, each from the original record."""

import re
import unicodedata
from enum import Enum
from typing import Any

from django import forms

from wugang_audit import clock
from wugang_audit.access.roles import Role
from wugang_audit.accounts.models import User
from wugang_audit.audit.models import AuditEntry

from .models.draw import Draw
from .models.entropy import DICE, DIGIT_LOTTERIES, SSQ, SYSTEM, ReadTwice, label_in_words, reading_digest
from .models.lotteries import accepted_values
from .protocol import verify
from .states import Refused

# The entries of first readings: one value after the other is read, so a draw's newest is that of the value at hand.
FIRST = ("第一次录入随机数", "第一次录入替补号码")


class Reading(Enum):
    """What became of a value that somebody typed."""

    FIRST = "it waits for a second person"
    DIFFERENT = "it is not what the first person typed: both are dropped"
    AGREED = "it is what the first person typed: the caller accepts it"


def read(
    row: ReadTwice, *, draw: Draw, source: str, label: str, value: str, actor: User, same_event: bool = True
) -> Reading:
    """Take one reading of a value; the row is locked by the caller, who stores an agreed value and leaves the trace.

    The trace of a first reading holds its `reading_digest` as ``first``: a value that somebody has put into the table since
    is not what the first person typed.

    :param value: in the form of draw/2 (see `normal_form`).
    :param same_event: whether both readings are of the same issue, where that is typed too.
    :raises Refused: a value of another form, or not the one that this site has accepted for the same event; the first reading was by the same person; none of the two organises.
    """
    try:
        verify.check_value(source, label, value)
    except verify.Invalid as fault:
        raise Refused(f"没有记录：{fault}") from None
    _check_accepted(source, label, value)
    if row.first_by_id is None:
        row.first_value, row.first_by, row.first_at = value, actor, clock.now()
        row.save(update_fields=["first_value", "first_by", "first_at"])
        return Reading.FIRST
    if row.first_by_id == actor.pk:
        raise Refused("第一次录入就是您做的，第二次须由另一个人录入。")
    if not (actor.has_role(Role.ORGANISER) or row.first_by.has_role(Role.ORGANISER)):
        raise Refused("两名录入人中至少要有一名抽查组织者。")
    digest = reading_digest(draw.salt_text, source, label, value)
    if row.first_value != value or not same_event or not _is_recorded(draw, row.first_by_id, digest):
        row.first_value, row.first_by, row.first_at = "", None, None
        row.save(update_fields=["first_value", "first_by", "first_at"])
        return Reading.DIFFERENT
    return Reading.AGREED


def _is_recorded(draw: Draw, person: int, digest: str) -> bool:
    """Say whether the first reading that the trail recorded is this one, by this person."""
    entries = AuditEntry.objects.filter(target_key=f"{draw._meta.label_lower}:{draw.pk}", action__in=FIRST)
    entry = entries.order_by("-index").first()
    return entry is not None and (entry.actor_id, entry.changes.get("first")) == (person, digest)


def _check_accepted(source: str, label: str, value: str) -> None:
    """Refuse another value of an event that a draw or a substitute has a value of: one issue is drawn once."""
    if source in (*DICE, SYSTEM):
        return  # their labels name no event that others share
    if others := accepted_values(source, label) - {value}:
        named = f"{verify.SOURCES[source].title}{label_in_words(source, label)}"
        raise Refused(
            f"没有记录：本站已经登记过{named}的号码，是 {min(others)}，和您录入的不同。请对照开奖公告核对。"
        )


class ValueForm(forms.Form):
    """The value of one source, typed as people write it down."""

    value = forms.CharField(
        label="结果",
        max_length=1200,
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, source: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.source = source
        kind = verify.SOURCES[source]
        self.fields["value"].help_text = kind.shape + "。空格、逗号会自动整理。"

    def clean_value(self) -> str:
        return normal_form(self.source, self.cleaned_data["value"])


def normal_form(source: str, typed: str) -> str:
    """Bring a typed value into the form of draw/2 without guessing: full-width digits, separators, leading zeros.

    What is still of the wrong form afterwards is refused by the protocol itself.
    """
    text = unicodedata.normalize("NFKC", typed).strip().lower()
    words = [word for word in re.split(r"[\s,，、;；+＋|]+", text) if word]
    if source == SSQ:
        return " ".join(word.zfill(2) for word in words)
    if source in DIGIT_LOTTERIES:
        return " ".join("".join(words))
    return "".join(words)
