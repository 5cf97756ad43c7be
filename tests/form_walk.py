"""Walks the pages of the site as a person, fills every form that it finds with nothing and with junk, and sends it."""

import re
from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qs, urldefrag, urljoin, urlsplit

from django.contrib.admin.helpers import AdminForm
from django.forms import BaseForm
from django.forms.formsets import BaseFormSet
from django.urls import Resolver404, resolve

PER_VIEW = 4  # pages of one view that are opened: enough for an inspection in each of its states
LEFT_OUT = ("logout", "jsi18n", "autocomplete")


@dataclass
class Form:
    method: str
    action: str
    hidden: list = field(default_factory=list)  # (name, value)
    fields: list = field(default_factory=list)  # (name, type), those that a person fills
    buttons: list = field(default_factory=list)  # (name, value)


class Page(HTMLParser):
    """What a page holds: its forms, links, ids, title, and what it says of its errors."""

    def __init__(self, html):
        super().__init__()
        self.forms, self.links, self.ids, self.title = [], [], set(), ""
        self.summaries, self.jumps, self.lines, self.invalid = 0, [], 0, []
        self._form = self._in_title = None
        self._summary = 0  # depth inside a summary
        self._described = []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if given.get("id"):
            self.ids.add(given["id"])
        self._in_title = tag == "title"
        if tag == "form":
            self._form = Form(given.get("method", "get").lower(), given.get("action") or "")
            self.forms.append(self._form)
        elif tag == "a" and given.get("href"):
            (self.jumps if self._summary and given["href"].startswith("#") else self.links).append(
                given["href"]
            )
        elif tag in ("input", "select", "textarea", "button") and self._form and given.get("name"):
            self._control(tag, given)
        if "data-error-summary" in given:
            self.summaries += 1
            assert given.get("tabindex") == "-1" and "autofocus" in given
            self._summary = 1
        elif self._summary and tag in ("div",):
            self._summary += 1
        if self._summary and tag == "li":
            self.lines += 1
        if tag in ("fieldset", "div"):
            self._described.append((tag, given.get("aria-describedby", "")))
        if given.get("aria-invalid") == "true":
            near = [said for _, said in self._described if said]
            self.invalid.append((given.get("name"), f"{given.get('aria-describedby', '')} {' '.join(near)}"))

    def handle_endtag(self, tag):
        if tag == "form":
            self._form = None
        if tag == "div" and self._summary:
            self._summary -= 1
        if self._described and self._described[-1][0] == tag:
            self._described.pop()

    def handle_data(self, data):
        if self._in_title:
            self.title += data
        # A long list names the parts of the page in which the rest stands, each with its number of errors.
        if self._summary and (found := re.search(r"（(\d+) 处）$", data)):
            self.lines += int(found[1]) - 1

    def _control(self, tag, given):
        kind = given.get("type", tag)
        if kind == "hidden":
            self._form.hidden.append((given["name"], given.get("value") or ""))
        elif tag == "button" or kind == "submit":
            self._form.buttons.append((given["name"], given.get("value") or ""))
        elif given["name"] not in dict(self._form.fields):
            self._form.fields.append((given["name"], kind))


# Django's own words for what is wrong name no field and no cure: no page shows them.
DJANGO_S = ("必填项", "确保该变量", "输入一个有效", "输入一个数字", "输入整数", "在可用的选项", "一个有效的")
# A number even for lists: ids that are no numbers are tried elsewhere.
JUNK = {
    "text": "字" * 3000,
    "search": "字" * 3000,
    "textarea": "字" * 3000,
    "password": "x",
    "select": "999999",
}


class Walk:
    """One person's way through the site; `seen` collects the classes of all forms that showed an error.

    `sent` holds the forms that need not be sent again, `per_view` says how many pages of one view are opened.
    """

    def __init__(self, client, seen, sent=None, per_view=PER_VIEW):
        self.client, self.seen, self.opened = client, seen, Counter()
        self.sent, self.per_view = set() if sent is None else sent, per_view

    def through(self, *starts):
        waiting, known = list(starts), set(starts)
        while waiting:
            url = waiting.pop(0)
            response = self.client.get(url)
            if (
                response.status_code != 200
                or "text/html" not in response["Content-Type"]
                or response.streaming
            ):
                continue
            page = Page(response.content.decode())
            for form in page.forms:
                self._try(url, form)
            for link in page.links:
                path = self._path(url, link)
                if path and path not in known:
                    known.add(path)
                    waiting.append(path)

    def behind(self, url, sent):
        """Try the forms of a page that only sending something leads to, such as that of an action on a list."""
        for form in Page(self.client.post(url, sent).content.decode()).forms:
            self._try(url, form)

    def _path(self, url, link):
        """Return where a link of a page leads, if another page like it has not been seen often enough."""
        parts = urlsplit(link)
        if parts.netloc or parts.scheme or not parts.path.startswith("/"):
            return None
        try:
            match = resolve(parts.path)
        except Resolver404:
            return None
        query = {name for name in parse_qs(parts.query) if name == "officers"}
        if parts.query and not query or any(word in parts.path for word in LEFT_OUT):
            return None
        what = match.kwargs.get("what", "")
        self.opened[match.view_name, what] += 1
        return parts.path if self.opened[match.view_name, what] <= self.per_view else None

    def _try(self, url, form):
        if not form.fields:
            return  # a button alone: there is nothing to be wrong
        target = urldefrag(urljoin(url, form.action)).url  # an action may be a place of the page alone
        shape = (re.sub(r"\d+", "0", target), tuple(form.fields), tuple(form.buttons))
        if shape in self.sent or any(word in target for word in LEFT_OUT):
            return
        self.sent.add(shape)
        for fill in (lambda kind: "", lambda kind: JUNK.get(kind, "nonsense")):
            for button in form.buttons or [None]:
                data = [*form.hidden, *((name, fill(kind)) for name, kind in form.fields if kind != "file")]
                values = {}
                for name, value in [*data, *([button] if button else [])]:
                    values.setdefault(name, []).append(value)
                response = (
                    self.client.get(target, values)
                    if form.method == "get"
                    else self.client.post(target, values)
                )
                check(response, target, self.seen)


def forms_of(response):
    if response.context is None:
        return
    for value in response.context[0].flatten().values():
        kind = type(value)
        if issubclass(kind, BaseForm):
            yield value
        elif issubclass(kind, BaseFormSet):
            yield from value.forms
        elif issubclass(kind, AdminForm):
            yield value.form
        elif isinstance(value, list):
            yield from (form for each in value if hasattr(each, "formset") for form in each.formset.forms)


def check(response, target, seen):
    """Hold the answer to the pattern, if a form of it has an error."""
    assert response.status_code < 500, target
    wrong = [form for form in forms_of(response) if form.is_bound and form.errors]
    if not wrong:
        return
    for form in wrong:
        seen.update(type(form).__mro__)
    text = response.content.decode()
    assert [words for words in DJANGO_S if words in text] == [], target
    page = Page(text)
    assert page.title.strip().startswith("错误："), target
    assert page.title.count("错误") == 1, page.title
    assert page.summaries >= 1, f"{target} shows an error without its summary"
    count = sum(len(errors) for form in wrong for errors in form.errors.values())
    assert page.lines >= count, f"{target}: {count} errors, {page.lines} lines"
    for jump in page.jumps:
        assert jump[1:] in page.ids, f"{target}: {jump} leads nowhere"
    for form in wrong:
        for name in form.errors:
            if name in form.fields and not form[name].is_hidden:
                assert f"{form[name].auto_id}_error" in page.ids, f"{target}: {name} has no error beside it"
    for name, described in page.invalid:
        pointed = [each for each in described.split() if each.endswith("_error")]
        assert pointed and set(pointed) <= page.ids, f"{target}: {name} is described by {described!r}"
