"""Workbooks of permit conditions for the tests: rows over a sound condition."""

import workbooks

from sources.permit_importer import preview

SOUND = {
    "污染源编码": "410481-0001",
    "排放口编号": "DA001",
    "污染物": "颗粒物",
    "许可浓度限值": "10",
    "浓度单位": "mg/m³",
}


def workbook(*rows, base=SOUND):
    """One row for each dict, over a sound condition; a value of None leaves the cell empty."""
    return workbooks.of_dicts([base | row for row in rows])


def found(*rows, base=SOUND):
    return preview(workbook(*rows, base=base), "许可.xlsx")


def told(*rows, base=SOUND):
    return [str(fault) for fault in found(*rows, base=base).faults]
