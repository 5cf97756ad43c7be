import pytest
from django.core.management import call_command


@pytest.fixture
def holidays(db):
    """The State Council's notices of 2019 to 2026, as a new site loads them."""
    call_command("loaddata", "holidays", verbosity=0)
