"""The whole story in a real browser: from two workbooks to a finding on the public page."""

import re
from pathlib import Path

import pytest
from conftest import PHONE, arrive, at_step, freeze_record, unfold
from django.core.management import call_command
from playwright.sync_api import expect

from drawings.models import Draw, Inspection
from enforcers.models import Officer
from sources.models import PollutionSource
from wugang_audit.access.roles import Role

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BOOKS = Path(__file__).resolve().parents[2] / "fixtures" / "demo"


@pytest.fixture
def empty_site(transactional_db):
    """A fresh site: the fixtures, and not one unit or officer."""
    call_command("loaddata", "specialities", "law", "inspection_items", "holidays", verbosity=0)
    call_command("load_checklists", verbosity=0)


def bring_in(page, registry, book, look):
    page.goto(f"{page.base}/admin/{registry}/")
    page.get_by_role("link", name="从 Excel 导入").click()
    page.set_input_files("input[type=file]", BOOKS / book)
    look(page, f"import-{book}-upload")
    page.get_by_role("button", name="上传并核对").click()
    look(page, f"import-{book}-preview")
    page.get_by_label("导入说明").fill("十月名录核对")
    page.get_by_role("button", name=re.compile("^确认导入")).click()
    expect(page.locator(".messages .note--success")).to_be_visible()


def draw_signature(page, look):
    page.reload()  # the other's word is there
    page.get_by_label("在手机上签字").check()
    page.get_by_label("签字人姓名").fill("钱在场")
    pad = page.locator(".signature-pad")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    page.mouse.move(box["x"] + 40, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 160, box["y"] + 100, steps=5)
    page.mouse.move(box["x"] + 240, box["y"] + 40, steps=5)
    page.mouse.up()
    look(page, "record-sign")
    page.get_by_role("button", name="登记签字情况").click()
    expect(page.get_by_text("当事人签字情况已经记下。")).to_be_visible()
    expect(page.get_by_role("img", name="钱在场的签字")).to_be_visible()
    look(page, "record-signed")


def test_from_two_workbooks_to_a_finding_on_the_public_page(
    empty_site, person, open_as, look, settings, admin, organiser, reviewer, head
):
    settings.ALLOW_SYSTEM_ENTROPY = True

    # The administrator brings in both registries.
    page = open_as(admin)
    look(page, "desk-admin")
    bring_in(page, "sources/pollutionsource", "sources.xlsx", look)
    bring_in(page, "enforcers/officer", "officers.xlsx", look)
    assert (PollutionSource.objects.count(), Officer.objects.count()) == (282, 12)
    for serial, officer in enumerate(Officer.objects.all(), 1):
        officer.user = person(f"officer{serial}", Role.OFFICER, full_name=officer.name)
        officer.save()

    # The organiser makes and publishes the plan ...
    page = open_as(organiser)
    look(page, "desk-organiser")
    page.get_by_role("link", name="抽查计划", exact=True).click()
    page.get_by_role("link", name="编制计划").click()
    look(page, "plan-form")
    page.get_by_role("button", name="保存").click()
    look(page, "plan")
    page.get_by_role("button", name="公布计划").click()
    expect(page.get_by_text("已公布。")).to_be_visible()

    # ... runs the draw ...
    page.get_by_role("link", name="抽签", exact=True).click()
    page.get_by_role("button", name="建立").click()
    look(page, "draw-draft")
    for source in ("十面骰", "双色球", "排列5", "福彩3D"):  # what is proposed depends on the hour
        page.get_by_label(source, exact=True).evaluate("box => box.checked = false")
    page.get_by_text("其他随机来源").click()
    page.get_by_label("系统随机数（仅供演示和演练）").check()
    page.get_by_role("button", name="冻结名单").click()
    look(page, "draw-question")
    page.get_by_role("button", name="确定冻结").click()
    expect(page.get_by_text("名单已冻结")).to_be_visible()
    look(page, "draw-frozen")
    draw = Draw.objects.get()

    # (the public already sees the commit, and nothing more)
    public = open_as(None)
    public.goto(f"{public.base}/draws/{draw.code}/")
    in_one_piece = public.locator(f"#digest-{draw.commit_digest[:12]}")  # shown large, in quarters, above it
    public.locator("details", has=in_one_piece).locator("summary").click()
    expect(in_one_piece).to_have_text(draw.commit_digest)
    expect(in_one_piece).to_be_visible()
    look(public, "public-frozen")

    page.get_by_role("button", name="产生随机数并抽取").click()
    expect(page.get_by_text("结果已算出。")).to_be_visible()
    look(page, "draw-drawn")
    page.get_by_role("button", name="公布结果").click()
    page.get_by_role("button", name="确定公布").click()
    expect(page.get_by_text("任务已下达给执法人员")).to_be_visible()
    look(page, "draw-published")
    selection = draw.selections.select_related("source").first()
    public.reload()
    unit = public.locator(f"#unit-{selection.source.number}")
    expect(unit).to_be_hidden()  # the classes are folded; a touch on the heading opens one
    public.locator(f"#head-{selection.stratum}").click()
    expect(unit.get_by_role("link", name=selection.name)).to_be_visible()
    look(public, "public-published")

    # An officer records what he found, on a phone at the gate.
    lead = selection.team.get(is_lead=True).officer
    phone = open_as(lead.user, PHONE)
    phone.goto(f"{phone.base}/inspections/")
    look(phone, "tasks")
    phone.get_by_role("link", name=selection.name).click()
    look(phone, "dossier")
    phone.goto(f"{phone.base}/inspections/{selection.inspection.pk}/edit/")
    look(phone, "findings-empty")
    arrive(phone)
    at_step(phone, "检查项目")
    for section in phone.locator("[data-section]").all():
        unfold(section)
        for point in section.locator("[data-point]").all():
            point.get_by_text("符合", exact=True).click()
    at_step(phone, "治理设施和读数")
    for facility in phone.locator("[data-facilities]").all():
        unfold(facility)
        for one in facility.locator(".facility").all():
            one.get_by_text("运行", exact=True).click()
    at_step(phone, "结论")
    phone.locator("#at-outcome").get_by_text("未发现问题", exact=True).click()
    phone.locator("#at-summary textarea").fill("治理设施运行正常，台账完整，未发现环境问题。")
    look(phone, "findings-filled")
    freeze_record(phone)
    look(phone, "record-frozen")
    expect(phone.get_by_role("link", name="填结论，提交审核")).to_have_count(0)

    # ... the other one reads it on his own phone and confirms it; the firm's man signs on the first one's.
    second = open_as(selection.team.get(is_lead=False).officer.user, PHONE)
    second.goto(f"{second.base}/inspections/")
    second.get_by_role("link", name=selection.name).click()
    second.get_by_role("link", name=re.compile("看现场记录全文")).click()
    second.get_by_label("确认无误").check()
    look(second, "record-confirm")
    second.get_by_role("button", name="提交我的意见").click()
    expect(second.get_by_text("您的意见已经记下。")).to_be_visible()
    draw_signature(phone, look)
    phone.get_by_role("link", name="填结论，提交审核").click()
    look(phone, "findings-frozen")
    phone.get_by_role("button", name="提交审核").click()
    expect(phone.get_by_text("待审核").first).to_be_visible()

    # The reviewer approves, the head confirms.
    page = open_as(reviewer)
    look(page, "desk-reviewer")
    page.goto(f"{page.base}/inspections/{selection.inspection.pk}/")
    look(page, "review")
    page.get_by_role("button", name="审核通过").click()
    public.goto(f"{public.base}/results/")
    assert "治理设施运行正常" not in public.content()
    page = open_as(head)
    page.goto(f"{page.base}/inspections/{selection.inspection.pk}/")
    page.get_by_role("button", name=re.compile("确认")).first.click()
    assert Inspection.objects.get(selection=selection).state == "published"

    # The public finds it by the unit's name.
    public.goto(f"{public.base}/results/")
    look(public, "public-results")
    public.goto(f"{public.base}/units/{selection.source.number}/")
    expect(public.get_by_text("治理设施运行正常，台账完整，未发现环境问题。")).to_be_visible()
    look(public, "public-unit")
