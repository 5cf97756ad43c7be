"""What one value of a column asks for besides: a text for the whole file, where the file has no column of it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class AskedWith:
    """A column that is asked for together with a value of another one.

    :param attribute: of the column that is asked for.
    :param column: the attribute of the other one.
    :param word: its value, as that column writes it.
    :param option: of the import's command, without hyphens.
    :param needed: what is said where the whole file has that value and nothing is written, in Chinese.
    :param sentence: what to write, and what becomes of it, in Chinese.
    """

    attribute: str
    column: str
    word: str
    option: str
    needed: str
    sentence: str
