"""gunicorn's settings: `gunicorn -c wugang_audit/gunicorn.conf.py wugang_audit.wsgi`.

The worker takes requests in and sends answers out without holding a thread (see `server/worker.py`).
"""

import gc
import multiprocessing
import os
from pathlib import Path

import environ

# What `.env` says of the server counts as well; the environment itself comes first, as it does with the settings.
environ.Env.read_env(Path(__file__).resolve().parent.parent / ".env")

bind = os.environ.get("BIND", "127.0.0.1:8000")
worker_class = "wugang_audit.server.worker.BufferingWorker"
workers = int(os.environ.get("WEB_CONCURRENCY", 2 * multiprocessing.cpu_count()))
threads = int(os.environ.get("WEB_THREADS", 4))
worker_connections = 1000
# A browser opens several connections and comes back to them within a page.
keepalive = 5
# Long imports have a process of their own; what computes for longer than this is ended within twice the time.
timeout = 60
graceful_timeout = 30
# A file that is turned over (SIGUSR1 opens it anew), or "-": the console.
accesslog = os.environ.get("ACCESS_LOG", "-")
errorlog = "-"
loglevel = os.environ.get("LOG_LEVEL", "info").lower()
preload_app = True
# Nobody here steers a running server through a socket file: one door less.
control_socket_disable = True
# The answers wait in the worker, not in the kernel.
sendfile = False
logger_class = "wugang_audit.server.access_log.AccessLog"
access_log_format = '%(h)s %(t)s "%(r)s" %(s)s %(B)s %(M)sms %({x-request-id}o)s'
if environ.Env().bool("LOG_JSON", False):
    access_log_format = (
        '{"time": "%(t)s", "address": "%(h)s", "line": "%(r)s", "status": "%(s)s", "bytes": "%(B)s", "ms": "%(M)s", '
        '"request": "%({x-request-id}o)s"}'
    )


def post_fork(_server, _worker):
    """Let the garbage collector pass by what was loaded before the first request, and come less often.

    A page makes some thousand objects and no cycle worth looking for: at Python's own pace a tenth of its time goes there.
    """
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)
