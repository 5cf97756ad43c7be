"""Workbooks of other formats (.xls, .xlsb, .ods, .et) become .xlsx once; what comes after knows no other format."""
