"""What is written down while the site runs: one line an event for people, or one JSON object a line for machines (LOG_JSON)."""

from typing import Any

_LINE = "{asctime} {levelname} {name} [{reference} {address} {account}]: {message}"
# The same things by name; an object that is longer or shorter than another breaks no reader.
_FIELDS = "{asctime} {levelname} {name} {reference} {address} {account} {message}"
_NAMES = {"asctime": "time", "levelname": "level", "name": "logger", "reference": "request"}
_TIME = "%Y-%m-%dT%H:%M:%S%z"


def configuration(level: str, *, as_json: bool) -> dict[str, Any]:
    """Return Django's LOGGING: everything to the console, secrets masked, with the number of the request.

    :param level: DEBUG, INFO, WARNING or ERROR.
    """
    line = {"format": _LINE, "datefmt": _TIME, "style": "{"}
    objects = {
        "()": "pythonjsonlogger.json.JsonFormatter", "fmt": _FIELDS, "datefmt": _TIME, "style": "{",
        "rename_fields": _NAMES, "json_ensure_ascii": False,
    }  # fmt: skip
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"request": {"()": "wugang_audit.access.log_lines.RequestFilter"}},
        "formatters": {"line": objects if as_json else line},
        "handlers": {
            "console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["request"]}
        },
        "root": {"handlers": ["console"], "level": level},
    }
