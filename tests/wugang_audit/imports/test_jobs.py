"""Import jobs: what is kept, for how long, and when an upload goes on with one that waits."""

import datetime
import hashlib

import pytest
import workbooks
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from sources.importer import SourceImporter
from sources.models import PollutionSource
from wugang_audit.access.roles import Role
from wugang_audit.imports import jobs as import_jobs
from wugang_audit.imports.models import ImportJob

pytestmark = pytest.mark.usefixtures("specialities")
GOOD, BAD = ["410481-0001", "一厂", "一般", "2669"], ["410481-0002", "二厂", "其它", "2669"]


def submit(content, owner):
    return import_jobs.submit(SourceImporter(), SimpleUploadedFile("名录.xlsx", content), owner)


def confirm(job, **choices):
    return import_jobs.confirm(SourceImporter(), job, **choices)


def test_a_faulty_workbook_is_kept_with_its_digest(admin):
    content = workbooks.of_units(GOOD, BAD)
    job = submit(content, admin)
    assert (bytes(job.content), job.sha256) == (content, hashlib.sha256(content).hexdigest())


def test_a_file_that_is_no_workbook_is_not_kept(admin):
    assert submit(b"\x89PNG", admin).content == b""


def test_the_same_file_goes_on_with_the_job_that_waits_and_is_compared_afresh(admin, make_source):
    content = workbooks.of_units(GOOD)
    first = submit(content, admin)
    make_source(1)
    second = submit(content, admin)
    assert (second.pk, first.preview["new"], second.preview["new"]) == (first.pk, 1, 0)
    assert ImportJob.objects.count() == 1


def test_another_person_another_file_and_an_imported_one_get_jobs_of_their_own(admin, person):
    first = submit(workbooks.of_units(GOOD), admin)
    assert confirm(first) == import_jobs.APPLIED
    jobs = {
        first.pk,
        submit(workbooks.of_units(GOOD), admin).pk,
        submit(workbooks.of_units(GOOD), person("admin2", Role.ADMIN)).pk,
        submit(workbooks.of_units(GOOD, BAD), admin).pk,
    }
    assert len(jobs) == ImportJob.objects.count() == 4


def test_an_import_is_remembered_for_good_and_only_its_workbook_goes_after_a_day(admin):
    job = submit(workbooks.of_units(GOOD, BAD), admin)
    assert confirm(job, good_only=True) == import_jobs.APPLIED
    job.refresh_from_db()
    assert (job.is_partial, job.content != b"") == (True, True)
    ImportJob.objects.update(created_at=timezone.now() - datetime.timedelta(hours=25))
    submit(b"", admin)
    job.refresh_from_db()
    assert (job.content, job.has_expired) == (b"", False)


def test_the_good_rows_alone_are_refused_too_when_the_registry_changed_in_between(admin, make_source):
    job = submit(workbooks.of_units(GOOD, BAD), admin)
    make_source(1)
    assert confirm(job, good_only=True) == import_jobs.OUTDATED
    assert PollutionSource.objects.get().name == "虚构1号化工厂"
    job.refresh_from_db()
    assert (job.preview["new"], job.preview["changed"], job.applied_at) == (0, 1, None)
    assert confirm(job) == import_jobs.REFUSED
    assert confirm(job, good_only=True) == import_jobs.APPLIED
