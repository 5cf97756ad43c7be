"""Hidden texts: seen everywhere before, nowhere after, on every public address and in every download."""

import io
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone
from draw_states import short
from redaction_cases import (
    AWAY,
    CORRECTION,
    EVIDENCE,
    GONE,
    LAW,
    OLD_CORRECTION,
    OLD_SUMMARY,
    PLACE,
    SUMMARY,
    VOID,
    WITNESS,
    fill,
    hide,
    said,
    target,
    witnessed,
)

from drawings.amendments import redactions, seals
from drawings.ceremony import verbs
from drawings.ceremony.papers.verbs import deposit
from drawings.ceremony.preflight import checks
from drawings.models import Draw, Inspection, LogEntry, Plan, Redaction
from drawings.protocol import verify
from wugang_audit.calendar.words import day_in_words

PROGRAM = Path(verify.__file__).with_name("verify.mjs")
# Where a stranger reads each kind of words: address -> words, before they are hidden.
UNIT_WORDS = (SUMMARY, CORRECTION, OLD_SUMMARY, OLD_CORRECTION)
DRAW_WORDS = (EVIDENCE, PLACE, GONE)
PERSONS = ("甄隐名", "贾藏言", "甄不说", "贾不谈", "卜露面", "卜具名", "万不留", "甄退名")


@pytest.fixture
def substitutes_by():
    """At once, from the draw's own numbers."""
    return Plan.Substitutes.SEED


# The second is walked, and each kind of text hidden in it alone, in the long run.
KINDS = ("open", "once sealed")
WALKED = pytest.mark.parametrize("rich", short(KINDS, "open"), indirect=True)


@pytest.fixture(params=KINDS)
def rich(request, settings, organiser, reviewer, head, monkeypatch):
    """A published draw with words of every kind; once it was open from the start, once it was sealed first."""
    name = "frozen_draw" if request.param == "open" else None
    if name:
        draw = request.getfixturevalue(name)
        witnessed(draw, organiser)
        draw = verbs.publish(draw=verbs.draw_from_system(draw=draw, actor=organiser), actor=organiser)
    else:
        draw = request.getfixturevalue("sealed_with_witness")
    fill(draw, monkeypatch, organiser, reviewer, head)
    if draw.is_sealed:
        seals.unseal(draw=draw, actor=organiser)
    return Draw.objects.get()


@pytest.fixture
def sealed_with_witness(draft, organiser, settings):
    settings.ALLOW_SYSTEM_ENTROPY = True
    draw = verbs.freeze(
        draw=draft,
        sources=[verify.Source("system", "os", "2026-10-08T09:00:00+08:00")],
        seen=checks.snapshot(draft).fingerprint,
        actor=organiser,
        disclosure="sealed",
    )
    witnessed(draw, organiser)
    return verbs.publish(draw=verbs.draw_from_system(draw=draw, actor=organiser), actor=organiser)


@pytest.fixture
def walk(stranger, public_urls):
    """Return {address: all that it says} of everything that a stranger can open, searches too."""

    def go():
        urls = [*public_urls(), "/results/?q=甄隐名", "/results/?q=贾藏言", "/units/?q=甄隐名"]
        urls += [f"/draws/2026Q4/?q={name}" for name in ("甄不说", "卜露面")]
        urls += [f"/visit/{token}/" for token in Inspection.objects.values_list("token", flat=True)]
        return {url: said(stranger.get(url)) for url in urls}

    return go


def pages_with(found, words):
    """Addresses whose answer has the words; of a search the page without its question."""
    return {url.partition("?")[0] for url, text in found.items() if words in text}


def without_query(found):
    """Drop the words that a search page repeats from its own address."""
    return {url: text for url, text in found.items() if "?q=" not in url}


def verified(stranger):
    with zipfile.ZipFile(io.BytesIO(stranger.get("/draws/2026Q4/bundle.zip").content)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    lines = verify.check(files)
    assert [line for line in lines if not line.ok] == []
    return files, lines


def by_node(stranger, tmp_path):
    (tmp_path / "bundle.zip").write_bytes(stranger.get("/draws/2026Q4/bundle.zip").content)
    node = shutil.which("node")
    assert node
    done = subprocess.run([node, PROGRAM, tmp_path / "bundle.zip"], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b""), done.stdout.decode()
    return done.stdout.decode()


ALL = [SUMMARY, CORRECTION, OLD_SUMMARY, OLD_CORRECTION, WITNESS, EVIDENCE, PLACE, GONE]


@WALKED
def test_hidden_words_are_nowhere_and_were_everywhere_before(rich, walk, stranger, reviewer, head, tmp_path):
    before = walk()
    one, two = Inspection.objects.filter(state="published").select_related("selection__source")
    for words in UNIT_WORDS:
        row = one if words in (SUMMARY, CORRECTION) else two
        assert f"/units/{row.selection.source.number}/" in pages_with(before, words)
        assert "/draws/2026Q4/bundle.zip" in pages_with(before, words)
    for words in DRAW_WORDS:
        assert pages_with(before, words) == {"/draws/2026Q4/"}
    assert pages_with(before, AWAY) == set()  # why others cannot go either is never public
    nonces = [one.nonce, one.corrections.last().nonce]
    assert all("/draws/2026Q4/texts.tsv" in pages_with(before, nonce) for nonce in nonces)
    digests = dict(LogEntry.objects.values_list("index", "digest"))

    for words in ALL:
        hide(rich, target(rich, words), reviewer, head)

    after = walk()
    for words in (*ALL, AWAY, *nonces):
        assert pages_with(after, words) == set(), words
    for name in PERSONS:
        assert pages_with(without_query(after), name) == set(), name
    today = f"【已依法隐去】{day_in_words(timezone.localdate())}，法律理由：{LAW}"
    # The summary, the correction, and the correction once more in the list of what happened.
    for row, count in ((one, 3), (two, 3)):
        page = after[f"/units/{row.selection.source.number}/"]
        assert page.count(today) == count
    assert after["/draws/2026Q4/"].count(today) == 4  # witnesses, evidence, place, withdrawal
    assert LogEntry.objects.filter(kind="redaction").count() == len(ALL)
    now = dict(LogEntry.objects.values_list("index", "digest"))
    assert {index: now[index] for index in digests} == digests
    _, lines = verified(stranger)
    assert sum(line.what == "已依法隐去" for line in lines) == len(ALL)
    assert by_node(stranger, tmp_path).count("说明：已依法隐去") == len(ALL)
    call_command("verify_log")


@WALKED
@pytest.mark.parametrize("words", ALL)
def test_each_kind_alone_leaves_everything_verified(rich, stranger, reviewer, head, words, tmp_path):
    hide(rich, target(rich, words), reviewer, head)
    verified(stranger)
    by_node(stranger, tmp_path)
    call_command("verify_log")


def test_a_void_keeps_its_reason_from_the_list_alone(
    drawn_draw, void, walk, stranger, reviewer, head, tmp_path
):
    void(drawn_draw, VOID)
    draw, before = Draw.objects.get(), walk()
    of_draw = ("", "observer/", "poster/", "notice.txt")
    shown = {"/", "/draws/", *(f"/draws/2026Q4/{name}" for name in of_draw)}
    assert pages_with(before, VOID) == shown
    hide(draw, "void", reviewer, head)
    after = walk()
    assert pages_with(after, VOID) == pages_with(without_query(after), "卜具名") == set()
    instead = f"名录有重大错误，结果不能代表监管对象：【已依法隐去】{day_in_words(timezone.localdate())}，法律理由：{LAW}"
    assert pages_with(after, instead) == shown
    row = Redaction.objects.get()
    assert row.of == LogEntry.objects.get(kind="void").digest == verify.digest(draw.void_reason)
    verified(stranger)
    by_node(stranger, tmp_path)
    call_command("verify_log")


def test_an_old_record_is_hidden_whole_and_says_so(rich, stranger, reviewer, head):
    row = Inspection.objects.get(record_form="finding/1", state="published")
    number = row.selection.source.number
    assert stranger.get(f"/draws/2026Q4/findings/{number}.txt").status_code == 200
    hide(rich, target(rich, OLD_SUMMARY), reviewer, head)
    gone = stranger.get(f"/draws/2026Q4/findings/{number}.txt")
    assert (gone.status_code, gone.headers["Content-Type"]) == (410, "text/plain; charset=utf-8")
    assert (
        gone.content.decode()
        == f"这份检查结果【已依法隐去】{day_in_words(timezone.localdate())}，法律理由：{LAW}\n"
    )
    assert stranger.get("/draws/2026Q4/findings/NOT-THERE.txt").status_code == 404
    page = stranger.get(f"/units/{number}/")
    (result,) = page.context["page"].results
    assert (result.is_hidden, result.outcome, result.findings, result.visited_on) == (
        True,
        "已依法隐去",
        (),
        None,
    )
    assert "公开时的记载已经依法隐去" in re.sub("<[^>]*>", "", page.content.decode())
    listed = {each.number: each for each in stranger.get("/results/").context["page"].rows}
    assert listed[number].tag.label == "已依法隐去"
    groups = stranger.get("/draws/2026Q4/").context["page"].groups
    outcomes = {unit.number: unit.outcome for group in groups for unit in group.units}
    assert outcomes[number] == "已依法隐去"


@WALKED
def test_until_the_head_has_confirmed_the_words_stay(rich, walk, reviewer, head):
    row = redactions.ask(draw=rich, target=target(rich, SUMMARY), legal_reason=LAW, actor=reviewer)
    assert pages_with(walk(), SUMMARY)
    redactions.refuse(redaction=row, actor=head)
    assert pages_with(walk(), SUMMARY)
    assert not LogEntry.objects.filter(kind="redaction").exists()


def test_findings_of_a_draw_that_is_still_sealed_are_hidden_too(
    sealed_with_witness, organiser, reviewer, head, stranger, monkeypatch
):
    draw = sealed_with_witness
    one, _ = fill(draw, monkeypatch, organiser, reviewer, head)
    number = one.selection.source.number
    assert SUMMARY in stranger.get(f"/units/{number}/").content.decode()
    hide(draw, target(draw, SUMMARY), reviewer, head)
    page = stranger.get(f"/units/{number}/").content.decode()
    assert SUMMARY not in page and "【已依法隐去】" in page
    logged = LogEntry.objects.get(kind="redaction")
    assert number not in logged.subject
    seals.unseal(draw=draw, actor=organiser)
    verified(stranger)
    call_command("verify_log")


@WALKED
@pytest.mark.parametrize(
    "by_and_by", [pytest.param(False, marks=pytest.mark.long), True], ids=["at once", "after its summary"]
)
def test_a_whole_finding_goes_with_everything_that_it_says(
    rich, walk, stranger, reviewer, head, tmp_path, by_and_by
):
    """A record finding/2: outcome, points, readings and measures too; the unit, its team and the dates stay."""
    row = Inspection.objects.get(record_form="finding/2", state="published")
    number, digest = (
        row.selection.source.number,
        LogEntry.objects.get(subject=row.log_subject, kind="finding").digest,
    )
    before, (files, _) = walk(), verified(stranger)
    record, text = stranger.get(f"/draws/2026Q4/findings/{number}.txt").content.decode(), SUMMARY
    assert record in files["findings.txt"].decode() and text in files["texts.tsv"].decode()
    assert pages_with(before, "检查结果与日志逐条对得上") == set()
    if by_and_by:
        hide(rich, f"summary/{row.pk}", reviewer, head)
    hide(rich, f"finding/{row.pk}", reviewer, head)

    after, (files, lines) = walk(), verified(stranger)
    assert pages_with(after, SUMMARY) == pages_with(after, row.nonce) == set()
    records = verify.parse_findings(files["findings.txt"].decode()).records
    mine = [each for each in records if each.unit == number]
    assert not [each for each in mine if isinstance(each, verify.FindingRecord)]
    hidden = [(each.text, each.of) for each in mine if isinstance(each, verify.RedactionRecord)]
    assert hidden[-1] == ("finding", digest) and [text for text, _ in hidden][:-1] == ["summary"] * by_and_by
    assert f"summary\t{number}" not in files["texts.tsv"].decode()
    assert not any(
        line in files["findings.txt"].decode() for line in record.splitlines() if line.startswith("point")
    )
    assert stranger.get(f"/draws/2026Q4/findings/{number}.txt").status_code == 410
    page = after[f"/units/{number}/"]
    assert (
        f"【已依法隐去】{day_in_words(timezone.localdate())}，法律理由：{LAW}" in page and "符合" not in page
    )
    assert sum(line.what == "已依法隐去" for line in lines) == 1 + by_and_by
    said_by_node = by_node(stranger, tmp_path)
    assert (
        f"说明：已依法隐去（单位 {number} 的整份检查结果，" in said_by_node
        and "结论：全部通过" in said_by_node
    )
    # Its corrections are hidden one by one: what they say is another text.
    assert CORRECTION in page
    hide(rich, target(rich, CORRECTION), reviewer, head)
    verified(stranger)
    call_command("verify_log")


def test_a_place_of_deposit_is_hidden_while_the_draw_still_waits_for_its_numbers(
    frozen_draw, organiser, reviewer, head, stranger, walk, tmp_path, login
):
    deposit(draw=frozen_draw, kind="notice", where=PLACE, file=None, actor=organiser)
    page, client = f"/ceremony/{frozen_draw.code}/redactions/", login(reviewer)
    assert PLACE in client.get(page).content.decode()
    assert pages_with(walk(), PLACE) == {"/draws/2026Q4/"}
    hide(frozen_draw, target(frozen_draw, PLACE), reviewer, head)
    assert pages_with(walk(), PLACE) == pages_with(without_query(walk()), "万不留") == set()
    for url in ("minutes/", ""):
        assert PLACE not in login(organiser).get(f"/ceremony/2026Q4/{url}").content.decode()
    verified(stranger)
    assert "说明：已依法隐去（抽签的第 1 处存放的地方，" in by_node(stranger, tmp_path)
    call_command("verify_log")
