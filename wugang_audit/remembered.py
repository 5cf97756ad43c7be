"""What all public pages share, worked out once for as long as nothing public changes: answers of functions, and parts of templates.

Whoever keeps public pages says, while one is being made, what every public page depends on (`making`).
What is remembered is filed under that: it was read before the page was begun, so if something changed since, nobody asks for it
any more. Outside of such a page, and on every page of a person who is logged in, all is read and rendered anew.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from functools import wraps
from typing import Any, TypeVar

from django import template

Read = TypeVar("Read")
REMEMBERED = 100  # answers of one function
PARTS = 60  # of one place in a template, by what they differ by
register = template.Library()
_state: ContextVar[Hashable | None] = ContextVar("what public pages depend on", default=None)


@contextmanager
def making(state: Hashable | None) -> Iterator[None]:
    """Let what is read inside be remembered under a state; None: nothing may be."""
    token = _state.set(state)
    try:
        yield
    finally:
        _state.reset(token)


class _Known:
    """The latest answers, each with the state that it was worked out in."""

    def __init__(self, most: int):
        self.most = most
        self._held: OrderedDict[Hashable, tuple[Hashable, Any]] = OrderedDict()

    def get(self, key: Hashable, state: Hashable, read: Callable[[], Read]) -> Read:
        held = self._held.get(key)
        if held is not None and held[0] == state:
            return held[1]
        found = read()
        self._held[key] = (state, found)
        while len(self._held) > self.most:
            with suppress(KeyError):  # another thread was quicker
                self._held.popitem(last=False)
        return found


def remembered(read: Callable[..., Read]) -> Callable[..., Read]:
    """Let a function that reads public facts be read once for a state, by all pages that are kept.

    What it returns is shared: frozen objects only.
    """
    known = _Known(REMEMBERED)

    @wraps(read)
    def reader(*args: Any) -> Read:
        state = _state.get()
        return read(*args) if state is None else known.get(args, state, lambda: read(*args))

    return reader


class _Part(template.Node):
    """A part of a template, and what it differs by."""

    child_nodelists = ("nodelist",)

    def __init__(self, nodelist: template.NodeList, differs_by: list[template.base.FilterExpression]):
        self.nodelist, self.differs_by = nodelist, differs_by
        self._known = _Known(PARTS)

    def render(self, context: template.Context) -> str:
        state = _state.get()
        if state is None:
            return self.nodelist.render(context)
        key = tuple(str(each.resolve(context)) for each in self.differs_by)
        return self._known.get(key, state, lambda: self.nodelist.render(context))


@register.tag
def remembered_part(parser: template.base.Parser, token: template.base.Token) -> _Part:
    """Render a part of a public template once for a state and for each value of what is named: ``{% remembered_part x.y %}``.

    It may read nothing else that differs from one page to another: no form's token, nothing of who asks.
    """
    differs_by = [parser.compile_filter(each) for each in token.split_contents()[1:]]
    nodelist = parser.parse(("endremembered_part",))
    parser.delete_first_token()
    return _Part(nodelist, differs_by)
