"""Two units become one: what moves, what is kept, and what is refused."""

import datetime

import pytest
from django.utils import timezone
from source_workbooks import workbook

from drawings.inspections import unit_history
from drawings.models import Draw, Selection
from drawings.models.seal import Disclosure
from enforcers.models import Recusal
from sources import doubles, joining, verbs
from sources.data_checks import narrow
from sources.importer import SourceImporter, import_file
from sources.models import NotTheSame, PermitCondition, PollutionSource, condition_code
from wugang_audit.audit.models import AuditEntry
from wugang_audit.spreadsheets import export

CODE = "91410481317593588N"
OTHER = "91410481105484945P"


@pytest.fixture
def units(make_source):
    return make_source(1, name="虚构（甲）厂", remarks=""), make_source(2, name="虚构甲厂", remarks="有码头")


@pytest.fixture
def join(admin):
    def run(stays, goes, *, taken=None, **more):
        return joining.join(stays, goes, taken=taken or {}, reason="现场核实", actor=admin, **more)

    return run


def condition(unit, outlet="DA001", pollutant="颗粒物"):
    return unit.conditions.create(
        code=condition_code(unit.number, outlet, pollutant), outlet_kind="organised", outlet_code=outlet, pollutant=pollutant
    )  # fmt: skip


def test_one_stays_and_the_other_is_struck_off_and_points_to_it(units, join):
    stays, goes = units
    join(stays, goes, taken={"remarks": True})
    stays.refresh_from_db(), goes.refresh_from_db()
    assert (stays.is_active, stays.remarks, stays.name, stays.joined_into) == (
        True,
        "有码头",
        "虚构（甲）厂",
        None,
    )
    assert (goes.is_active, goes.joined_into, goes.is_joined) == (False, stays, True)
    entry = AuditEntry.objects.get(action="合并污染源")
    assert entry.changes == {
        "并入的编码": "410481-0002", "并入的名称": "虚构甲厂", "reason": "现场核实", "备注": ["", "有码头"],
    }  # fmt: skip
    assert "合并到“虚构（甲）厂”（410481-0001）：现场核实" in goes.history.first().history_change_reason
    assert "合并“虚构甲厂”（410481-0002）：现场核实" in stays.history.first().history_change_reason


def test_conditions_of_the_permit_move_and_what_is_there_already_no_longer_applies(units, join):
    stays, goes = units
    moved, double = condition(goes, "DA002"), condition(goes)
    kept = condition(stays)
    join(stays, goes)
    moved.refresh_from_db(), double.refresh_from_db(), kept.refresh_from_db()
    assert (moved.source, moved.code, moved.is_active) == (stays, "410481-0001/DA002/颗粒物", True)
    assert (double.source, double.is_active, kept.is_active) == (goes, False, True)
    assert AuditEntry.objects.get(action="合并污染源").changes["排污许可条件"] == "410481-0002/DA002/颗粒物"
    assert PermitCondition.history.filter(id=moved.pk).count() == 2


def test_recusals_move_and_an_officer_recused_for_both_keeps_both(units, join, officers):
    stays, goes = units
    for officer, unit in ((officers[0], goes), (officers[1], goes), (officers[1], stays)):
        Recusal.objects.create(officer=officer, source=unit, reason="亲属", since="2026-01-01")
    join(stays, goes)
    assert list(stays.recusals.values_list("officer", flat=True).order_by("officer")) == [
        officers[0].pk,
        officers[1].pk,
    ]
    assert list(goes.recusals.values_list("officer", flat=True)) == [officers[1].pk]
    assert AuditEntry.objects.get(action="合并污染源").changes["回避"].startswith("甲（")


def test_a_unit_is_not_joined_with_itself(units, join):
    with pytest.raises(joining.Refused, match="它自己"):
        join(units[0], units[0])


def test_a_joined_unit_is_not_joined_again(units, join, make_source):
    join(*units)
    third = make_source(3)
    for stays, goes in ((third, units[1]), (units[1], third)):
        with pytest.raises(joining.Refused, match="已经合并到别的单位"):
            join(stays, goes)


def test_a_unit_that_was_struck_off_does_not_stay(units, join, admin):
    verbs.set_active(PollutionSource.objects.filter(pk=units[0].pk), False, admin, reason="注销")
    with pytest.raises(joining.Refused, match="已停用"):
        join(*units)
    join(units[1], units[0])
    assert doubles.survivors(["410481-0001"])["410481-0001"] == units[1]


def test_two_permits_are_joined_only_once_somebody_says_they_are_one_unit(make_source, join):
    one = make_source(1, permit_number=f"{CODE}001P")
    other = make_source(2, permit_number=f"{CODE}002P")
    with pytest.raises(joining.Refused, match="排污许可证编号不同"):
        join(one, other)
    assert PollutionSource.objects.filter(is_active=True).count() == 2 and not AuditEntry.objects.exists()
    join(one, other, despite_permits=True)
    assert not PollutionSource.objects.get(pk=other.pk).is_active


def test_a_permit_of_one_with_the_credit_code_of_the_other_is_refused(make_source, join):
    one = make_source(1, credit_code=CODE)
    other = make_source(2, credit_code=OTHER, permit_number=f"{OTHER}001P")
    with pytest.raises(joining.Refused, match="前 18 位"):
        join(one, other, taken={"permit": True})


def test_a_chain_is_followed_to_its_end(make_source, join):
    a, b, c = (make_source(serial) for serial in (1, 2, 3))
    join(b, a)
    join(c, b)
    assert doubles.survivors(["410481-0001", "410481-0002", "410481-0003", "x"]) == {
        "410481-0001": c, "410481-0002": c,
    }  # fmt: skip
    assert [unit.pk for unit in doubles.joined_units(c)] == [a.pk, b.pk] and doubles.joined_units(b) == []


def test_an_old_number_is_found_whatever_its_case(make_source, join):
    one, other = make_source(1), make_source(2, number="AB-1")
    join(one, other)
    assert doubles.survivors(["ab-1"]) == {"ab-1": one}


def test_reactivating_takes_the_join_back(units, join, admin):
    join(*units)
    verbs.set_active(PollutionSource.objects.filter(pk=units[1].pk), True, admin, reason="确有两家")
    back = PollutionSource.objects.get(pk=units[1].pk)
    assert back.is_active and back.joined_into is None and doubles.survivors([back.number]) == {}
    join(back, units[0])  # and the other way round now
    assert doubles.survivor(PollutionSource.objects.get(pk=units[0].pk)) == back


def test_a_unit_that_was_joined_came_back_and_is_closed_points_nowhere(units, join, admin):
    join(*units)
    goes = PollutionSource.objects.filter(pk=units[1].pk)
    verbs.set_active(goes, True, admin, reason="确有两家")
    goes.update(joined_into=units[0].pk)  # as an older import may have left it
    verbs.set_active(goes, False, admin, reason="注销")
    assert not goes.get().is_joined


def test_both_histories_stand_on_the_page_of_the_unit_that_stays(
    login, admin, organiser, published_draw, join
):
    drawn = published_draw.selections.order_by("pk").first().source
    stays = PollutionSource.objects.exclude(pk__in=Selection.objects.values("source")).first()
    join(stays, drawn)
    assert [one.selection.source for one in unit_history.draws(organiser, stays)] == [drawn]
    assert any(version.about == f"并入的 {drawn.number}" for version in unit_history.versions(stays))
    page = login(organiser).get(f"/inspections/units/{stays.number}/").content.decode()
    assert f"当时的编码 {drawn.number}" in page and "并入本单位的登记" in page
    assert (
        f"{stays.name}（{stays.number}）"
        in login(organiser).get(f"/inspections/units/{drawn.number}/").content.decode()
    )


def test_the_public_page_of_the_old_number_says_where_it_went(client, published_draw, join, make_source):
    drawn = published_draw.selections.order_by("pk").first().source
    stays, never_drawn = make_source(901), make_source(902)
    before = client.get(f"/units/{drawn.number}/")
    join(stays, drawn), join(stays, never_drawn)
    for unit in (drawn, never_drawn):
        page = client.get(before.request["PATH_INFO"].replace(drawn.number, unit.number))
        assert page.status_code == 200 and "这个编码已经合并" in page.content.decode()
        assert "410481-0901" in page.content.decode()
    assert client.get(f"/units/{stays.number}/").context["page"].joined_into == ""


def test_nothing_is_joined_while_a_draw_is_frozen(join, frozen_draw):
    with pytest.raises(joining.Refused, match="还没有公布或仍在密封"):
        join(*PollutionSource.objects.order_by("number")[:2])


def test_nothing_is_joined_while_a_draw_is_sealed(join, published_draw):
    units = PollutionSource.objects.order_by("number")[:2]
    Draw.objects.update(
        disclosure=Disclosure.SEALED, unseal_on=timezone.localdate() + datetime.timedelta(days=9)
    )
    with pytest.raises(joining.Refused, match="还没有公布或仍在密封"):
        join(*units)
    Draw.objects.update(unseal_on=timezone.localdate())  # the seal has ended by its date
    join(*units)


def test_two_that_were_called_different_are_not_asked_about_again(units, admin):
    assert len(doubles.suspects()) == 1
    joining.call_different(units[1], units[0], reason="两个厂区", actor=admin)
    joining.call_different(*units, reason="再说一次", actor=admin)
    assert doubles.suspects() == []
    assert not narrow(PollutionSource.objects.all(), "double").exists()
    assert NotTheSame.objects.get().reason == "两个厂区"
    entry = AuditEntry.objects.get(action="核对为不同单位")
    assert entry.changes["numbers"] == ["410481-0002", "410481-0001"]


@pytest.mark.parametrize("names_it", [True, False])
def test_an_import_never_brings_a_joined_unit_back(units, join, admin, names_it):
    stays, goes = units
    join(stays, goes)
    goes.refresh_from_db()
    cells = {"单位名称": goes.name, "在库": "是", "备注": "核对"}
    content = workbook(cells | ({"污染源编码": goes.number} if names_it else {"污染源编码": None}))
    import_file(content, "名录.xlsx", actor=admin)
    goes.refresh_from_db()
    assert (goes.is_active, goes.joined_into, goes.remarks) == (False, stays, "有码头")
    assert PollutionSource.objects.count() == len(units)


def test_the_form_says_where_a_joined_unit_went_and_a_tick_ends_the_joining(units, join, login, admin):
    stays, goes = units
    join(stays, goes)
    goes.refresh_from_db()
    client, url = login(admin), f"/admin/sources/pollutionsource/{goes.pk}/change/"
    page = client.get(url)
    assert f"“{stays.name}”（{stays.number}）</a>，抽签和检查都用那一家" in page.content.decode()
    form = page.context["adminform"].form
    data = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    data = {name: value for name, value in data.items() if value not in (None, False)}
    assert client.post(url, data | {"is_active": "on", "change_reason": "恢复生产"}).status_code == 302
    back = PollutionSource.objects.get(pk=goes.pk)
    assert back.is_active and back.joined_into is None
    assert "抽签和检查都用那一家" not in client.get(url).content.decode()
    verbs.set_active(PollutionSource.objects.filter(pk=back.pk), False, admin, reason="注销")
    assert not PollutionSource.objects.get(pk=back.pk).is_joined


def test_the_export_of_a_registry_with_joined_units_comes_in_as_unchanged(units, join):
    join(*units)
    importer = SourceImporter()
    written = b"".join(
        export.export(importer.written_columns, importer.exported(PollutionSource.objects.all()))
    )
    preview = SourceImporter().examine(written, "x.xlsx")[0]
    assert (preview.new, preview.changed, preview.unchanged, preview.faults) == (0, 0, 2, [])
