"""What a supplement puts right: the report says so once both officers do, the record stays, and the rules hold the right words."""

import datetime
import re
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone
from visit_cases import arrived, assessed, frozen, signed

from drawings.inspections import record_verbs, verbs
from drawings.inspections.field.line_changes import held_rows
from drawings.inspections.field.permit_rows import key_of
from drawings.inspections.field.record import standing
from drawings.inspections.field.report import Answer, stored
from drawings.inspections.field.supplementing import said_now, targets
from drawings.models import CoSign, Inspection, OnSiteRecord, Supplement
from drawings.protocol import verify
from drawings.selfcheck.evidence import Evidence
from drawings.selfcheck.on_site import on_site
from drawings.states import Refused
from sources.models import PermitCondition

COD, PH = f"reading_{key_of('DW001', '化学需氧量')}", f"reading_{key_of('DW001', 'pH')}"
PLANT = f"facility_{key_of('TW001')}"


def latest(inspection):
    return Inspection.objects.get(pk=inspection.pk)


@pytest.fixture
def permit(selection):
    for pollutant, limit, unit in (("化学需氧量", "50", "mg/L"), ("pH", "6-9", "")):
        PermitCondition.objects.create(
            source=selection.source, code=f"{selection.source.number}/DW001/{pollutant}", outlet_kind="water",
            outlet_code="DW001", pollutant=pollutant, limit=limit, limit_unit=unit,
            facility_code="TW001", facility_name="污水处理站",
        )  # fmt: skip


@pytest.fixture
def report(full, permit):
    return arrived(full(readings={("DW001", "化学需氧量"): Decimal("452")}, facilities={"TW001": True}))


@pytest.fixture
def record(inspection, report):
    return signed(frozen(inspection, report))


def put_right(record, target, value, verdict="confirm", **more):
    made = record_verbs.supplement(
        record=record,
        actor=record.frozen_by,
        text=f"记错了：{target} {value}",
        target=target,
        value=value,
        **more,
    )
    return record_verbs.decide_supplement(
        supplement=made, actor=record.second, verdict=verdict, note="没有记错"
    )


def test_each_thing_that_was_seen_is_put_right_in_the_report_and_the_record_stays(
    clock, inspection, report, points, evidence_of
):
    clock.move(minutes=10)
    record = signed(frozen(inspection, report))
    before, minute = record.text, latest(inspection).visited_at + datetime.timedelta(minutes=7)
    note = f"note_{points[0].pk}"
    right = {
        COD: Decimal("45.2"), PH: Decimal(7), PLANT: "off", "met_name": "孙满仓", "met_post": "", "notice_given": "off",
        "remark": "一条线\n检修，没带通知书", "statement": "没有\\意见", "visited_at": minute, "shown_at": minute,
        f"verdict_{points[0].pk}": "absent", note: "没有\n这种设施",
    }  # fmt: skip
    order = ["remark", *(name for name in right if name != "remark")]  # why there was no notice is said first
    for name in order:
        put_right(record, name, right[name])
    row = latest(inspection)
    now = stored(row)
    assert now.readings == {("DW001", "化学需氧量"): Decimal("45.2"), ("DW001", "pH"): Decimal(7)}
    assert [each.is_over for each in row.readings.all()] == [False, False]
    assert now.facilities == {"TW001": False} and now.visited_at == minute
    assert now.answers[points[0].pk] == Answer("absent", "没有\n这种设施")
    told = now.arrival
    assert (told.met_name, told.met_post, told.notice_given, told.shown_at) == ("孙满仓", "", False, minute)
    assert (told.remark, told.statement) == ("一条线\n检修，没带通知书", "没有\\意见")
    held = standing(row)
    assert held.text == before and said_now(held).reading[1][2] == "45.2"
    assert on_site(evidence_of()).faults == ()


def test_what_is_not_confirmed_or_objected_to_changes_nothing(inspection, record, evidence_of):
    before = stored(latest(inspection))
    made = put_right(record, COD, Decimal(1), verdict="object")
    assert stored(latest(inspection)) == before and made.now == "reading\tDW001\t化学需氧量\t1\tmg/L\t50"
    record_verbs.supplement(
        record=record, actor=record.second, text="温度写错了", target=COD, value=Decimal(2)
    )
    assert stored(latest(inspection)) == before and on_site(evidence_of()).faults == ()


def test_the_outcome_is_held_against_what_was_put_right(inspection, record, full, lead):
    def hand_in(**parts):
        row = latest(inspection)
        verbs.submit(inspection=row, actor=lead, version=row.version, report=assessed(row, full(**parts)))

    with pytest.raises(Refused, match="DW001 化学需氧量的读数不符合限值"):
        hand_in()
    put_right(record, COD, Decimal("45.2"))
    hand_in()
    row = latest(inspection)
    assert (row.state, row.readings.get().value) == ("submitted", Decimal("45.2"))


def test_who_did_not_enter_after_all_has_seen_nothing_in_order(
    inspection, record, full, lead, points, evidence_of
):
    with pytest.raises(Refused, match="前后对不上：进入情况是“停产”，请写明看到的情况和依据"):
        put_right(record, "entry", "stopped")
    put_right(record, "remark", "大门锁着，门口贴有停产通知。")
    made = put_right(record, "entry", "stopped")
    row = latest(inspection)
    assert (
        stored(row).answers == {} and stored(row).readings == {} and len(made.wrong_lines) == len(points) + 2
    )
    assert on_site(evidence_of()).faults == ()
    # And back: what they saw is asked for, point by point, before the report can be handed in.
    put_right(record, "entry", "entered")
    for point in points[1:]:
        put_right(record, f"verdict_{point.pk}", "pass")
    row = latest(inspection)
    given = {"inspection": row, "actor": lead, "version": row.version, "report": assessed(row, full())}
    with pytest.raises(Refused, match=f"{points[0].name}没有结果"):
        verbs.submit(**given)


def test_a_value_that_breaks_a_rule_or_changes_nothing_is_refused(inspection, record, points):
    now = timezone.now()
    for name, value, says in (
        ("visited_at", now + datetime.timedelta(days=1), "检查时间还没有到"),
        ("visited_at", now - datetime.timedelta(days=400), "早于抽签结果公布"),
        ("shown_at", now - datetime.timedelta(days=2), "相差太远"),
        ("met_name", "", "请填现场负责人的姓名"),
        ("notice_given", "off", "写明原因"),
        (PLANT, "on", "就是这样记的"),
        (COD, Decimal(452), "就是这样记的"),
        (PLANT, "entered", "请选择正确的内容"),
        ("met_name", "王" * 61, "最多 60 个字"),
        (f"note_{points[0].pk}", "电话 13812345678", "像手机号码"),
        ("summary", "x", "不在现场记录里"),
    ):
        with pytest.raises(Refused, match=says):
            record_verbs.supplement(
                record=record, actor=record.second, text="记错了", target=name, value=value
            )
    assert not Supplement.objects.exists()


@pytest.fixture
def evidence_of(published_draw):
    return lambda: Evidence(published_draw)


def test_the_self_check_finds_a_report_that_says_something_else(inspection, record, sql, forge, evidence_of):
    made = put_right(record, COD, Decimal("45.2"))
    call_command("verify_log")
    reading = inspection.readings.get()
    inspection.readings.update(value=40)
    assert "报告里的现场读数和现场记录、补正不一致" in on_site(evidence_of()).faults[0]
    inspection.readings.update(value=reading.value)
    forge(Supplement, made.pk, now=made.now.replace("45.2", "40"))
    with pytest.raises(CommandError):
        call_command("verify_log")
    forge(Supplement, made.pk, now=made.now)
    OnSiteRecord.objects.get().inspection.findings.all()[:1].get().delete()
    assert "报告里的检查项目和现场记录、补正不一致" in on_site(evidence_of()).faults[0]


def test_a_word_of_an_officer_that_is_none_is_named(inspection, record, forge, evidence_of):
    forge(Supplement, put_right(record, COD, Decimal("45.2")).pk, decision="zz9")
    forge(CoSign, CoSign.objects.get(record=record).pk, verdict="zz9")
    told = " ".join(on_site(evidence_of()).faults)
    assert all(f"第 1 份的第 1 次{what}：登记的代码“zz9”认不出来" in told for what in ("意见", "补正的意见"))


@pytest.fixture
def send(login, record):
    """Send the form of a supplement as a browser without scripts does."""

    def do(json=False, **typed):
        fields = {"digest": record.digest, "text": "小数点漏了一位", "target": "", "choice": ""}
        fields |= {"moment": "", "number": "", "words": ""} | typed
        address = reverse("inspections:supplement", args=[record.inspection_id])
        more = {"HTTP_ACCEPT": "application/json"} if json else {}
        return login(record.frozen_by).post(address, fields, **more)

    return do


@pytest.mark.parametrize(
    ("typed", "field", "says"),
    [
        ({"target": COD}, "number", "请填正确的读数"),
        ({"target": COD, "number": "约45"}, "number", "DW001 化学需氧量"),
        ({"target": PH, "number": "17"}, "number", "pH 只能在 0 到 14 之间"),
        ({"target": COD, "number": "452"}, "number", "就是这样记的"),
        ({"target": COD, "words": "45.2"}, "words", "请清空"),
        ({"number": "45.2"}, "target", "请在这里选是哪一处"),
        ({"target": "reading_x", "number": "45.2"}, "target", ""),
        ({"target": PLANT, "choice": "verdict:pass"}, "choice", "这个选项不是它的"),
        ({"target": "visited_at", "moment": "2036-01-01T09:00"}, "moment", "检查时间还没有到"),
        ({"target": "visited_at", "moment": "昨天"}, "moment", ""),
        ({"target": "met_name", "words": "无"}, "words", "请填现场负责人的姓名"),
        ({"target": "note", "words": "电话 13812345678"}, "words", "像手机号码"),
    ],
)
def test_bad_input_is_told_at_its_field(send, points, typed, field, says):
    if typed.get("target") == "note":
        typed = typed | {"target": f"note_{points[0].pk}"}
    page = send(**typed)
    found = page.context["supplement"].errors
    assert field in found and says in "".join(found[field]), found
    assert not Supplement.objects.exists()


def test_the_page_names_what_can_be_put_right_and_shows_old_and_new_beside_each_other(
    send, record, login, reviewer
):
    found = targets(record.inspection, said_now(record), held_rows(record.inspection, record))
    assert [found[name].label for name in (COD, PLANT, "entry", "met_post")] == [
        "DW001 化学需氧量 读数", "TW001 污水处理站", "进入情况", "现场负责人职务",
    ]  # fmt: skip
    page = send(target=COD)
    option = re.search(rf'<option value="{COD}"[^>]*>([^<]*)', page.content.decode())
    assert option[1] == "DW001 化学需氧量 读数（记的是：452 mg/L）" and 'data-way="number"' in option[0]
    assert send(target=COD, number="４５.2 mg/L").status_code == 302
    record_verbs.decide_supplement(
        supplement=Supplement.objects.get(), actor=record.second, verdict="confirm"
    )
    for name in ("record", "detail"):
        page = (
            login(reviewer).get(reverse(f"inspections:{name}", args=[record.inspection_id])).content.decode()
        )
        shown = re.sub(r"<[^>]+>|\s+", "", page)
        assert "452mg/L→45.2mg/L" in shown, name


def test_the_same_sent_once_more_by_a_phone_is_done_already(send, record):
    typed = {"target": COD, "number": "45.2"}
    assert send(json=True, **typed).json()["done"]
    record_verbs.decide_supplement(
        supplement=Supplement.objects.get(), actor=record.second, verdict="confirm"
    )
    assert send(json=True, **typed).json()["done"] and Supplement.objects.count() == 1
    for verdict, value, count in (("confirm", "45.3", 2), ("object", "45.2", 3), ("confirm", "45.2", 4)):
        # What was put right again or objected to since is written anew: "done" is said of what is there alone.
        assert send(json=True, target=COD, number=value).json()["done"]
        made = Supplement.objects.get(number=count)
        record_verbs.decide_supplement(supplement=made, actor=record.second, verdict=verdict, note="没有记错")
    assert send(json=True, **typed).json()["done"] and Supplement.objects.count() == 4
    assert stored(latest(record.inspection)).readings == {("DW001", "化学需氧量"): Decimal("45.2")}


def test_the_limit_is_the_records_whatever_became_of_the_permit(inspection, record, evidence_of):
    waits = record_verbs.supplement(
        record=record, actor=record.frozen_by, text="漏记了 pH", target=PH, value=Decimal(10)
    )
    PermitCondition.objects.update(is_active=False)
    record_verbs.decide_supplement(supplement=waits, actor=record.second, verdict="confirm")
    PermitCondition.objects.filter(pollutant="化学需氧量").update(is_active=True, limit="500")
    put_right(record, COD, None)
    put_right(record, COD, Decimal(451))
    held = {(each.pollutant, each.limit, each.is_over) for each in latest(inspection).readings.all()}
    assert held == {("pH", "6-9", True), ("化学需氧量", "50", True)}
    assert on_site(evidence_of()).faults == ()


def test_what_a_line_names_and_nobody_knows_is_refused_in_words(record, forge):
    waits = record_verbs.supplement(
        record=record, actor=record.frozen_by, text="漏记了 pH", target=PH, value=Decimal(7)
    )
    forge(Supplement, waits.pk, now="point\tNONE/1\tpass\t-")
    with pytest.raises(Refused, match="“NONE/1”不在这次检查的清单和许可证里"):
        record_verbs.decide_supplement(supplement=waits, actor=record.second, verdict="confirm")


def test_a_visit_is_never_after_its_own_record(clock, inspection, record):
    clock.move(days=20)
    at = latest(inspection).visited_at + datetime.timedelta(hours=11)
    with pytest.raises(Refused, match="检查时间晚于现场记录固定的时间"):
        put_right(record, "visited_at", at)


def test_what_is_unlike_the_record_is_not_published(inspection, record, full, lead, reviewer, head):
    put_right(record, COD, Decimal("45.2"))
    row, report = latest(inspection), full()
    verbs.submit(inspection=row, actor=lead, version=row.version, report=assessed(row, report))
    row = latest(inspection)
    row = verbs.approve(inspection=row, actor=reviewer, version=row.version)
    inspection.readings.update(value=40)
    with pytest.raises(Refused, match="报告里的现场读数和现场记录、补正不一致"):
        verbs.publish(inspection=row, actor=head, version=latest(inspection).version)
    inspection.readings.update(value=Decimal("45.2"))
    verbs.publish(inspection=latest(inspection), actor=head, version=latest(inspection).version)


def test_a_point_that_fails_is_not_handed_in_without_a_note(inspection, record, points, full, lead):
    def hand_in():
        row, report = latest(inspection), full(outcome="urged", measures={"urge": None})
        verbs.submit(inspection=row, actor=lead, version=row.version, report=assessed(row, report))

    put_right(record, f"verdict_{points[0].pk}", "fail")
    with pytest.raises(Refused, match="没有写明发现了什么"):
        hand_in()
    put_right(record, f"note_{points[0].pk}", "台账少记一周。")
    hand_in()


def test_a_number_that_is_no_persons_goes_on_with_its_reason(send, record, points):
    name = f"note_{points[0].pk}"
    page = send(target=name, words="设备铭牌 13812345678")
    (reason,) = page.context["supplement"].reasons()
    assert send(
        target=name, words="设备铭牌 13812345678",
        **{reason.name: "是设备出厂编号，不是电话", f"{reason.name}_for": '["13812345678"]'},
    ).status_code == 302  # fmt: skip
    assert "13812345678" in Supplement.objects.get().now


def test_every_line_of_a_record_that_holds_what_was_seen_can_be_put_right(record):
    words = {
        "verdict": "point",
        "note": "point",
        "visited_at": "visited",
        "shown_at": "shown",
        "notice_given": "notice",
    }
    words |= {"met_name": "met", "met_post": "met"}
    found = {
        words.get(each.word, each.word)
        for each in targets(
            record.inspection, said_now(record), held_rows(record.inspection, record)
        ).values()
    }
    assert found == set(verify.PUT_RIGHT)
