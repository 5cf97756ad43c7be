"""What all public pages share is worked out once for a state, and anew for everybody else."""

import re

import pytest
from django.template import Context, Template, TemplateSyntaxError
from house import ROOT

from wugang_audit import remembered as module
from wugang_audit.remembered import making, remembered


@pytest.fixture
def read():
    """A function that says how often it was asked."""
    asked = []

    @remembered
    def reader(*args):
        asked.append(args)
        return len(asked)

    return reader


def test_once_for_a_state_and_anew_for_the_next(read):
    with making(1):
        assert [read("a"), read("a"), read("b"), read("a")] == [1, 1, 2, 1]
    with making(2):
        assert [read("a"), read("b"), read("a")] == [3, 4, 3]
    with making(1):  # an answer of a later state is none for an earlier one
        assert read("a") == 5


def test_outside_of_a_kept_page_each_call_reads_anew(read):
    assert [read(), read()] == [1, 2]
    with making(1), making(None):
        assert [read(), read()] == [3, 4]


def test_nothing_is_remembered_of_what_fails():
    calls = []

    @remembered
    def fails():
        calls.append(1)
        raise LookupError

    with making(1):
        for _ in range(2):
            with pytest.raises(LookupError):
                fails()
    assert len(calls) == 2


def test_only_so_many_answers_are_held(read):
    with making(1):
        for number in range(module.REMEMBERED + 1):
            read(number)
        assert read(module.REMEMBERED) == module.REMEMBERED + 1  # the latest is there
        assert read(0) == module.REMEMBERED + 2  # the first had to go


def test_a_part_of_a_template_is_rendered_once_for_each_value_it_differs_by():
    template = Template("{% remembered_part line %}{{ line }}{{ times }}{% endremembered_part %}|{{ times }}")

    def shown(line, times):
        return template.render(Context({"line": line, "times": times}))

    with making(1):
        assert [shown("a", 1), shown("a", 2), shown("b", 3), shown("a", 4)] == [
            "a1|1",
            "a1|2",
            "b3|3",
            "a1|4",
        ]
    with making(2):
        assert shown("a", 5) == "a5|5"
    assert [shown("a", 6), shown("a", 7)] == ["a6|6", "a7|7"]


def test_two_parts_with_the_same_values_are_two():
    template = Template(
        "{% remembered_part %}{{ a }}{% endremembered_part %}{% remembered_part %}{{ b }}{% endremembered_part %}"
    )
    with making(1):
        assert template.render(Context({"a": 1, "b": 2})) == "12"
        assert template.render(Context({"a": 3, "b": 4})) == "12"


def test_a_part_that_does_not_end_is_named():
    with pytest.raises(TemplateSyntaxError, match="endremembered_part"):
        Template("{% remembered_part %}x")


def test_no_part_has_anything_of_who_asks():
    """It is shown to everybody: no token of a form, no account, nothing of the request."""
    own = re.compile(r"csrf_token|\buser\b|\brequest\b|staff_nav|messages|account_key")
    found = 0
    for path in (ROOT / "templates").rglob("*.html"):
        for part in re.findall(r"{% remembered_part.*?endremembered_part %}", path.read_text("utf-8"), re.S):
            found += 1
            assert not own.search(part), path
    assert found
