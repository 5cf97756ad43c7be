"""What the public may look for: a row for each name of a unit, and one for its codes; which of them it may find is `disclosure.search`'s."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db import connections, models
from django.db.models import QuerySet

from sources.models import PollutionSource

from .search_index import GRAMS, TABLE, bigrams, fold, fts_question

MANY = 600  # of more rows than these any page is full soon: they are walked by number
CHUNK = 100
BEHIND = 2**63 - 1  # the last key of all
NAMED = 2000  # of more rows than these a list is walked, and each of its own rows looked at


class SearchTextQuerySet(models.QuerySet):
    def gathered(self, words: Sequence[str], most: int, of: str = "id", after: str = "") -> list[int] | None:
        """Return the keys of all rows that hold each of these words, by registry number; None: there are more rows than so many.

        What the index finds is gathered before it is sorted: asked for both at once, PostgreSQL walks the whole table by
        number for a word that is rare.

        :param words: each of two characters or more, as `fold` gives them.
        :param of: ``source_id`` for the keys of their units instead.
        :param after: only the rows behind this registry number; the others count for ``most`` all the same.
        """
        where, params = self._holds(*words)
        sql = (  # of names of our own
            f"WITH hits AS MATERIALIZED (SELECT t.id, t.number, t.source_id FROM {where} LIMIT {most + 1}), "  # noqa: S608
            f"of_all AS (SELECT count(*) AS n FROM hits) SELECT {of}, n FROM of_all LEFT JOIN hits ON number > %s "
            "ORDER BY number, id"
        )
        with connections[self.db].cursor() as cursor:
            cursor.execute(sql, [*params, after])
            rows = cursor.fetchall()
        return [key for key, _ in rows if key is not None] if rows[0][1] <= most else None

    def _holds(self, *words: str) -> tuple[str, list[Any]]:
        """Return what follows FROM for the rows ``t`` that hold each of these words, and its parameters."""
        if connections[self.db].vendor == "sqlite":
            holds = " AND instr(t.folded, %s) > 0" * len(words)
            found = f"{GRAMS} g CROSS JOIN {TABLE} t ON t.id = g.rowid WHERE {GRAMS} MATCH %s{holds}"
            return found, [fts_question(*words), *words]
        holds = " AND strpos(t.folded, %s) > 0" * len(words)
        found = f"{TABLE} t WHERE drawings_bigrams(t.folded) @> %s::text[]{holds}"
        return found, [bigrams(*words), *words]

    def units_holding(self, text: str) -> list[int] | None:
        """Return the keys of units that may have a text in a name or a code: it is still to be looked for there.

        :return: None: the text is too short for the index, or too many have it.
        """
        folded = fold(text)
        return self.gathered((folded,), NAMED, "source_id") if len(folded) > 1 else None

    def units_holding_all(
        self, words: Sequence[str], size: int = CHUNK, after: str = ""
    ) -> Iterator[list[int]]:
        """Yield the keys of units that have each of these words in any of their texts, by registry number, so many at a time.

        :param words: folded, of two characters or more.
        :param after: only the units behind this registry number.
        """
        parts, params = [], []
        for word in words:
            where, own = self._holds(word)
            parts.append(f"SELECT t.source_id, t.number FROM {where}")  # noqa: S608
            params += own
        sql = (
            f"WITH hits AS MATERIALIZED ({' INTERSECT '.join(parts)}) "  # noqa: S608
            f"SELECT source_id, number FROM hits WHERE number > %s ORDER BY number LIMIT {size}"
        )
        while True:
            with connections[self.db].cursor() as cursor:
                cursor.execute(sql, [*params, after])
                rows = cursor.fetchall()
            if rows:
                yield [key for key, _ in rows]
            if len(rows) < size:
                return
            after = rows[-1][1]

    def holding(self, folded: str, size: int = CHUNK, after: str = "") -> Iterator[list[int]]:
        """Yield the keys of the rows that hold a text, by registry number, so many at a time; see `gathered`."""
        keys = self.gathered((folded,), MANY, after=after)
        if keys is not None:
            yield from (keys[at : at + size] for at in range(0, len(keys), size))
            return
        connection = connections[self.db]
        holds = "instr(folded, %s) > 0" if connection.vendor == "sqlite" else "strpos(folded, %s) > 0"
        walked = (
            f"SELECT id, number FROM {TABLE} WHERE {holds} AND (number, id) > (%s, %s) "  # noqa: S608
            f"ORDER BY number, id LIMIT {size}"
        )
        number, key = after, BEHIND if after else 0
        while True:
            with connection.cursor() as cursor:
                cursor.execute(walked, [folded, number, key])
                rows = cursor.fetchall()
            if not rows:
                return
            yield [each for each, _ in rows]
            key, number = rows[-1]


class SearchText(models.Model):
    """A text that finds a unit. The database keeps these rows itself, by the triggers of `search_index`; of draws the verbs tell."""

    class Kind(models.TextChoices):
        CODES = "codes", "编码、信用代码、许可证编号和乡镇"
        NAME = "name", "单位名称"
        FORMER = "former", "曾用名"

    # No constraint: a unit that is deleted takes its rows with it by a trigger.
    source = models.ForeignKey(PollutionSource, models.DO_NOTHING, db_constraint=False, related_name="+")
    number = models.CharField("污染源编码", max_length=55)
    kind = models.CharField(max_length=6, choices=Kind)
    text = models.TextField()
    folded = models.TextField()
    # False: no more than the name of a draw, which may be sealed.
    is_registered = models.BooleanField(default=True)
    # Taken out of a draw's names with all that the unit was called then: of the former ones none is told any more.
    is_withdrawn = models.BooleanField(default=False)
    objects = SearchTextQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "单位查询索引"
        ordering = ["number", "pk"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["source", "text"], name="one_row_for_a_text")]
        indexes = [models.Index(fields=["number", "id"], name="search_text_by_number")]

    def __str__(self) -> str:
        return f"{self.number}: {self.text}"


def keep_drawn(selections: QuerySet) -> None:
    """Note the names of units that have been drawn, where the registry never had them: so that an open draw's finds its unit.

    :param selections: rows of `Selection`; a registry's name is there already.
    """
    rows = selections.exclude(name="").order_by().values_list("source_id", "source__number", "name")
    there = set(
        SearchText.objects.filter(source__in=selections.values("source")).values_list("source_id", "text")
    )
    SearchText.objects.bulk_create(
        (
            SearchText(
                source_id=source, number=number, kind=SearchText.Kind.FORMER, text=name, folded=fold(name),
                is_registered=False,
            )
            for source, number, name in rows
            if (source, name) not in there
        ),
        batch_size=CHUNK,
        ignore_conflicts=True,
    )  # fmt: skip


def keep_withdrawn(numbers: Iterable[str]) -> None:
    """Remember that what these units are and were called has left a draw: as former names nobody is told them any more."""
    names = SearchText.objects.exclude(kind=SearchText.Kind.CODES)
    listed = sorted(numbers)
    for at in range(0, len(listed), 500):
        names.filter(number__in=listed[at : at + 500]).update(is_withdrawn=True)
