"""The receipt of what somebody sent: a number that may be named, and a secret that opens the answer.

Both are worked out from the stamp of the form with the site's key, so a form that is sent twice (a double click, a line that
broke) gives the same receipt and makes one row. The table holds a digest of the secret alone.
"""

import datetime
import hmac
import unicodedata
from dataclasses import dataclass
from hashlib import sha256

from django.utils.crypto import constant_time_compare, salted_hmac

LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # none that is mistaken for another
NUMBER, SECRET = 6, 16  # letters; of the secret 79 bits


@dataclass(frozen=True)
class Receipt:
    number: str
    secret: str

    @property
    def digest(self) -> str:
        return digest(self.number, self.secret)


def receipt(stamp: str, on: datetime.date) -> Receipt:
    """Return what belongs to a stamp: ``20261008-7KQ3MX`` and ``ABCD-EFGH-JKMN-PQRS``."""
    letters = _letters("number", stamp, NUMBER)
    secret = _letters("secret", stamp, SECRET)
    return Receipt(f"{on:%Y%m%d}-{letters}", "-".join(secret[at : at + 4] for at in range(0, SECRET, 4)))


def digest(number: str, secret: str) -> str:
    """Return what is kept of a secret; however it was typed: in small letters, with blanks, without the dashes."""
    return sha256(f"{number}:{plain(secret)}".encode()).hexdigest()


def plain(typed: str) -> str:
    folded = unicodedata.normalize("NFKC", typed).upper()
    return "".join(letter for letter in folded if letter in LETTERS)


def number_of(typed: str) -> str:
    """Return a number as the table has it, however it was typed."""
    folded = unicodedata.normalize("NFKC", typed).upper()
    letters = "".join(letter for letter in folded if letter.isascii() and letter.isalnum())
    return f"{letters[:8]}-{letters[8:]}"[:20]


def opens(kept: str, number: str, secret: str) -> bool:
    """Say whether a secret is the one of a number, in a time that tells nothing.

    :param kept: the digest in the table; empty where there is no such number, which takes as long.
    """
    return constant_time_compare(kept or "0" * 64, digest(number, secret)) and bool(kept)


def _letters(what: str, stamp: str, count: int) -> str:
    key = salted_hmac(f"drawings.say.{what}", stamp, algorithm="sha256").digest()
    value = int.from_bytes(hmac.digest(key, b"letters", "sha512"), "big")
    found = []
    for _ in range(count):
        value, place = divmod(value, len(LETTERS))
        found.append(LETTERS[place])
    return "".join(found)
