"""gunicorn's access log: who asked for what, with the number of the request, and without the secrets in addresses."""

import json
import re
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from gunicorn.glogging import Logger, SafeAtoms

from ..access.log_lines import masked
from ..access.origin import client_address

# The bytes of an address are read as Latin-1: of those from 0x80 to 0x9f some are control characters too.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class JsonAtoms(SafeAtoms):
    """What stands between the quotes of a JSON object."""

    def __init__(self, atoms: dict[str, Any]):
        dict.__init__(
            self,
            {
                name: json.dumps(value, ensure_ascii=False)[1:-1] if isinstance(value, str) else value
                for name, value in atoms.items()
            },
        )


class AccessLog(Logger):
    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        if cfg.access_log_format.startswith("{"):
            self.atoms_wrapper_class = JsonAtoms

    def atoms(self, resp: Any, req: Any, environ: dict[str, Any], request_time: timedelta) -> dict[str, Any]:
        atoms = super().atoms(resp, req, environ, request_time)
        # Whoever speaks for the visitor, the visitor's own address is the one to know.
        atoms["h"] = client_address(SimpleNamespace(META=environ))
        return {
            name: one_line(masked(value)) if isinstance(value, str) else value
            for name, value in atoms.items()
        }


def one_line(text: str) -> str:
    """Return a text with its control characters escaped: an address may hold any, a terminal would obey some."""
    return _CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", text)
