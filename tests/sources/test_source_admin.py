"""Keeping pollution sources and specialities in the admin."""

import pytest

from sources import verbs as sources
from sources.models import PollutionSource, Speciality
from wugang_audit.audit.models import AuditEntry
from wugang_audit.registries.changes import masked

LIST = "/admin/sources/pollutionsource/"

CODE = "91410481317593588N"


@pytest.fixture
def client(login, admin):
    return login(admin)


def form(unit, **changes):
    """What the browser sends for a unit."""
    fields = [
        field.name
        for field in PollutionSource._meta.concrete_fields
        if field.name not in ("id", "speciality", "updated_at")
    ]
    data = {name: getattr(unit, name) for name in fields}
    data["media"] = [medium for medium in unit.media.split(",") if medium]
    data |= changes
    return {
        name: "on" if value is True else value for name, value in data.items() if value not in (None, False)
    }


def change(client, unit, **changes):
    return client.post(f"{LIST}{unit.pk}/change/", form(unit, **changes))


def errors(response):
    assert response.status_code == 200
    return response.context["adminform"].form.errors


def test_the_list_searches_and_filters(client, make_source):
    make_source(1, media="groundwater", category="key", credit_code=CODE)
    make_source(2, media="water,air", category="key", township="八台镇")
    make_source(3, operating_state="stopped")

    def found(query):
        return [unit.number[-1] for unit in client.get(LIST + query).context["cl"].queryset]

    assert found("?q=虚构2号") == ["2"]
    assert found(f"?q={CODE}") == ["1"]
    assert found("?medium=water") == ["2"]
    assert found("?medium=groundwater") == ["1"]
    assert found("?category__exact=key") == ["1", "2"]
    assert found("?operating_state__exact=stopped") == ["3"]
    assert found("?township=八台镇") == ["2"]
    assert found("?discharges_wastewater__exact=0&is_active__exact=1") == ["1", "2", "3"]


def test_the_list_asks_the_same_number_of_questions_for_three_rows_and_thirty(
    client, make_source, django_assert_max_num_queries
):
    for serial in range(30):
        make_source(serial)
    with django_assert_max_num_queries(14):
        client.get(LIST)


def test_saving_derives_the_speciality_and_writes_history_and_audit(client, admin, make_source):
    unit = make_source(1)
    assert (
        change(
            client,
            unit,
            industry_code="3110",
            media=["water", "air"],
            phone="13912345678",
            change_reason="现场核实",
        ).status_code
        == 302
    )
    unit.refresh_from_db()
    assert (unit.speciality.code, unit.media) == ("steel-mining", "water,air")
    version = unit.history.first()
    assert (version.history_user, version.history_change_reason) == (admin, "现场核实")
    entry = AuditEntry.objects.first()
    assert (entry.actor, entry.action, entry.target_key) == (
        admin,
        "修改污染源",
        f"sources.pollutionsource:{unit.pk}",
    )
    assert entry.changes == {
        "行业代码": ["2669 其他专用化学产品制造", "3110 炼铁"],
        "行业专业组": ["化工与医药", "钢铁与矿业"],
        "重点单位类型": ["", "水环境、大气环境"],
        "联系电话": ["138******01", "139******78"],
    }


def test_telephone_numbers_lose_their_middle_in_the_audit_trail():
    assert [masked("phone", value) for value in ("13912345678", "12345", "")] == ["139******78", "***", ""]
    assert masked("name", "一厂") == "一厂"


def test_saving_without_a_change_leaves_no_audit_entry(client, make_source):
    unit = make_source(1)
    before = AuditEntry.objects.count()
    assert change(client, unit).status_code == 302
    assert AuditEntry.objects.count() == before


def test_a_new_unit_is_entered_by_hand(client, make_source):
    unit = make_source(1)
    sent = form(unit, number="410481-0002", name="新厂")
    assert errors(client.post(f"{LIST}add/", sent)) == {"change_reason": ["新的登记会影响抽签：请写明来由。"]}
    assert client.post(f"{LIST}add/", sent | {"change_reason": "新建项目投产"}).status_code == 302
    assert PollutionSource.history.first().history_change_reason == "新建项目投产"
    assert PollutionSource.objects.get(number="410481-0002").speciality.code == "chemical-pharma"
    assert AuditEntry.objects.first().action == "新增污染源"


def test_a_number_that_differs_only_by_case_is_refused(client, make_source):
    unit = make_source(1, number="A-1")
    assert "__all__" in errors(client.post(f"{LIST}add/", form(unit, number="a-1")))


def test_the_registry_number_is_given_once(client, make_source):
    unit = make_source(1)
    change(client, unit, number="410481-9999")
    unit.refresh_from_db()
    assert unit.number == "410481-0001"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"industry_code": "9999"}, "industry_code"),
        ({"credit_code": CODE[:-1] + "M"}, "credit_code"),
        ({"credit_code": CODE, "permit_number": "91410481105484945P001U"}, "permit_number"),
        ({"longitude": "33.3", "latitude": "113.5"}, "longitude"),
        ({"special_from": "2026-07-01", "special_until": "2026-06-30"}, "special_until"),
        ({"name": "……"}, "name"),
        ({"phone": "见附表"}, "phone"),
        ({"permit_expiry": "1900-01-01"}, "permit_expiry"),
    ],
)
def test_the_form_keeps_the_rules_of_the_import(client, make_source, changes, field):
    assert field in errors(change(client, make_source(1), **changes))


def test_units_are_deactivated_and_never_deleted(client, admin, make_source):
    unit = make_source(1)
    assert client.post(f"{LIST}{unit.pk}/delete/", {"post": "yes"}).status_code == 403
    client.post(LIST, {"action": "delete_selected", "_selected_action": [unit.pk], "post": "yes"})
    action = {"action": "strike_off", "_selected_action": [unit.pk]}
    page = client.post(LIST, action)  # asks why
    assert unit.name in page.content.decode() and page.context["title"] == "停用 1 家单位"
    page = client.post(LIST, action | {"reason": " "})
    assert page.context["form"].errors == {"reason": ["请写明停用原因。"]}
    unit.refresh_from_db()
    assert unit.is_active is True
    client.post(LIST, action | {"reason": "已注销"})
    unit.refresh_from_db()
    assert unit.is_active is False
    assert unit.history.first().history_change_reason == "已注销"
    assert unit.history.first().history_user == admin
    assert AuditEntry.objects.first().action == "停用污染源"


def test_units_that_are_off_the_list_already_are_not_taken_off_again(admin, make_source):
    make_source(1)
    make_source(2, is_active=False)
    assert sources.set_active(PollutionSource.objects.all(), False, admin, reason="已关闭") == 1
    assert AuditEntry.objects.get().changes["numbers"] == ["410481-0001"]
    assert sources.set_active(PollutionSource.objects.all(), False, admin, reason="已关闭") == 0
    assert AuditEntry.objects.count() == 1


def test_the_history_shows_who_changed_what_in_plain_words(client, make_source):
    unit = make_source(1)
    change(client, unit, operating_state="stopped", change_reason="停产整治")
    page = client.get(f"{LIST}{unit.pk}/history/").content.decode()
    for part in ("苏管理", "停产整治", "<del>正常生产</del>", "<ins>停产</ins>"):
        assert part in page
    assert client.post(f"{LIST}{unit.pk}/history/{unit.history.last().pk}/", form(unit)).status_code == 404


def test_changed_prefixes_regroup_the_units_with_history(client, admin, make_source, specialities):
    moving, staying = make_source(1, industry_code="2710"), make_source(2, industry_code="2669")
    machinery = specialities["machinery"]
    sent = {"name": machinery.name, "prefixes": machinery.prefixes + ",271", "remarks": machinery.remarks}
    refused = client.post(f"/admin/sources/speciality/{machinery.pk}/change/", sent)
    assert "请写明为什么改" in str(errors(refused)["change_reason"])
    sent["change_reason"] = "分工调整"
    response = client.post(f"/admin/sources/speciality/{machinery.pk}/change/", sent, follow=True)
    assert "已按新的行业代码重新归组，1 家单位换了行业专业组。" in [
        str(m) for m in response.context["messages"]
    ]
    moving.refresh_from_db(), staying.refresh_from_db()
    assert (moving.speciality.code, staying.speciality.code) == ("machinery", "chemical-pharma")
    assert moving.history.first().history_user == admin
    assert moving.history.first().history_change_reason.endswith("的行业代码修改：分工调整")
    assert staying.history.count() == 1
    assert {entry.action for entry in AuditEntry.objects.all()[:2]} == {"修改行业专业组", "重新归组污染源"}


def test_prefixes_may_not_be_claimed_twice_nor_leave_units_without_a_group(client, make_source, specialities):
    make_source(1)
    chemical = specialities["chemical-pharma"]
    address = f"/admin/sources/speciality/{chemical.pk}/change/"
    for prefixes in ("25,26,31", "25,27"):
        assert "prefixes" in errors(client.post(address, {"name": chemical.name, "prefixes": prefixes}))
    assert Speciality.objects.get(pk=chemical.pk).prefixes == chemical.prefixes


def test_the_form_of_a_unit_leads_to_its_draws_visits_and_changes(login, admin, make_source):
    unit = make_source(1)
    page = login(admin).get(f"/admin/sources/pollutionsource/{unit.pk}/change/").content.decode()
    assert page.count('href="/inspections/units/410481-0001/"') == 1


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("无", ""),
        ("/", ""),
        ("有\u200b隐形\n字符 ", "有隐形字符"),
        ("'007", "'007"),
        ("=1+1", "=1+1"),
        ("ＡＢ", "ＡＢ"),
    ],
)
def test_what_is_typed_is_kept_as_the_import_would_keep_it(client, make_source, typed, kept):
    unit = make_source(1)
    assert change(client, unit, remarks=typed, address=typed).status_code == 302
    unit.refresh_from_db()
    assert (unit.remarks, unit.address) == (kept, kept)


def test_a_code_typed_in_full_width_is_kept_in_its_proper_form(client, make_source):
    unit = make_source(1)
    change(
        client,
        unit,
        credit_code="９１４１０４８１３１７５９３５８８ｎ",
        industry_code="２６６９",
        phone="０３７５－８１２３４５６",
        change_reason="补录信用代码",
    )
    unit.refresh_from_db()
    assert (unit.credit_code, unit.industry_code, unit.phone) == (CODE, "2669", "0375-8123456")


def test_a_name_of_an_industry_group_that_would_be_read_as_two_is_refused(client, specialities):
    group = specialities["livestock"]
    sent = {"name": "养殖、屠宰", "prefixes": group.prefixes, "remarks": ""}
    response = client.post(f"/admin/sources/speciality/{group.pk}/change/", sent)
    assert response.context["adminform"].form.errors == {
        "name": ["名称中不要用顿号、逗号、分号或斜线：导入时会被当作几个行业。"]
    }


@pytest.mark.parametrize(
    ("changes", "label"),
    [
        ({"category": "key"}, "监管类别"),
        ({"operating_state": "stopped"}, "生产状态"),
        ({"exempt_reason": "已列入联合抽查"}, "不参与双随机原因"),
        ({"special_until": "2026-12-31"}, "特殊监管截止日"),
        ({"industry_code": "0313"}, "行业代码"),
        ({"discharges_wastewater": "on"}, "涉废水"),
        ({"name": "改名化工厂"}, "单位名称"),
        ({"is_active": False}, "在库"),
    ],
)
def test_what_alters_the_pool_needs_a_reason_and_keeps_it(client, make_source, changes, label):
    unit = make_source(1)
    assert errors(change(client, unit, **changes)) == {
        "change_reason": [f"改动了{label}，会影响抽签：请写明为什么改。"]
    }
    assert unit.history.count() == 1
    assert change(client, unit, change_reason="现场核实", **changes).status_code == 302
    assert unit.history.first().history_change_reason == "现场核实"


def test_what_alters_no_draw_needs_none(client, make_source):
    unit = make_source(1)
    assert change(client, unit, phone="0375-8123456", remarks="已迁新址办公").status_code == 302


def test_a_unit_is_put_back_for_a_reason(client, make_source):
    unit = make_source(1, is_active=False)
    action = {"action": "reactivate", "_selected_action": [unit.pk]}
    assert client.post(LIST, action).context["title"] == "恢复 1 家单位"
    client.post(LIST, action | {"reason": "恢复生产"})
    unit.refresh_from_db()
    assert (unit.is_active, unit.history.first().history_change_reason) == (True, "恢复生产")


def test_the_class_after_supervision_is_asked_for_with_its_dates_alone(client, make_source):
    unit = make_source(1)
    page = client.get(f"{LIST}{unit.pk}/change/")
    field = page.context["adminform"].form.fields["category_after"]
    assert not field.required and "填了起始日或截止日的，这一项必填" in field.help_text
    first = change(client, unit, category_after="", change_reason="核对")
    assert first.status_code == 302, errors(first)
    special = {"category": "special", "special_until": "2099-12-31", "change_reason": "信访"}
    refused = change(client, unit, **special, category_after="")
    assert errors(refused) == {"category_after": ["填了特殊监管的起止日期，请选期外按哪一类抽签。"]}
    assert change(client, unit, **special, category_after="key").status_code == 302
    unit.refresh_from_db()
    assert unit.category_after == "key"


def test_a_new_unit_marks_its_reason_as_required_and_a_change_does_not(client, make_source):
    unit = make_source(1)
    new, old = client.get(f"{LIST}add/"), client.get(f"{LIST}{unit.pk}/change/")
    assert [page.context["adminform"].form.fields["change_reason"].required for page in (new, old)] == [
        True,
        False,
    ]
    refused = client.post(f"{LIST}add/", form(unit, number="410481-0009", change_reason=" "))
    assert errors(refused)["change_reason"] == ["新的登记会影响抽签：请写明来由。"]
