"""gunicorn's access log: who asked for what, with the number of the request, and without the secrets in addresses."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from gunicorn.glogging import Logger

from ..access.log_lines import masked
from ..access.origin import client_address


class AccessLog(Logger):
    def atoms(self, resp: Any, req: Any, environ: dict[str, Any], request_time: timedelta) -> dict[str, Any]:
        atoms = super().atoms(resp, req, environ, request_time)
        # Whoever speaks for the visitor, the visitor's own address is the one to know.
        atoms["h"] = client_address(SimpleNamespace(META=environ))
        return {name: masked(value) if isinstance(value, str) else value for name, value in atoms.items()}
