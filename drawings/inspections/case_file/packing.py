"""Pack a case file into one zip on the disk: what is a photo goes through in pieces, never as a whole."""

import hashlib
import tempfile
import zipfile
from typing import IO

from ...protocol import verify
from ..evidence import kept_files
from .contents import CaseFile

EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip can hold: packing leaves no date of its own
UNIX, PLAIN_FILE = 3, 0o100644 << 16
PIECE = 1 << 20


def pack(case: CaseFile) -> IO[bytes]:
    """Return an open temporary file with the zip, to be read from its start; it goes when it is closed.

    :raises FileNotFoundError: a file of evidence is gone from the storage.
    """
    # The answer reads it and closes it.
    packed = tempfile.TemporaryFile()  # noqa: SIM115
    try:
        rows = []
        with zipfile.ZipFile(packed, "w") as archive:
            for path, content in case.texts.items():
                archive.writestr(_entry(path, zipfile.ZIP_DEFLATED), content)
                rows.append(
                    verify.Content(path, hashlib.sha256(content).hexdigest(), len(content), case.what(path))
                )
            for stored in case.stored:
                digest, size = hashlib.sha256(), 0
                # Photos are packed already.
                entry = _entry(stored.path, zipfile.ZIP_STORED)
                with kept_files.files().open(stored.name) as file, archive.open(entry, "w") as there:
                    while piece := file.read(PIECE):
                        digest.update(piece)
                        size += len(piece)
                        there.write(piece)
                rows.append(verify.Content(stored.path, digest.hexdigest(), size, stored.what))
            listed = verify.write_contents(case.draw, rows)
            archive.writestr(_entry(verify.CONTENTS, zipfile.ZIP_DEFLATED), listed)
    except BaseException:
        packed.close()
        raise
    packed.seek(0)
    return packed


def _entry(path: str, how: int) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(path, EPOCH)
    entry.create_system, entry.external_attr, entry.compress_type = UNIX, PLAIN_FILE, how
    return entry
