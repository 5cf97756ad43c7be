"""The arithmetic of codes: secret, six digits, recovery codes. No state is read or written here.

The secret is derived from SECRET_KEY and a random seed, and only the seed is stored: who gets hold of the database, or of
a backup of it, has no codes. When SECRET_KEY changes, every app must be set up again; recovery codes go on working.
"""

import unicodedata
from base64 import b32encode
from collections.abc import Iterable
from datetime import datetime
from urllib.parse import quote, urlencode

import segno
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.utils.crypto import constant_time_compare, get_random_string, salted_hmac
from django_otp.oath import hotp

from ...bureau import current

STEP = 30  # seconds for which an app shows one code
TOLERANCE = 1  # steps: the codes before and after the present one count too (RFC 6238, 5.2)
FAR = 40  # steps, 20 minutes: a code of then is refused, but it shows that the phone's clock is wrong
LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # none that is mistaken for another
RECOVERY_CODES, GROUPS, GROUP = 10, 3, 4  # twelve letters: 59 bits
# A recovery code is hashed as a password is (ASVS 6.5.2). It is random, not chosen: with fewer rounds than a password
# needs, guessing one from its hash still takes 2^75 steps, and a set of ten is made in half a second.
ITERATIONS = 100_000


def new_seed() -> str:
    return get_random_string(43)


def secret_of(seed: str) -> bytes:
    """Return the 160 bits that app and site share."""
    return salted_hmac("wugang_audit.second_factor", seed, algorithm="sha256").digest()[:20]


def typed_secret(seed: str) -> str:
    """Return the secret as it is typed by hand: base32 in groups of four."""
    text = b32encode(secret_of(seed)).decode()
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def app_link(seed: str, username: str) -> str:
    """Return the ``otpauth:`` address that an app on the same phone opens, and that the QR code holds."""
    secret = b32encode(secret_of(seed)).decode()
    query = urlencode({"secret": secret, "issuer": current().name}, quote_via=quote)
    return f"otpauth://totp/{quote(username)}?{query}"


def qr(text: str) -> str:
    """Return a QR code as a ``data:`` address for an image; nothing of it leaves the site."""
    return segno.make(text, error="l").svg_data_uri(scale=4, border=4)


def current_step(now: datetime) -> int:
    return int(now.timestamp()) // STEP


def six_digits(seed: str, step: int) -> str:
    return f"{hotp(secret_of(seed), step):06}"


def plain(text: str) -> str:
    """Return a code as it was meant: full-width figures and lower case are read, blanks and hyphens left out."""
    return "".join(unicodedata.normalize("NFKC", text).upper().split()).replace("-", "")


def step_shown(seed: str, code: str, now: datetime) -> int | None:
    """Return the step, of those around now, in which the app shows these six digits; None if in none of them."""
    here, found = current_step(now), None
    # All are computed, and the nearest one counts: the time it takes tells nothing.
    for offset in sorted(range(-FAR, FAR + 1), key=abs, reverse=True):
        if constant_time_compare(six_digits(seed, here + offset), code):
            found = here + offset
    return found


def new_recovery_codes() -> list[str]:
    """Make ten codes such as ``7K3M-Q9XA-B2CD``."""
    return ["-".join(get_random_string(GROUP, LETTERS) for _ in range(GROUPS)) for _ in range(RECOVERY_CODES)]


def hashed_all(codes: Iterable[str], iterations: int | None = None) -> list[str]:
    """Hash the codes of one set under one salt. Takes about half a second."""
    salt = get_random_string(22)
    return [PBKDF2PasswordHasher().encode(plain(code), salt, iterations or ITERATIONS) for code in codes]


def hashed_like(code: str, example: str) -> str:
    """Hash a typed code as the stored ones of its set were, one of which is the example."""
    hasher = PBKDF2PasswordHasher()
    made = hasher.decode(example)
    return hasher.encode(plain(code), made["salt"], made["iterations"])
