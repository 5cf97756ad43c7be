"""What stands between the network and Django: gunicorn's worker, so that no slow client holds up the others; and what SQLite is told."""
