"""gunicorn's settings: `gunicorn -c wugang_audit/gunicorn.conf.py wugang_audit.wsgi`.

Two sync workers a core: measured, threads do not help here, and SQLite lets one writer in at a time anyway.
"""

import multiprocessing
import os

bind = os.environ.get("BIND", "127.0.0.1:8000")
workers = int(os.environ.get("WEB_CONCURRENCY", 2 * multiprocessing.cpu_count()))
# Long imports have a process of their own; a huge faulty workbook is given back within one request.
timeout = 120
accesslog = "-"
errorlog = "-"
loglevel = os.environ.get("LOG_LEVEL", "info").lower()
preload_app = True
