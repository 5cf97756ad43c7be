"""Every address of the public pages that are worth finding, for search engines: nothing that is sealed, and no unit without a page."""

from collections.abc import Iterable, Iterator
from math import ceil

from django.urls import reverse

from ..models import Plan
from .draws import public_draws
from .result_filters import choices_of_periods
from .unit_names import numbers_with_page

UNITS = 50_000  # addresses in one file: the protocol of sitemaps allows no more
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SCHEMA = "http://www.sitemaps.org/schemas/sitemap/0.9"
_PAGES = (
    "home", "items", "plans", "draws", "organisers", "results", "result_files", "result_dictionary", "units", "verify",
    "log", "about", "statistics", "firms", "glossary",
)  # fmt: skip


def index(root: str) -> str:
    """Return the list of the other files.

    :param root: what stands before every path, such as ``https://example.org``.
    """
    parts = ceil(len(numbers_with_page()) / UNITS)
    names = [reverse("disclosure:sitemap_pages")]
    names += [reverse("disclosure:sitemap_units", args=[part]) for part in range(1, parts + 1)]
    rows = "".join(f"<sitemap><loc>{root}{name}</loc></sitemap>\n" for name in names)
    return f'{_HEAD}<sitemapindex xmlns="{_SCHEMA}">\n{rows}</sitemapindex>\n'


def pages(root: str) -> str:
    """Return the file of all pages but the units'."""
    return _file(root, _page_paths())


def units(root: str, part: int) -> str | None:
    """Return the file of so many units, by number; None for one that there is not."""
    numbers = numbers_with_page()[(part - 1) * UNITS : part * UNITS]
    # The longest part of the address is the same in all: it is resolved once.
    before, after = reverse("disclosure:unit", args=["-"]).split("-")
    return _file(root, (f"{before}{number}{after}" for number in numbers)) if numbers else None


def _page_paths() -> Iterator[str]:
    yield from (reverse(f"disclosure:{name}") for name in _PAGES)
    yield reverse("say:say")
    versions = Plan.objects.published().order_by("year", "version").values_list("year", "version")
    yield from (
        reverse("disclosure:plan", args=[year]) for year in dict.fromkeys(year for year, _ in versions)
    )
    yield from (reverse("disclosure:plan_version", args=version) for version in versions)
    yield from (reverse("disclosure:draw", args=[draw.code]) for draw in public_draws())
    results = reverse("disclosure:results")
    periods = [code for code, _ in choices_of_periods()]
    yield from (f"{results}?quarter={code}" for code in periods)
    yield from (reverse("disclosure:statistics_period", args=[code]) for code in periods)


def _file(root: str, paths: Iterable[str]) -> str:
    # Paths of ours hold nothing that XML would read as its own: letters, digits, / - _ . ? =
    rows = "".join(f"<url><loc>{root}{path}</loc></url>\n" for path in paths)
    return f'{_HEAD}<urlset xmlns="{_SCHEMA}">\n{rows}</urlset>\n'
