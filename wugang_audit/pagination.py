"""Pages of the staff's lists: a long list is not counted to its end, and its filter is evaluated once.

The lists of the public site have pages of another kind: without any count.
"""

from collections.abc import Iterator

from django.contrib.admin.views.main import ChangeList
from django.core.paginator import EmptyPage, Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property

LIMIT = 1000
_FARTHEST = 100_000


class Many(int):
    """A count that stopped at `LIMIT`: there are more rows."""

    def __str__(self) -> str:
        return f"{LIMIT}+"


class LimitedPage(Page):
    """A page that stores whether rows come after it."""

    more: bool | None = None  # None: the count says it

    def has_next(self) -> bool:
        return super().has_next() if self.more is None else self.more


class LimitedPaginator(Paginator):
    """Counts at most `LIMIT` + 1 rows: a COUNT over 100,000 rows costs more than the page itself.

    Beyond the count, pages follow one after another as long as there are rows.

    :param object_list: a queryset.
    :param counted: count all rows, for a list whose length the page shows.
    """

    def __init__(
        self, object_list: QuerySet, per_page: int, *args: object, counted: bool = False, **kwargs: object
    ):
        super().__init__(object_list, per_page, *args, **kwargs)
        self.counted = counted

    @cached_property
    def _more(self) -> dict[int, bool]:
        """Of the pages beyond the count that were looked at, whether others follow."""
        return {}

    @cached_property
    def _first(self) -> list:
        """The keys of the first rows found, in no order: sorting them would mean finding all."""
        return list(self.object_list.order_by().values_list("pk", flat=True)[: LIMIT + 1])

    @cached_property
    def count(self) -> int:
        if self.counted:
            return self.object_list.count()
        found = len(self._first)
        return Many(LIMIT) if found > LIMIT else found

    @property
    def open_ended(self) -> bool:
        """Whether there are more rows than were counted."""
        return isinstance(self.count, Many)

    def found(self) -> QuerySet:
        """The rows by their keys where all of those are known: a search is not made twice over every name."""
        if self.counted or self.open_ended:
            return self.object_list
        return self.object_list.filter(pk__in=self._first) if self._first else self.object_list.none()

    def page(self, number: int | str) -> LimitedPage:
        number = self.validate_number(number)
        bottom = (number - 1) * self.per_page
        if not self.open_ended:
            rows = self.found()[bottom : bottom + self.per_page]
            return self._get_page(rows, number, self)
        # The rows that a far page leaves out are passed over in the index; only its own are read in full.
        keys = list(self.object_list.values_list("pk", flat=True)[bottom : bottom + self.per_page + 1])
        if not keys and number > 1:
            raise EmptyPage("这一页没有内容。")
        page = self._get_page(self.object_list.filter(pk__in=keys[: self.per_page]), number, self)
        page.more = len(keys) > self.per_page
        self._more[number] = page.more
        return page

    def get_page(self, number: int | str | None) -> LimitedPage:
        try:
            return super().get_page(number)
        except EmptyPage:  # beyond rows that were not counted: the last known page
            return super().get_page(self.num_pages)

    def _get_page(self, *args: object, **kwargs: object) -> LimitedPage:
        return LimitedPage(*args, **kwargs)

    def validate_number(self, number: int | str) -> int:
        try:
            return super().validate_number(number)
        except EmptyPage:
            # Where the end is not known a page beyond the count may be there; no database skips more than this.
            if self.open_ended and 0 < int(number) < _FARTHEST:
                return int(number)
            raise

    def get_elided_page_range(self, number: int = 1, **kwargs: int) -> Iterator[int | str]:
        """Yield the numbers of the pages around this one. The last page is unknown, so it is not among them."""
        if not self.open_ended:
            yield from super().get_elided_page_range(number, **kwargs)
            return
        if number > 2:
            yield 1
        if number > 3:
            yield self.ELLIPSIS
        yield from range(max(number - 1, 1), number + 1)
        if self._more.get(number, True):
            yield number + 1
            yield self.ELLIPSIS


class LimitedChangeList(ChangeList):
    """The admin's list on a `LimitedPaginator`: what fits on one page is not searched for a second time."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        if not self.multi_page:
            self.result_list = self.paginator.found()
        if not self.query and not self.has_active_filters:
            self.full_result_count = self.result_count  # all are shown: the search box offers no "show all"
