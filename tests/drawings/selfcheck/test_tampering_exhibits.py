"""Photos changed behind the site's back: `verify_log` notices each change, and `check_evidence` each of a file."""

import io
import os
import uuid

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from PIL import Image
from tampering_cases import again, cut_trail, rows, unnoticed, without

from drawings.inspections.evidence import kept_files, verbs
from drawings.inspections.evidence.verbs import Sent
from drawings.models import Draw, Evidence, Inspection
from drawings.selfcheck.evidence import Evidence as Read
from drawings.selfcheck.exhibits import exhibits
from wugang_audit.audit.models import AuditEntry


def photographed(inspection, colour):
    """Add a photo with a caption that changes."""
    out = io.BytesIO()
    Image.new("RGB", (8, 8), colour).save(out, "JPEG")
    lead = inspection.selection.team.get(is_lead=True).officer.user
    sent = Sent(key=uuid.uuid4(), content=out.getvalue(), caption="排口")
    row, _ = verbs.add(inspection=inspection, actor=lead, sent=sent)
    verbs.set_caption(evidence=row, actor=lead, caption="总排口", point=None)
    return row


@pytest.fixture
def busy(site, monkeypatch):
    """The site with two photos of an open visit, one of them removed, and one that was taken under seal."""
    open_ = Inspection.objects.filter(selection__draw__code="2026Q4", state="draft", records=None)
    inspection = open_.first()
    photographed(inspection, "red")
    row = photographed(inspection, "blue")
    verbs.remove(evidence=row, actor=row.by, reason="拍糊了，重拍")
    sealed = Draw.objects.filter(code="2026Q3")
    under = Inspection.objects.filter(selection__draw__code="2026Q3")
    lifted, state = sealed.get().unsealed_at, under.first().state
    sealed.update(unsealed_at=None)
    under.filter(pk=under.first().pk).update(state="draft")
    monkeypatch.setattr(verbs, "is_frozen", lambda inspection: False)
    photographed(under.first(), "green")
    under.filter(pk=under.first().pk).update(state=state)
    sealed.update(unsealed_at=lifted)
    return site


CHANGES = {
    "caption": (rows(Evidence, caption="别的"), "：内容和审计记录里的指纹不一致"),
    "digest of the original": (rows(Evidence, digest="0" * 64), "：内容和审计记录里的指纹不一致"),
    "digest of the copy": (rows(Evidence, copy_digest="0" * 64), "：内容和审计记录里的指纹不一致"),
    "time": (rows(Evidence, taken_at="2020-01-01 00:00:00+00:00"), "：内容和审计记录里的指纹不一致"),
    "made public": (rows(Evidence, is_public=True), "：内容和审计记录里的指纹不一致"),
    "removed by nobody": (rows(Evidence, removed_at="2026-12-01 00:00:00+00:00"), "：内容和审计记录里的指纹不一致"),
    "back again": (rows(Evidence, {"removed_at__isnull": False}, removed_at=None), "：内容和审计记录里的指纹不一致"),
    "under seal": (
        rows(Evidence, {"inspection__selection__draw__code": "2026Q3"}, caption="别的"),
        "2026Q3：检查任务",
    ),
    "deleted": (without(Evidence), "：审计记录里有，站上没有"),
    "added": (again(Evidence, key=lambda site: uuid.uuid4(), digest="1" * 64), "：审计记录里没有添加"),
    "trail of the addition": (cut_trail("添加现场证据"), "改动以前的内容接不上"),
    "trail of the removal": (cut_trail("移除现场证据"), "：内容和审计记录里的指纹不一致"),
}  # fmt: skip


def test_each_change_of_a_photo_is_named(busy, open_tables):
    assert unnoticed(busy, CHANGES) == {}


def test_the_site_as_it_is_holds_in_as_many_queries(busy, django_assert_max_num_queries):
    for draw in Draw.objects.all():
        assert exhibits(Read(draw)).faults == ()
    read = Read(Draw.objects.get(code="2026Q4"))
    with django_assert_max_num_queries(3):
        assert exhibits(read).checked == 2


def test_the_trail_of_a_sealed_draw_tells_nothing_of_the_photo(busy):
    row = Evidence.objects.get(inspection__selection__draw__code="2026Q3")
    told = [entry for entry in AuditEntry.objects.all() if entry.changes.get("exhibit") == row.pk]
    assert len(told) == 2
    for entry in told:
        assert entry.target_key == f"drawings.draw:{row.inspection.selection.draw_id}"
        assert set(entry.changes) <= {"exhibit", "inspection", "before", "after"}
        for text in (row.digest, row.copy_digest, row.caption, row.inspection.selection.source.number):
            assert text not in str(entry.changes)


def test_files_and_rows_are_held_against_each_other(busy, capsys):
    call_command("check_evidence")
    assert "核对 6 个文件，0 处不符，0 个没有登记" in capsys.readouterr().out
    storage, first, last = kept_files.files(), *Evidence.objects.order_by("pk")[:2]
    storage.delete(first.copy_name)
    storage.delete(last.original_name)
    storage.save(last.original_name, ContentFile(b"other"))
    storage.save("1/stray.jpg", ContentFile(b"stray"))
    with pytest.raises(CommandError):
        call_command("check_evidence")
    said = capsys.readouterr().out
    assert f"证据 {first.pk}：副本不见了" in said
    assert f"证据 {last.pk}：原件和指纹不一致" in said


def test_files_lie_in_folders_of_the_sites_own_account(settings, tmp_path, site, capsys):
    kept = {"BACKEND": "drawings.inspections.evidence.kept_files.PrivateFiles"}
    kept["OPTIONS"] = settings.STORAGES["evidence"]["OPTIONS"] | {"location": str(tmp_path / "evidence")}
    settings.STORAGES = settings.STORAGES | {"evidence": kept}
    row = photographed(
        Inspection.objects.filter(selection__draw__code="2026Q4", state="draft").first(), "red"
    )
    found = {path.stat().st_mode & 0o777 for path in (tmp_path / "evidence").rglob("*") if path.is_file()}
    folders = {path.stat().st_mode & 0o777 for path in (tmp_path / "evidence").rglob("*") if path.is_dir()}
    assert (found, folders) == ({0o600}, {0o700})
    assert (tmp_path / "evidence").stat().st_mode & 0o777 == 0o700
    with pytest.raises(ValueError):
        kept_files.files().url(row.copy_name)
    kept_files.files().save("1/stray.jpg", ContentFile(b"stray"))
    call_command("check_evidence")
    assert "0 个没有登记" in capsys.readouterr().out  # it may belong to a step that is under way
    os.utime(tmp_path / "evidence" / "1" / "stray.jpg", (0, 0))
    call_command("check_evidence", delete_strays=True)
    assert "已删除：没有登记的文件 1/stray.jpg" in capsys.readouterr().out
    call_command("check_evidence")
    assert "核对 2 个文件，0 处不符，0 个没有登记" in capsys.readouterr().out
