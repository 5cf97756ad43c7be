"""Static files are found once for all clients: each of the thousands after the first would look through the same folders."""

from whitenoise.middleware import WhiteNoiseMiddleware

_find = WhiteNoiseMiddleware.add_files_from_finders
_found = {}


def _find_once(self):
    if not _found:
        _find(self)
        _found.update(self.files)
    self.files.update(_found)


WhiteNoiseMiddleware.add_files_from_finders = _find_once
