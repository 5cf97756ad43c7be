"""Units that come in without a fault, for the tests of the import pages to change what they are about."""

import workbooks


def unit(serial, **cells):
    """Return the cells of a sound unit by header, with what is to be different."""
    return {
        "污染源编码": f"410481-{serial:04d}",
        "单位名称": f"虚构{serial}号厂",
        "监管类别": "一般",
        "行业代码": "2669",
    } | cells


def units(*changes, header=()):
    """Return a workbook of sound units, numbered from 1, each with what it changes by header.

    :param header: the columns in their order; without it those that the units name.
    """
    rows = [unit(n, **change) for n, change in enumerate(changes, 1)]
    return of_columns(rows, header) if header else workbooks.of_dicts(rows)


def of_columns(rows, header):
    """Return a workbook of these columns; what a row does not name is empty."""
    return workbooks.of_rows(header, *([row.get(each) for each in header] for row in rows))
