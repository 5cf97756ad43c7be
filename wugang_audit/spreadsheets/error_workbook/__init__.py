"""The clerk's workbook, given back with every fault marked: in its own layout, or as plain rows if it is large."""
