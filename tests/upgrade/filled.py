"""Fill an empty database with what a site holds after a year, by the site's own verbs; `release.py keep` then keeps it.

    DATA_DIR=/tmp/filled python tests/upgrade/filled.py && DATA_DIR=/tmp/filled python tests/upgrade/release.py keep NAME

It begins with `manage.py demo`, and fails unless the log, the audit trail and every draw verify in the end.
"""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def main() -> None:
    from django.core.management import call_command
    from django.utils import timezone
    from upgrade.steps import clock
    from upgrade.year import first_hour, today, year_2025, year_2026

    timezone.now = clock  # as the tests do
    year_2025()
    year_2026()
    first_hour()
    today()
    for command in ("verify_log", "verify_audit"):
        call_command(command)


if __name__ == "__main__":
    sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
    # A demonstration: no TLS in front, and Django's test client asks.
    os.environ |= {"DEMO": "on", "SECURE_SSL_REDIRECT": "off", "ALLOWED_HOSTS": "testserver"}
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wugang_audit.settings")
    import django

    django.setup()
    main()
