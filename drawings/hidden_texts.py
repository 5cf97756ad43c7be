"""What the law hid anywhere on the site, said again in a text that is to become public.

In the texts of the same result that is refused (`inspections.privacy`). Elsewhere it is a warning to whoever lets the text pass:
the same words may be another matter. What is found is long, and no set phrase: those stand in several public results.
"""

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Mapping
from typing import TypeVar

from django.db.models import Q

from wugang_audit.privacy import folded, joined, pieces

from .models import Inspection, Redaction
from .models.substitutions import Substitution

Key = TypeVar("Key", bound=Hashable)
SET_PHRASE = 2  # public results of other visits that say the same


def said_again(
    texts: Mapping[Key, str], names: Mapping[Key, Iterable[str]], but: Collection[int] = ()
) -> dict[Key, list[str]]:
    """Return {key: what a text has in common with what was hidden, or asked to be hidden} of those texts that have something.

    One query; one more over the public results where something is found.

    :param names: {key: names that may stand in both}, such as that of the unit.
    :param but: the inspections that the texts are about: what was hidden of them is refused, and their results make no set phrase.
    """
    hidden = {piece for words in _hidden(but) for piece in pieces(words)}
    found = {key: pieces(text, names.get(key, ())) & hidden for key, text in texts.items()}
    rare = _rare(set().union(*found.values()), but)
    runs = {key: joined(text, found[key] & rare, names.get(key, ())) for key, text in texts.items()}
    return {key: some for key, some in runs.items() if some}


def words_of(row: Redaction) -> str:
    """Return the words that a redaction hides, as the tables keep them."""
    if row.correction:
        return row.correction.text
    if row.photo:
        return row.photo.evidence.caption
    if row.substitution:
        return said_in(row.substitution)
    if row.deposit:
        return row.deposit.where
    if row.withdrawal:
        return row.withdrawal.reason
    if row.inspection:
        return row.inspection.summary
    return row.draw.void_reason if row.text == Redaction.Text.VOID else row.draw.witnesses


def said_in(row: Substitution) -> str:
    """Return the words of a declaration that the public reads: its evidence, and why others could not be sent."""
    return "\n".join([row.evidence, *(why for _, why in sorted(row.away.items()))])


def _hidden(but: Collection[int]) -> Iterable[str]:
    rows = Redaction.objects.filter(refused_at__isnull=True).exclude(text=Redaction.Text.WITNESSES)
    rows = rows.exclude(
        Q(inspection__in=but) | Q(correction__inspection__in=but) | Q(photo__inspection__in=but)
    )
    about = ("draw", "inspection", "correction", "photo__evidence", "substitution", "deposit", "withdrawal")
    columns = (
        "text",
        "draw__void_reason",
        "inspection__summary",
        "correction__text",
        "photo__evidence__caption",
        "substitution__evidence",
        "substitution__away",
        "deposit__where",
        "withdrawal__reason",
    )
    return map(words_of, rows.select_related(*about).only(*columns))


def _rare(some: set[str], but: Collection[int]) -> set[str]:
    """Return those pieces that fewer than `SET_PHRASE` public results say; the newest are read first."""
    if not some:
        return some
    hidden = Redaction.objects.filter(refused_at__isnull=True, inspection__isnull=False).values("inspection")
    rows = (
        Inspection.objects.disclosed()
        .exclude(pk__in=hidden)
        .exclude(pk__in=but)
        .order_by("-published_at", "-pk")
    )
    left, times = set(some), Counter()
    for summary in rows.values_list("summary", flat=True).iterator():
        text = folded(summary)
        times.update(piece for piece in left if piece in text)
        left = {piece for piece in left if times[piece] < SET_PHRASE}
        if not left:
            break
    return left
