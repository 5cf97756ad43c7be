"""The tables that only grow, by hand, and how the tests look into them."""

from django.db import connection

TABLES = (
    "wugang_audit_auditentry",
    "drawings_logentry",
    "drawings_drawfile",
    "drawings_selection",
    "drawings_teammember",
    "drawings_changesconfirmed",
    "drawings_deposit",
    "drawings_withdrawal",
    "drawings_correction",
    "drawings_inspectionmove",
    "drawings_handedin",
    "drawings_reviewnote",
    "drawings_privacymark",
    "drawings_cosign",
    "drawings_firmsignature",
    "drawings_publicphoto",
)
# Tables whose rows steps complete: what is empty in a column is written once.
FILLED_ONCE = (
    "drawings_quarterreport",
    "drawings_checklistversion",
    "drawings_onsiterecord",
    "drawings_supplement",
    "drawings_evidence",
    "drawings_objection",
    "drawings_objectionanswer",
    "drawings_strongerdisclosure",
)


def rows(table):
    """All rows of a table as {column: value}, as the database holds them."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table} ORDER BY id")
        columns = [column[0] for column in cursor.description]
        return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
