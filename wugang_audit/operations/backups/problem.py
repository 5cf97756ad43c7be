"""What ends a backup or a restore, in words for who runs it."""


class Problem(Exception):
    """Nothing was left half done; the text says in Chinese what is in the way and what to do."""
