"""Actions at the same moment, each on a connection of its own."""

import contextlib
import threading

from django.core.exceptions import PermissionDenied
from django.db import connections

from drawings.states import Refused
from wugang_audit.accounts.refused import Refused as RefusedAccount


def outcomes_of(*actions):
    """Run the actions at the same moment, each on its own connection; return "done", "refused" or what else was raised, in their order."""
    barrier, outcomes = threading.Barrier(len(actions)), [None] * len(actions)

    def run(place, action):
        try:
            barrier.wait()
            action()
            outcomes[place] = "done"
        except (Refused, RefusedAccount, PermissionDenied):
            outcomes[place] = "refused"
        except Exception as fault:
            outcomes[place] = repr(fault)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(actions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def race(*actions):
    """The same, sorted: for equal actions, of which it does not matter which one wins."""
    return sorted(outcomes_of(*actions))


def together(check, count=2):
    """Return a check after which the actions wait for each other, at most half a second: without a lock all of them pass it."""
    barrier = threading.Barrier(count)

    def checked(*args, **kwargs):
        found = check(*args, **kwargs)
        with contextlib.suppress(threading.BrokenBarrierError):
            barrier.wait(0.5)
        return found

    return checked
