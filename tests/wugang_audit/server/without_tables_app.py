"""The site on a database without a table, which it would refuse to start with: for what needs no database."""

import os
from unittest import mock

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wugang_audit.settings")
django.setup()
from wugang_audit.operations import startup  # noqa: E402

with mock.patch.object(startup, "refuse_to_start"):
    from wugang_audit.wsgi import application  # noqa: F401
