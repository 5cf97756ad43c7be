"""What a browser would send if a person pressed a button on a page as it stands, and what the page says."""

import re
from html.parser import HTMLParser

LATIN = re.compile(r"[A-Za-z]{3,}")


class Shown(HTMLParser):
    """The fields of one form as the browser would send them, and the words of the page."""

    def __init__(self, html, form):
        super().__init__()
        self.sent, self.words = {}, []
        self._wanted, self._inside, self._skip = form, False, None
        self._select, self._text = None, None
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag in ("script", "style"):
            self._skip = tag
        if tag == "form":
            self._inside = given.get("id") == self._wanted
        self.words += [
            given[name] for name in ("aria-label", "title", "alt", "placeholder") if given.get(name)
        ]
        if not self._inside:
            return
        name, kind = given.get("name"), given.get("type", "text")
        if tag == "input" and name and "disabled" not in given:
            if kind not in ("checkbox", "radio", "submit") or kind != "submit" and "checked" in given:
                self.sent.setdefault(name, []).append(given.get("value", "on" if kind == "checkbox" else ""))
        elif tag == "select" and name:
            self._select = [name, None, None]
        elif tag == "option" and self._select:
            value = given.get("value", "")
            if self._select[1] is None:
                self._select[1] = value
            if "selected" in given:
                self._select[2] = value
        elif tag == "textarea" and name:
            self._text = [name, ""]

    def handle_endtag(self, tag):
        if tag == self._skip:
            self._skip = None
        if tag == "form":
            self._inside = False
        if tag == "select" and self._select:
            name, first, chosen = self._select
            self.sent[name] = [first if chosen is None else chosen]
            self._select = None
        if tag == "textarea" and self._text:
            self.sent[self._text[0]] = [self._text[1].removeprefix("\n")]
            self._text = None

    def handle_data(self, data):
        if self._text:
            self._text[1] += data
        elif self._skip is None and data.strip():
            self.words.append(data.strip())


def as_sent(html, form):
    """Return what the form with this id sends if nothing is changed on it."""
    return Shown(html, form).sent


def words_of(html):
    """Return all that a person reads or hears on a page, its title among them."""
    return Shown(html, None).words
