"""Keeping programs out of the public form: a stamp that each form carries, work that a script does, and a limit by address.

A person notices nothing of it. With scripts, the browser does a second's work on the stamp (`say.mjs`) and the form is taken
at once. Without scripts, or where the browser offers no SHA-256 (a page over plain http), the form must have stood open for
half a minute. Each stamp is good once, for half a day: the table of objections holds its digest. Nothing is asked of another
site, and no picture has to be read.
"""

import secrets
from dataclasses import dataclass
from enum import Enum
from hashlib import sha256

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest

from wugang_audit import clock
from wugang_audit.access.shared_buckets import SharedBuckets
from wugang_audit.access.throttle import Rate

BITS = 14  # zeros that a proof begins with: 16,000 digests, a second on a phone
OPEN_FOR = 30  # seconds that a form without a proof must have stood open
GOOD_FOR = 12 * 3600  # seconds
LONGEST_PROOF = 12  # digits
_SIGNER = Signer(salt="drawings.say")

# From one address, that of a whole office or village perhaps: so many at once, then so many a second; of all workers together.
WITH_PROOF = Rate("say", 40, 1 / 60)
WITHOUT_PROOF = Rate("say slowly", 10, 1 / 600)
FOLLOW = Rate("say follow", 20, 1 / 10)  # receipts that open nothing: one who guesses gets no further
_buckets = SharedBuckets()


class Verdict(Enum):
    """What a stamp is worth."""

    GOOD = ""
    EARLY = (
        "您的浏览器没有开启脚本，为了挡住自动程序，页面要打开满 {seconds} 秒才能提交。"
        "写的内容都还在，请稍等一会儿再点“提交”。"
    )
    OLD = "这个页面打开得太久了。写的内容都还在，请核对以后再点一次“提交”。"
    FORGED = "没有认出这个页面。写的内容都还在，请再点一次“提交”。"


@dataclass(frozen=True)
class Stamp:
    """A stamp as it came back with a form."""

    text: str
    verdict: Verdict
    is_worked: bool  # the proof holds

    @property
    def digest(self) -> str:
        """What the table keeps of it."""
        return sha256(self.text.encode()).hexdigest()


def fresh() -> str:
    """Return a new stamp: a random word and the moment, signed."""
    return _SIGNER.sign(f"{secrets.token_urlsafe(18)}.{int(clock.now().timestamp())}")


def read(text: str, proof: str) -> Stamp:
    """Read the stamp of a form that was sent.

    :param proof: a decimal number such that SHA-256 of ``<stamp>:<number>`` begins with `BITS` zeros; empty without scripts.
    """
    try:
        opened = int(_SIGNER.unsign(text).rpartition(".")[2])
    except (BadSignature, ValueError):
        return Stamp(text, Verdict.FORGED, False)
    age = int(clock.now().timestamp()) - opened
    is_worked = holds(text, proof)
    if not 0 <= age <= GOOD_FOR:
        return Stamp(text, Verdict.OLD, is_worked)
    verdict = Verdict.GOOD if is_worked or age >= OPEN_FOR else Verdict.EARLY
    return Stamp(text, verdict, is_worked)


def holds(stamp: str, proof: str) -> bool:
    """Say whether the work was done."""
    if not (proof.isascii() and proof.isdigit() and len(proof) <= LONGEST_PROOF):
        return False
    digest = sha256(f"{stamp}:{proof}".encode()).digest()
    return int.from_bytes(digest[:4], "big") >> (32 - BITS) == 0


def wait(request: HttpRequest, rate: Rate) -> int:
    """Count one more from this address; return 0, or after how many seconds it may come again."""
    return _buckets.take(request.origin.address, rate) if settings.THROTTLE_BY_ADDRESS else 0


def not_counted(request: HttpRequest, rate: Rate) -> None:
    """Take back what `wait` counted: it was no guess."""
    if settings.THROTTLE_BY_ADDRESS:
        _buckets.give(request.origin.address, rate)


def in_words(seconds: int) -> str:
    return f"{seconds} 秒" if seconds < 100 else f"{-(-seconds // 60)} 分钟"
