"""Requests that no browser of ours would send, made from a seed: junk in addresses, forms, headers, cookies and bodies.

A request is data: in its path, query and body ``{code}``, ``{unit}`` and the like stand for what is in the database, so
that one that found something can be kept as it is (`fuzz_findings`).
"""

import random
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import quote, quote_from_bytes

from django.http import HttpResponse
from django.test import Client

FORM = "application/x-www-form-urlencoded"
STRANGER = "stranger"


@dataclass(frozen=True)
class Request:
    """One request, as text that can be pasted: path and query are percent-encoded."""

    role: str
    path: str
    method: str = "GET"
    query: str = ""
    body: bytes = b""
    content_type: str = FORM
    headers: dict[str, str] = field(default_factory=dict)  # as in WSGI: HTTP_HOST


def send(client: Client, request: Request, words: dict[str, object]) -> HttpResponse:
    """Send it; the words are put where ``{word}`` stands. Exceptions of the site come out as they are."""

    def filled(text: str) -> str:
        for word, value in words.items():
            text = text.replace(f"{{{word}}}", str(value))
        return text

    body = filled(request.body.decode("latin-1")).encode("latin-1", "replace")
    return client.generic(
        request.method, filled(request.path), body, request.content_type,
        **{"QUERY_STRING": filled(request.query)} | request.headers,
    )  # fmt: skip


# --- junk ----------------------------------------------------------------------------------------------------------
_SURROGATE = "\ud800"
JUNK = [
    "", " ", "\0", "a\0b", "0", "-1", "1.5", "1e309", "NaN", "Infinity", str(2**15), str(2**31), str(2**63 - 1), str(2**63),
    str(-(2**63) - 1), "9" * 30, "9" * 5000, "１２", "٣", "²", "०", _SURROGATE, "\ufeff", "\u202e甲", "😀", "甲" * 300, "A" * 3000,
    "'", '"', "%", "%%s", "\\", "<script>", "=1+1", "+1", "@a", "[", "(a+)+$", "*", "../../etc/passwd", "None", "null", "[]", "{}",
    "__all__", "id__in", "1,2", ",", "on", "2026-02-30", "0000-00-00", "0001-01-01", "9999-12-31", "99999-01-01", "2026-13-45T25:61",
    "0001-01-01T00:00", "9999-12-31T23:59:59Z", "2026-10-08T09:00+99:99", "\r\n", "\t", "\x7f", "\x1b[31m", "{code}", "{unit}", "{pk}",
    "confirm", "approve", "1", "2", "delete_selected", "export_rows", "reset_password", "strike_off", "2026Q4", "system",
]  # fmt: skip
PARAMETERS = [
    "page", "q", "o", "p", "e", "all", "next", "quarter", "category", "state", "_to_field", "_popup", "_changelist_filters", "_facets",
    "id__in", "id__exact", "pk", "name__regex", "name__iregex", "source__id__exact", "specialities__id__exact", "is_active__exact",
    "is_active__isnull", "category__exact", "duty_state__exact", "grants__role__exact", "level", "check", "certificate", "department",
    "period", "medium", "township", "date__year", "date__month", "date__day", "date__gte", "number__range", "history__id", "user__password",
    "app_label", "model_name", "field_name", "term", "sheet", "header_row", "officers", "saved", "action", "actor", "kind", "since",
    "until", "speciality__id__exact", "speciality__isnull", "outlet_kind__exact", "monitored__exact", "kind__exact", "result__exact",
    "_selected_action", "",
]  # fmt: skip
MULTIPART = "multipart/form-data; boundary=x"
TYPES = [
    FORM, MULTIPART, "multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=" + "x" * 300,
    "multipart/form-data; boundary=\u00e9", "application/json", "text/plain", "", ";", "/", "x" * 2000, FORM + "; charset=utf-7",
    FORM + "; charset=rot13", MULTIPART + "; charset=rot13", MULTIPART + "; charset=raw_unicode_escape", FORM + "; charset=nonsense",
]  # fmt: skip
BODIES = [
    b"", b"\0", b"\xff\xfe", b"{", b"[1,2]", b'{"a": 1}', b"&&==&", b"a=%00&b=%ff%fe&c=%", b"--x\r\n", b"--x--\r\n",
    b'--x\r\nContent-Disposition: form-data; name="file"; filename=""\r\n\r\n\r\n--x--\r\n',
    b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.xlsx"\r\n\r\nPK\x03\x04\r\n--x--\r\n',
    b'--x\r\nContent-Disposition: form-data; name="file"; filename="a\x00.csv"\r\n\r\n\r\n--x--\r\n',
    b'--x\r\nContent-Disposition: form-data; name="file"; filename="../../a.csv"\r\n\r\n\xff\xfe\x00\r\n--x--\r\n',
    b'--x\r\nContent-Disposition: form-data; name="q"\r\nContent-Transfer-Encoding: base64\r\n\r\n@@@\r\n--x--\r\n',
    b'--x\r\nContent-Disposition: form-data; name="q"\r\n\r\n\\ud800\x00\r\n--x--\r\n',
    b"--x\r\nContent-Disposition: form-data\r\n\r\n1\r\n--x--\r\n", b"a=1&" * 2500,
]  # fmt: skip
METHODS = [
    "GET",
    "POST",
    "HEAD",
    "OPTIONS",
    "PUT",
    "PATCH",
    "DELETE",
    "TRACE",
    "PROPFIND",
    "get",
    "",
    "\u00e9",
    "X" * 200,
]
HEADERS = [
    ("HTTP_HOST", ["", "evil.example", "testserver:99999", "a b", "\0", "[::1", "testserver@evil", "ä.example", "x" * 300]),
    ("HTTP_X_FORWARDED_FOR", ["1.2.3.4, 5", "\0", "a" * 3000, ",,,", "::1", "٣.1.1.1", "1.2.3.4:99999"]),
    ("HTTP_X_FORWARDED_PROTO", ["https", "\0", "gopher"]),
    ("HTTP_X_FORWARDED_HOST", ["evil.example", ""]),
    ("HTTP_ACCEPT_LANGUAGE", ["zz;q=9", "\0", "en-" + "a" * 600, "*,*,*;q=x", "de,fr;q=0.00001"]),
    ("HTTP_IF_NONE_MATCH", ["*", '"', 'W/"', "\0", '"a",' * 200]),
    ("HTTP_IF_MODIFIED_SINCE", ["x", "Thu, 99 Xxx 99999 99:99:99 GMT", "Mon, 01 Jan 0001 00:00:00 GMT", "\0"]),
    ("HTTP_RANGE", ["bytes=0-", "bytes=-1", "bytes=9-1", "bytes=x", "bytes=99999999999999999999-"]),
    ("HTTP_REFERER", ["\0", "http://evil.example/", "http://[", "a" * 3000]),
    ("HTTP_ORIGIN", ["null", "http://evil.example", "http://[", "\0"]),
    ("HTTP_X_REQUESTED_WITH", ["XMLHttpRequest", "\0"]),
    ("HTTP_X_CSRFTOKEN", ["\0", "a" * 64, "é"]),
    ("HTTP_AUTHORIZATION", ["Basic =", "Bearer \0"]),
    ("HTTP_ACCEPT_ENCODING", ["gzip;q=x", "\0", "identity;q=0"]),
    ("CONTENT_LENGTH", ["", "-1", "x", "9" * 30, "٣"]),
    ("REMOTE_ADDR", ["", "unix", "::ffff:10.0.0.1", "fe80::1%eth0", "x"]),
    ("SERVER_PORT", ["443"]),
]  # fmt: skip
# Cookies stand behind those of the session, or in place of them. SimpleCookie reads ``\000`` in quotes as NUL.
COOKIES = [
    "sessionid=", "sessionid=x", 'sessionid="\\000aaaaaaaaa"', "sessionid=" + "a" * 5000, 'sessionid="\\355\\240\\200aaaaaa"', "sessionid=é",
    "messages=x", 'messages="\\000"', "messages=" + "W10:" * 50, "messages=[[\"__json_message\",0,1]]:x:y", "csrftoken=é", 'csrftoken="\\000"',
    "csrftoken=" + "a" * 31, "django_language=\0", "=", ";;;", "a" * 4000, "saved=1; saved=2", "\xff\xfe", "__proto__=1; sessionid",
]  # fmt: skip


# What is guessed: true forms, of which some part is then spoilt.
RECEIPTS = ["{receipt}", "20261008-7KQ3MX", "20261008-AAAAAA", "00000000-000000"]
SECRETS = ["ABCD-EFGH-JKMN-PQRS", "2222-2222-2222-2222", "{code}", "AAAAAAAAAAAAAAAA"]
COOKIES_OF_RECEIPTS = ["WyJ7cmVjZWlwdH0iLCJBIl0:1abcde:" + "A" * 43, "W10:1abcde:x", "{receipt}:1:1", "::"]
CURSORS = [
    "2026-10-11~{unit}~2026Q4", "2026-10-11~410481-0001~2026Q4", "9999-12-31~z~9999Q4", "0001-01-01~0~0000Q1",
    "2026-02-30~410481-0001~2026Q4", "2026-10-11~" + "9" * 55 + "~2026Q4", "2026-10-11~~2026Q4", "end", "2026-10-11~-~2026Q5",
    "2026-10-11~{unit}~2026Q4~d0e9b9b9", "2026-10-11~410481-0001~2026Q4~" + "f" * 96,
]  # fmt: skip
TOKEN_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def _forged(dice: random.Random, true: list[str]) -> str:
    """Return one of the true forms, or with some characters changed, cut, doubled, or with junk inside."""
    text = dice.choice(true)
    how = dice.randrange(6)
    at = dice.randrange(len(text))
    if how == 0:
        return text
    if how == 1:
        return text[:at] + dice.choice(TOKEN_LETTERS) + text[at + 1 :]
    if how == 2:
        return text[:at]
    if how == 3:
        return text + text
    return text[:at] + dice.choice(JUNK) + text[at:]


def _sent(text: str) -> str:
    """Percent-encode for a query, a body or a cookie, but for the ``{words}`` in it."""
    return quote_from_bytes(text.encode("utf-8", "surrogatepass"), safe="{}:")


def raw(text: str) -> str:
    """Percent-encode for a query or a body, a lone surrogate as the three bytes that a careless program sends."""
    kept = text if text.startswith("{") and text.endswith("}") and len(text) > 2 else None
    return kept or quote_from_bytes(text.encode("utf-8", "surrogatepass"))


class Forms(HTMLParser):
    """The forms of a page, as a browser would send them untouched."""

    def __init__(self, page: str):
        super().__init__()
        self.forms: list[tuple[str, str, list[tuple[str, str]]]] = []  # address, method, fields
        self._select = self._area = ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        has = dict(attrs)
        if tag == "form":
            self.forms.append((has.get("action") or "", (has.get("method") or "get").upper(), []))
        if not self.forms:
            return
        fields, name = self.forms[-1][2], has.get("name") or ""
        if tag == "input" and name:
            if has.get("type") not in ("checkbox", "radio") or "checked" in has or name == "_selected_action":
                fields.append((name, has.get("value") or ""))
        elif tag == "button" and name:
            fields.append((name, has.get("value") or ""))
        elif tag == "textarea":
            self._area = name
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and ("selected" in has or self._select == "action"):
            fields.append((self._select, has.get("value") or ""))

    def handle_data(self, data):
        if self._area and self.forms:
            self.forms[-1][2].append((self._area, data.strip()))
            self._area = ""

    def handle_endtag(self, tag):
        if tag == "select":
            self._select = ""


@dataclass(frozen=True)
class Form:
    """A form that somebody was shown."""

    role: str
    path: str
    query: str
    method: str
    fields: tuple[tuple[str, str], ...]


class Fuzz:
    """Makes requests: ``make(17)`` gives the same one for the same seed, addresses and forms."""

    def __init__(self, seed: int, roles: list[str], addresses: list[str], forms: list[Form]):
        self.seed, self.roles, self.addresses, self.forms = seed, roles, addresses, forms

    def make(self, number: int) -> Request:
        guesses = random.Random(
            f"{self.seed}:guess:{number}"
        )  # its own: the other requests stay what they were
        if guesses.random() < 0.06:
            return self._spoilt(guesses, self._guess(guesses))
        dice = random.Random(f"{self.seed}:{number}")
        request = self._form(dice) if self.forms and dice.random() < 0.5 else self._address(dice)
        return self._spoilt(dice, request)

    def _value(self, dice: random.Random) -> str:
        value = dice.choice(JUNK)
        return value if dice.random() < 0.9 else value + dice.choice(JUNK)

    def _guess(self, dice: random.Random) -> Request:
        """Somebody who tries what only others know, or writes a cursor of his own."""
        how = dice.randrange(5)
        if how == 0:
            sent = f"number={_sent(_forged(dice, RECEIPTS))}&secret={_sent(_forged(dice, SECRETS))}"
            return Request(STRANGER, "/say/follow/", "POST", body=sent.encode())
        if how == 1:
            cookie = f"say_receipt={_sent(_forged(dice, COOKIES_OF_RECEIPTS))}"
            return Request(STRANGER, "/say/receipt/", headers={"HTTP_COOKIE": cookie})
        if how == 2:
            word = "".join(dice.choice(TOKEN_LETTERS) for _ in range(dice.choice((42, 43, 43, 43, 44))))
            return Request(STRANGER, f"{dice.choice(('/visit/', '/say/visit/'))}{word}/")
        path = "/results/" if how == 3 else f"/statistics/{dice.choice(('2026', '2026Q4'))}/rows/published/"
        way = dice.choice(("after", "before", "after=x&before"))
        orders = ("", "&sort=oldest", "&sort=number", "&sort=name", "&category=key")
        order = dice.choice((*orders, f"&sort={raw(self._value(dice))}"))
        return Request(STRANGER, path, query=f"{way}={_sent(_forged(dice, CURSORS))}{order}")

    def _query(self, dice: random.Random) -> str:
        pairs = [(dice.choice(PARAMETERS), self._value(dice)) for _ in range(dice.choice((0, 1, 1, 2, 3)))]
        return "&".join(f"{name}={raw(value)}" for name, value in pairs)

    def _address(self, dice: random.Random) -> Request:
        words = dice.choice(self.addresses).split("/")
        for at, word in enumerate(words):
            if word.startswith("{") and dice.random() < 0.25 or dice.random() < 0.01:
                words[at] = quote(raw(self._value(dice)), safe="%{}")
        method = dice.choice(METHODS) if dice.random() < 0.15 else dice.choice(("GET", "GET", "POST"))
        body = self._query(dice).encode() if method == "POST" else b""
        return Request(dice.choice(self.roles), "/".join(words), method, self._query(dice), body)

    def _form(self, dice: random.Random) -> Request:
        form = dice.choice(self.forms)
        fields = list(form.fields)
        for _ in range(dice.choice((0, 1, 1, 1, 2, 3))):
            at = dice.randrange(len(fields)) if fields else -1
            how = dice.random()
            if at < 0 or how < 0.15:
                fields.append((dice.choice(PARAMETERS), self._value(dice)))
            elif how < 0.25:
                del fields[at]
            elif how < 0.35:
                fields.append((fields[at][0], self._value(dice)))
            else:
                fields[at] = (fields[at][0], self._value(dice))
        data = "&".join(f"{raw(name)}={raw(value)}" for name, value in fields)
        role = form.role if dice.random() < 0.9 else dice.choice(self.roles)
        query = form.query if dice.random() < 0.8 else self._query(dice)
        if form.method == "GET":
            return Request(role, form.path, query=data)
        return Request(role, form.path, form.method, query, data.encode())

    def _spoilt(self, dice: random.Random, request: Request) -> Request:
        changes = {}
        address = ".".join(str(dice.randrange(1, 255)) for _ in range(4))  # none is counted twice by address
        headers = {"REMOTE_ADDR": address} | request.headers
        if dice.random() < 0.12:
            name, values = dice.choice(HEADERS)
            headers[name] = dice.choice(values)
        if dice.random() < 0.06:
            headers["HTTP_COOKIE"] = dice.choice(COOKIES)
        if request.method not in ("GET", "HEAD") and dice.random() < 0.12:
            changes = {"content_type": dice.choice(TYPES), "body": dice.choice(BODIES)}
        kept = {
            name: getattr(request, name)
            for name in ("role", "path", "method", "query", "body", "content_type")
        }
        return Request(**kept | changes, headers=headers)


def shown_forms(page: str, role: str, path: str) -> list[Form]:
    """Return the forms of a page that was found at the path."""
    forms = []
    for action, method, fields in Forms(page).forms:
        target, _, query = action.partition("?")
        forms.append(
            Form(role, quote(target) if target.startswith("/") else path, query, method, tuple(fields))
        )
    return forms
