"""Pages of a long list that is never counted to its end."""

from django.core.paginator import EmptyPage, Paginator
from django.utils.functional import cached_property

LIMIT = 1000


class Many(int):
    """A count of which only the beginning was counted."""

    def __str__(self):
        return f"{LIMIT}+"


class LimitedPaginator(Paginator):
    """Counts at most `LIMIT` rows and one more: a COUNT over 100,000 rows costs more than the page itself.

    Beyond the count one goes on page by page, for as long as there are rows.
    """

    @cached_property
    def count(self):
        found = len(self.object_list.order_by().values_list("pk", flat=True)[: LIMIT + 1])
        return Many(LIMIT) if found > LIMIT else found

    def page(self, number):
        if not isinstance(self.count, Many):
            return super().page(number)
        number = self.validate_number(number)
        bottom = (number - 1) * self.per_page
        rows = self.object_list[bottom : bottom + self.per_page]
        if number > self.num_pages and not rows.exists():
            raise EmptyPage("这一页没有内容。")
        return self._get_page(rows, number, self)

    def validate_number(self, number):
        if not isinstance(self.count, Many):
            return super().validate_number(number)
        return max(int(number), 1)

    def get_elided_page_range(self, number=1, **kwargs):
        """The pages around this one, and no last one: nobody knows it."""
        if not isinstance(self.count, Many):
            yield from super().get_elided_page_range(number, **kwargs)
            return
        if number > 2:
            yield 1
        if number > 3:
            yield self.ELLIPSIS
        yield from range(max(number - 1, 1), number + 1)
        top = number * self.per_page
        if self.object_list[top : top + 1].exists():
            yield number + 1
            yield self.ELLIPSIS
