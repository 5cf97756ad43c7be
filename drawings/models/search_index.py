# ruff: noqa: S608 - the names of tables and columns are our own
"""The index by which the public finds units by any two characters: its statements, for both databases.

Triggers keep the rows of `search_texts.SearchText`: imports write units in bulk past every ``save()``, an undone import and the
hand of an administrator at the database do so too, and each must be found, or not be found any more, in its own transaction.
Drawn names come from the verbs: these tables are protected, and suffer no trigger but those that protect them.
PostgreSQL fires them once a statement, with all rows of it; SQLite once a row.

A text is looked up by its pairs of neighbouring characters (bigrams): an array of them under a GIN index on PostgreSQL, tokens
of FTS5 on SQLite, each written in hex, so that no sign of a question means anything to FTS5. The built-in trigrams
of both find no text of two characters. The rows that hold all pairs are then looked into for the whole text.
"""

import unicodedata
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

TABLE, GRAMS = "drawings_searchtext", "drawings_searchtext_grams"
UNITS, DRAWN, HISTORY = (
    "sources_pollutionsource",
    "drawings_selection",
    "sources_historicalpollutionsource",
)

# Width, case and spaces make no difference: full-width forms of ASCII, A to Z, and whatever is white or of no width.
_WIDE = "".join(map(chr, range(0xFF01, 0xFF5F)))
_BLANK = "".join(
    map(
        chr,
        [*range(0x09, 0x0E), *range(0x1C, 0x21), 0x85, 0xA0, 0x1680, *range(0x2000, 0x200E), 0x2028, 0x2029, 0x202F]
        + [0x205F, 0x3000, 0xFEFF],
    )
)  # fmt: skip
_CAPITALS = "".join(map(chr, range(0x41, 0x5B)))
_FROM = _CAPITALS + _WIDE
_TO = _CAPITALS.lower() + "".join(chr(ord(char) - 0xFEE0) for char in _WIDE).lower()
_FOLDED = str.maketrans(_FROM, _TO, _BLANK)
# The texts of one unit in one row stand apart by a character that `fold` leaves, and that no question holds.
APART = "\x01"


def fold(text: str) -> str:
    """Return a question as the texts are kept: composed, half-width, lower case, without spaces."""
    return unicodedata.normalize("NFC", text).translate(_FOLDED).replace(APART, "")


def bigrams(*folded: str) -> list[str]:
    """Return each pair of neighbouring characters of these words once."""
    return list(dict.fromkeys(word[at : at + 2] for word in folded for at in range(len(word) - 1)))


def fts_question(*folded: str) -> str:
    """Return what FTS5 is asked: that a row has all the pairs of these words, each a token in hex."""
    return " AND ".join(pair.encode().hex() for pair in bigrams(*folded))


def _codes(row: str) -> str:
    """Return the expression of a unit's number, permit or credit code, and township. A permit's number begins with the code of its holder."""
    code, permit = f"{row}.credit_code", f"{row}.permit_number"
    codes = f"CASE WHEN substr({permit}, 1, length({code})) = {code} THEN {permit} ELSE {code} || {_APART} || {permit} END"
    return f"{row}.number || {_APART} || {codes} || {_APART} || {row}.township"


_APART = "'\x01'"
_COLUMNS = "(source_id, number, kind, text, folded, is_registered, is_withdrawn)"
_CODE_COLUMNS = ("number", "credit_code", "permit_number", "township")


# --- SQLite -------------------------------------------------------------------------------------------------
def _folded_on_sqlite(text: str) -> str:
    """Return the expression of a folded text. Most texts have no sign to replace, and are told by one look."""
    blanks = " || ".join(f"char({ord(blank)})" for blank in _BLANK)
    sign = f"substr({text}, n, 1)"
    first, last = ord(_WIDE[0]), ord(_WIDE[-1])
    narrow = (
        f"CASE WHEN unicode({sign}) BETWEEN {first} AND {last} THEN char(unicode({sign}) - {first - 0x21}) "
        f"WHEN instr({blanks}, {sign}) > 0 THEN '' ELSE {sign} END"
    )
    one_by_one = (
        f"(WITH RECURSIVE at(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM at WHERE n < length({text})) "
        f"SELECT lower(group_concat({narrow}, '')) FROM at)"
    )
    unusual = f"'*[' || {blanks} || '{_WIDE[0]}-{_WIDE[-1]}]*'"
    return f"CASE WHEN {text} GLOB {unusual} THEN {one_by_one} ELSE lower({text}) END"


def _pairs_on_sqlite(row: str) -> str:
    return (
        "(WITH RECURSIVE at(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM at "
        f"WHERE n < length({row}.folded) - 1) SELECT group_concat(hex(substr({row}.folded, n, 2)), ' ') FROM at)"
    )


def _row_on_sqlite(kind: str, text: str) -> str:
    fold_ = _folded_on_sqlite("t.text")
    return f"SELECT t.id, t.number, '{kind}', t.text, {fold_}, 1, 0 FROM ({text}) t"


def _on_sqlite() -> dict[str, str]:
    """Return {name: the statement that creates the trigger}."""
    of_unit = "SELECT NEW.id AS id, NEW.number AS number"
    codes = _row_on_sqlite("codes", f"{of_unit}, {_codes('NEW')} AS text")
    name = _row_on_sqlite("name", f"{of_unit}, NEW.name AS text")
    insert = f"INSERT INTO {TABLE} {_COLUMNS}"
    named = f"{insert} {name} WHERE true ON CONFLICT (source_id, text) DO UPDATE SET kind = 'name', is_registered = 1;"
    changed = " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in _CODE_COLUMNS)
    left = f"NOT EXISTS (SELECT 1 FROM {DRAWN} d WHERE d.source_id = {{0}} AND d.name = {TABLE}.text)"
    return {
        f"{TABLE}_insert": (
            f"AFTER INSERT ON {TABLE} WHEN length(NEW.folded) > 1 BEGIN "
            f"INSERT INTO {GRAMS} (rowid, grams) VALUES (NEW.id, {_pairs_on_sqlite('NEW')}); END"
        ),
        f"{TABLE}_delete": (
            f"AFTER DELETE ON {TABLE} WHEN length(OLD.folded) > 1 BEGIN "
            f"INSERT INTO {GRAMS} ({GRAMS}, rowid, grams) VALUES ('delete', OLD.id, {_pairs_on_sqlite('OLD')}); END"
        ),
        f"{UNITS}_search_insert": f"AFTER INSERT ON {UNITS} BEGIN {insert} {codes}; {named} END",
        f"{UNITS}_search_codes": (
            f"AFTER UPDATE OF {', '.join(_CODE_COLUMNS)} ON {UNITS} WHEN {changed} BEGIN "
            f"DELETE FROM {TABLE} WHERE source_id = NEW.id AND kind = 'codes'; {insert} {codes}; "
            f"UPDATE {TABLE} SET number = NEW.number WHERE source_id = NEW.id AND number <> NEW.number; END"
        ),
        f"{UNITS}_search_name": (
            f"AFTER UPDATE OF name ON {UNITS} WHEN OLD.name IS NOT NEW.name BEGIN "
            # Back to an earlier name: those between were mistakes, unless a draw has them.
            f"DELETE FROM {TABLE} WHERE source_id = NEW.id AND kind <> 'codes' AND text <> NEW.name AND {left.format('NEW.id')} "
            f"AND EXISTS (SELECT 1 FROM {TABLE} e WHERE e.source_id = NEW.id AND e.text = NEW.name AND e.is_registered "
            f"AND (e.id < {TABLE}.id OR {TABLE}.kind = 'name')); "
            f"UPDATE {TABLE} SET kind = 'former' WHERE source_id = NEW.id AND kind = 'name'; {named} END"
        ),
        f"{UNITS}_search_delete": (
            f"AFTER DELETE ON {UNITS} BEGIN DELETE FROM {TABLE} WHERE source_id = OLD.id; END"
        ),
    }


# --- PostgreSQL ---------------------------------------------------------------------------------------------
_INSERT = f"INSERT INTO {TABLE} {_COLUMNS}"
_ROW = "SELECT t.id, t.number, '{}', t.text, drawings_fold(t.text), {}, false FROM ({}) t"
_LEFT = f"NOT EXISTS (SELECT 1 FROM {DRAWN} d WHERE d.source_id = t.source_id AND d.name = t.text)"


def _units_on_postgresql() -> str:
    """Return the body of the function that follows the units."""
    codes = _ROW.format("codes", "true", f"SELECT n.id, n.number, {_codes('n')} AS text FROM new_rows n")
    names = "SELECT n.id, n.number, n.name AS text FROM new_rows n"
    from_old = "JOIN old_rows o ON o.id = n.id AND o.name <> n.name"
    conflict = "ON CONFLICT (source_id, text) DO UPDATE SET kind = 'name', is_registered = true;"
    return f"""
BEGIN
    IF TG_OP = 'DELETE' THEN
        DELETE FROM {TABLE} t USING old_rows o WHERE t.source_id = o.id;
        RETURN NULL;
    END IF;
    IF TG_OP = 'INSERT' THEN
        {_INSERT} {codes};
        {_INSERT} {_ROW.format("name", "true", names)} {conflict}
        RETURN NULL;
    END IF;
    UPDATE {TABLE} t SET text = {_codes("n")}, folded = drawings_fold({_codes("n")})
        FROM new_rows n WHERE t.source_id = n.id AND t.kind = 'codes' AND t.text <> {_codes("n")};
    UPDATE {TABLE} t SET number = n.number
        FROM new_rows n JOIN old_rows o ON o.id = n.id AND o.number <> n.number WHERE t.source_id = n.id;
    -- Back to an earlier name: those between were mistakes, unless a draw has them.
    DELETE FROM {TABLE} t USING new_rows n {from_old}
        WHERE t.source_id = n.id AND t.kind <> 'codes' AND t.text <> n.name AND {_LEFT}
        AND EXISTS (SELECT 1 FROM {TABLE} e WHERE e.source_id = n.id AND e.text = n.name AND e.is_registered
            AND (e.id < t.id OR t.kind = 'name'));
    UPDATE {TABLE} t SET kind = 'former' FROM new_rows n {from_old} WHERE t.source_id = n.id AND t.kind = 'name';
    {_INSERT} {_ROW.format("name", "true", f"{names} {from_old}")} {conflict}
    RETURN NULL;
END """


def _on_postgresql() -> list[str]:
    """Return the statements that create functions, index and triggers; each may be run again."""
    always = "LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS"
    pairs = "array(SELECT substr($1, n, 2) FROM generate_series(1, length($1) - 1) n)"
    made = [
        # One translation of signs, as `fold` makes it: what has nothing opposite it in the second list is left out.
        f"CREATE OR REPLACE FUNCTION drawings_fold(text) RETURNS text {always} "
        f"$fold$ SELECT translate($1, {_escaped(_FROM + _BLANK)}, {_escaped(_TO)}) $fold$",
        f"CREATE OR REPLACE FUNCTION drawings_bigrams(text) RETURNS text[] {always} $pairs$ SELECT {pairs} $pairs$",
        f"CREATE INDEX IF NOT EXISTS {GRAMS} ON {TABLE} USING gin (drawings_bigrams(folded))",
    ]
    function = "drawings_search_units"
    body = _units_on_postgresql()
    made.append(
        f"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $body${body}$body$"
    )
    made += [
        f"CREATE OR REPLACE TRIGGER {UNITS}_search_{operation} AFTER {operation} ON {UNITS} "
        f"REFERENCING {rows} FOR EACH STATEMENT EXECUTE FUNCTION {function}()"
        for operation, rows in _SEEN.items()
    ]
    return made


_NEW, _OLD = "NEW TABLE AS new_rows", "OLD TABLE AS old_rows"
_SEEN = {"insert": _NEW, "update": f"{_OLD} {_NEW}", "delete": _OLD}


def _escaped(text: str) -> str:
    """Return a literal of PostgreSQL that shows every character as its number."""
    return "U&'" + "".join(f"\\{ord(char):04X}" for char in text) + "'"


# --- installing ---------------------------------------------------------------------------------------------
def install(connection: BaseDatabaseWrapper) -> None:
    """Create index and triggers, anew where they stand."""
    with connection.cursor() as cursor:
        if connection.vendor != "sqlite":
            for statement in _on_postgresql():
                cursor.execute(statement)
            return
        cursor.execute(
            f"CREATE VIRTUAL TABLE IF NOT EXISTS {GRAMS} "
            "USING fts5(grams, content='', detail=none, columnsize=0, tokenize='ascii')"
        )
        for name, statement in _on_sqlite().items():
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
            cursor.execute(f"CREATE TRIGGER {name} {statement}")


def remove(connection: BaseDatabaseWrapper) -> None:
    """Drop them again, for reversing the migration."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for name in _on_sqlite():
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
            cursor.execute(f"DROP TABLE IF EXISTS {GRAMS}")
            return
        cursor.execute("DROP FUNCTION IF EXISTS drawings_search_units() CASCADE")
        cursor.execute(f"DROP INDEX IF EXISTS {GRAMS}")
        cursor.execute("DROP FUNCTION IF EXISTS drawings_bigrams(text)")
        cursor.execute("DROP FUNCTION IF EXISTS drawings_fold(text)")


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Return the names of the triggers that do not stand: SQLite loses those of a table that a migration makes anew."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            found: dict[str, Any] = dict(cursor.fetchall())
            return [
                name
                for name, sql in _on_sqlite().items()
                if found.get(name) != f"CREATE TRIGGER {name} {sql}"
            ]
        cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'")
        standing = {name for (name,) in cursor.fetchall()}
        return [name for name in (f"{UNITS}_search_{each}" for each in _SEEN) if name not in standing]


def rebuild(connection: BaseDatabaseWrapper) -> None:
    """Make index, triggers and rows anew, whatever was left of them."""
    remove(connection)  # first: an index that has lost touch with its rows must not be told of their deletion
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {TABLE}")
    install(connection)
    fill(connection)


def fill(connection: BaseDatabaseWrapper) -> None:
    """Write every row of an empty table from the registry, its history, and the draws."""
    on_sqlite = connection.vendor == "sqlite"
    folded = _folded_on_sqlite("t.text") if on_sqlite else "drawings_fold(t.text)"
    row = f"INSERT INTO {TABLE} {_COLUMNS} SELECT t.id, t.number, '{{}}', t.text, {folded}, {{}}, false FROM ({{}}) t"
    unless = "WHERE true ON CONFLICT (source_id, text) DO NOTHING"
    names = f"SELECT DISTINCT u.id, u.number, d.name AS text FROM {UNITS} u JOIN {DRAWN} d ON d.source_id = u.id AND d.name <> ''"
    with connection.cursor() as cursor:
        units = f"SELECT u.id, u.number, {{}} AS text FROM {UNITS} u"
        cursor.execute(row.format("codes", "true", units.format(_codes("u"))))
        cursor.execute(row.format("name", "true", units.format("u.name")))
        former = "SELECT CAST(%s AS bigint) AS id, CAST(%s AS text) AS number, CAST(%s AS text) AS text"
        former = row.replace("%", "%%").format("former", "true", former)
        cursor.executemany(f"{former} {unless}", _former_names(cursor))
        cursor.execute(f"{row.format('former', 'false', names)} {unless}")
        numbers = [(number,) for number in _withdrawn(cursor)]
        cursor.executemany(
            f"UPDATE {TABLE} SET is_withdrawn = true WHERE number = %s AND kind <> 'codes'", numbers
        )


def _former_names(cursor: Any) -> list[tuple[int, str, str]]:
    """Return key, number and an earlier name of units, as the history has them.

    Where a unit went back to an earlier name, the one between was a mistake, or an import that was undone.
    """
    cursor.execute(
        f"SELECT h.id, u.number, h.name FROM {HISTORY} h JOIN {UNITS} u ON u.id = h.id "
        f"WHERE h.id IN (SELECT o.id FROM {HISTORY} o JOIN {UNITS} v ON v.id = o.id AND v.name <> o.name) "
        "ORDER BY h.id, h.history_date, h.history_id"
    )
    borne: dict[tuple[int, str], list[str]] = {}
    for key, number, name in cursor.fetchall():
        names = borne.setdefault((key, number), [])
        if name in names:
            del names[names.index(name) + 1 :]
        else:
            names.append(name)
    return [(*unit, name) for unit, names in borne.items() for name in names]


def _withdrawn(cursor: Any) -> list[str]:
    """Return the registry numbers of the units whose name has left a draw: they stand in its pool, and in its names no more."""
    cursor.execute(
        "SELECT f.content, n.content FROM drawings_drawfile f JOIN drawings_drawnames n ON n.draw_id = f.draw_id "
        "WHERE f.name = 'pool.tsv' AND f.draw_id IN (SELECT w.draw_id FROM drawings_withdrawal w WHERE w.kind = 'unit')"
    )
    found: set[str] = set()
    for pool, names in cursor.fetchall():
        named = {line.split("\t")[1] for line in names.split("\n") if line.startswith("unit\t")}
        found |= {line.partition("\t")[0] for line in pool.split("\n") if "\t" in line} - named
    return sorted(found)
