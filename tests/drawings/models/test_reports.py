"""What the report of a quarter is called where it is named alone, as in the audit trail."""

import pytest

from drawings.models import QuarterReport


@pytest.mark.parametrize(
    ("figures", "name"),
    [
        ({"kind": "final"}, "2026年第4季度汇总表"), ({"kind": "interim"}, "2026年第4季度进度表"),
        ({}, "2026年第4季度汇总表"),
    ],
)  # fmt: skip
def test_an_interim_report_is_not_called_the_report(figures, name):
    assert str(QuarterReport(year=2026, quarter=4, figures=figures)) == name
