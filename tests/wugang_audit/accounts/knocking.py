"""What the log-in page says, for the tests of this folder."""

OFFICE, ELSEWHERE = "203.0.113.9", "198.51.100.7"
WRONG = "certainly-not-it"


def said(response):
    """What the form says beside its fields."""
    return "".join(response.context["form"].non_field_errors())
