"""The service worker of one release: its script, the files that it holds, and the version made of both.

A release is one set of scripts and styles. Its version stands on each page that a device may hold, so that no page is ever
shown with the scripts of another release.
"""

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.templatetags.static import static

from wugang_audit.access.headers import HEADERS

SOURCE = Path(__file__).with_name("worker.mjs")
FAREWELL = Path(__file__).with_name("farewell.mjs")
# What the pages that are held load. All of `FOLDER` besides: its modules load one another.
FILES = (
    "wugang_audit/site.css",
    "wugang_audit/site.mjs",
    "wugang_audit/errors.mjs",
    "wugang_audit/emblem.svg",
    "drawings/inspections.mjs",
    "drawings/sheet.mjs",
)
FOLDER = "drawings/field"
# Milliseconds that a page waits for an answer before the copy is shown, where there is one.
PATIENCE = 6000


@dataclass(frozen=True)
class Release:
    """:param version: 16 hexadecimal digits, of the worker and the files that it holds.
    :param worker: the script.
    """

    version: str
    worker: str


@cache
def current() -> Release:
    """Return the release that this process serves; read from the files once."""
    known = {
        "assets": {static(name): _digest(_read(name)) for name in files()},
        "static": static(""),
        "headers": HEADERS,
        "page": render_to_string("inspections/offline.html"),
        "patience": PATIENCE,
    }
    source = SOURCE.read_text(encoding="utf-8")
    version = _digest(f"{json.dumps(known, sort_keys=True)}\n{source}".encode())[:16]
    return Release(version, f"const RELEASE = {json.dumps(known | {'version': version})};\n{source}")


def farewell() -> str:
    """Return the worker that takes itself and all that it held away (`OFFLINE_PAGES`)."""
    return FAREWELL.read_text(encoding="utf-8")


def files() -> list[str]:
    """Return the names of the files that a worker holds, as `static` takes them."""
    folder = finders.find(FOLDER)
    return [*FILES, *(f"{FOLDER}/{path.name}" for path in sorted(Path(folder).glob("*.mjs")))]


def _read(name: str) -> bytes:
    return Path(finders.find(name)).read_bytes()


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
