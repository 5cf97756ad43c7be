"""How a step about an account says no."""


class Refused(Exception):
    """A step that may not be taken; the message says in Chinese why, and what to do instead."""
