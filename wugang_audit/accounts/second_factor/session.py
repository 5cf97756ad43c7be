"""What a session keeps of the second factor: which authenticator's code was given in it, and an app being set up."""

import time
from dataclasses import dataclass

from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest

from ...access.marks import SECOND_FACTOR
from .. import arrival
from . import codes

SETTING_UP = "second_factor_setting_up"
MINUTES = 30  # for which a set-up may be finished, and an old code that allowed it counts


@dataclass(frozen=True)
class SettingUp:
    """An app that was shown its secret and has not confirmed it yet; it may replace the named authenticator."""

    seed: str
    replaces: str


def keep_proof(request: HttpRequest) -> None:
    """Note that the person has given a code; under a new session key, for whoever knows the old one has not."""
    request.session.cycle_key()
    request.session[SECOND_FACTOR] = request.user.second_factor
    arrival.arrived(request)


def begin(request: HttpRequest) -> None:
    """Start to set up an app. The caller has checked that the person may replace the one there is."""
    request.session[SETTING_UP] = [codes.new_seed(), request.user.second_factor, int(time.time())]


def setting_up(request: HttpRequest) -> SettingUp | None:
    """Return what was begun in this session, while it counts: not for long, and not after the old app changed."""
    seed, replaces, begun = request.session.get(SETTING_UP, ("", "", 0))
    if not seed or replaces != request.user.second_factor or time.time() - begun > MINUTES * 60:
        return None
    return SettingUp(seed, replaces)


def done(request: HttpRequest) -> None:
    """Forget the app that was being set up: its secret is not shown again."""
    request.session.pop(SETTING_UP, None)
    keep_proof(request)


def watch_logins() -> None:
    """Let each log-in begin without proof, also one in a session that had it before."""
    user_logged_in.connect(_forget, weak=False, dispatch_uid="second_factor")


def _forget(sender: object, request: HttpRequest | None, **more: object) -> None:
    if request is not None:
        request.session.pop(SECOND_FACTOR, None)
        request.session.pop(SETTING_UP, None)
