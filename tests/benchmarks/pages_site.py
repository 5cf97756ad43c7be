"""The settings with which `bench_pages` runs the site: one address more, whose view does nothing."""

from wugang_audit.settings import *  # noqa: F403

ROOT_URLCONF = "pages_urls"
THROTTLE_BY_ADDRESS = False  # every request comes from one address
ALLOWED_HOSTS = ["*"]
