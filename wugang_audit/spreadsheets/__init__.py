"""Reading and writing workbooks and CSV files as clerks keep them. Pure: knows no Django and no registry."""
