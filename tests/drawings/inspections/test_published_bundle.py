"""What was published of inspections in the bundle that anybody downloads, as both verifiers judge it."""

import io
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from django.utils import timezone

from drawings import public_log
from drawings.inspections import verbs
from drawings.models import Draw, Inspection, LogEntry, Redaction
from drawings.models.finding_record import document
from drawings.models.redaction_record import redaction_of
from drawings.protocol import verify

PROGRAM = Path(verify.__file__).with_name("verify.mjs")


@pytest.fixture
def bundle(stranger):
    """The bytes of the draw's bundle, as anybody downloads it."""
    return lambda: stranger.get("/draws/2026Q4/bundle.zip").content


def files(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture
def published(published_draw, step, head):
    """Two published findings, one of them with two corrections."""
    one, two = (
        step(each.inspection, "submitted", "approved", "published")
        for each in published_draw.selections.all()[:2]
    )
    verbs.correct(inspection=one, actor=head, text="检查时间应为 9 时。\r\n其余不变。")
    verbs.correct(inspection=one, actor=head, text="面积应为 3 亩")
    return one, two


def hide_summary(row: Inspection) -> None:
    """What the confirmed redaction of a summary does to tables and log."""
    row = Inspection.objects.select_related("selection__draw", "selection__source").get(pk=row.pk)
    person, draw = row.published_by, row.selection.draw
    redaction = Redaction.objects.create(
        draw=draw,
        text="summary",
        target=f"summary/{row.pk}",
        inspection=row,
        of=verify.text_digest(row.nonce, row.summary),
        legal_reason="《个人信息保护法》第四十七条",
        redacted_on=timezone.localdate(),
        declared_by=person,
        confirmed_by=person,
        confirmed_at=timezone.now(),
    )
    Inspection.objects.filter(pk=row.pk).update(summary="", nonce="")
    public_log.append(
        "redaction", row.log_subject, row.log_digest(document(redaction_of(redaction, draw.code)))
    )


def said(content: bytes) -> list[tuple[str, str]]:
    lines = verify.check(files(content))
    assert [line for line in lines if not line.ok] == []
    return [(line.what, line.detail) for line in lines if line.level == "note"]


def test_a_bundle_verifies_with_its_findings_corrections_and_texts(published, bundle):
    content = bundle()
    assert ("公开的检查结果", "检查结果 2 条，更正 2 条，隐去 0 处") in said(content)
    texts = verify.parse_texts(files(content)["texts.tsv"].decode()).rows
    assert [row.text for row in texts if row.kind == "correction"] == [
        "检查时间应为 9 时。\n其余不变。",
        "面积应为 3 亩",
    ]


def test_before_anything_is_published_the_bundle_has_no_such_file(published_draw, bundle):
    assert {"findings.txt", "texts.tsv"}.isdisjoint(files(bundle()))
    assert not any("findings.txt" in what for what, _ in said(bundle()))


def test_a_hidden_summary_is_gone_from_the_bundle_which_verifies_and_names_it(published, bundle):
    one, two = published
    before = files(bundle())
    hide_summary(two)
    after = files(bundle())
    number = two.selection.source.number
    assert two.summary in before["texts.tsv"].decode()
    assert f"summary\t{number}" not in after["texts.tsv"].decode()
    named = dict(said(bundle()))["已依法隐去"]
    assert named.startswith(f"{number} 的检查情况，{timezone.localdate()}，依据：")


def test_a_changed_finding_is_noticed_by_everybody(published, bundle):
    content = files(bundle())
    content["findings.txt"] = (
        content["findings.txt"]
        .replace(b"\toutcome\tclean", b"")
        .replace(b"outcome\tclean", b"outcome\tcase", 1)
    )
    faults = [line.what for line in verify.check(content) if line.level == "fail"]
    assert faults == ["日志里的检查结果、更正和隐去就是文件里的那些"]


def test_a_sealed_draw_shows_no_findings_until_its_seal_is_lifted(published_draw, step, bundle):
    Draw.objects.update(disclosure="sealed")
    step(
        Inspection.objects.get(selection=published_draw.selections.first()),
        "submitted",
        "approved",
        "published",
    )
    assert {"findings.txt", "texts.tsv", "salt.txt"}.isdisjoint(files(bundle()))
    Draw.objects.update(unsealed_at=timezone.now())
    found = verify.parse_findings(files(bundle())["findings.txt"].decode()).records
    assert len(found) == 1


def test_tables_that_were_altered_leave_the_rest_of_the_bundle_public(published, bundle):
    Inspection.objects.filter(pk=published[0].pk).update(outcome="不是代码")
    content = bundle()
    assert "findings.txt" not in files(content)
    assert verify.verdict(verify.check(files(content))).startswith("不完整：没有 findings.txt")


def test_what_cannot_be_written_down_is_not_published_and_says_what_to_mend(inspection, step, head):
    from drawings.states import Refused

    row = step(inspection, "submitted", "approved")
    row.readings.create(outlet="DW001", pollutant="氨\u200b氮", value="1")
    with pytest.raises(Refused, match=r"不能公开，请退回检查组改正：.*U\+200B"):
        verbs.publish(inspection=row, actor=head, version=row.version)
    assert Inspection.objects.get(pk=row.pk).state == "approved"
    assert not LogEntry.objects.filter(kind="finding").exists()


def test_each_summary_and_correction_has_a_nonce_of_its_own(published):
    nonces = [row.nonce for row in published] + list(published[0].corrections.values_list("nonce", flat=True))
    assert len(set(nonces)) == 4 and all(len(nonce) == 32 for nonce in nonces)


@pytest.mark.browser
def test_the_browsers_verifier_says_the_same(published, bundle, tmp_path):
    hide_summary(published[1])
    (tmp_path / "bundle.zip").write_bytes(bundle())
    node = shutil.which("node")
    assert node
    done = subprocess.run([node, PROGRAM, tmp_path / "bundle.zip"], capture_output=True, check=False)
    lines = done.stdout.decode().splitlines()
    assert (done.returncode, done.stderr) == (0, b"")
    assert "说明：公开的检查结果（检查结果 2 条，更正 2 条，依法隐去 1 处）" in lines
    assert any(line.startswith("说明：已依法隐去（单位 ") and "第四十七条" in line for line in lines)
