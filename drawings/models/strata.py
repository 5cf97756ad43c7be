"""The strata: what is drawn by a rate of its own."""

from django.db.models import TextChoices

from sources.models import Category


def category_in(stratum: str) -> str:
    """Return the class in which a unit of a stratum was drawn."""
    return Category.KEY.value if stratum == Stratum.EMITTING else stratum


class Stratum(TextChoices):
    """The classes, and the key units that the scheme wants to see more often.

    平舞环〔2024〕40号 二（二） asks for a higher frequency for key units that discharge waste water or waste gas.
    """

    EMITTING = "key-emitting", "涉水涉气重点排污单位"
    KEY = Category.KEY.value, Category.KEY.label
    SPECIAL = Category.SPECIAL.value, Category.SPECIAL.label
    GENERAL = Category.GENERAL.value, Category.GENERAL.label

    @classmethod
    def label_of(cls, code: str) -> str:
        """Return the name of a stratum; a code that is none of ours, in a file from elsewhere, stays as it is."""
        return _LABELS.get(code, code)


_LABELS: dict[str, str] = {str(code): str(label) for code, label in Stratum.choices}
