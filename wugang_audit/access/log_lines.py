"""What stands in the log of a request: its number and address in each line, secrets masked, a traceback only for a fault."""

import logging
import re

from .origin import current_origin

MASK = "***"
# Values that let somebody in, wherever they stand in an address; a log is read by more people than a password.
SECRET_NAMES = (
    "token", "password", "password1", "password2", "new_password1", "new_password2", "old_password", "pwd", "code",
    "otp", "otp_token", "secret", "key", "sessionid", "csrfmiddlewaretoken",
)  # fmt: skip
_IN_QUERY = re.compile(
    rf"(?i)((?:^|[?&;\s]|%3F|%26)(?:{'|'.join(SECRET_NAMES)})(?:=|%3D))[^&\s\"'#]*?(?=&|%26|[\s\"'#]|$)"
)
PASSING = (503, 507)  # the database is away, the disk is full: no fault of the site
# The address of a visit is the key that only the firm and its officers have (`disclosure:visit`), in `next` too.
_IN_PATH = re.compile(r"(?i)(/|%2F)visit(/|%2F)[0-9A-Za-z_-]{20,}")


def masked(text: str) -> str:
    """Return a line, or an address, without the secrets that stand in addresses."""
    return _IN_PATH.sub(rf"\1visit\2{MASK}", _IN_QUERY.sub(rf"\1{MASK}", text))


class RequestFilter(logging.Filter):
    """Give a record `reference`, `address` and `account`, mask it, and leave a traceback to faults of the site alone."""

    def filter(self, record: logging.LogRecord) -> bool:
        # Django writes some lines when the request has left all middleware, with the request beside them.
        request = getattr(record, "request", None)
        origin = current_origin() or getattr(request, "origin", None)
        record.reference = origin.request_id if origin else "-"
        record.address = origin.address if origin else "-"
        # Only who was looked up already: a line of the log asks no database, which may be what is away.
        account = getattr(getattr(request, "_cached_user", None), "pk", None)
        record.account = f"account {account}" if account else "-"
        record.msg, record.args = masked(record.getMessage()), None
        status = getattr(record, "status_code", None)
        if status is not None and (status < 500 or status in PASSING):
            if status in PASSING and record.exc_info and record.exc_info[1]:
                record.msg += f" ({str(record.exc_info[1]).strip().splitlines()[0]})"
            record.exc_info = record.exc_text = None
        return True
