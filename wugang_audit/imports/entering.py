"""Imports that no page asked for, such as those of the command line: they stand in the list of imports, and can be undone."""

import hashlib

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from ..access.busy import importing
from .importer import Importer
from .jobs import APPLIED
from .models import ImportJob, ImportState
from .preview import Preview


def enter(
    importer: Importer,
    filename: str,
    content: bytes,
    preview: Preview,
    *,
    owner: AbstractBaseUser | None = None,
    reason: str = "",
) -> ImportJob:
    """Enter in the list of imports what an importer has just written, in the same transaction.

    :param owner: the actor that the importer was given; None: the command line.
    :param reason: as the importer was given it: undoing finds what was written by it.
    """
    return ImportJob.objects.create(
        registry=importer.kind,
        owner=owner,
        filename=filename,
        content=b"",
        sha256=hashlib.sha256(content).hexdigest(),
        preview=preview.stored(),
        state=ImportState.APPLIED,
        outcome=APPLIED,
        reason=reason,
        percent=100,
        applied_at=importer.at,
    )


def import_and_enter(
    importer: Importer, filename: str, content: bytes, owner: AbstractBaseUser, reason: str
) -> Preview:
    """Import a workbook, all or nothing, as the pages do once it is confirmed.

    :raises wugang_audit.imports.preview.Faulty: if there are faults.
    """
    with importing(), transaction.atomic():  # pages say so meanwhile, instead of waiting
        preview = importer.apply(content, filename, owner, reason=reason)
        enter(importer, filename, content, preview, owner=owner, reason=reason)
    return preview
