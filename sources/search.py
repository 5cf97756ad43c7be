"""What the lists of the registry ask for, in words that its indexes answer however many units there are."""

import re

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.utils.text import smart_split, unescape_string_literal

_CODE = re.compile(r"(?=.*[0-9])[0-9A-Za-z_-]{4,}")
_LAST = "\U0010ffff"  # comes after every character of a code
_LATIN = re.compile(r"[\x21-\x7e]+")
# One step of the index for each name: DISTINCT would read the township of every unit.
_TOWNSHIPS = """
    WITH RECURSIVE step(name) AS (
        SELECT MIN(township) FROM "sources_pollutionsource" WHERE township > ''
        UNION ALL
        SELECT (SELECT MIN(township) FROM "sources_pollutionsource" WHERE township > step.name)
        FROM step WHERE step.name IS NOT NULL
    )
    SELECT name FROM step WHERE name IS NOT NULL
"""


def townships() -> list[str]:
    """The townships that units lie in, each once, in order."""
    with connection.cursor() as cursor:
        cursor.execute(_TOWNSHIPS)
        return [name for (name,) in cursor.fetchall()]


def column(units: QuerySet, name: str) -> list:
    """One column of the units as the database gives it: through the rows of a queryset it would take twice as long."""
    with connection.cursor() as cursor:
        cursor.execute(*units.values(name).query.sql_with_params())
        return [value for (value,) in cursor.fetchall()]


def search(units: QuerySet, text: str) -> QuerySet:
    """Narrow units to those that a person means by a text.

    A code is looked for as such: the beginning of a registry number or credit code, whole codes first. Of other texts each word
    is in the name or begins the township; words of Latin letters and digits alone may begin a code too.
    """
    text = text.strip()
    if _CODE.fullmatch(text):
        return _by_code(units, text)
    places = townships() if text else []
    for word in _words(text):
        units = units.filter(_meant(word, places))
    return units


def _by_code(units: QuerySet, code: str) -> QuerySet:
    # Looked up along the indexes: no name need be read.
    exact = units.alias(_number=Lower("number")).filter(Q(_number=code.lower()) | Q(credit_code=code.upper()))
    return exact if exact.exists() else units.filter(_begins(code))


def _begins(code: str) -> Q:
    found = _beginning("credit_code", code.upper())
    for each in sorted({code, code.upper(), code.lower()}):
        found |= _beginning("number", each)
    return found


def _beginning(field: str, code: str) -> Q:
    if connection.vendor == "sqlite":
        # Its LIKE takes no notice of case, so no index serves it; and its strings stand in the order of their bytes.
        return Q(**{f"{field}__gte": code, f"{field}__lt": code + _LAST})
    return Q(**{f"{field}__startswith": code})


def _words(text: str) -> list[str]:
    words = []
    for word in smart_split(text):
        quoted = len(word) > 1 and word[0] in "\"'" and word[0] == word[-1]
        words.append(unescape_string_literal(word) if quoted else word)
    return words


def _meant(word: str, places: list[str]) -> Q:
    # Chinese has no upper case, and a comparison without it costs PostgreSQL a third. Names alone are searched where
    # nothing else can match: an index that holds them is read, not the whole table.
    cased = word.upper() != word.lower()
    meant = Q(name__icontains=word) if cased else Q(name__contains=word)
    if there := [place for place in places if place.startswith(word)]:
        meant |= Q(township__in=there)
    return meant | _begins(word) if _LATIN.fullmatch(word) else meant
