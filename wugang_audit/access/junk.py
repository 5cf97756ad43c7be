"""What no browser of ours sends, stopped before it reaches a session, a view or the database.

PostgreSQL keeps no NUL in a text, and no database a lone surrogate: asked for one, it answers with an exception.
"""

import re
from collections.abc import Callable
from typing import Any

from django.core.exceptions import BadRequest
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.request import parse_header_parameters

_JUNK = re.compile("[\0\ud800-\udfff]")


class Utf8Request(WSGIRequest):
    """A request that is read as UTF-8, whatever charset it claims: forms are sent in the page's own.

    Django believes the header: ``charset=rot13`` is an exception, and some codecs make lone surrogates.
    """

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        self.content_type, self.content_params = parse_header_parameters(meta.get("CONTENT_TYPE", ""))


class Utf8Handler(WSGIHandler):
    request_class = Utf8Request


def refuse_junk(fields: QueryDict) -> None:
    """:raises BadRequest: if a name or a value can be in no database."""
    for name, values in fields.lists():
        if _JUNK.search(name) or any(_JUNK.search(value) for value in values):
            raise BadRequest("a character that no text has")


class JunkMiddleware:
    """Refuse a query with junk, and forget cookies with junk: they are nobody's session. Stands before the sessions.

    What is posted is looked at by `AccessMiddleware`: behind the check of its origin, so that not every stranger's
    upload is read.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not (length.isascii() and length.isdecimal() and len(length) < 20):
            raise BadRequest("a length that is no number")
        refuse_junk(request.GET)
        for name, value in list(request.COOKIES.items()):
            if _JUNK.search(name) or _JUNK.search(value):
                del request.COOKIES[name]
        return self.get_response(request)
