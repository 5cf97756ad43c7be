"""Import absences of officers: ``manage.py import_absences FILE``."""

from enforcers.record_importers import AbsenceImporter
from wugang_audit.imports.command import ImportCommand


class Command(ImportCommand):
    help = "Import absences of officers from a workbook, all or nothing."
    importer = AbsenceImporter
