"""The page of the on-site record without a signal: it opens, and what two officers and the firm say there is sent later, once."""

import pytest
from conftest import PHONE
from django.urls import reverse
from django.utils import timezone
from held_pages import is_copy, visit
from playwright.sync_api import expect
from visit_cases import closed, frozen

from drawings.inspections import record_verbs
from drawings.models import CoSign, FirmSignature
from wugang_audit.audit.models import AuditEntry

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WAITS = "已存在手机上，有信号时自动发送"


@pytest.fixture
def record(inspection, team):
    return frozen(inspection, closed(timezone.now()), team[0])


@pytest.fixture
def at_record(record, open_as):
    """The phone of an officer that holds its pages, at the page of the record: ``at_record(team[1])``."""

    def start(officer):
        page = open_as(officer, PHONE)
        visit(page)
        return again(page)

    def again(page):
        """The page as a new one: the old one was killed."""
        fresh = page.context.new_page()
        fresh.base = page.base
        fresh.goto(f"{page.base}{reverse('inspections:record', args=[record.inspection_id])}")
        expect(fresh.locator("body[data-record-forms]")).to_be_visible()
        page.close()
        fresh.set_viewport_size(PHONE)
        return fresh

    start.again = again
    return start


def confirm(page):
    page.get_by_label("确认无误").check()
    page.get_by_role("button", name="提交我的意见").click()


def draw(page):
    pad = page.locator(".signature-pad")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    page.mouse.move(box["x"] + 40, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 200, box["y"] + 90, steps=5)
    page.mouse.up()


def sign(page):
    page.get_by_label("在手机上签字").check()
    page.get_by_label("签字人姓名").fill("钱在场")
    page.get_by_label("职务").fill("厂长")
    draw(page)
    page.get_by_role("button", name="登记签字情况").click()


def waiting(page):
    return page.locator("[data-waits]")


def test_both_say_it_without_a_signal_and_each_word_is_there_once(at_record, team, record, look):
    lead, second = at_record(team[0]), at_record(team[1])
    for page in (lead, second):
        page.context.set_offline(True)
        page.reload()
        is_copy(page)
    before = timezone.now()
    confirm(second)
    sign(lead)
    for page in (lead, second):
        expect(waiting(page)).to_contain_text(WAITS)
    look(lead, "record-waits")
    expect(lead.locator("[data-outbox]")).to_contain_text("登记当事人签字：在手机上签字")
    expect(second.locator("[data-outbox]")).to_contain_text("确认现场记录：确认无误")
    pressed = timezone.now()
    lead, second = at_record.again(lead), at_record.again(second)
    for page in (lead, second):
        is_copy(page)
        expect(waiting(page)).to_contain_text(WAITS)
    expect(waiting(lead).get_by_alt_text("签字")).to_be_visible()
    expect(lead.get_by_role("button", name="登记签字情况")).to_be_hidden()
    assert not CoSign.objects.exists() and not FirmSignature.objects.exists()
    for page, said in (
        (lead, "当事人签字情况已经记下。"),
        (second, "您的意见已经记下。"),
    ):
        page.context.set_offline(False)
        expect(page.get_by_text(said)).to_be_visible()
        expect(page.locator("[data-outbox]")).to_have_count(0)
        expect(page.locator(".offline-bar")).to_have_count(0)
    word, signature = CoSign.objects.get(), FirmSignature.objects.get()
    assert before <= word.phone_time <= pressed and before <= signature.phone_time <= pressed
    assert signature.image_digest and (signature.by, word.by) == (team[0], team[1])
    assert AuditEntry.objects.filter(action__in=["确认现场记录", "登记当事人签字"]).count() == 2


def test_what_the_server_refuses_stays_with_its_words_until_it_is_deleted(at_record, team, record, look):
    page = at_record(team[0])
    page.context.set_offline(True)
    sign(page)
    expect(waiting(page)).to_contain_text(WAITS)
    record_verbs.sign(
        record=record, digest=record.digest, actor=team[1], kind="refused", reason="不认可", witness="吴见证"
    )
    page.context.set_offline(False)
    expect(waiting(page)).to_contain_text("当事人签字已经登记过")
    look(page, "record-refused")
    expect(page.locator("[data-outbox]")).to_contain_text("当事人签字已经登记过")
    page = at_record.again(page)
    expect(waiting(page)).to_contain_text("当事人签字已经登记过")  # its form is gone; the drawing is here
    expect(waiting(page).get_by_alt_text("签字")).to_be_visible()
    page.on("dialog", lambda dialog: dialog.accept())
    waiting(page).get_by_role("button", name="删除").click()
    expect(waiting(page)).to_have_count(0)
    expect(page.locator("[data-outbox]")).to_have_count(0)
    assert FirmSignature.objects.get().kind == "refused"


def test_what_is_missing_is_said_at_the_gate_and_what_was_lost_on_its_way_goes_once(at_record, team, record):
    page = at_record(team[0])
    page.get_by_label("在手机上签字").check()
    page.get_by_role("button", name="登记签字情况").click()
    told = page.locator("[data-answer]")
    expect(told).to_contain_text("请填“签字人姓名”。")
    expect(told).to_contain_text("请让当事人在框里签名")
    lost = []

    def lose(route):
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch().status)
            route.abort()
        else:
            route.continue_()

    page.context.route("**/sign/", lose)
    sign(page)
    expect(waiting(page)).to_contain_text(WAITS)
    page.locator("[data-outbox]").get_by_role("button", name="现在发送").click()
    expect(page.get_by_text("当事人签字情况已经记下。")).to_be_visible()
    assert lost == [200] and FirmSignature.objects.count() == 1
