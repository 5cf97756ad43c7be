"""A code is wholly what its pattern says: a right end behind anything else is refused."""

import pytest
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator

from enforcers.models import Officer
from sources.models import PollutionSource, Speciality

CREDIT = "91410481317593588N"
GOOD = {
    (PollutionSource, "number"): "410481-0001",
    (PollutionSource, "industry_code"): "2669",
    (PollutionSource, "permit_number"): f"{CREDIT}001U",
    (Speciality, "code"): "chemical-pharma",
    (Speciality, "prefixes"): "26, 27\n2812",
    (Officer, "certificate_number"): "16041048001",
}
BEFORE = ["甲", " ", "\0", "\n", "=", "甲 ", "a b", "../", "１"]


@pytest.mark.parametrize(("model", "field"), GOOD)
def test_a_code_with_anything_before_it_is_refused(model, field):
    (pattern,) = [
        each for each in model._meta.get_field(field).validators if isinstance(each, RegexValidator)
    ]
    good = GOOD[model, field]
    pattern(good)
    for junk in BEFORE:
        if field == "prefixes" and junk.isspace():
            continue  # only separates
        with pytest.raises(ValidationError):
            pattern(junk + good)
    with pytest.raises(ValidationError):
        pattern(good + "甲")
