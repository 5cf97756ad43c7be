"""Recomputes the chained log, the frozen files and every result on the server."""
