"""The case file as the site hands it over: the verifier takes it, and nobody gets it who may not."""

import io
import os
import shutil
import tracemalloc
import uuid
import zipfile
from dataclasses import replace

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from evidence.photo_files import photo
from visit_cases import assessed, frozen, signed

from drawings.inspections import record_verbs
from drawings.inspections import verbs as verbs_of_visits
from drawings.inspections.case_file.contents import case_file
from drawings.inspections.case_file.packing import pack
from drawings.inspections.evidence import kept_files, verbs
from drawings.inspections.evidence.verbs import Sent
from drawings.inspections.field.record import standing
from drawings.models import Draw, Evidence, Inspection
from drawings.protocol import verify
from wugang_audit.audit.models import AuditEntry


@pytest.fixture
def visit(inspection, lead, points):
    """A visit with one photo whose original came with it, and one of which only the copy has come."""

    def add(**fields):
        sent = Sent(key=uuid.uuid4(), taken_at=None, **fields)
        return verbs.add(inspection=inspection, actor=lead, sent=sent)[0]

    add(content=photo(text="one"), caption="渗漏处", point=points[0])
    add(content=photo(text="two"), digest="ab" * 32, original_size=3_000_000)
    return Inspection.objects.get(pk=inspection.pk)


def take(client, inspection):
    return client.post(reverse("inspections:case_file", args=[inspection.pk]))


def checked(answer, folder):
    """What the verifier says of it, and the names in it."""
    assert answer.status_code == 200, answer
    content = b"".join(answer.streaming_content)
    path = folder / "case.zip"
    path.write_bytes(content)
    case = verify.read_case(str(path))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return verify.check_case(case), archive.namelist()


def levels(lines, level):
    return [f"{line.what}（{line.detail}）" for line in lines if line.level == level]


def test_a_published_case_is_taken_by_the_verifier(visit, step, login, reviewer, lead, tmp_path):
    row = step(visit, "submitted", "approved", "published")
    lines, names = checked(take(login(reviewer), row), tmp_path)
    assert levels(lines, "fail") == [] and all(line.ok for line in lines)
    [warned] = levels(lines, "warn")
    assert "2 份，其中 1 份的原件没有传来，只有副本" in warned
    digest = Evidence.objects.exclude(original_name="").get().digest
    assert {"record.txt", "signatures.tsv", "finding.txt", "log.tsv", "contents.tsv"} <= set(names)
    assert {name for name in names if name.startswith("evidence/")} == {
        f"evidence/{digest}.jpg", f"evidence/{digest}.copy.jpg", f"evidence/{'ab' * 32}.copy.jpg",
    }  # fmt: skip
    entry = AuditEntry.objects.get(action="导出案卷")
    assert (entry.actor, entry.changes["record_number"]) == (reviewer, 1)
    again = take(login(lead), row)
    assert "filename*=utf-8" in again["Content-Disposition"] and again["Cache-Control"] == "private, no-store"
    assert b"".join(again.streaming_content)


def test_supplements_and_what_came_after_the_freeze_are_in_it(
    visit, step, login, head, lead, second, tmp_path
):
    row = step(visit, "submitted", "returned")
    record = standing(row)
    verbs.add(inspection=row, actor=lead, sent=Sent(key=uuid.uuid4(), content=photo(text="late")))
    made = record_verbs.supplement(record=record, actor=lead, text="门牌写错了，\n应为 12 号。")
    record_verbs.decide_supplement(supplement=made, actor=second, verdict="confirm")
    row = step(Inspection.objects.get(pk=row.pk), "submitted")
    lines, names = checked(take(login(head), row), tmp_path)
    assert levels(lines, "fail") == []
    assert any("记录固定以后补充的证据（1 份" in line for line in levels(lines, "warn"))
    assert "supplements/1.txt" in names and "finding.txt" not in names
    assert any(line.startswith("第 1 次补正（已确认") for line in levels(lines, "note"))


def test_what_was_set_aside_taken_out_and_put_right_is_in_it(
    visit, full, login, reviewer, lead, second, points, tmp_path
):
    first = frozen(visit, full())
    record_verbs.set_aside(record=first, actor=lead, reason="编号记错了")
    for row in Evidence.objects.all():  # one of them came without its original
        verbs.remove(evidence=row, actor=lead, reason="拍到了无关的人")
    held = signed(frozen(Inspection.objects.get(pk=visit.pk), full()))
    right = {"target": f"verdict_{points[0].pk}", "value": "absent"}
    made = record_verbs.supplement(record=held, actor=lead, text="没有这种设施", **right)
    record_verbs.decide_supplement(supplement=made, actor=second, verdict="object", note="有这种设施")
    row = Inspection.objects.get(pk=visit.pk)
    verbs_of_visits.submit(inspection=row, actor=lead, version=row.version, report=assessed(row, full()))
    lines, names = checked(take(login(reviewer), row), tmp_path)
    assert levels(lines, "fail") == []
    assert {"earlier/1/record.txt", "earlier/1/signatures.tsv", "earlier.tsv", "removed.tsv"} <= set(names)
    assert f"removed/{'ab' * 32}.copy.jpg" in names
    said = "".join(levels(lines, "note"))
    assert "第 1 份现场记录重新打开过" in said and "编号记错了" in said and "拍到了无关的人" in said
    assert "另一名执法人员不同意（“有这种设施”）：“没有这种设施”，原为：“point general/" in said


def test_a_visit_from_before_there_were_records_has_one_too(visit, full, login, reviewer, lead, tmp_path):
    verbs_of_visits.save_draft(inspection=visit, actor=lead, version=visit.version, report=full())
    now = timezone.now()
    Inspection.objects.filter(pk=visit.pk).update(state="submitted", submitted_at=now, submitted_by=lead)
    row = Inspection.objects.get(pk=visit.pk)
    lines, names = checked(take(login(reviewer), row), tmp_path)
    assert levels(lines, "fail") == [] and "visit.txt" in names and "record.txt" not in names
    assert any(line.startswith("没有现场记录") for line in levels(lines, "warn"))
    page = login(reviewer).get(f"/inspections/{row.pk}/").content.decode()
    assert "在有现场记录以前办理" in page and "导出案卷" in page


def test_a_case_of_many_large_files_is_never_held_as_a_whole(visit, step, tmp_path):
    row, storage = step(visit, "submitted"), kept_files.files()
    content = os.urandom(3 << 20)
    kept = Evidence.objects.exclude(original_name="").get()
    storage.delete(kept.original_name)
    storage.save(kept.original_name, ContentFile(content))
    case = case_file(row)
    one = next(each for each in case.stored if each.name == kept.original_name)
    many = [replace(one, path=f"evidence/{number:064x}.jpg") for number in range(12)]
    tracemalloc.start()
    with pack(replace(case, stored=tuple(many))) as packed:
        path = tmp_path / "case.zip"
        with path.open("wb") as file:
            shutil.copyfileobj(packed, file)
    found = verify.read_case(str(path))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(found.found) > 12 and path.stat().st_size > 36 << 20
    assert most < 12 << 20, most


def test_a_sealed_case_tells_nothing_of_the_log_before_the_seal_falls(visit, step, login, reviewer, tmp_path):
    Draw.objects.update(disclosure="sealed")
    row = step(Inspection.objects.get(pk=visit.pk), "submitted", "approved", "published")
    lines, names = checked(take(login(reviewer), row), tmp_path)
    assert not {"log.tsv", "salt.txt", "finding.txt"} & set(names) and levels(lines, "fail") == []
    Draw.objects.update(disclosure="unsealed")
    lines, names = checked(take(login(reviewer), row), tmp_path)
    assert {"log.tsv", "salt.txt", "finding.txt"} <= set(names) and levels(lines, "fail") == []


def test_only_who_may_gets_it_and_only_what_was_handed_in(
    visit, step, login, reviewer, officers, organiser, client
):
    address = reverse("inspections:case_file", args=[visit.pk])
    lead = login(visit.selection.team.get(is_lead=True).officer.user)
    assert take(lead, visit).status_code == 403
    row = step(visit, "submitted")
    strangers = [each for each in officers if each.pk not in {m.officer_id for m in row.selection.team.all()}]
    other = next(each.user for each in strangers if each.user)
    assert take(login(other), row).status_code == 404
    assert take(login(organiser), row).status_code == 403
    assert client.post(address).status_code == 302
    assert login(reviewer).get(address).status_code in (302, 405)
    assert not AuditEntry.objects.filter(action="导出案卷").exists()
    assert "导出案卷" in login(reviewer).get(f"/inspections/{row.pk}/").content.decode()
    assert "导出案卷" not in login(organiser).get(f"/inspections/{row.pk}/").content.decode()


def test_a_file_that_is_gone_is_said_and_a_changed_one_is_found(visit, step, login, reviewer, tmp_path):
    row = step(visit, "submitted")
    kept = Evidence.objects.exclude(original_name="").get()
    content, storage = kept_files.content(kept.original_name), kept_files.files()
    storage.delete(kept.original_name)
    assert storage.save(kept.original_name, ContentFile(content + b"\0")) == kept.original_name
    client = login(reviewer)
    lines, _ = checked(take(client, row), tmp_path)
    assert "和文件名、现场记录里的不同" in levels(lines, "fail")[0]
    storage.delete(kept.original_name)
    page = client.post(reverse("inspections:case_file", args=[row.pk]), follow=True)
    assert "有证据的文件不见了" in page.content.decode()


def test_it_takes_as_many_queries_for_many_photos(visit, step, login, reviewer, lead):
    for number in range(3):
        sent = Sent(key=uuid.uuid4(), content=photo(text=f"{number}"))
        verbs.add(inspection=visit, actor=lead, sent=sent)
    row = step(Inspection.objects.get(pk=visit.pk), "submitted")
    client = login(reviewer)
    counts = []
    for keep in (5, 1):
        for extra in list(Evidence.objects.all())[keep:]:
            Evidence.objects.filter(pk=extra.pk).update(
                removed_at="2026-10-09T00:00Z", removed_by=lead, removed_because="拍到了无关的人"
            )
        with CaptureQueriesContext(connection) as queries:
            b"".join(take(client, row).streaming_content)
        counts.append(len(queries))
    assert counts[0] == counts[1]
