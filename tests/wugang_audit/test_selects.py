"""Choice lists are written as Django's templates write them, to the byte."""

import datetime

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy

from wugang_audit.problems import Renderer

CHOICES = [
    ("", "---------"),
    ("a&b", '<b>"甲"</b>'),
    (None, "none"),
    (1234, 1234567),
    ("d", datetime.date(2026, 1, 2)),
    ("safe", mark_safe("<i>乙</i>")),
    (mark_safe("<v>"), gettext_lazy("yes,no,maybe")),
    ("组", [("x", "丙"), ("y'", "丁 & 戊")]),
]
WIDGETS = {
    "plain": forms.Select(choices=CHOICES),
    "attributes": forms.Select(
        {"class": "a<b", "required": True, "disabled": False, "size": 1000, "data-x": None}, CHOICES
    ),
    "several": forms.SelectMultiple(choices=CHOICES),
    "empty": forms.Select(),
}


@pytest.mark.parametrize("widget", WIDGETS.values(), ids=WIDGETS)
@pytest.mark.parametrize("value", ["", None, "a&b", 1234, ["x", "d"], True])
def test_a_list_is_what_the_templates_of_django_write(widget, value):
    ours = widget.render("f<1>", value, {"id": "id_f"}, renderer=Renderer())
    assert ours == widget.render("f<1>", value, {"id": "id_f"}, renderer=DjangoTemplates())
    assert hasattr(ours, "__html__")


def test_a_list_with_a_template_of_its_own_keeps_it():
    class Own(forms.Select):
        option_template_name = "django/forms/widgets/radio_option.html"

    own = Own(choices=CHOICES[:3])
    assert own.render("f", "", renderer=Renderer()) == own.render("f", "", renderer=DjangoTemplates())
