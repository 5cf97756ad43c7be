"""What the page of a unit says of a visit besides its points."""

import datetime

from drawings.models import Inspection


def test_lists_are_named_only_where_something_was_answered(draw_in, report, stranger, clock):
    draw_in("published")
    row = report(Inspection.objects.first())
    clock.move(days=30)
    address = f"/units/{row.selection.source.number}/"
    said = "按检查清单检查：通用检查清单（第 2 版）"
    assert said in " ".join(stranger.get(address).content.decode().split())
    row.findings.all().delete()
    Inspection.objects.filter(pk=row.pk).update(
        outcome="untraced", visited_at=clock() - datetime.timedelta(27)
    )
    page = stranger.get(address).content.decode()
    assert "查无下落" in page and "按检查清单检查" not in page
