"""The files of evidence in a bucket of the S3 protocol (`EVIDENCE_S3_BUCKET`); loaded only where one is named.

Nothing in it is public: each object is put with the ACL ``private``, and no address of one is ever made.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from boto3.exceptions import Boto3Error
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.base import ContentFile, File
from storages.backends.s3 import S3Storage

# An officer waits for the answer: a bucket that is away says so before his phone gives up. Checksums beside the signed
# digest are left out, because many a store of this protocol does not know them.
PATIENCE = Config(
    connect_timeout=5, read_timeout=30, retries={"max_attempts": 2},
    request_checksum_calculation="when_required", response_checksum_validation="when_required",
)  # fmt: skip


@contextmanager
def reached() -> Iterator[None]:
    """:raises ConnectionError: the bucket is away, or does not let us in."""
    try:
        yield
    except (BotoCoreError, Boto3Error, ClientError) as error:
        raise ConnectionError(f"the bucket of evidence: {error}") from error


class PrivateBucket(S3Storage):
    """What fails is an `OSError`, as it is on a disk."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(
            **{"client_config": PATIENCE, "default_acl": "private", "file_overwrite": False} | settings
        )

    def _open(self, name: str, mode: str = "rb") -> File:
        with reached(), super()._open(name, mode) as file:
            return ContentFile(file.read(), name)

    def _save(self, name: str, content: File) -> str:
        with reached():
            return super()._save(name, content)

    def delete(self, name: str) -> None:
        with reached():
            super().delete(name)

    def exists(self, name: str) -> bool:
        with reached():
            return super().exists(name)

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        with reached():
            return super().listdir(path)

    def get_modified_time(self, name: str) -> datetime:
        with reached():
            return super().get_modified_time(name)

    def url(self, name: str | None, *given: Any, **more: Any) -> str:
        raise ValueError("evidence has no address of its own")
