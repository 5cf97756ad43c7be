"""A real server with one worker and one thread, for readers and senders who are slow on purpose."""

import os
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager

from house import ROOT

PATIENCE = 30


@contextmanager
def server(application, folder, **env):
    """Start gunicorn on the site's own settings, and stop it in order; gives the port, and the id of the process."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(100)
        env = os.environ | {
            "DATA_DIR": str(folder), "WEB_CONCURRENCY": "1", "WEB_THREADS": "1", "BIND": f"fd://{listener.fileno()}",
        } | env  # fmt: skip
        command = [sys.executable, "-m", "gunicorn", "-c", "wugang_audit/gunicorn.conf.py", application]
        with (folder / "log").open("wb") as output:
            process = subprocess.Popen(
                command, cwd=ROOT, env=env, pass_fds=[listener.fileno()], stdout=output, stderr=output
            )
        yield listener.getsockname()[1], process.pid
    process.send_signal(signal.SIGTERM)
    assert process.wait(PATIENCE) == 0, (folder / "log").read_text()
