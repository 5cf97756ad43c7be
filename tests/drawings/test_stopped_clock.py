"""The whole work with the site's clock stopped: no row, no entry and no history asks the machine."""

import datetime

from django.apps import apps
from django.db import models
from visit_cases import send_in

from drawings import public_log
from drawings.ceremony import verbs as ceremony
from drawings.inspections import verbs
from drawings.inspections.field.report import Answer, Report
from drawings.models import ChecklistPoint, Inspection
from enforcers.models import Recusal
from wugang_audit import clock as site_clock

OURS = ("wugang_audit", "sources", "enforcers", "drawings")


def newest():
    """Return {model: highest key} of all tables of ours."""
    return {
        model: model._base_manager.order_by("-pk").values_list("pk", flat=True).first() or 0
        for label in OURS
        for model in apps.get_app_config(label).get_models()
        if isinstance(model._meta.pk, models.AutoField)
    }


def moments(since):
    """Yield (table, column, value) of each moment in rows that are newer than these keys."""
    for model, key in since.items():
        for field in model._meta.local_concrete_fields:
            if isinstance(field, models.DateTimeField):
                for value in model._base_manager.filter(pk__gt=key).values_list(field.attname, flat=True):
                    if value is not None:
                        yield model._meta.db_table, field.attname, value


def test_a_draw_and_its_visit_bear_the_time_of_the_stopped_clock(
    draft, freeze, organiser, reviewer, head, officers, registry, clock, settings
):
    settings.ALLOW_SYSTEM_ENTROPY = True
    # The machine stands at 8 October; whatever asks it would be a day early.
    stopped = clock() + datetime.timedelta(days=1)
    before = newest()
    with site_clock.at(stopped):
        Recusal.objects.create(officer=officers[0], source=registry[0], reason="亲属")
        registry[1].remarks = "改过"
        registry[1].save()
        draw = ceremony.draw_from_system(draw=freeze(draft), actor=organiser)
        ceremony.publish(draw=draw, actor=organiser)
        row = Inspection.objects.first()
        answers = {point.pk: Answer("pass") for point in ChecklistPoint.objects.all()}
        report = Report(visited_at=stopped, outcome="clean", summary="正常", answers=answers)
        lead = row.selection.team.first().officer.user
        for verb, actor, more in (
            (send_in, lead, {"report": report}), (verbs.approve, reviewer, {}), (verbs.publish, head, {}),
        ):  # fmt: skip
            row = verb(inspection=row, actor=actor, version=row.version, **more)
        verbs.correct(inspection=row, actor=head, text="更正")
    found = list(moments(before))
    assert {value for _, _, value in found} == {stopped}, [each for each in found if each[2] != stopped]
    assert len({table for table, _, _ in found}) >= 6
    draft.refresh_from_db()
    assert (draft.frozen_at, draft.drawn_at, draft.published_at) == (stopped, stopped, stopped)
    assert registry[1].history.latest("history_id").history_date == stopped
    assert public_log.recompute().broken is None
