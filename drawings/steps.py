"""How every page takes a step: run the verb, and tell the person what became of it."""

from django.contrib import messages

from .states import Refused


def attempt(request, done: str, verb, /, **arguments) -> bool:
    """Take the step as the person who is logged in, and tell whether it was taken or why not."""
    try:
        verb(actor=request.user, **arguments)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return False
    messages.success(request, done)
    return True
