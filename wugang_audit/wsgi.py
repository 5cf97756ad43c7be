import os

from django.core.wsgi import get_wsgi_application
from django.urls import resolve

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wugang_audit.settings")

application = get_wsgi_application()

from wugang_audit.audit.checks import log_missing_triggers  # noqa: E402 - needs the apps to be loaded

log_missing_triggers()
# Reads all addresses and what stands behind them once, before the workers are made, not at their first request.
resolve("/")
