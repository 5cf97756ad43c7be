import os

import django

from .access.junk import Utf8Handler

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wugang_audit.settings")
django.setup(set_prefix=False)

application = Utf8Handler()
