"""The .xlsx format: what is unpacked of it, what is refused, and how its sheets are read."""

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
