"""How every page takes a step: run the verb, and report to the person what became of it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest

from .states import Refused


def attempt(request: HttpRequest, done: str, verb: Callable[..., Any], /, **arguments: Any) -> bool:
    """Take the step as the person who is logged in, and say on the next page that it was taken, or why not.

    :param done: what is said after success, in Chinese.
    :param verb: takes ``actor`` and the arguments by name, and raises Refused with the reason.
    :returns: whether the step was taken."""
    try:
        verb(actor=request.user, **arguments)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return False
    messages.success(request, done)
    return True
