"""Names that leave the public files: where they stood, what stays, and what the log and the trail tell of it."""

import io

import pytest
from attack_cases import failed, faults_of_verify_log
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.utils import DatabaseError

from drawings.amendments import withdrawals
from drawings.models import LogEntry, Selection, TeamMember, Withdrawal
from drawings.protocol import verify
from drawings.states import Refused
from wugang_audit.audit.models import AuditEntry


@pytest.fixture
def draw(published_draw):
    return published_draw


@pytest.fixture
def withdraw(draw):
    """Withdraw names of the draw: ``withdraw("officer")`` all of a kind, ``withdraw("unit", number)`` some."""

    def do(kind, *idents, reason="公开期限已满"):
        return withdrawals.withdraw(draw=draw, kind=kind, reason=reason, actor=None, idents=idents or None)

    return do


def test_the_names_of_one_person_leave_file_copies_and_pages_and_all_still_verifies(draw, withdraw, stranger):
    member = TeamMember.objects.filter(selection__draw=draw).first()
    number, name = member.officer.certificate_number, member.name
    assert name in stranger.get("/draws/2026Q4/").content.decode()
    assert withdraw("officer", number) == 1
    assert (number, name) not in draw.names_of("officer").items()
    assert {each.name for each in TeamMember.objects.filter(officer=member.officer)} == {""}
    assert TeamMember.objects.exclude(officer=member.officer).exclude(name="").exists()
    page = stranger.get("/draws/2026Q4/").content.decode()
    assert f"{name}（组长）" not in page and "姓名已撤下" in page
    assert "撤下人员姓名 1 个。原因：公开期限已满" in page
    assert (failed(draw), faults_of_verify_log()) == ([], [])


def test_the_names_of_units_leave_the_public_pages_of_the_draw(draw, withdraw, stranger):
    names = list(draw.selections.values_list("name", flat=True))
    withdraw("unit")
    page = stranger.get("/draws/2026Q4/").content.decode()
    assert [name for name in names if name in page] == []
    assert "名称已撤下" in page
    assert stranger.get("/draws/2026Q4/names.tsv").content.decode().count("\n") == 1 + 3  # the officers
    assert (failed(draw), faults_of_verify_log()) == ([], [])


def test_a_unit_that_has_left_the_registry_is_no_longer_named_by_its_number_either(draw, withdraw, stranger):
    source = draw.selections.first().source
    type(source).objects.filter(pk=source.pk).update(is_active=False)
    assert source.name in stranger.get("/units/", {"q": source.number}).content.decode()
    withdraw("unit", source.number)
    for page in (stranger.get("/units/", {"q": source.number}), stranger.get(f"/units/{source.number}/")):
        text = page.content.decode()
        assert source.name not in text and "名称已撤下" in text
    assert "没有找到" in stranger.get("/units/", {"q": source.name}).content.decode()


def test_search_and_page_of_a_unit_call_it_by_the_same_name(draw, withdraw, stranger):
    source = draw.selections.first().source

    def called():
        found = stranger.get("/units/", {"q": source.number}).context["search"].rows
        return [one.name for one in found], stranger.get(f"/units/{source.number}/").context["page"].unit.name

    def is_found(text):
        return source.number in [
            one.number for one in stranger.get("/units/", {"q": text}).context["search"].rows
        ]

    frozen = source.name
    type(source).objects.filter(pk=source.pk).update(name="虚构换过的名字")
    assert called() == (["虚构换过的名字"], "虚构换过的名字")
    assert is_found(frozen) and is_found("虚构换过的名字")
    withdraw("unit", source.number)
    assert called() == (["名称已撤下"], "名称已撤下")
    assert not is_found(frozen) and not is_found("虚构换过的名字")


def test_names_of_one_kind_are_read_without_looking_at_the_others(draw):
    everybody = draw.names.rows
    for kind in ("unit", "officer", "entry"):
        assert draw.names_of(kind) == {row.ident: row.name for row in everybody if row.kind == kind}
    units = draw.names_of("unit")
    draw.names.content = draw.names.content.replace("\nofficer\t", "\nofficer\tx\t", 1)
    assert draw.names_of("unit") == units
    with pytest.raises(verify.Invalid, match="names.tsv"):
        draw.names_of("officer")


def test_a_search_for_names_holds_those_of_one_draw_at_a_time(draw):
    [found] = withdrawals.find(withdrawals.old_draws(), "officer")
    assert (found.count, "names" in found.draw._state.fields_cache) == (3, False)


def test_each_withdrawal_is_counted_in_the_log_with_all_ids_that_are_gone_by_then(draw, withdraw):
    first, second = (unit.source.number for unit in draw.selections.all()[:2])
    withdraw("unit", second)
    withdraw("unit", first)
    rows = LogEntry.objects.filter(kind="withdraw").order_by("index").values_list("subject", "digest")
    salt = draw.file("salt.txt")
    both = "\n".join(sorted((first, second)))
    assert list(rows) == [
        ("2026Q4/unit/1", verify.digest(salt + second)),
        ("2026Q4/unit/2", verify.digest(salt + both)),
    ]
    entry = AuditEntry.objects.order_by("index").last()
    assert (entry.action, entry.target_key, entry.changes) == (
        "撤下姓名或名称",
        f"drawings.draw:{draw.pk}",
        {"kind": "unit", "count": 1, "total": 2, "reason": "公开期限已满"},
    )
    assert LogEntry.objects.last().digest == entry.chain  # the trail's head, at once
    assert faults_of_verify_log() == []


@pytest.mark.parametrize(
    ("kind", "idents", "reason", "said"),
    [
        ("person", (), "到期", "撤下的只能是"),
        ("officer", (), "  ", "请写明撤下的原因"),
        ("officer", ("16041048999",), "到期", "没有这样的名称"),
        ("entry", (), "到期", "没有这样的名称"),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_changes(draw, withdraw, kind, idents, reason, said):
    before = draw.names.content
    with pytest.raises(Refused, match=said):
        withdraw(kind, *idents, reason=reason)
    draw.names.refresh_from_db()
    assert (draw.names.content, Withdrawal.objects.count()) == (before, 0)


def test_a_name_is_withdrawn_once(draw, withdraw):
    withdraw("officer")
    with pytest.raises(Refused, match="早已撤下"):
        withdraw("officer")


def test_a_draw_that_has_not_ended_keeps_its_names(drawn_draw):
    with pytest.raises(Refused, match="还没有结束"):
        withdrawals.withdraw(draw=drawn_draw, kind="officer", reason="到期", actor=None)


def test_a_copy_can_be_emptied_and_not_changed(draw, sql):
    member = TeamMember.objects.first()
    for statement in (
        "UPDATE drawings_teammember SET name = '替身' WHERE id = %s",
        "UPDATE drawings_teammember SET name = '', officer_id = officer_id + 1 WHERE id = %s",
        "UPDATE drawings_teammember SET name = '', selection_id = NULL WHERE id = %s",
        "UPDATE drawings_teammember SET name = NULL WHERE id = %s",
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            sql(statement, member.pk)
    sql("UPDATE drawings_teammember SET name = '' WHERE id = %s", member.pk)
    member.refresh_from_db()
    assert (member.name, member.shown_name) == ("", "姓名已撤下")
    connection.check_constraints()
    assert faults_of_verify_log() != []  # nobody withdrew it


@pytest.mark.parametrize("what", ["row", "file", "copy", "reason", "other"])
def test_a_withdrawal_that_was_tampered_with_is_found(draw, withdraw, forge, what):
    number = draw.selections.first().source.number
    withdraw("unit", number)
    if what == "row":
        forge(Withdrawal, Withdrawal.objects.get().pk, total=2)
    elif what == "file":
        draw.names.content = verify.write_names(draw.code, draw.names.rows[:-1])
        draw.names.save()
    elif what == "copy":
        forge(Selection, draw.selections.first().pk, name="虚构1号化工厂")
    elif what == "reason":
        forge(Withdrawal, Withdrawal.objects.get().pk, reason="别的原因")
    else:
        forge(Withdrawal, Withdrawal.objects.get().pk, kind="officer")
    assert faults_of_verify_log() != []


# --- the command on the server -----------------------------------------------------------------------------


def run(*arguments):
    out = io.StringIO()
    call_command("withdraw_names", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_counts_first_and_withdraws_only_when_told_to(draw):
    told = run("officer", "--before", "2999-01-01", "--reason", "公开期限已满")
    assert "2026Q4：将撤下人员姓名 3 个" in told and "--yes" in told
    assert Withdrawal.objects.count() == 0
    told = run("officer", "--before", "2999-01-01", "--reason", "公开期限已满", "--yes")
    assert "2026Q4：已撤下人员姓名 3 个" in told
    assert not draw.__class__.objects.get(pk=draw.pk).names_of("officer")
    assert "没有可以撤下的人员姓名" in run("officer", "--before", "2999-01-01", "--reason", "到期", "--yes")


def test_the_command_leaves_younger_draws_alone_and_never_takes_all(draw):
    assert "没有可以撤下" in run("officer", "--before", "2020-01-01", "--reason", "到期", "--yes")
    with pytest.raises(CommandError, match="不能一次撤下全部"):
        run("officer", "--reason", "到期", "--yes")
    assert "已撤下人员姓名 1 个" in run("officer", "--id", "16041048001", "--reason", "本人申请", "--yes")
