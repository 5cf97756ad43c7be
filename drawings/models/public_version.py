"""One number for all that the public reads: while it stays the same, so does every public page of that day.

Triggers of the database (`public_triggers`) raise it in the transaction of the change itself, whoever writes: a page of the
site, the admin, a command, another process, SQL typed by hand.

How it rises, on PostgreSQL. A sequence, or ``max(id)`` of a table of changes, would not do: a transaction takes its number before
it ends, so a reader may see number 6 of a transaction that has ended, keep a page under 6, and never learn that 5 ended
afterwards. One row that each writer raises is exact, but each writer then waits for the one before, and a long import holds
up everybody. So the number is the **sum** over a few rows: a writer raises any row that nobody else is raising
(``FOR UPDATE SKIP LOCKED``) and adds a row where none is free. Nobody ever waits, there are as many rows as there ever were writers at
once, and each transaction that ends makes the sum larger by what it added, in the moment in which its change
becomes visible: the two are one. A transaction raises it once, a savepoint that is rolled back takes its rise along. SQLite has one writer
at a time, and one row.

A rise is at least 1 and at least up to the microseconds since 1970: a database that was brought back from a copy never
counts to a number again that stood for other content before.

What it tells nobody: it is on no page and in no header, and rises also for changes that no page shows yet.
"""

from django.db import connection, models

# The microseconds since 1970 by the clock of the database.
CLOCK = {
    "sqlite": "CAST((julianday('now') - 2440587.5) * 86400000000 AS INTEGER)",
    "postgresql": "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint",
}


class PublicVersion(models.Model):
    """A row that writers raise; the version is the sum of them."""

    number = models.BigIntegerField()

    class Meta:
        default_permissions = ()
        verbose_name = verbose_name_plural = "公开内容的版本"

    def __str__(self) -> str:
        return str(self.number)


_SUM = f"SELECT CAST(SUM(number) AS bigint) FROM {PublicVersion._meta.db_table}"  # noqa: S608 - a name of ours


def public_version() -> int | None:
    """Return the number that stands for what is public now; None where nothing has raised it yet.

    Inside of a transaction it stands for what that transaction sees.
    """
    with connection.cursor() as cursor:
        cursor.execute(_SUM)
        return cursor.fetchone()[0]
