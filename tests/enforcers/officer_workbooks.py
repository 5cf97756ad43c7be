"""Workbooks of officers for the tests: rows with the columns that they name, the required ones filled in."""

import io

import openpyxl
import workbooks


def workbook(*rows: dict) -> bytes:
    rows = [
        {
            "姓名": f"人员{'甲乙丙丁戊己庚辛'[n % 8]}",
            "执法证号": f"16041048{n:03d}",
            "执法证有效期至": "2028-07-01",
        }
        | row
        for n, row in enumerate(rows, 1)
    ]
    return workbooks.of_dicts(rows)


def rows_of(content: bytes, sheet: str = "名录") -> list[dict]:
    """Return the rows of an exported workbook by their headers."""
    header, *rows = openpyxl.load_workbook(io.BytesIO(content))[sheet].iter_rows(values_only=True)
    return [dict(zip(header, each, strict=True)) for each in rows]
