"""Import the credit classes of units: ``manage.py import_credit_classes FILE``."""

from sources.credit_importer import CreditImporter
from wugang_audit.imports.command import ImportCommand


class Command(ImportCommand):
    help = "Import the credit classes of units from a workbook, all or nothing."
    importer = CreditImporter
