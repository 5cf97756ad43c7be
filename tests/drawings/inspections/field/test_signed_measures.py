"""The measures that the firm signed, and what has become of them since."""

from django.urls import reverse
from visit_cases import assessed, frozen, signed

from drawings.inspections import verbs
from drawings.models import Inspection


def test_measures_that_changed_after_the_signature_are_told(inspection, login, full, reviewer):
    signed(record := frozen(inspection, full()))
    page = reverse("inspections:record", args=[inspection.pk])
    assert "现场措施在签字以后改过" not in login(reviewer).get(page).content.decode()
    row = Inspection.objects.get(pk=inspection.pk)
    given = {"inspection": row, "actor": record.frozen_by, "version": row.version}
    verbs.save_draft(**given, report=assessed(row, full(outcome="case", measures={"case": None})))
    for name in ("record", "detail"):
        page = login(reviewer).get(reverse(f"inspections:{name}", args=[inspection.pk])).content.decode()
        assert "签字时的现场措施：没有；现在：立案" in page, name
