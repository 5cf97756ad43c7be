"""How days and moments are written on pages: in words, with what a machine reads beside it."""

import datetime
import re
from pathlib import Path

import pytest
from django.template import Context, Template

DAY = datetime.date(2026, 10, 8)
LATE = datetime.datetime(2026, 10, 7, 16, 5, 9, tzinfo=datetime.UTC)  # of the 7th; in China it is the 8th


def shown(filter_, value):
    return Template("{{ value|" + filter_ + " }}").render(Context({"value": value}))


WORDS = [
    ("day", DAY, '<time class="moment" datetime="2026-10-08">2026年10月8日</time>'),
    ("day", LATE, '<time class="moment" datetime="2026-10-08">2026年10月8日</time>'),
    ("day", "2026-10-08", '<time class="moment" datetime="2026-10-08">2026年10月8日</time>'),
    ("day", "<b>不是日期", "&lt;b&gt;不是日期"),
    ("moment", LATE, '<time class="moment" datetime="2026-10-08T00:05:09+08:00">2026年10月8日 00:05</time>'),
    (
        "to_the_second",
        LATE,
        '<time class="moment" datetime="2026-10-08T00:05:09+08:00">2026年10月8日 00:05:09</time>',
    ),
    ("plain_day", DAY, "2026年10月8日"),
    ("plain_moment", LATE, "2026年10月8日 00:05"),
]


@pytest.mark.parametrize(("filter_", "value", "words"), WORDS)
def test_a_day_and_a_moment_have_one_form(filter_, value, words):
    assert shown(filter_, value) == words


@pytest.mark.parametrize("filter_", ["day", "moment", "to_the_second", "plain_day", "plain_moment"])
def test_where_there_is_none_nothing_is_written(filter_):
    assert shown(filter_, None) == shown(filter_, "") == ""
    assert shown(f'{filter_}|default:"—"', None) == "—"


def test_public_pages_write_days_by_these_filters_alone():
    root = Path(__file__).parents[3] / "templates"
    pages = [*(root / "disclosure").iterdir(), *(root / "aftercare").glob("_*"), root / "_hidden_mark.html"]
    pages += [root / "aftercare" / f"{name}.html" for name in ("follow", "receipt", "say", "start")]
    others = re.compile(r"\|(date|time|due|set_day)\b")
    assert [page.name for page in pages if others.search(page.read_text())] == []
