from django.db import migrations

from wugang_audit.audit.append_only import protect


class Migration(migrations.Migration):
    """An insert that would replace a row is refused too; and tables join that no step ever changed."""

    dependencies = [("drawings", "0001_initial"), ("wugang_audit", "0002_chain_covers_every_column")]

    operations = [
        protect(
            "drawings_logentry",
            "drawings_drawfile",
            "drawings_selection",
            "drawings_teammember",
            "drawings_changesconfirmed",
            "drawings_deposit",
            "drawings_correction",
            "drawings_inspectionmove",
        )
    ]
