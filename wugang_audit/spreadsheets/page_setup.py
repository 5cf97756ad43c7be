"""How a sheet prints: on A4 across, its heading on each page, its pages numbered, no wider than can be read."""

import math

from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

READABLE = (
    260  # digits of a column's width: so many across a page of A4 are still read, in letters of six points
)
_MARGIN, _EDGE = 0.4, 0.5  # inches, beside and above


def set_up(
    sheet: Worksheet, width: float = 0, *, heading: int = 1, names: int = 2, grid: bool = True
) -> None:
    """Let a sheet print as many pages wide as it must be, and as long as it is.

    :param width: of all its columns, in digits; 0: it fits on one page.
    :param heading: the row that stands above each page, and stays where it is on the screen.
    :param names: the columns that say which row it is: they stand on each page of a sheet that is wider than one.
    :param grid: lines stand between the cells; False: they have borders of their own.
    """
    pages = max(1, math.ceil(width / READABLE))
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = pages, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_options.horizontalCentered, sheet.print_options.gridLines = True, grid
    sheet.page_margins.left = sheet.page_margins.right = _MARGIN
    sheet.page_margins.top = sheet.page_margins.bottom = _EDGE
    sheet.page_margins.header = sheet.page_margins.footer = 0.2
    sheet.HeaderFooter.oddFooter = HeaderFooterItem(center=_HeaderFooterPart("第 &P 页，共 &N 页"))
    sheet.print_title_rows = f"{heading}:{heading}"
    if pages > 1:
        sheet.print_title_cols = f"A:{chr(ord('A') + names - 1)}"
        sheet.page_setup.pageOrder = "overThenDown"
    if not sheet.freeze_panes:
        sheet.freeze_panes = f"A{heading + 1}"
