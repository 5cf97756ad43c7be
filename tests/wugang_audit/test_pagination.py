"""Pages of the staff's lists: counted to a limit, or to the end where a list asks for it."""

import pytest
from django.core.paginator import Paginator

from sources.models import PollutionSource
from wugang_audit import pagination
from wugang_audit.pagination import LimitedPaginator

LIMIT = 4


@pytest.fixture
def units(make_source, monkeypatch):
    monkeypatch.setattr(pagination, "LIMIT", LIMIT)
    for serial in range(1, 8):
        make_source(serial)
    return PollutionSource.objects.order_by("number")


@pytest.mark.django_db
@pytest.mark.parametrize("asked", ["1", "2", "3", "4", "0", "-1", "x", None])
def test_a_list_counted_to_its_end_has_the_pages_of_django(units, asked):
    ours, theirs = (
        LimitedPaginator(units, 3, counted=True).get_page(asked),
        Paginator(units, 3).get_page(asked),
    )
    for page in (ours, theirs):
        page.told = (
            page.number, list(page), page.has_previous(), page.has_next(), page.has_other_pages(),
            page.paginator.count, page.paginator.num_pages,
            list(page.paginator.get_elided_page_range(page.number)),
        )  # fmt: skip
    assert ours.told == theirs.told
    assert not ours.paginator.open_ended


@pytest.mark.django_db
def test_another_is_counted_to_the_limit_and_goes_on_behind_it(units):
    pages = [LimitedPaginator(units, 3).get_page(number) for number in (1, 2, 3, 4)]
    assert [(page.number, len(page), page.has_next()) for page in pages] == [
        (1, 3, True), (2, 3, True), (3, 1, False), (2, 3, True),
    ]  # fmt: skip
    assert (str(pages[0].paginator.count), pages[0].paginator.open_ended) == ("4+", True)
