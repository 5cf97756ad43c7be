"""A process of its own for a long import: no request waits for it, and a hostile file cannot affect other requests."""

import resource
import signal
import subprocess
import sys

from django.conf import settings

LONGEST = 15 * 60  # seconds
MEMORY = 2 * 1024**3  # bytes of address space; a list of 100,000 units needs a quarter of it


def start(pk: int) -> None:
    """Let another process do what the import job asks for; the state of the job says how it ended."""
    subprocess.Popen(  # noqa: S603 -- nothing in it comes from a user
        [sys.executable, str(settings.BASE_DIR / "manage.py"), "run_import", str(pk)],
        cwd=settings.BASE_DIR,
        stdin=subprocess.DEVNULL,
        start_new_session=True,  # the web worker may be replaced meanwhile
    )


def bound() -> None:
    """Limit this process in memory and time; exceeding a limit raises."""

    def too_long(*_: object) -> None:
        raise TimeoutError

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    signal.signal(signal.SIGALRM, too_long)
    signal.alarm(LONGEST)
