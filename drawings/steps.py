"""How every page takes a step: run the verb, and report to the person what became of it."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest

from .states import Refused

Made = TypeVar("Made")


def attempt(
    request: HttpRequest,
    done: str,
    verb: Callable[..., Any],
    /,
    *,
    on: BaseForm | None = None,
    field: str | None = None,
    **arguments: Any,
) -> bool:
    """Take the step as the person who is logged in, and say on the next page that it was taken, or why not.

    :param done: what is said after success, in Chinese.
    :param verb: takes ``actor`` and the arguments by name, and raises Refused with the reason.
    :param on: the form that the reason is added to, for a page that shows what was typed again; else a message tells it.
    :param field: the field of that form which is to blame, if it is one.
    :returns: whether the step was taken."""
    try:
        verb(actor=request.user, **arguments)
    except Refused as refusal:
        if on is None:
            messages.error(request, str(refusal))
        else:
            on.add_error(field, str(refusal))
        return False
    messages.success(request, done)
    return True


def made(request: HttpRequest, form: BaseForm | None, verb: Callable[..., Made]) -> Made | None:
    """Return what a verb made of a form that was sent; None where the page is to be shown, with the reason at the form.

    :param form: None for who may only read.
    :param verb: takes ``actor`` and the form's fields by name, and raises Refused with the reason.
    """
    if form is None or request.method != "POST" or not form.is_valid():
        return None
    try:
        return verb(**form.cleaned_data, actor=request.user)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return None


NO_DECISION = "没有收到您的决定，什么都没有改动。请用页面上的按钮再选一次。"


def decision(request: HttpRequest, *known: str, name: str = "decision") -> str:
    """Return which button was pressed; empty where none of the known ones was, and the next page says so.

    :param known: the values of the buttons. Nothing else decides, least of all against somebody.
    """
    said = request.POST.get(name, "")
    if said in known:
        return said
    messages.error(request, NO_DECISION)
    return ""
