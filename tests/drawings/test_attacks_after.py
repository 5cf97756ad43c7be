"""The attacks of the protocol's last table that come after the result, tried on the site itself.

Where the attacker has the database, the triggers refuse him first (`break_in` sees to that); then he drops them, and
the chain, the commit or the recomputation gives him away.
"""

import base64
import io
import re
import zipfile

import pytest
from attack_cases import THROWS, failed, faults_of_verify_log, files_of, tasks_differ
from django.urls import reverse
from django.utils import timezone

from drawings import public_log
from drawings.amendments import substitutes
from drawings.ceremony import verbs
from drawings.models import Inspection, InspectionMove, LogEntry, Selection, TeamMember
from drawings.protocol import verify
from drawings.states import Refused
from enforcers.models import Officer
from sources.models import PollutionSource
from wugang_audit.audit import trail


@pytest.fixture
def substitutes_by():
    return "seed"


@pytest.fixture
def done(outside_draw, finish):
    """A published draw, sound in all eyes; its substitutes come from its own numbers."""
    draw = finish(outside_draw)
    assert (failed(draw), faults_of_verify_log()) == ([], [])
    return draw


def outsiders(draw):
    """(a drawn unit, a unit that was not drawn, a member of the first one's team, an officer who is not in it)."""
    selection = draw.selections.first()
    spare = PollutionSource.objects.exclude(selections__draw=draw).first()
    member = selection.team.first()
    friend = Officer.objects.exclude(memberships__selection=selection).first()
    return selection, spare, member, friend


# ---- swapping officers or units afterwards ----


def test_a_unit_swapped_in_the_database_is_found(done, break_in):
    """Attack: swapping units afterwards."""
    selection, spare, *_ = outsiders(done)
    statement = "UPDATE drawings_selection SET source_id = %s, name = %s WHERE id = %s"
    break_in("drawings_selection", statement, spare.pk, spare.name, selection.pk)
    assert tasks_differ()


def test_an_officer_swapped_in_the_database_is_found(done, break_in):
    """Attack: swapping officers afterwards."""
    *_, member, friend = outsiders(done)
    statement = "UPDATE drawings_teammember SET officer_id = %s, name = %s WHERE id = %s"
    break_in("drawings_teammember", statement, friend.pk, friend.name, member.pk)
    assert tasks_differ()


@pytest.mark.parametrize("table", ["selection", "teammember"])
def test_a_task_that_goes_elsewhere_under_the_old_name_is_found(done, break_in, table):
    """Attack: swapping officers or units afterwards, with the frozen name left for the public to read."""
    selection, spare, member, friend = outsiders(done)
    column, new, row = {
        "selection": ("source_id", spare.pk, selection.pk),
        "teammember": ("officer_id", friend.pk, member.pk),
    }[table]
    break_in(f"drawings_{table}", f"UPDATE drawings_{table} SET {column} = %s WHERE id = %s", new, row)
    assert tasks_differ()


def test_a_substitute_picked_by_hand_in_the_database_is_found(done):
    """Attack: swapping officers or units afterwards, by rows that only claim to be substitutes.

    No trigger refuses a new row; but no entry of the log stands behind it.
    """
    selection, spare, member, friend = outsiders(done)
    TeamMember.objects.create(
        selection=selection, officer=friend, name=friend.name, is_lead=member.is_lead, replaces=member
    )
    assert tasks_differ()


def test_a_substitute_unit_picked_by_hand_in_the_database_is_found(done):
    """Attack: swapping units afterwards, by a row that only claims to be a substitute."""
    selection, spare, *_ = outsiders(done)
    stands_in = {"stratum": selection.stratum, "rank": 99, "ticket": "0" * 64, "name": spare.name}
    unit = Selection.objects.create(draw=done, source=spare, replaces=selection, **stands_in)
    Inspection.objects.create(selection=unit, item=done.item)
    assert tasks_differ()


@pytest.mark.parametrize("honest", [True, False])
def test_a_declared_substitute_that_was_not_the_next_one_is_found(
    done, organiser, organiser2, monkeypatch, honest
):
    """Attack: swapping units afterwards, through a changed program that declares, logs, and picks at will."""
    selection = done.selections.last()
    officer = selection.team.first().officer.user
    Inspection.objects.filter(selection=selection).update(
        outcome="closed", state="submitted", submitted_at=timezone.now(), submitted_by=officer
    )
    InspectionMove.objects.create(inspection=selection.inspection, state="submitted", by=officer)
    trail.record(officer, "提交检查", selection.inspection)
    row = substitutes.declare_unit(selection=selection, evidence="照片", away={}, actor=organiser)
    with monkeypatch.context() as patch:
        in_order = verify.Standing.next_unit

        def at_will(standing, *about):
            first = in_order(standing, *about)
            rest = [unit for unit in standing.units.values() if unit.unit not in {*standing.used, first}]
            like = standing.units[first]
            return next(u.unit for u in rest if (u.stratum, u.standing) == (like.stratum, like.standing))

        if not honest:
            patch.setattr(verify.Standing, "next_unit", at_will)
        substitutes.confirm(substitution=row, actor=organiser2)
    assert LogEntry.objects.filter(kind="substitute").count() == 1
    if honest:
        assert faults_of_verify_log() == []
    else:
        assert any("任务里的单位和检查组与结果不一致" in fault for fault in faults_of_verify_log())
        assert failed(done)[0] == "替补 substitutes.tsv 与重新计算一致"


def test_a_result_file_that_was_changed_along_is_found_by_everybody(done, break_in):
    """Attack: swapping officers or units afterwards, in the rows and in the result file with its digest."""
    selection, spare, *_ = outsiders(done)
    text = done.file("result.tsv").replace(selection.source.number, spare.number)
    statement = (
        "UPDATE drawings_drawfile SET content = %s, digest = %s WHERE draw_id = %s AND name = 'result.tsv'"
    )
    break_in("drawings_drawfile", statement, text, verify.digest(text), done.pk)
    assert failed(done) == [
        "重新抽取，结果与 result.tsv 一致",
        "日志里本次抽签的各行齐全，次序、指纹和时间都对",
    ]


def test_a_substitute_follows_from_numbers_and_nobody_is_asked_whom_he_wants(
    done, organiser, organiser2, stranger
):
    """Attack: swapping officers afterwards, by declaring one ill; who steps in is the protocol's choice."""
    selection, _, member, _ = outsiders(done)
    number = selection.source.number
    row = substitutes.declare_officer(
        draw=done,
        officer=member.officer.certificate_number,
        unit=number,
        reason="ill",
        evidence="住院证明",
        away={},
        actor=organiser,
    )
    with pytest.raises(Refused, match="不能自己确认"):
        substitutes.confirm(substitution=row, actor=organiser)
    row = substitutes.confirm(substitution=row, actor=organiser2)
    assert row.outcome.startswith(f"{number}:")
    declared, took_effect = LogEntry.objects.filter(kind__in=["declare", "substitute"]).order_by("index")
    assert (declared.subject, took_effect.subject) == ("2026Q4/1", "2026Q4/1")
    assert "因故不能参加" in stranger.get(reverse("disclosure:draw", args=[done.code])).content.decode()
    assert (failed(done), faults_of_verify_log()) == ([], [])


# ---- replacing published files, backdating ----


@pytest.mark.parametrize(
    ("name", "old", "new", "fault"),
    [
        ("pool.tsv", "\tin\t", "\tstopped\t", "pool.tsv"),
        ("officers.tsv", "livestock", "machinery", "officers.tsv"),
        ("registers.tsv", "2026Q4", "2026Q4-2", "registers.tsv"),
        ("salt.txt", "salt/2 2026Q4 ", "salt/2 2026Q4-2 ", "salt.txt"),
        ("commit.txt", "分局", "支局", "entropy.txt"),
        ("entropy.txt", THROWS, THROWS[::-1], "result.tsv"),
    ],
)
def test_a_published_file_that_was_replaced_is_found_by_everybody(done, break_in, name, old, new, fault):
    """Attack: replacing published files, each with a digest that fits it."""
    text = done.file(name).replace(old, new)
    assert text != done.file(name)
    statement = "UPDATE drawings_drawfile SET content = %s, digest = %s WHERE draw_id = %s AND name = %s"
    break_in("drawings_drawfile", statement, text, verify.digest(text), done.pk, name)
    assert fault in failed(done)[0]
    assert faults_of_verify_log() != []


def test_a_name_that_was_swapped_in_the_names_file_is_found_by_everybody(done, sql):
    """Attack: swapping the firm behind a number: its row of names.tsv no longer fits the digest in the frozen pool."""
    text = done.names.content.replace(done.selections.first().name, "替身有限公司")
    sql("UPDATE drawings_drawnames SET content = %s WHERE draw_id = %s", text, done.pk)
    assert failed(done) == ["名称文件 names.tsv 里的每个名称都是冻结时的那一个"]
    assert faults_of_verify_log() != []


def test_a_name_that_was_dropped_unannounced_is_missed(done, sql):
    """Attack: swapping the firm behind a number, by taking its name away first: the log counts each withdrawal."""
    name = done.selections.first().name
    rows = [row for row in done.names.rows if row.name != name]
    text = verify.write_names(done.code, rows)
    sql("UPDATE drawings_drawnames SET content = %s WHERE draw_id = %s", text, done.pk)
    found = [line.detail for line in verify.check(files_of(done)) if line.what == "撤下的名称与日志不符"]
    assert found == ["污染源：撤下 1 个，日志登记 0 个"]
    assert faults_of_verify_log() != []


@pytest.mark.parametrize("column", ["time", "subject", "digest", "kind"])
def test_a_row_of_the_log_that_was_backdated_or_changed_breaks_the_chain(done, break_in, column):
    """Attack: backdating: a commit that claims to be older than it is."""
    new = {"time": "2026-10-01T09:00:00+08:00", "subject": "2026Q3", "digest": "0" * 64, "kind": "publish"}[
        column
    ]
    break_in("drawings_logentry", f'UPDATE drawings_logentry SET "{column}" = %s WHERE "index" = 1', new)
    assert "公开日志：第 1 条对不上（前 0 条前后相连）" in faults_of_verify_log()
    assert "日志 log.tsv 首尾相接" in failed(done)


@pytest.fixture
def written_anew(break_in):
    """Backdate the first row of the log and compute every chain value after it again."""

    def do():
        chain = verify.NO_CHAIN
        for row in LogEntry.objects.order_by("index"):
            time = "2026-10-01T09:00:00+08:00" if row.index == 1 else row.time
            chain = verify.chain(chain, row.index, time, row.kind, row.subject, row.digest)
            statement = 'UPDATE drawings_logentry SET "time" = %s, chain = %s WHERE "index" = %s'
            break_in("drawings_logentry", statement, time, chain, row.index)
        assert public_log.recompute().broken is None

    return do


def test_a_log_written_anew_is_not_the_one_on_the_papers(done, organiser, login, written_anew):
    """Attack: backdating, with every chain value after it computed again: the printed papers hold the old ones."""
    clerk, plain = login(organiser), {}
    for paper in ("notice", "minutes"):
        answer = clerk.get(reverse(f"ceremony:{paper}", args=[done.code]))
        plain[paper] = re.sub(r"<[^>]*>|\s", "", answer.content.decode())
    assert LogEntry.objects.get(kind="commit").chain in plain["notice"]
    assert LogEntry.objects.of_draw(done.code).last().chain in plain["minutes"]
    written_anew()
    chains = LogEntry.objects.values_list("chain", flat=True)
    assert [chain for chain in chains if chain in "".join(plain.values())] == []


def test_a_log_written_anew_no_longer_fits_the_commits_that_follow(
    done, item, organiser, freeze, written_anew
):
    """Attack: backdating: each commit names the chain value before it, so the next draw holds the log in place."""
    later = verbs.start(year=2026, quarter=3, item=item, actor=organiser)
    later = freeze(later, verify.Source("dice10", "39", "2027-06-01T10:00:00+08:00"))

    def before() -> str:
        number = LogEntry.objects.get(kind="commit", subject=later.code).index
        return LogEntry.objects.get(index=number - 1).chain

    assert verify.parse_commit(later.file("commit.txt")).previous == before()
    written_anew()
    assert verify.parse_commit(later.file("commit.txt")).previous != before()


def checkpoint() -> bytes:
    """The log as a signed note's text tells it: origin, size, root."""
    rows = public_log.text().split("\n")[1:-1]
    root = base64.b64encode(verify.merkle_root(rows)).decode()
    return f"wugang.example/log\n{len(rows)}\n{root}\n".encode()


@pytest.mark.parametrize(
    "kept",
    [lambda: public_log.text().encode(), lambda: f"{public_log.head()}\n".encode(), checkpoint],
    ids=["log", "head", "checkpoint"],
)
def test_a_log_written_anew_does_not_extend_what_others_have_kept(done, written_anew, kept):
    """Attack: rewriting the whole log; whoever kept an old copy, one line of it, or a checkpoint, finds out."""
    earlier = kept()
    public_log.anchor()

    def fails() -> list[str]:
        return [line.what for line in verify.check(files_of(done), extends=earlier) if line.level == "fail"]

    assert fails() == []
    written_anew()
    assert "log.tsv 接续先前记下的日志" in fails()


# ---- swapping the verifier ----


@pytest.mark.parametrize("name", verify.PROGRAMS)
def test_a_verifier_that_was_swapped_is_not_the_committed_one(done, break_in, name):
    """Attack: swapping the verifier for one that always says that all is well."""
    statement = "UPDATE drawings_drawfile SET content = %s, digest = %s WHERE draw_id = %s AND name = %s"
    text = "print('结论：全部通过')\n"
    break_in("drawings_drawfile", statement, text, verify.digest(text), done.pk, name)
    assert failed(done) == [f"随附的程序 {name} 就是承诺的那一份"]


def test_the_bundle_carries_the_very_programs_that_the_commit_names(done, stranger):
    """Attack: swapping the verifier, in the download alone."""
    content = stranger.get(reverse("disclosure:bundle", args=[done.code])).content
    with zipfile.ZipFile(io.BytesIO(content)) as bundle:
        digests = tuple(verify.digest(bundle.read(name).decode()) for name in verify.PROGRAMS)
    assert digests == verify.parse_commit(done.file("commit.txt")).program
    with open(verify.__file__, encoding="utf-8") as running:
        assert verify.digest(running.read()) == digests[0]
