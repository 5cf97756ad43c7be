"""A stranger reads the whole site: every public address of the urlconf, what its pages link to, and every question they offer.

Nothing here names a page: a new one is walked by itself, its arguments filled from the database; an argument of a kind that is not
known here fails the walk.
"""

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import quote, urlencode, urljoin, urlsplit

from django.http import QueryDict
from django.urls import Resolver404, URLResolver, get_resolver, resolve
from leak_cases import texts_in

from drawings.disclosure import figure_views, openness, public_figures, result_files
from drawings.models import Draw, Evidence, Selection
from sources.models import PollutionSource
from wugang_audit.access.marks import PUBLIC

NOBODYS = "0" * 64
LIKE = 8  # links of one kind that are followed from one page on: all others differ in a value alone
MOST = 4000  # addresses of a walk; more is a loop
# What every answer has of its own.
OWN = re.compile(
    rb'(?<=name="csrfmiddlewaretoken" value=")[^"]*|(?<=name="stamp" value=")[^"]*|\b[2-9A-Z]{4}-[2-9A-Z]{4}\b'
)

WORD = re.compile(rb"Qz\d{3}x")  # as `secret_cases.Marks` makes them
ISO_DAY = re.compile(r"(?<![0-9-])[12][0-9]{3}-[01][0-9]-[0-3][0-9](?![0-9-])")
MADE = re.compile(rb"<dcterms:\w+ [^>]*>[^<]*<")


@dataclass(frozen=True)
class Answer:
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def is_page(self) -> bool:
        return dict(self.headers).get("Content-Type", "").startswith("text/html")

    def texts(self) -> Iterator[bytes]:
        """Yield all that it says: its headers, its body, whatever is packed in it."""
        yield "\n".join(f"{name}: {value}" for name, value in self.headers).encode()
        yield from texts_in(self.body)

    def tells(self, secrets: Iterable[bytes]) -> list[bytes]:
        texts = list(self.texts())
        words = {
            word for text in texts for word in WORD.findall(text)
        }  # most secrets are such words: one look for all
        return sorted(
            secret
            for secret in secrets
            if (secret in words if WORD.fullmatch(secret) else any(secret in text for text in texts))
        )


class Links(HTMLParser):
    """What a page leads to: its links, and each answer that a form with a choice offers; its boxes are asked apart."""

    def __init__(self, page: bytes):
        super().__init__()
        self.found: list[str] = []
        self.boxes: set[tuple[str, str]] = set()  # address, name
        self._form, self._select = "", ""
        self.feed(page.decode())

    def handle_starttag(self, tag, attrs):
        has = {name: value or "" for name, value in attrs}
        self.found += [has[name] for name in ("href", "src") if has.get(name)]
        if tag == "form":
            self._form = (has.get("action") or "?") if has.get("method", "get").lower() == "get" else ""
        elif tag == "select":
            self._select = has.get("name", "")
        elif self._form and tag == "option" and has.get("value"):
            self._offer(self._select, has["value"])
        elif self._form and tag == "input" and has.get("name"):
            if has.get("type") in ("radio", "checkbox", "hidden"):
                self._offer(has["name"], has.get("value", "on"))
            else:
                self.boxes.add((self._form, has["name"]))
        if has.get("data-suggest"):
            self.boxes.add((has["data-suggest"], has["name"]))

    def _offer(self, name, value):
        base = self._form.partition("?")[0]
        self.found.append(f"{base}?{urlencode({name: value})}")

    def handle_endtag(self, tag):
        if tag == "form":
            self._form = ""


class Words(HTMLParser):
    """What a page says to people, in its text and its labels; what it shows of a file word for word is left out."""

    LABELS = ("title", "alt", "aria-label", "data-label", "content")
    FILES = ("pre", "code", "script", "style")

    def __init__(self, page: bytes):
        super().__init__()
        self.found: list[str] = []
        self._inside: list[str] = []
        self.feed(page.decode())

    def handle_starttag(self, tag, attrs):
        self.found += [value for name, value in attrs if name in self.LABELS and value]
        if tag in self.FILES:
            self._inside.append(tag)

    def handle_endtag(self, tag):
        if tag in self._inside:
            self._inside.remove(tag)

    def handle_data(self, data):
        if not self._inside:
            self.found.append(data)


@dataclass
class Walk:
    answers: dict[str, Answer] = field(default_factory=dict)
    boxes: set[tuple[str, str]] = field(default_factory=set)  # where a text may be asked


def read(client, url: str, method: str = "GET") -> Answer:
    response = client.generic(method, url)
    headers = {name: value for name, value in response.items() if name not in ("X-Request-ID", "Expires")}
    content = response.content
    body = OWN.sub(b"OWN", content)
    if body != content:
        headers.pop("ETag", None)  # made of what is its own, too
    if content.startswith(b"PK"):  # a workbook says when it was made
        body = MADE.sub(b"", b"\n".join([*texts_in(content)][1:]))
    return Answer(response.status_code, tuple(sorted(headers.items())), body)


def walk(client, texts: Iterable[str] = (), urls: Iterable[str] = ()) -> Walk:
    """Read everything, once; then ask for each of the texts in every box that was seen.

    :param urls: where it begins, if not at what the database makes of the urlconf now.
    """
    found, waiting, alike = Walk(), [*(urls or public_urls())], Counter()
    known = set(waiting)
    while waiting:
        url = waiting.pop(0)
        answer = found.answers[url] = read(client, url)
        assert len(found.answers) < MOST, url
        if not answer.is_page:
            continue
        links = Links(answer.body)
        found.boxes |= {(urlsplit(urljoin(url, where)).path, name) for where, name in links.boxes}
        for link in links.found:
            target = as_address(url, link)
            if target is None or target in known or (shape := _shape(target)) is None:
                continue
            known.add(target)
            alike[shape] += 1
            if alike[shape] <= LIKE:
                waiting.append(target)
    for text in texts:
        for url in asked(found, text):
            found.answers[url] = read(client, url)
    return found


def days_as_in_files(walked: Walk) -> dict[str, list[str]]:
    """Return the pages that write a day as files do, 2026-10-08: people read 2026年10月8日 everywhere."""
    found = {
        url: [words.strip() for words in Words(answer.body).found if ISO_DAY.search(words)]
        for url, answer in walked.answers.items()
        if answer.is_page
    }
    return {url: said for url, said in found.items() if said}


# What a HEAD need not say: a file is not made for it, and a tag known now and then would tell when something was written.
NOT_MADE = {"ETag", "Content-Length"}


def unlike_their_pages(client, walked: Walk, every: bool) -> dict[str, str]:
    """Return each address that answers a HEAD otherwise than a GET: other headers, a tag of its own, or a body.

    :param every: ask all of them; else one of each kind.
    """
    found, kinds = {}, set()
    for url, answer in walked.answers.items():
        kind = (resolve(urlsplit(url).path).func, answer.status)
        if kind in kinds and not every:
            continue
        kinds.add(kind)
        head = read(client, url, "HEAD")
        told, said = dict(answer.headers), dict(head.headers)
        lacks = {*told} - {*said}
        if (
            head.body
            or head.status != answer.status
            or any(told.get(name) != value for name, value in said.items())
            or lacks - NOT_MADE
            or lacks
            and answer.is_page
        ):
            found[url] = f"{head.status} {set(told.items()) ^ set(said.items())} {head.body[:60]!r}"
    return found


def as_address(page: str, link: str) -> str | None:
    """Return a link of a page as an address of the site, its question in order; None where it leads elsewhere."""
    parts = urlsplit(urljoin(f"http://testserver{page}", link))
    if parts.netloc != "testserver" or parts.path.startswith("/static/"):
        return None
    asked = sorted(QueryDict(parts.query).lists())
    query = urlencode([(name, value) for name, values in asked for value in values if value])
    return parts.path + (f"?{query}" if query else "")


def _shape(url: str) -> tuple | None:
    """What kind of address it is; None where it is none that is public."""
    parts = urlsplit(url)
    try:
        match = resolve(parts.path)
    except Resolver404:
        return None
    if getattr(match.func, "access", None) != PUBLIC:
        return None
    # Each page of its own, and of its questions those that ask for the same.
    named = tuple(QueryDict(parts.query))
    return (match.func, named) if named else (url,)


def public_urls() -> Iterator[str]:
    """Yield every address of the urlconf that a stranger may open, filled with all that is in the database."""
    fills = Fills()
    for route in public_routes():
        words = re.findall(r"<\w+:(\w+)>", route)
        for values in fills.of(words):
            url = route
            for word, value in values.items():
                url = re.sub(rf"<\w+:{word}>", quote(str(value)), url)
            yield f"/{url}"
    for number, code in itertools.product(sorted(fills.some), ["", *fills.codes]):
        yield f"/say/?{urlencode({'draw': code, 'unit': number})}"


def public_routes(entries=None, prefix: str = "") -> Iterator[str]:
    for entry in get_resolver().url_patterns if entries is None else entries:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from public_routes(entry.url_patterns, route)
        elif getattr(entry.callback, "access", None) == PUBLIC:
            yield route


class Fills:
    """What stands in an address: of the draws and the units all, and what goes with them."""

    def __init__(self) -> None:
        self.codes = [*Draw.objects.order_by("pk").values_list("code", flat=True)]
        self.numbers = [*PollutionSource.objects.order_by("pk").values_list("number", flat=True)]
        self.drawn = set(Selection.objects.values_list("source__number", flat=True))
        files = Evidence.objects.exclude(copy_digest="").order_by("pk")
        of = ("inspection__selection__draw__code", "inspection__selection__source__number")
        self.photos = [
            {"code": code, "number": number, "digest": digest}
            for code, number, *digests in files.values_list(*of, "copy_digest", "digest")
            for digest in digests
        ]
        years = sorted({int(code[:4]) for code in self.codes})
        self.single = {
            "code": self.codes,
            "number": self.numbers,
            "name": [*openness.FILES],
            "year": [*years, years[-1] + 1],
            "version": [1, 2],
            "serial": [1, 2, 3],
            "part": [1, 2],
            "period": [*map(str, years), *sorted({code[:6] for code in self.codes})],
            "figure": sorted(public_figures.LINKED),
            "table": [*figure_views.FILES],
            "kind": [*result_files.KINDS],
            "token": ["A" * 43],  # nobody's: the firms' own open to the firms
        }

    def of(self, words: list[str]) -> Iterator[dict[str, object]]:
        if "digest" in words:
            yield from [*self.photos, {"code": self.codes[0], "number": self.numbers[0], "digest": NOBODYS}]
            return
        values = [self.single[word] for word in words]
        for each in itertools.product(*values):
            filled = dict(zip(words, each, strict=True))
            if {"code", "number"} <= set(words) and filled["number"] not in self.some:
                continue
            yield filled

    @property
    def some(self) -> set[str]:
        """Units of a draw: all that were drawn anywhere, and a few that were not."""
        others = [number for number in self.numbers if number not in self.drawn]
        return self.drawn | {*others[:3]}


def asked(walked: Walk, text: str) -> list[str]:
    """Return every address that asks for a text, one for each kind of box."""
    kinds: dict[tuple, str] = {}
    for where, name in sorted(walked.boxes):
        url = f"{where}?{urlencode({name: text})}"
        if (shape := _shape(url)) is not None:
            kinds.setdefault((shape[0], name, where.startswith("/draws/") and where), url)
    return [*kinds.values()]


def pieces(text: str) -> Iterator[str]:
    """Yield every two neighbouring characters of a text, and the whole."""
    yield from (text[at : at + 2] for at in range(len(text) - 1))
    yield text


def found_by(client, walked: Walk, text: str, nonsense: str) -> list[str]:
    """Return the addresses that answer a question for a text otherwise than one for something that stands nowhere."""
    return [
        url
        for url, other in zip(asked(walked, text), asked(walked, nonsense), strict=True)
        if _without(read(client, url), text) != _without(read(client, other), nonsense)
    ]


def _without(answer: Answer, text: str) -> tuple:
    """An answer without what was asked, and what follows from its length."""
    body = answer.body
    for form in (quote(text, safe=""), text):
        body = body.replace(form.encode(), b"ASKED")
    heads = [pair for pair in answer.headers if pair[0] not in ("ETag", "Content-Length")]
    return answer.status, heads, body
