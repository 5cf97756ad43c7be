"""Pre-flight and freeze: what blocks, what only warns, and what the freeze fixes."""

import pytest

from drawings.ceremony import frozen_files, verbs
from drawings.ceremony.preflight import checks
from drawings.models import Draw, LogEntry
from drawings.protocol import verify
from drawings.states import DrawState, Refused
from sources.models import Category, PollutionSource
from wugang_audit.audit.models import AuditEntry


def test_standings_of_the_registry_reach_the_pool(frozen_draw, registry):
    pool = verify.parse_pool(frozen_draw.file("pool.tsv"))
    standings = {unit.unit: unit.standing for unit in pool.units}
    assert standings["410481-0001"] == "in"
    assert standings["410481-0018"] == "stopped"
    assert standings["410481-0019"] == "exempt"


def test_the_freeze_publishes_the_commit_and_logs_it(frozen_draw, organiser):
    commit = verify.parse_commit(frozen_draw.file("commit.txt"))
    entry, anchor = LogEntry.objects.order_by("-index")[:2][::-1]
    assert frozen_draw.state == DrawState.FROZEN
    assert (entry.kind, entry.subject, entry.digest) == ("commit", "2026Q4", frozen_draw.commit_digest)
    assert frozen_draw.commit_digest == verify.digest(frozen_draw.file("commit.txt"))
    assert commit.previous == LogEntry.objects.get(index=entry.index - 1).chain
    assert commit.program == tuple(verify.digest(text) for text in frozen_files.programs().values())
    assert commit.pool == verify.digest(frozen_draw.file("pool.tsv"))
    assert commit.officers == verify.digest(frozen_draw.file("officers.tsv"))
    assert (commit.registers, commit.registers_rows) == (verify.digest("registers/2 2026Q4\n"), 0)
    assert commit.salt == verify.digest(frozen_draw.file("salt.txt"))
    assert (commit.teams, commit.substitutes) == ((verify.Team("bureau", 2, "cross"),), "pl5")
    audited = AuditEntry.objects.get(action="冻结名单")
    assert (audited.actor, audited.changes["commit"]) == (organiser, frozen_draw.commit_digest)
    assert (anchor.kind, anchor.subject, anchor.digest) == ("audit", f"audit/{audited.index}", audited.chain)


def test_each_frozen_name_is_bound_by_a_nonce_of_its_own(frozen_draw, registry, officers):
    rows = frozen_draw.names.rows
    pool, roster = (
        verify.parse_pool(frozen_draw.file("pool.tsv")).units,
        verify.parse_officers(frozen_draw.file("officers.tsv")).officers,
    )
    bound = {("unit", unit.unit): unit.name for unit in pool}
    bound |= {("officer", who.officer): who.name for who in roster}
    assert {(row.kind, row.ident): verify.name_digest(row.nonce, row.name) for row in rows} == bound
    assert len({row.nonce for row in rows}) == len(rows) == len(registry) + len(officers)
    assert frozen_draw.names_of("unit")["410481-0001"] == registry[0].name
    assert "虚构" not in frozen_draw.file("pool.tsv")


def test_two_freezes_of_one_registry_have_nothing_in_common_that_hides_a_name(
    frozen_draw, item, organiser, freeze, void
):
    void(frozen_draw)
    again = freeze(verbs.start(year=2026, quarter=4, item=item, actor=organiser))
    for name in ("salt.txt", "pool.tsv"):
        assert not {*frozen_draw.file(name).split()} & {
            word for word in again.file(name).split() if len(word) in (32, 64)
        }


def test_a_name_that_the_files_cannot_hold_is_refused_by_its_unit(draft, freeze, settings):
    settings.ALLOW_SYSTEM_ENTROPY = True
    PollutionSource.objects.filter(number="410481-0001").update(name="虚构\ue000厂")  # past the forms
    with pytest.raises(Refused, match="410481-0001.*U\\+E000"):
        freeze(draft)
    assert Draw.objects.get().state == DrawState.DRAFT


def test_a_second_freeze_changes_nothing_and_says_so(frozen_draw, freeze):
    files = list(frozen_draw.files.values_list("name", "digest"))
    with pytest.raises(Refused, match="刚刚操作过"):
        freeze(frozen_draw)
    assert list(frozen_draw.files.values_list("name", "digest")) == files
    assert LogEntry.objects.commits().count() == 1


def test_a_registry_that_changed_after_the_preflight_is_looked_at_again(draft, organiser, settings):
    settings.ALLOW_SYSTEM_ENTROPY = True
    seen = checks.preflight(draft).snapshot.fingerprint
    PollutionSource.objects.filter(number="410481-0001").update(category=Category.GENERAL)
    sources = [verify.Source("system", "os", "2026-10-08T09:00:00+08:00")]
    with pytest.raises(Refused, match="有变动"):
        verbs.freeze(draw=draft, sources=sources, seen=seen, actor=organiser)
    assert Draw.objects.get().state == DrawState.DRAFT


def test_system_randomness_is_refused_unless_the_settings_allow_it(draft, freeze):
    with pytest.raises(Refused, match="不允许使用系统随机数"):
        freeze(draft)


def test_a_source_that_may_already_be_known_is_refused(draft, freeze, clock):
    with pytest.raises(Refused, match="已经过去"):
        freeze(draft, verify.Source("dice10", "20", "2026-10-08T09:00:00+08:00"))


def test_fewer_than_64_bits_are_refused(draft, freeze, clock):
    with pytest.raises(Refused):
        freeze(draft, verify.Source("dice10", "19", "2026-10-08T09:10:00+08:00"))
    assert Draw.objects.get().state == DrawState.DRAFT


def test_a_quarter_has_one_live_draw(draft, item, organiser):
    with pytest.raises(Refused, match="已经有一次抽签"):
        verbs.start(year=2026, quarter=4, item=item, actor=organiser)


def test_after_a_void_the_next_try_bears_a_number_and_a_commit_that_follows(
    frozen_draw, item, organiser, freeze, void
):
    void(frozen_draw)
    again = verbs.start(year=2026, quarter=4, item=item, actor=organiser)
    assert (again.code, again.title) == ("2026Q4-2", "2026年第4季度抽查（第2次）")
    again = freeze(again)
    void_entry = LogEntry.objects.get(kind="void")
    anchor = LogEntry.objects.get(index=void_entry.index + 1)  # of the audit trail, in the same transaction
    assert verify.parse_commit(again.file("commit.txt")).previous == anchor.chain
