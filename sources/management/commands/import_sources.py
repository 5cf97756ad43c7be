"""Import the registry of pollution sources: ``manage.py import_sources FILE``."""

from sources.importer import SourceImporter
from wugang_audit.imports.command import ImportCommand


class Command(ImportCommand):
    help = "Import the registry of pollution sources from a workbook, all or nothing."
    importer = SourceImporter
