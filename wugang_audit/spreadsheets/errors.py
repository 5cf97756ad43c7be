"""What is raised for a file that cannot be read, whatever its format."""


class Unreadable(Exception):
    """A file that cannot be read as a table: what is wrong, and how to mend it (both short Chinese)."""

    def __init__(self, what: str, cure: str):
        super().__init__(what, cure)
        self.what, self.cure = what, cure
