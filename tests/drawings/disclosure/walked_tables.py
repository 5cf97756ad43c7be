"""Which tables of pages have no name: who cannot see them hears "table" and has to guess."""

from html.parser import HTMLParser


class Tables(HTMLParser):
    """The tables of a page: what names each, and the ids that stand on the page."""

    def __init__(self, page: str):
        super().__init__()
        self.names: list[
            str
        ] = []  # of each table its label or caption; of one that is named by another element: "#" and its id
        self.ids: set[str] = set()
        self._in_caption = False
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        has = {name: value or "" for name, value in attrs}
        self.ids |= {has["id"]} if has.get("id") else set()
        if tag == "table":
            by = has.get("aria-labelledby", "").strip()
            self.names.append(f"#{by}" if by else has.get("aria-label", "").strip())
        self._in_caption = tag == "caption" or self._in_caption and tag != "table"

    def handle_endtag(self, tag):
        self._in_caption = self._in_caption and tag != "caption"

    def handle_data(self, data):
        if self._in_caption:
            self.names[-1] += data.strip()

    @property
    def nameless(self) -> int:
        return sum(not name or name[0] == "#" and name[1:] not in self.ids for name in self.names)


def nameless_tables(walked) -> dict[str, int]:
    """Return the addresses of the pages of a walk that have such tables, and how many."""
    found = {
        url: Tables(answer.body.decode()).nameless for url, answer in walked.answers.items() if answer.is_page
    }
    return {url: number for url, number in found.items() if number}
