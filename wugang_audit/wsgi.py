import os

import django
from django.urls import resolve

from .access.junk import Utf8Handler
from .access.methods import without_body_for_head

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wugang_audit.settings")
django.setup(set_prefix=False)

application = without_body_for_head(Utf8Handler())

from wugang_audit.audit.checks import log_missing_triggers  # noqa: E402 - needs the apps to be loaded
from wugang_audit.operations.startup import refuse_to_start  # noqa: E402

refuse_to_start()
log_missing_triggers()
# Reads all addresses and what stands behind them once, before the workers are made, not at their first request.
resolve("/")
