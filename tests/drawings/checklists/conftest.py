"""The general checklist, its version in use, and who may edit it."""

import pytest

from drawings.models import Checklist


@pytest.fixture
def checklist(specialities):
    return Checklist.objects.get()


@pytest.fixture
def version(checklist):
    return checklist.versions.get()


@pytest.fixture
def client_of(login, admin):
    return login(admin)
