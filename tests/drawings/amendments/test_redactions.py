"""Who may hide what, when, and for which reason; what pages, desk and trail show of it."""

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from redaction_cases import LAW, SUMMARY, as_an_old_site, hide, publish, refused, target

from drawings.amendments import hideable, redactions
from drawings.inspections import verbs
from drawings.models import Draw, Inspection, LogEntry, PrivacyMark, Redaction
from drawings.selfcheck import examine
from drawings.states import Refused
from wugang_audit.access.roles import Role
from wugang_audit.accounts.models import RoleGrant, User
from wugang_audit.audit.models import AuditEntry
from wugang_audit.calendar.words import day_in_words

PHONE = "13812345678"


@pytest.fixture
def published(published_draw, reviewer, head):
    """A published result with words that are to be hidden."""
    first = published_draw.selections.first().inspection
    return publish(first, reviewer, head, f"{SUMMARY}。生产正常，未见异常排放")


@pytest.fixture
def draw(published):
    return Draw.objects.get()


@pytest.fixture
def asked(draw, reviewer):
    return redactions.ask(draw=draw, target=target(draw, SUMMARY), legal_reason=LAW, actor=reviewer)


@pytest.fixture
def head2(person):
    return person("head2", Role.HEAD, full_name="宋负责")


def member(inspection):
    return inspection.selection.team.get(is_lead=True).officer.user


def now(user, *roles):
    """The same person with other roles."""
    RoleGrant.objects.filter(user=user).delete()
    RoleGrant.objects.bulk_create(RoleGrant(user=user, role=role) for role in roles)
    return User.objects.get(pk=user.pk)


# --- who ---------------------------------------------------------------------------------------------------------
def test_a_reviewer_asks_and_a_head_confirms(draw, asked, published, reviewer, head):
    row = redactions.confirm(redaction=asked, actor=head)
    assert (row.declared_by, row.confirmed_by, row.redacted_on) == (reviewer, head, timezone.localdate())
    logged, anchor = LogEntry.objects.order_by("-index")[:2][::-1]
    assert (logged.kind, logged.subject, anchor.kind) == ("redaction", published.log_subject, "audit")
    told = AuditEntry.objects.filter(action__contains="隐去").order_by("index")
    told = told.values_list("action", "changes", "target_key")
    about = {"redaction": row.pk, "text": "summary"}
    key = f"drawings.draw:{draw.pk}"
    assert list(told) == [
        ("申请依法隐去", about | {"reason": LAW}, key),
        ("确认依法隐去", about, key),
    ]
    assert SUMMARY not in str(AuditEntry.objects.filter(action__contains="隐去").values_list("changes"))


@pytest.mark.parametrize("role", [Role.ORGANISER, Role.HEAD, Role.OFFICER, Role.AUDITOR, Role.ADMIN])
def test_nobody_but_a_reviewer_asks(draw, person, role):
    with pytest.raises(PermissionDenied, match="由审核人提出"):
        redactions.ask(draw=draw, target=target(draw, SUMMARY), legal_reason=LAW, actor=person("other", role))
    assert not Redaction.objects.exists()


@pytest.mark.parametrize("verb", [redactions.confirm, redactions.refuse])
@pytest.mark.parametrize("role", [Role.ORGANISER, Role.REVIEWER, Role.OFFICER, Role.AUDITOR, Role.ADMIN])
def test_nobody_but_a_head_decides(asked, person, role, verb):
    with pytest.raises(PermissionDenied, match="由负责人确认"):
        verb(redaction=asked, actor=person("other", role))
    assert Redaction.objects.get().is_open


def test_who_took_part_in_the_inspection_neither_asks_nor_decides(draw, published, login):
    officer = now(member(published), Role.OFFICER, Role.REVIEWER)
    with pytest.raises(PermissionDenied, match="没有参加检查的审核人"):
        redactions.ask(draw=draw, target=target(draw, SUMMARY), legal_reason=LAW, actor=officer)
    url = f"/ceremony/2026Q4/redactions/{published.pk}/"
    assert login(officer).get(url).status_code == 403


def test_a_head_who_went_along_once_does_not_decide(asked, published):
    officer = now(member(published), Role.HEAD)
    with pytest.raises(PermissionDenied, match="没有参加检查的负责人"):
        redactions.confirm(redaction=asked, actor=officer)
    assert not hideable.to_decide(officer).exists()


def test_who_asked_and_is_the_head_by_now_does_not_confirm(asked, reviewer):
    reviewer = now(reviewer, Role.HEAD)
    with pytest.raises(Refused, match="是您提出的"):
        redactions.confirm(redaction=asked, actor=reviewer)
    assert not hideable.to_decide(reviewer).exists()


# --- what and when -----------------------------------------------------------------------------------------------
def test_what_is_asked_for_or_hidden_already_is_not_hidden_again(draw, asked, reviewer, head):
    refused(draw, asked.target, reviewer, "已经有人申请隐去，正在等负责人决定")
    whole = asked.target.replace("summary", "finding")
    refused(draw, whole, reviewer, "“检查情况”已经有人申请隐去，不能再隐去“检查结果全文”")
    redactions.confirm(redaction=asked, actor=head)
    refused(draw, asked.target, reviewer, "已经依法隐去，不能再隐去一次")
    hide(draw, whole, reviewer, head)
    refused(draw, whole, reviewer, "已经依法隐去，不能再隐去一次")
    for verb in (redactions.confirm, redactions.refuse):
        with pytest.raises(Refused, match="已经有人处理过"):
            verb(redaction=asked, actor=head)
    assert LogEntry.objects.filter(kind="redaction").count() == 2


def test_what_was_refused_may_be_asked_for_again(draw, asked, reviewer, head):
    redactions.refuse(redaction=asked, actor=head)
    assert hide(draw, asked.target, reviewer, head).is_in_effect


def test_what_is_not_public_yet_is_not_hidden(draw, reviewer, published):
    other = Inspection.objects.exclude(pk=published.pk).first()
    refused(draw, f"summary/{other.pk}", reviewer, "还没有公开：请退回检查组修改")
    refused(draw, "void", reviewer, "没有作废原因可以隐去")
    refused(draw, "witnesses", reviewer, "没有登记见证人")
    Draw.objects.update(witnesses="卜露面，人民陪审员")
    draw.refresh_from_db()
    refused(draw, "witnesses", reviewer, "见证人的姓名没有在网上公开")
    refused(draw, "evidence/1", reviewer, "没有确认，或者还在密封中")
    refused(draw, "deposit/1", reviewer, "没有登记这一处存放")
    refused(draw, "withdrawal/1", reviewer, "没有这一次撤下名称的记录")


@pytest.mark.parametrize(
    "which",
    ["", "summary", "summary/", "summary/999999", "summary/x", "summary/²", "correction/1", "void/1/2", "draw/1", "9" * 99],
)  # fmt: skip
def test_an_unknown_text_is_refused(draw, reviewer, which):
    refused(draw, which, reviewer, "没有这段文字|没有作废原因")


def test_a_text_of_another_draw_is_unknown(draw, reviewer, published, item, organiser):
    other = Draw.objects.create(code="2027Q1", year=2027, quarter=1, item=item, created_by=organiser)
    refused(other, f"summary/{published.pk}", reviewer, "没有这段文字")


def test_of_a_void_draw_no_finding_is_hidden(draw, published, reviewer):
    Draw.objects.update(state="void")
    refused(draw, f"summary/{published.pk}", reviewer, "这次抽签已作废")


def test_of_an_old_record_the_summary_alone_cannot_be_hidden(
    published_draw, reviewer, head, monkeypatch, published
):
    other = Inspection.objects.exclude(pk=published.pk).first()
    as_an_old_site(monkeypatch)
    publish(other, reviewer, head, "旧格式的情况")
    refused(published_draw, f"summary/{other.pk}", reviewer, "只能整份隐去")


def test_a_text_that_was_altered_behind_the_site_is_not_hidden(draw, asked, published, head):
    Inspection.objects.filter(pk=published.pk).update(summary="别的")
    with pytest.raises(Refused, match="和公开日志里的指纹不一致"):
        redactions.confirm(redaction=asked, actor=head)
    assert Redaction.objects.get().is_open


# --- why ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("reason", "match"),
    [
        ("", "请写明法律理由"),
        (" \n\t", "请写明法律理由"),
        ("依法隐去", "法律理由太短"),
        ("法" * 301, "超过 300 字"),
        ("是的是的，是的是的", "法律理由只是同样的几个字"),
        ("无法律要求，就是不想公开", "没有写哪部法律第几条"),
        ("按照有关规定，这段文字不予公开", "没有写哪部法律第几条"),
        (f"《个人信息保护法》第四十七条，本人电话{PHONE}", f"“{PHONE}”像手机号码"),
        (f"《个人信息保护法》第四十七条：{SUMMARY}", f"不能重复要隐去的内容：“{SUMMARY}”"),
    ],
)
def test_a_reason_that_will_not_do_is_refused(draw, reviewer, reason, match):
    refused(draw, target(draw, SUMMARY), reviewer, match, reason)


def test_no_mark_lets_a_number_into_a_reason_since_it_can_never_be_hidden(draw, published, reviewer, login):
    reason = f"《个人信息保护法》第四十七条，监督电话{PHONE}"
    refused(draw, target(draw, SUMMARY), reviewer, "法律理由永远公开，以后也不能隐去：请删去", reason)
    sent = {
        "target": target(draw, SUMMARY),
        "legal_reason": reason,
        "legal_reason_not_personal": "本局公布的监督电话",
        "legal_reason_not_personal_for": f'["{PHONE}"]',
    }
    page = login(reviewer).post(f"/ceremony/2026Q4/redactions/{published.pk}/", sent)
    (fault,) = page.context["form"].errors["legal_reason"]
    assert fault.startswith(f"法律理由里的“{PHONE}”像手机号码。法律理由永远公开")
    assert not Redaction.objects.exists() and not PrivacyMark.objects.exists()


def test_a_mark_of_an_older_site_still_lets_its_request_through(draw, reviewer, head, login):
    row = redactions.ask(draw=draw, target=target(draw, SUMMARY), legal_reason=LAW, actor=reviewer)
    Redaction.objects.update(legal_reason=f"{LAW}，监督电话{PHONE}")
    with pytest.raises(Refused, match="像手机号码.*请驳回这份申请"):
        redactions.confirm(redaction=row, actor=head)
    PrivacyMark.objects.create(
        subject="redaction", object_id=row.pk, field="legal_reason", piece=PHONE,
        reason="本局公布的监督电话", by=reviewer, at=timezone.now(),
    )  # fmt: skip
    assert "本局公布的监督电话" in login(head).get("/ceremony/redactions/").content.decode()
    assert redactions.confirm(redaction=row, actor=head).is_in_effect


# --- pages -------------------------------------------------------------------------------------------------------
def test_from_the_inspections_page_to_the_public_page(draw, published, reviewer, head, login, stranger):
    page, boss = login(reviewer), login(head)
    url = f"/ceremony/2026Q4/redactions/{published.pk}/"
    assert url in page.get(f"/inspections/{published.pk}/").content.decode()
    assert url not in boss.get(f"/inspections/{published.pk}/").content.decode()
    which = f"summary/{published.pk}"
    shown = page.post(url, {"target": which, "legal_reason": f"本人电话{PHONE}要求隐去"})
    assert f"“{PHONE}”像手机号码" in shown.context["form"].errors["legal_reason"][0]
    assert page.post(url, {"target": which, "legal_reason": LAW})["Location"] == "/ceremony/redactions/"
    row = Redaction.objects.get()
    assert "确认隐去" not in page.get("/ceremony/redactions/").content.decode()
    assert "请确认或驳回依法隐去的申请" in boss.get("/desk/").content.decode()
    assert SUMMARY in boss.get("/ceremony/redactions/").content.decode()
    boss.post(f"/ceremony/redactions/{row.pk}/decide/", {"decision": "confirm"})
    assert "请确认或驳回" not in boss.get("/desk/").content.decode()
    for client in (page, boss, login(member(published))):
        inside = client.get(f"/inspections/{published.pk}/").content.decode()
        assert SUMMARY in inside and "已依法隐去" in inside
    outside = stranger.get(f"/units/{published.selection.source.number}/").content.decode()
    assert (
        SUMMARY not in outside
        and f"【已依法隐去】{day_in_words(row.redacted_on or timezone.localdate())}" in outside
    )
    left = [each.target for each in page.get(url).context["texts"]]
    assert left == [f"finding/{published.pk}"]


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.HEAD])
def test_the_pages_stand_below_the_results_in_menu_and_crumbs(draw, published, person, login, role):
    """Their addresses stand below the draws, which a reviewer does not read."""
    client = login(person("reader", role))
    own = [f"/ceremony/2026Q4/redactions/{published.pk}/", "/ceremony/2026Q4/redactions/"]
    for url in ["/ceremony/redactions/", *(own if role == Role.REVIEWER else [])]:
        page = client.get(url)
        assert [item.label for item in page.context["staff_nav"] if item.current] == ["检查结果"], url
        crumbs = page.content.decode().partition('<nav class="crumbs"')[2].partition("</nav>")[0]
        assert crumbs.count('href="/inspections/all/"') == 1, url
        assert crumbs.count('href="/ceremony/redactions/"') == (url in own), url


def test_a_head_refuses_on_the_page(asked, head, login, stranger, published):
    boss = login(head)
    boss.post(f"/ceremony/redactions/{asked.pk}/decide/", {"decision": "refuse"})
    assert "驳回" in boss.get("/ceremony/redactions/").content.decode()
    assert SUMMARY in stranger.get(f"/units/{published.selection.source.number}/").content.decode()


def test_a_draft_or_a_report_that_is_not_public_has_no_page(draw, published, reviewer, login):
    other = Inspection.objects.exclude(pk=published.pk).first()
    client = login(reviewer)
    assert client.get(f"/ceremony/2026Q4/redactions/{other.pk}/").status_code == 404
    assert client.get("/ceremony/2026Q3/redactions/").status_code == 404
    Draw.objects.update(state="draft")
    assert client.get("/ceremony/2026Q4/redactions/").status_code == 404


def test_papers_and_ceremony_pages_name_hidden_witnesses_no_more(draw, reviewer, head, organiser, login):
    Draw.objects.update(witnesses="卜露面，人民陪审员")
    client = login(organiser)
    urls = ("/ceremony/2026Q4/notice/", "/ceremony/2026Q4/minutes/", "/ceremony/2026Q4/")
    assert all("卜露面" in client.get(url).content.decode() for url in urls)
    hide(draw, "witnesses", reviewer, head)
    for url in urls:
        text = client.get(url).content.decode()
        assert "卜露面" not in text and "【已依法隐去】" in text, url


def test_a_correction_is_hidden_and_marked_for_staff(draw, published, reviewer, head, login):
    verbs.correct(inspection=published, actor=head, text="甄隐名已经出院")
    hide(draw, target(draw, "甄隐名已经出院"), reviewer, head)
    inside = login(reviewer).get(f"/inspections/{published.pk}/").content.decode()
    history = login(reviewer).get(f"/inspections/units/{published.selection.source.number}/").content.decode()
    assert all("甄隐名已经出院" in page and "已依法隐去" in page for page in (inside, history))


# --- the self-check ----------------------------------------------------------------------------------------------
def faults():
    return [line.text for line in examine.examine() if not line.holds and "依法隐去" in line.text]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"legal_reason": "《刑法》第一条：别的理由"}, "法律理由和审计记录"),
        ({"redacted_on": "2020-01-01"}, "日志里没有这份内容"),
        ({"of": "0" * 64}, "站内留存的文字不是隐去时的文字"),
        ({"target": "summary/0"}, "指的不是登记的那段文字"),
        ({"confirmed_at": None}, "隐去日期和确认不一致"),
        ({"text": "finding"}, "隐去的内容和审计记录"),
    ],
)
def test_a_redaction_that_was_altered_is_noticed(draw, asked, head, change, said):
    redactions.confirm(redaction=asked, actor=head)
    assert faults() == []
    Redaction.objects.update(**change)
    assert any(said in fault for fault in faults()), faults()


def test_altered_words_people_and_rows_are_noticed(draw, asked, head, head2, published):
    redactions.confirm(redaction=asked, actor=head)
    Redaction.objects.update(confirmed_by=head2)
    assert any("确认人和审计记录" in fault for fault in faults())
    Redaction.objects.update(confirmed_by=head)
    Inspection.objects.filter(pk=published.pk).update(summary="别的")
    assert any("不是隐去时的文字" in fault for fault in faults())
    Redaction.objects.all().delete()
    found = faults()
    assert any("站上没有和它相符的内容" in fault and "审计记录" in fault for fault in found)
    assert any("日志第" in fault for fault in found)
