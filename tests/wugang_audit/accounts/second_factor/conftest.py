"""A clock that stands, people with an authenticator, and what their apps show."""

import datetime

import pytest
from django.utils import timezone

from wugang_audit.accounts.second_factor import codes, verbs
from wugang_audit.accounts.second_factor.models import Authenticator


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch):
    monkeypatch.setattr(codes, "ITERATIONS", 1)


@pytest.fixture
def app(clock):
    """What a person's app shows: ``app(user)`` now, ``app(user, -45)`` as it did 45 seconds ago."""

    def show(user, seconds=0):
        seed = Authenticator.objects.get(user=user).seed
        moment = timezone.now() + datetime.timedelta(seconds=seconds)
        return codes.six_digits(seed, codes.current_step(moment))

    return show


@pytest.fixture
def enrol(clock):
    """Set up an app for a person a minute ago; return the recovery codes."""

    def do(user):
        seed = codes.new_seed()
        shown = codes.six_digits(seed, codes.current_step(timezone.now()))
        recovery = verbs.confirm(user=user, seed=seed, replaces=user.second_factor, code=shown)
        clock.move(minutes=1)
        return recovery

    return do
