"""Every form of the site with an error in it: one pattern, found by walking, so that a new form cannot stand aside."""

import datetime
import io
import uuid

import pytest
import workbooks
from django.core.files.uploadedfile import SimpleUploadedFile
from django.forms import BaseForm
from django.urls import reverse
from form_walk import Page, Walk, check
from house import PACKAGES
from PIL import Image
from visit_cases import closed, frozen

from drawings.amendments import recusals, substitutes
from drawings.ceremony import verbs
from drawings.ceremony.papers.verbs import object_to_changes
from drawings.ceremony.preflight.changes import compare
from drawings.ceremony.preflight.snapshot import snapshot
from drawings.checklists.verbs import new_draft
from drawings.inspections.aftercare import stamp
from drawings.inspections.aftercare.about import About
from drawings.inspections.aftercare.verbs import Sender, answer, receive
from drawings.inspections.evidence.verbs import Sent
from drawings.inspections.evidence.verbs import add as add_evidence
from drawings.inspections.record_verbs import supplement
from drawings.inspections.tasks import verbs as verbs_of_tasks
from drawings.models import Checklist, Inspection, Objection, RecusalRequest, StrongerDisclosure
from drawings.models.lotteries import Issue
from drawings.protocol import verify
from drawings.states import InspectionState
from sources.importer import SourceImporter
from sources.models import PollutionSource
from wugang_audit.access.roles import Role
from wugang_audit.accounts import second_factor
from wugang_audit.imports.models import ImportJob, ImportState

LEFT_OUT = {
    "InspectionFilter",  # a filter that makes no sense is ignored there
    "RecipeSearch",  # likewise
    "PreviewForm",  # shown, never sent
}


def ours():
    """Return the classes of forms in our code that no other of them extends."""
    found, waiting = set(), [BaseForm]
    while waiting:
        for each in waiting.pop().__subclasses__():
            waiting.append(each)
            if each.__module__.split(".")[0] in PACKAGES:
                found.add(each)
    return {
        each for each in found if not any(other is not each and issubclass(other, each) for other in found)
    }


# In the short run nobody sends a form again that he has sent before, in another state of the draw, and few pages that
# are alike are opened.
FEW = 3


@pytest.fixture(params=[False, pytest.param(True, marks=pytest.mark.long)], ids=["once", "in every state"])
def walk(login, person, request):
    people, seen, sent = {}, set(), {}

    def as_(role, *starts, user=None):
        if user is None and role not in people:
            people[role] = person(f"walks-{role}", role)
        who = user or people[role]
        more = {} if request.param else {"sent": sent.setdefault(who.pk, set()), "per_view": FEW}
        Walk(login(who), seen, **more).through(*starts)

    as_.seen = seen
    return as_


@pytest.fixture
def imported(admin, registry):
    """An import that can be undone, and another file that waits to be confirmed, both of the administrator's."""
    rows = [["410481-0100", "新来的厂", "一般", "2669"]]
    importer = SourceImporter()
    preview = importer.apply(workbooks.of_units(*rows), "名录.xlsx", admin)
    ImportJob.objects.create(
        registry="sources", owner=admin, filename="名录.xlsx", sha256="0" * 64, content=b"",
        preview=preview.stored(), state=ImportState.APPLIED, applied_at=importer.at,
    )  # fmt: skip


def _where_a_substitute_is_typed(draw, selection, organiser, reviewer, clock):
    """Let a declaration wait for its value, and return the page where that is typed."""
    issue = Issue("26282", datetime.datetime.fromisoformat("2026-10-09T21:25:00+08:00"))
    row = substitutes.declare_officer(
        draw=draw, officer=selection.team.first().officer.certificate_number, reason="ill", evidence="住院证明",
        away={}, issue=issue, actor=organiser,
    )  # fmt: skip
    substitutes.confirm(substitution=row, actor=reviewer)
    clock.moment = issue.known_at
    return f"/ceremony/{draw.code}/substitutes/entry/"


def _walk_a_draft(client, url, walk):
    """A draft that a colleague has changed since its page was opened is refused as a whole, beside what its points lack."""
    Walk(client, walk.seen).through(url)
    (form,) = (each for each in Page(client.get(url).content.decode()).forms if "opened" in dict(each.hidden))
    sent = dict(form.hidden) | {name: "" for name, _ in form.fields} | {"opened": "of another day"}
    check(client.post(url, sent), url, walk.seen)


def _walk_a_record(walk, inspection, clock):
    """Its author, then the other officer, who also decides on a supplement."""
    clock.move(minutes=5)
    record = frozen(inspection, closed(clock.moment))
    page = f"/inspections/{inspection.pk}/record/"
    walk(Role.OFFICER, page, user=record.frozen_by)
    walk(Role.OFFICER, page, user=record.second)
    if not record.supplements.exists():
        supplement(record=record, actor=record.frozen_by, text="第一行的时间写错了")
    walk(Role.OFFICER, page, user=record.second)


def _walk_the_requests(walk, inspection, officer, organiser):
    """What an officer asks is answered by the organiser on pages of its own; a number in it stops what goes up."""
    told = verbs_of_tasks.report(inspection=inspection, reason="联系人13812345678不接", actor=officer)
    verbs_of_tasks.answer(problem=told, decision="answered", answer="已联系", goes_up=False, actor=organiser)
    verbs_of_tasks.postpone(
        inspection=inspection, postpone_to=datetime.date(2027, 1, 15), reason="停产检修", actor=officer
    )
    verbs_of_tasks.report(inspection=inspection, reason="道路不通", actor=officer)
    verbs_of_tasks.ask_recusal(inspection=inspection, reason="亲属任职", actor=officer)
    walk(Role.ORGANISER, "/inspections/board/", f"/ceremony/{inspection.selection.draw.code}/substitutes/")


def _photograph(inspection, officer):
    """Let a photo be there, which has pages of its own: to say what it shows, to take it out, to let it be public."""
    out = io.BytesIO()
    Image.new("RGB", (8 + inspection.evidence.count(), 8)).save(out, "JPEG")
    sent = Sent(key=uuid.uuid4(), content=out.getvalue(), caption="门卫电话 13812345678")
    add_evidence(inspection=inspection, actor=officer, sent=sent)


def _let_it_be_public(client, inspection, seen):
    """A number in its caption stops that, as long as nobody says why it is no person's."""
    photo = inspection.evidence.standing().last()
    page = reverse("inspections:evidence_public", args=[inspection.pk, photo.key])
    check(client.post(page, {"decision": "yes"}), page, seen)


def _walk_what_is_said(walk, client, head_client, reviewer):
    """The public form and the receipt; the head sends back and hides without a reason, the reviewer answers."""
    unit = PollutionSource.objects.first()
    Walk(client, walk.seen).through(f"/say/?unit={unit.number}", "/say/follow/")
    for number in range(2):
        page = stamp.Stamp(f"{number}", stamp.Verdict.GOOD, True)
        receive(
            about=About(unit, unit.name), kind="mistake", text="炉号写错了。", sender=Sender(), stamp=page
        )
    last = Objection.objects.last()
    made = answer(objection=last, goes_public=False, public_text="", answer="已核实", actor=reviewer)
    page = reverse("inspections:objection_decide", args=[last.pk])
    check(head_client.post(page, {"decision": "return", "answer": made.pk}), page, walk.seen)
    page = reverse("inspections:objection_hide", args=[last.pk])
    check(head_client.post(page, {"because": ""}), page, walk.seen)
    walk(Role.REVIEWER, "/inspections/objections/")


def _walk_the_second_factor(login, person, seen):
    """Who has an app gives a code and looks at the page of his own; who has none sets one up."""
    new, enrolled = person("walks-new", Role.HEAD), person("walks-enrolled", Role.HEAD)
    second_factor.enrol_for_demo(enrolled)
    setting_up = login(new, password_only=True)
    setting_up.post("/accounts/second_factor/set_up/")
    Walk(setting_up, seen).through("/accounts/second_factor/scan/")
    asked = login(enrolled, password_only=True)
    Walk(asked, seen).through("/accounts/second_factor/", "/accounts/second_factor/recovery/")
    Walk(login(enrolled), seen).through("/accounts/authenticator/")
    Walk(login(person("walks-without", Role.OFFICER)), seen).through("/accounts/second_factor/set_up/")


def test_every_form_shows_its_errors_in_the_same_way(
    walk, login, admin, imported, draft, freeze, clock, organiser, reviewer, officers, stranger, person
):
    walk(Role.ORGANISER, "/ceremony/", "/plans/", "/desk/")
    twin = PollutionSource.objects.get(number="410481-0002")
    twin.name = "虚构（1）号化工厂"  # a double to compare
    twin.save()
    # Its rows come with the migration; a test that emptied all tables may have run before.
    StrongerDisclosure.objects.get_or_create(kind="water", defaults={"is_active": True})
    walk(Role.ADMIN, "/admin/", "/registry/doubles/", user=admin)
    content = workbooks.of_units(["410481-0002", "虚构2号化工厂改", "重点", "2669"])
    file = SimpleUploadedFile("第二份.xlsx", content)
    login(admin).post("/admin/sources/pollutionsource/import/", {"file": file})
    faulty = workbooks.of_units(
        ["410481-0003", "虚构3号化工厂", "重点", "2669", "12345"], more=["统一社会信用代码"]
    )
    file = SimpleUploadedFile("第三份.xlsx", faulty)
    login(admin).post("/admin/sources/pollutionsource/import/", {"file": file})
    walk(Role.ADMIN, "/admin/sources/pollutionsource/import/", "/admin/sources/pollutionsource/import/history/",
         "/admin/enforcers/officer/keep/training/", "/admin/enforcers/officer/keep/absence/", user=admin)  # fmt: skip
    unit = PollutionSource.objects.first()
    sent = {"action": "classify", "_selected_action": unit.pk, "index": "0"}
    Walk(login(admin), walk.seen).behind("/admin/sources/pollutionsource/", sent)
    walk(Role.ADMIN, "/admin/wugang_audit/bureau/add/", "/admin/wugang_audit/holidaynotice/add/", user=admin)
    point_of_a_draft = new_draft(checklist=Checklist.objects.get(), actor=admin)
    _walk_a_draft(login(admin), f"/admin/drawings/checklistversion/{point_of_a_draft.pk}/change/", walk)
    walk(Role.SECURITY, "/admin/")
    walk(Role.AUDITOR, "/audit/")

    freeze(draft, verify.Source("dice10", "20", "2026-10-08T09:05:00+08:00"))
    clock.move(minutes=10)
    walk(Role.ORGANISER, "/ceremony/")
    for actor in (organiser, reviewer):
        verbs.enter_value(entropy=draft.next_source(), value="47193058260471930582", actor=actor)
    draft.refresh_from_db()
    verbs.publish(draw=draft, actor=organiser)
    walk(Role.ORGANISER, "/desk/statistics/")
    first, second, third = Inspection.objects.all()[:3]
    officer = first.selection.team.first().officer.user
    _photograph(first, officer)
    walk(Role.OFFICER, "/inspections/", user=officer)
    _walk_the_requests(walk, first, officer, organiser)
    _walk_a_record(walk, third, clock)
    # Undecided it would keep the report from its review.
    recusals.refuse(request=RecusalRequest.objects.get(), answer="不是亲属", actor=organiser)
    _photograph(first, officer)  # the walk has taken out the other one
    seen_at = clock.moment + datetime.timedelta(hours=1)
    reported = {"visited_at": seen_at, "summary": "设施运行正常", "submitted_at": seen_at}
    Inspection.objects.filter(pk=first.pk).update(
        state=InspectionState.SUBMITTED, outcome="closed", **reported
    )
    Inspection.objects.filter(pk=second.pk).update(
        state=InspectionState.PUBLISHED, outcome="clean", published_at=seen_at, **reported
    )
    walk(Role.REVIEWER, "/inspections/all/")
    _let_it_be_public(login(reviewer), first, walk.seen)
    walk(Role.ORGANISER, "/ceremony/", f"/ceremony/{draft.code}/substitutes/")
    walk(Role.ORGANISER, _where_a_substitute_is_typed(draft, third.selection, organiser, reviewer, clock))
    next_draw = verbs.start(year=2026, quarter=3, item=draft.item, actor=organiser)
    officers[0].abilities.all().delete()
    walk(Role.REVIEWER, "/ceremony/2026Q3/confirm/")
    seen = compare(next_draw, snapshot(next_draw)).fingerprint
    object_to_changes(draw=next_draw, seen=seen, reason="查无依据", actor=reviewer)
    walk(Role.HEAD, "/ceremony/2026Q3/confirm/")
    Walk(stranger, walk.seen).through("/", "/accounts/login/")
    _walk_what_is_said(walk, stranger, login(person("walks-decides", Role.HEAD)), reviewer)
    _walk_the_second_factor(login, person, walk.seen)
    missing = {each.__name__ for each in ours()} - {each.__name__ for each in walk.seen} - LEFT_OUT
    assert missing == set(), "no page showed an error of these forms"
