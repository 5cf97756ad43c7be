"""Saving the site as one file that checks itself, and making a site of it again.

A backup is a tar file: ``site.json`` (what it is of), the database, ``evidence/…``, ``keys/…``, and last ``SHA256SUMS`` of all of these.
Encrypted it is an age file (https://age-encryption.org/v1) of that. So it opens without this program too: ``age -d -i KEY FILE | tar x``
and ``sha256sum -c SHA256SUMS``.
"""

from .shelf import Backup, kept

__all__ = ["Backup", "kept"]
