"""Processes of a test that stop where it wants them to, on its database, and are killed there."""

import os
import signal
import subprocess
import sys

from django.conf import settings
from django.db import connection

# Before what a process does: it stops where `stop` is called until it is killed.
STOP = """
import sys
import django
django.setup()
def stop(*_, **__):
    print("there", flush=True)
    sys.stdin.read()
"""


def environment(**more):
    """What a process of its own needs to work on the database of the test."""
    database = connection.settings_dict
    url = f"sqlite:///{database['NAME']}"
    if connection.vendor != "sqlite":
        url = f"postgres://{database['USER']}@{database['HOST']}:{database['PORT']}/{database['NAME']}"
    return (
        os.environ
        | {
            "DATABASE_URL": url,
            "DATA_DIR": str(settings.IMPORT_LOCKS_DIR),
            "DJANGO_SETTINGS_MODULE": "wugang_audit.settings",
            "PYTHONPATH": str(settings.BASE_DIR),
        }
        | more
    )


def killed(process):
    os.kill(process.pid, signal.SIGKILL)
    process.wait()


def killed_in(script, *arguments, **more):
    """Run a script up to its `stop`, and kill it there."""
    command = [sys.executable, "-c", STOP + script, *map(str, arguments)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, env=environment(**more), **pipes) as process:
        assert process.stdout.readline() == b"there\n"
        killed(process)
