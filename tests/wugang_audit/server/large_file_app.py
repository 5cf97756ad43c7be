"""An application that answers everything with one large file, for `test_slow_readers`."""

import os
import tempfile

from wugang_audit.access.file_pieces import KNOWS, pieces_of

SIZE = 64 * 1024 * 1024  # more than an answer may have waiting in a copy


class Hole:
    def __init__(self):
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - as long as the process
        self._file.truncate(SIZE)

    def read_at(self, at, size):
        return os.pread(self._file.fileno(), size, at)


HOLE = Hole()


def application(environ, start_response):
    assert environ[KNOWS]
    start_response("200 OK", [("Content-Length", str(SIZE)), ("Content-Type", "application/octet-stream")])
    return pieces_of(HOLE, SIZE, 256 * 1024)
