"""The rows by which published results are listed, changed behind the site's back: `verify_log` notices each change."""

import datetime

from tampering_cases import rows, unnoticed, without

from drawings.models import Inspection, PublishedResult, Redaction

DAY = datetime.timedelta(days=1)
UNLIKE = "和检查结果不一致"
MOVED = "归入的乡镇、行业、专业组和审计记录第"


def of_first(**fields):
    """Change fields of the row of a result; a callable is given the row."""

    def change(site):
        row = site.inspection().published_result
        values = {name: value(row) if callable(value) else value for name, value in fields.items()}
        PublishedResult.objects.filter(pk=row.pk).update(**values)

    return change


def of_what_is_no_result(site):
    PublishedResult.objects.filter(pk=site.inspection().published_result.pk).update(
        inspection=site.inspection("approved")
    )


def emptied(site):
    """Hide the whole of a result, and let its row go on to say where it belongs."""
    row = site.inspection()
    Redaction.objects.create(
        draw=row.selection.draw, text="finding", target=f"finding/{row.pk}", inspection=row, of="0" * 64,
        legal_reason="依法", redacted_on=datetime.date(2026, 12, 1), declared_by=site.cast["head"],
    )  # fmt: skip
    PublishedResult.objects.filter(inspection=row).update(
        is_hidden=True, visited_on=None, outcome="", is_faulty=None, day=row.published_result.published_on,
        township="尹集镇",
    )  # fmt: skip


CHANGES = {
    "row deleted": (without(PublishedResult), "名单里没有这份公开的检查结果"),
    "row of what is not public": (of_what_is_no_result, "名单里有，检查结果却没有公开"),
    "year": (of_first(year=2025), f"年度{UNLIKE}"),
    "quarter": (of_first(quarter=1), f"季度{UNLIKE}"),
    "class": (of_first(stratum="key-emitting"), f"类别{UNLIKE}"),
    "number": (of_first(number="410481-9999"), f"污染源编码{UNLIKE}"),
    "outcome": (of_first(outcome="refused"), f"检查结论{UNLIKE}"),
    "problem": (of_first(is_faulty=lambda row: not row.is_faulty), f"发现问题{UNLIKE}"),
    "day": (of_first(day=lambda row: row.day - DAY), f"日期{UNLIKE}"),
    "day of the visit": (of_first(visited_on=None), f"检查日期{UNLIKE}"),
    "day of the publication": (of_first(published_on=lambda row: row.published_on - DAY), f"公开日期{UNLIKE}"),
    "said to be hidden": (of_first(is_hidden=True), f"全文已依法隐去{UNLIKE}"),
    "hidden, and not emptied": (emptied, "全文已经依法隐去，名单里却还写着归入哪里"),
    "township": (of_first(township="别的镇"), MOVED),
    "industry": (of_first(industry="99"), MOVED),
    "speciality": (of_first(speciality="别的组"), MOVED),
    "the inspection's own": (rows(Inspection, {"state": "published"}, outcome="refused"), f"检查结论、发现问题{UNLIKE}"),
}  # fmt: skip


def test_each_change_of_a_row_of_published_results_is_named(site, open_tables):
    assert unnoticed(site, CHANGES) == {}
