"""From an uploaded workbook to rows of a registry: preview, confirmation, one transaction, undo."""
