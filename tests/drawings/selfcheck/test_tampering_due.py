"""Days, points and samplings changed behind the site's back: `verify_log` notices each change."""

import datetime

import pytest
from tampering_cases import again, cut_trail, rows, unnoticed, without

from drawings.inspections.field import sampling
from drawings.inspections.tasks import verbs as tasks
from drawings.models import (
    Checklist,
    ChecklistPoint,
    ChecklistVersion,
    Draw,
    Inspection,
    Problem,
    Sampling,
)
from drawings.selfcheck.evidence import Evidence
from drawings.selfcheck.visits import visits
from wugang_audit.audit.models import AuditEntry

LATER = datetime.date(2027, 1, 5)
ASKED = {"station": "县生态环境监测站", "outlet": "DW001", "pollutants": "化学需氧量、氨氮", "numbers": ""}


def sampled(inspection):
    """Ask for a sample, and fill in its result."""
    lead = inspection.selection.team.get(is_lead=True).officer.user
    row = sampling.ask(inspection=inspection, actor=lead, values=ASKED)
    version = row.updated_at.isoformat()
    return sampling.record(sampling=row, actor=lead, version=version, values={"result": "化学需氧量 30 mg/L"})


@pytest.fixture
def busy(site):
    """The site with a visit that was put off, and three samplings, one of them under seal."""
    row = Inspection.objects.filter(selection__draw__code="2026Q4", state="draft").first()
    lead = row.selection.team.get(is_lead=True).officer.user
    asked = tasks.postpone(inspection=row, reason="停产检修", postpone_to=LATER, actor=lead)
    tasks.answer(
        problem=asked,
        decision=Problem.Decision.GRANTED,
        answer="",
        goes_up=False,
        actor=site.cast["organiser"],
    )
    sampled(row)
    sampled(site.inspection())
    sealed = Draw.objects.filter(code="2026Q3")
    lifted = sealed.get().unsealed_at
    sealed.update(unsealed_at=None)
    sampled(Inspection.objects.filter(selection__draw__code="2026Q3").first())
    sealed.update(unsealed_at=lifted)
    return site


def of_draw(code, **fields):
    return lambda site: Draw.objects.filter(code=code).update(**fields)


def points(**fields):
    """Change the points of the versions that were published; the lists of the shipped drafts stay."""
    return lambda site: ChecklistPoint.objects.update(**fields)


def digest_of_entry(word):
    """Let an entry of a sampling tell another digest; the chain of the trail says so as well."""

    def change(site):
        entry = AuditEntry.objects.filter(action="填写采样监测").first()
        AuditEntry.objects.filter(pk=entry.pk).update(changes=entry.changes | {word: "0" * 64})

    return change


CHANGES = {
    "visit_by": (of_draw("2026Q4", visit_by="2030-01-01"), "2026Q4：检查期限和审计记录不一致"),
    "visit_by of what was only frozen and void": (of_draw("2026Q2", visit_by="2030-01-01"), "2026Q2：检查期限和审计记录不一致"),
    "no visit_by": (of_draw("2026Q4", visit_by=None), "检查期限和审计记录不一致"),
    "put off further": (rows(Inspection, {"postponed_to__isnull": False}, postponed_to="2030-01-01"), "延期到的日期和审计记录不一致"),
    "put off no more": (rows(Inspection, {"postponed_to__isnull": False}, postponed_to=None), "延期到的日期和审计记录不一致"),
    "put off by nobody": (rows(Inspection, {"state": "published"}, postponed_to="2030-01-01"), "延期到的日期和审计记录不一致"),
    "own day of nobody's substitute": (rows(Inspection, {"state": "draft"}, substitute_by="2030-01-01"), "替补后的检查期限和审计记录不一致"),
    "later publication": (rows(Inspection, {"state": "published"}, publish_by="2030-01-01"), "应公开日期和审计记录第"),
    "no day of publication": (rows(Inspection, {"state": "approved"}, publish_by=None), "应公开日期和审计记录第"),
    "day of publication of a draft": (rows(Inspection, {"state": "draft"}, publish_by="2030-01-01"), "没有提交，却有应公开日期"),
    "name of a point": (points(name="别的"), "版”的检查项目和公开时的不一致"),
    "guidance of a point": (points(guidance="什么也不看"), "的检查项目和公开时的不一致"),
    "code of a list": (lambda site: Checklist.objects.update(code="other"), "的检查项目和公开时的不一致"),
    "number of a version": (lambda site: ChecklistVersion.objects.update(number=9), "的检查项目和公开时的不一致"),
    "point added": (again(ChecklistPoint, code="more", name="又一项"), "的检查项目和公开时的不一致"),
    "result of a sampling": (rows(Sampling, result="未检出"), "：内容和审计记录里的指纹不一致"),
    "station of a sampling": (rows(Sampling, station="别的站"), "：内容和审计记录里的指纹不一致"),
    "sampling deleted": (without(Sampling), "：审计记录里有，站上没有"),
    "sampling added": (again(Sampling), "：审计记录里没有申请"),
    "trail of a request": (cut_trail("申请采样监测"), "改动以前的内容接不上"),
    "trail of a result": (cut_trail("填写采样监测"), "：内容和审计记录里的指纹不一致"),
    "digest before": (digest_of_entry("before"), "改动以前的内容接不上"),
    "digest after": (digest_of_entry("after"), "：内容和审计记录里的指纹不一致"),
    "trail of a postponement": (cut_trail("答复困难与问题"), "延期到的日期和审计记录不一致"),
}  # fmt: skip


def test_each_change_of_a_day_a_point_or_a_sampling_is_named(busy, open_tables):
    assert unnoticed(busy, CHANGES) == {}


def test_the_site_as_it_is_holds(busy):
    for draw in Draw.objects.all():
        part = visits(Evidence(draw))
        assert part.faults == ()
    assert part.checked >= Inspection.objects.filter(selection__draw=draw).count()


def test_a_sampling_is_digested_as_its_verbs_do(busy):
    row = Sampling.objects.first()
    inspection = Inspection.objects.get(pk=row.inspection_id)
    assert inspection.log_digest(row.as_stored()) == sampling.digest(inspection, row)


def test_entries_of_an_older_site_are_not_asked_for_what_they_do_not_tell(busy, open_tables):
    for entry in AuditEntry.objects.filter(
        action__in=["提交检查", "审核通过", "确认公开", "冻结名单", "公布抽签结果"]
    ):
        told = {
            key: value
            for key, value in entry.changes.items()
            if key not in ("publish_by", "wording", "visit_by")
        }
        AuditEntry.objects.filter(pk=entry.pk).update(changes=told)
    Inspection.objects.filter(state="published").update(publish_by=None)
    assert [visits(Evidence(draw)).faults for draw in Draw.objects.all()] == [()] * Draw.objects.count()


def test_the_queries_do_not_grow_with_the_visits(busy, django_assert_max_num_queries):
    evidence = Evidence(Draw.objects.get(code="2026Q4"))
    # The entries, the points, the names of the lists, the samplings, the inspections.
    with django_assert_max_num_queries(5):
        visits(evidence)
