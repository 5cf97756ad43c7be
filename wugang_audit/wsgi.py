import os

from django.core.wsgi import get_wsgi_application
from django.urls import resolve

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wugang_audit.settings")

application = get_wsgi_application()
resolve(
    "/"
)  # reads all addresses and what stands behind them once, before the workers are made, not at their first request
