"""The server's key pair for hand-over files (`field/handover_format.mjs`): phones wrap with the public part what the private part opens.

The private key is made at first need and kept in a file of its own. It opens nothing by itself: the browser of the account
that wrote a file gets that file's key, and nobody else's does (`verbs`). The public part proves nothing about who wrote a file: every
officer has it. So each account is told a token that the server can make again, and nobody else; a file carries that of its
writer beside its key.
"""

import base64
import hashlib
import hmac
import logging
import os
import secrets
from functools import cache
from pathlib import Path
from typing import NamedTuple

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from django.conf import settings

logger = logging.getLogger(__name__)
BITS = 3072
FORMAT = "handover/1"


class Pair(NamedTuple):
    """:param id: 16 hexadecimal digits, of the public key.
    :param public: the public key (SPKI, DER).
    """

    id: str
    public: bytes
    private: rsa.RSAPrivateKey

    def token(self, account: str) -> bytes:
        """Return the 32 bytes by which a file shows that a device of this account wrote it. They last as long as the pair."""
        content = self.private.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        own = hashlib.sha256(f"{FORMAT} token\n".encode() + content).digest()
        return hmac.digest(own, account.encode(), "sha256")

    def unwrap(self, wrapped: bytes, account: str) -> bytes:
        """Return what was wrapped for this account: the key of a file and the token of its writer, not yet compared.

        :raises ValueError: it was wrapped for another account or with another key, or it is broken.
        """
        digest = hashes.SHA256()
        label = f"{FORMAT} {account}".encode()
        return self.private.decrypt(wrapped, padding.OAEP(padding.MGF1(digest), digest, label))


def current() -> Pair:
    """Return the pair with which phones wrap today; make it where there is none.

    :raises OSError: its file can be neither read nor made.
    :raises ValueError: the file holds no such key.
    """
    path = Path(settings.HANDOVER_KEY_FILE)
    if not path.exists():
        _make(path)
    return _read(path)


def named(key_id: str) -> Pair | None:
    """Return the pair with this id: the one of today, or a former one whose file was renamed (``handover_key.2026.pem``)."""
    path = Path(settings.HANDOVER_KEY_FILE)
    for each in (path, *sorted(path.parent.glob(f"{path.stem}.*{path.suffix}"))):
        try:
            pair = _read(each)
        except (OSError, ValueError):
            continue
        if pair.id == key_id:
            return pair
    return None


def told_to(account: str) -> dict[str, str] | None:
    """Return ``{"id", "key": base64, "token": base64}`` for a phone of this account (`account_key`), and for no other; None where
    the server has no key: then nothing can be handed over, and all else goes on."""
    try:
        pair = current()
    except (OSError, ValueError):
        logger.exception("the key of hand-over files cannot be read or made: %s", settings.HANDOVER_KEY_FILE)
        return None
    key, token = (base64.b64encode(each).decode() for each in (pair.public, pair.token(account)))
    return {"id": pair.id, "key": key, "token": token}


def _make(path: Path) -> None:
    private = rsa.generate_private_key(public_exponent=65537, key_size=BITS)
    content = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    # Several processes may come to this at once: each writes a file of its own, and `link` lets the first one win.
    own = path.with_name(f"{path.name}-{secrets.token_hex(8)}")
    try:
        with open(os.open(own, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.link(own, path)
    except FileExistsError:
        pass
    finally:
        own.unlink(missing_ok=True)


@cache
def _read(path: Path) -> Pair:
    try:
        private = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (TypeError, UnsupportedAlgorithm) as error:
        raise ValueError(str(error)) from error
    if not isinstance(private, rsa.RSAPrivateKey):
        raise ValueError("not an RSA key")
    encoded = private.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return Pair(hashlib.sha256(encoded).hexdigest()[:16], encoded, private)
