"""A firm that is renamed between the draw and the hand-over: the record names it as it was drawn."""

from visit_cases import assessed, frozen, signed

from drawings.inspections import verbs
from drawings.inspections.field.record import standing
from drawings.models import Inspection
from drawings.protocol import verify


def latest(inspection):
    return Inspection.objects.get(pk=inspection.pk)


def test_a_firm_that_was_renamed_since_stands_in_the_record_as_it_was_drawn(inspection, full, lead):
    unit = inspection.selection.source
    drawn = unit.name
    unit.name = "改了名的化工厂"
    unit.save()
    record = frozen(latest(inspection), full())
    assert verify.parse_field_record(record.text).name == drawn
    unit.name = "又改了名的化工厂"
    unit.save()
    signed(record)
    row = latest(inspection)
    row = verbs.submit(inspection=row, actor=lead, version=row.version, report=assessed(row, full()))
    assert (row.state, standing(row).text) == ("submitted", record.text)
