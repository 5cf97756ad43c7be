"""Taking a join back: what it moved and took goes back, what was changed since stays and is said."""

import datetime

import pytest

from drawings.inspections import unit_history
from enforcers.models import Recusal
from sources import join_undo, joining, verbs
from sources.models import CreditClass, PermitCondition, PollutionSource, condition_code
from wugang_audit.audit.models import AuditEntry

CODE = "91410481317593588N"
OTHER = "91410481105484945P"


@pytest.fixture
def units(make_source):
    stays = make_source(1, name="虚构（甲）厂", remarks="", phone="")
    return stays, make_source(2, name="虚构甲厂", remarks="有码头", phone="03750000000", contact="虚构某")


@pytest.fixture
def join(admin):
    def run(stays, goes, *keys):
        joining.join(stays, goes, taken=dict.fromkeys(keys, True), reason="现场核实", actor=admin)

    return run


@pytest.fixture
def take_back(admin):
    """Reactivate units as the list does; return what was said before it."""

    def run(*units):
        rows = PollutionSource.objects.filter(pk__in=[unit.pk for unit in units])
        said = [text for unit in join_undo.joined(rows) for text in join_undo.examine(unit).sentences]
        verbs.set_active(rows, True, admin, reason="确有两家")
        return " ".join(said)

    return run


def condition(unit, outlet="DA001", **fields):
    return unit.conditions.create(
        code=condition_code(unit.number, outlet, "颗粒物"), outlet_kind="organised", outlet_code=outlet, pollutant="颗粒物",
        **fields,
    )  # fmt: skip


def as_it_stands():
    """All that a join touches, as values."""
    return [
        list(model.objects.order_by("pk").values())
        for model in (Recusal, CreditClass)
    ] + [
        list(PermitCondition.objects.order_by("pk").values("pk", "source", "code", "is_active")),
        list(PollutionSource.objects.order_by("pk").values("pk", "remarks", "phone", "contact", "is_active", "joined_into")),
    ]  # fmt: skip


@pytest.fixture
def rows(units, officers):
    """Of the second unit: conditions, recusals and credit classes that move, and one of each that the first has too."""
    stays, goes = units
    for unit in units:
        condition(unit)
        Recusal.objects.create(officer=officers[0], source=unit, reason="亲属", since="2026-01-01")
        CreditClass.objects.create(source=unit, grade="B", date="2026-06-30")
    return (
        condition(goes, "DA002"),
        Recusal.objects.create(officer=officers[1], source=goes, reason="亲属", since="2026-01-01"),
        CreditClass.objects.create(source=goes, grade="A", date="2025-06-30"),
    )


def test_all_that_the_join_moved_and_took_goes_back(units, rows, join, take_back):
    before = as_it_stands()
    join(*units, "remarks", "contact")
    assert as_it_stands() != before
    assert [row.source_id for row in map(_again, rows)] == [units[0].pk] * 3
    said = take_back(units[1])
    assert as_it_stands() == before
    assert "转回：排污许可条件 1 条（410481-0001/DA002/颗粒物）" in said
    assert "回避 1 条（乙（" in said and "环保信用等级 1 条（2025-06-30 评为 A 级）" in said
    assert "恢复适用：排污许可条件 1 条（410481-0002/DA001/颗粒物）" in said
    assert "“虚构（甲）厂”（410481-0001）恢复合并前的联系人、备注" in said and "不改回" not in said


def _again(row):
    return type(row).objects.get(pk=row.pk)


def test_the_trail_and_the_histories_say_what_was_put_back(units, rows, join, take_back):
    join(*units, "remarks")
    take_back(units[1])
    entry = AuditEntry.objects.get(action="撤回合并污染源")
    assert entry.target == str(units[0]) and entry.changes == {
        "恢复的编码": "410481-0002",
        "恢复的名称": "虚构甲厂",
        "reason": "确有两家",
        "备注": ["有码头", ""],
        "排污许可条件": "410481-0001/DA002/颗粒物",
        "恢复适用的排污许可条件": "410481-0002/DA001/颗粒物",
        "回避": entry.changes["回避"],
        "环保信用等级": "2025-06-30 评为 A 级",
    }
    assert AuditEntry.objects.filter(action="恢复污染源").count() == 1
    for row in (units[0], *rows):
        last = type(row).history.filter(id=row.pk).order_by("-history_id").first()
        assert last.history_change_reason == "撤回与“虚构甲厂”（410481-0002）的合并：确有两家"
    whys = {version.why for version in unit_history.versions(units[0])}
    assert "撤回与“虚构甲厂”（410481-0002）的合并：确有两家" in whys


def test_what_was_changed_since_is_left_and_said_by_name(units, rows, join, take_back, officers, make_source):
    moved, recusal, rated = rows
    join(*units, "remarks", "contact")
    PollutionSource.objects.filter(pk=units[0].pk).update(remarks="码头已拆")
    Recusal.objects.filter(pk=recusal.pk).update(source=make_source(3))
    rated.delete()
    condition(units[1], "DA002")
    said = take_back(units[1])
    stays = PollutionSource.objects.get(pk=units[0].pk)
    assert (stays.remarks, stays.contact, stays.phone) == ("码头已拆", "", "")
    assert _again(moved).source == units[0] and _again(recusal).source.number == "410481-0003"
    for left in (
        "虚构（甲）厂（410481-0001）的备注（合并后改过）",
        "排污许可条件 410481-0001/DA002/颗粒物（恢复的单位已另有）",
        "环保信用等级 2025-06-30 评为 A 级（合并后已删除）",
        f"回避 {officers[1].name}（{officers[1].certificate_number}）（合并后改过）",
    ):
        assert left in said and left in AuditEntry.objects.get(action="撤回合并污染源").changes["没有改回"]


def test_a_condition_whose_limit_was_changed_since_goes_back_with_it(units, join, take_back):
    moved = condition(units[1], limit="30")
    join(*units)
    PermitCondition.objects.filter(pk=moved.pk).update(limit="10")
    take_back(units[1])
    assert (_again(moved).source, _again(moved).limit) == (units[1], "10")
    assert _again(moved).code == "410481-0002/DA001/颗粒物"


def test_a_permit_that_no_longer_fits_the_credit_code_of_before_is_left(make_source, join, take_back):
    one = make_source(1, credit_code="")
    other = make_source(2, credit_code=OTHER, permit_number=f"{OTHER}001P")
    join(one, other, "credit_code", "permit")
    PollutionSource.objects.filter(pk=one.pk).update(credit_code=CODE, permit_number=f"{CODE}001P")
    said = take_back(other)
    one.refresh_from_db()
    assert (one.credit_code, one.permit_number) == (CODE, f"{CODE}001P")
    assert "统一社会信用代码（合并后改过）" in said and "排污许可（合并后改过）" in said


def test_one_of_two_numbers_changed_since_keeps_both(make_source, join, take_back):
    one = make_source(1, credit_code=CODE)
    other = make_source(2, credit_code=OTHER, permit_number=f"{OTHER}001P")
    join(one, other, "credit_code", "permit")
    PollutionSource.objects.filter(pk=one.pk).update(permit_number=f"{OTHER}002P")
    said = take_back(other)
    one.refresh_from_db()
    assert (one.credit_code, one.permit_number) == (OTHER, f"{OTHER}002P")
    assert "统一社会信用代码（合并后改过）" in said


@pytest.mark.parametrize("first", ["a", "b"])
def test_rows_that_went_on_with_a_second_join_go_back_by_either_order(make_source, join, take_back, first):
    a, b, c = (make_source(serial) for serial in (1, 2, 3))
    of_a, of_b = condition(a, "DA001"), condition(b, "DA002")
    join(b, a), join(c, b)
    assert {_again(of_a).source, _again(of_b).source} == {c}
    for unit in (a, b) if first == "a" else (b, a):
        take_back(unit)
    assert (_again(of_a).source, _again(of_b).source) == (a, b)
    assert _again(of_a).code == "410481-0001/DA001/颗粒物"


def test_two_of_a_chain_come_back_at_once(make_source, join, take_back):
    a, b, c = (make_source(serial) for serial in (1, 2, 3))
    of_a = condition(a)
    join(b, a), join(c, b)
    take_back(a, b)
    assert _again(of_a).source == a


def test_a_second_join_is_taken_back_by_what_it_wrote_itself(units, join, take_back):
    stays, goes = units
    join(stays, goes, "remarks")
    take_back(goes)
    join(stays, goes)
    PollutionSource.objects.filter(pk=stays.pk).update(remarks="有码头")  # by hand now
    take_back(goes)
    stays.refresh_from_db()
    assert stays.remarks == "有码头"


def test_what_the_same_person_wrote_before_the_join_is_none_of_it(units, join, take_back, admin):
    stays, goes = units
    own = condition(stays)
    verbs.set_conditions_active(PermitCondition.objects.filter(pk=own.pk), False, admin, reason="换证")
    join(stays, goes)
    take_back(goes)
    assert (_again(own).source, _again(own).is_active) == (stays, False)


def test_a_name_longer_than_the_history_takes_is_found_again(make_source, join, take_back):
    one, other = make_source(1, name="虚构" * 49), make_source(2, name="虚构厂" * 33)
    moved = condition(other)
    join(one, other)
    take_back(other)
    assert _again(moved).source == other


def test_a_join_from_before_its_rows_shared_one_date_is_taken_back(units, join, take_back):
    moved = condition(units[1])
    join(*units)
    row = PermitCondition.history.filter(id=moved.pk).latest("history_id")
    PermitCondition.history.filter(pk=row.pk).update(history_date=row.history_date.replace(microsecond=0))
    PollutionSource.history.filter(id=units[1].pk, history_type="+").update(
        history_date=row.history_date - datetime.timedelta(days=1)
    )
    take_back(units[1])
    assert _again(moved).source == units[1]


def test_the_list_says_before_and_after_what_reactivating_puts_back(units, rows, join, login, admin):
    join(*units, "remarks")
    client, address = login(admin), "/admin/sources/pollutionsource/"
    chosen = {"action": "reactivate", "_selected_action": [units[1].pk]}
    page = client.post(f"{address}?is_active__exact=0", chosen).content.decode()
    expected = "恢复合并前的备注", "回避 1 条（"
    assert all(each in page for each in expected)
    after = client.post(address, chosen | {"reason": "确有两家"}, follow=True).content.decode()
    assert all(each in after for each in expected) and "已恢复 1 家单位" in after
    assert not PollutionSource.objects.get(pk=units[1].pk).is_joined


def test_the_form_puts_back_and_says_so(units, rows, join, login, admin):
    before = as_it_stands()
    join(*units, "remarks")
    client, url = login(admin), f"/admin/sources/pollutionsource/{units[1].pk}/change/"
    page = client.get(url)
    assert "恢复合并前的备注" in page.content.decode()
    form = page.context["adminform"].form
    data = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    data = {name: value for name, value in data.items() if value not in (None, False)} | {"is_active": "on"}
    refused = client.post(url, data)  # without a reason
    assert refused.status_code == 200 and "恢复合并前的备注" in refused.content.decode()
    assert as_it_stands() != before
    done = client.post(url, data | {"change_reason": "确有两家"}, follow=True)
    assert "恢复合并前的备注" in done.content.decode() and as_it_stands() == before
    assert AuditEntry.objects.get(action="撤回合并污染源").changes["reason"] == "确有两家"


def test_a_unit_that_was_never_joined_is_reactivated_as_ever(units, take_back, admin):
    verbs.set_active(PollutionSource.objects.filter(pk=units[1].pk), False, admin, reason="注销")
    assert take_back(units[1]) == ""
    assert not AuditEntry.objects.filter(action="撤回合并污染源").exists()
