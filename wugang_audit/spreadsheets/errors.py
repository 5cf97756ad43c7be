"""What is raised for a file that cannot be read, whatever its format."""


class Unreadable(Exception):
    """A file that cannot be read as a table: what is wrong, and how to mend it (both short Chinese)."""

    def __init__(self, problem: str, fix: str):
        super().__init__(problem, fix)
        self.problem, self.fix = problem, fix
