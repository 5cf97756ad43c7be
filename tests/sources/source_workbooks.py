"""Workbooks of pollution sources for the tests: rows with the columns that they name, the required ones filled in."""

import workbooks

from sources.importer import SourceImporter, preview
from sources.models import PollutionSource

CODE, OTHER = "91410481317593588N", "91410481105484945P"  # sound unified social credit codes


def workbook(*rows, **columns):
    """One row for each dict, over a sound unit; ``columns`` are defaults of all rows."""
    rows = [
        {"污染源编码": f"1-{n}", "单位名称": f"{n}厂", "监管类别": "一般", "行业代码": "2669"} | columns | row
        for n, row in enumerate(rows, 1)
    ]
    return workbooks.of_dicts(rows)


def faults(content):
    found = preview(content, "x.xlsx")
    return [(fault.row, fault.header) for fault in found.faults]


def examined(*rows):
    return SourceImporter().examine(workbooks.of_dicts(rows), "x.xlsx")[0]


def imported(*rows, **options):
    importer = SourceImporter()
    preview = importer.apply(workbooks.of_dicts(rows), "x.xlsx", None, **options)
    return importer, preview


def found(preview):
    """What became of each row that differs: (row, number, new, by which column it must be confirmed)."""
    return [(each.row, each.key, each.new, each.found_by) for each in preview.differences]


def numbers():
    return list(PollutionSource.objects.order_by("number").values_list("number", flat=True))
