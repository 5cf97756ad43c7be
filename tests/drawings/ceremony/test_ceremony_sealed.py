"""Sealed draws: what the freeze says of it, and that no staff page gives the result away without a record."""

import datetime
from io import BytesIO

import pytest
from docx import Document

from drawings.ceremony import verbs
from drawings.ceremony.forms import FreezeForm
from drawings.ceremony.papers import verbs as records
from drawings.ceremony.preflight import checks
from drawings.models import Draw, Plan
from drawings.protocol import verify
from drawings.states import Refused
from enforcers.models import Officer, Recusal
from sources.models import Category, PollutionSource
from wugang_audit.audit.models import AuditEntry

PAGES = (
    "",
    "?",
    "notice/",
    "minutes/",
    "show/",
    "open/",
    "entry/",
    "confirm/",
    "deposit/",
    "void/",
    "unseal/",
)


@pytest.fixture
def sealed(draft, organiser, settings):
    """A sealed draw, drawn."""
    settings.ALLOW_SYSTEM_ENTROPY = True
    draw = verbs.freeze(
        draw=draft,
        sources=[verify.Source("system", "os", "2026-10-08T09:00:00+08:00")],
        seen=checks.snapshot(draft).fingerprint,
        disclosure="sealed",
        actor=organiser,
    )
    return verbs.draw_from_system(draw=draw, actor=organiser)


def secrets_of(draw):
    """What a sealed draw hides: names and tickets of the drawn units."""
    rows = draw.selections.all()
    return {row.name for row in rows} | {row.ticket[:16] for row in rows}


def test_the_commit_says_whether_the_draw_is_sealed(sealed):
    assert verify.parse_commit(sealed.file("commit.txt")).disclosure == "sealed"
    assert sealed.is_sealed


def test_the_freeze_keeps_both_verifiers_with_their_digests(sealed):
    program = verify.parse_commit(sealed.file("commit.txt")).program
    assert program == tuple(verify.digest(sealed.file(name)) for name in ("verify.py", "verify.mjs"))


@pytest.mark.parametrize("state", ["drawn", "published"])
def test_no_page_gives_a_sealed_result_to_a_get(sealed, state, login, organiser, head):
    if state == "published":
        verbs.publish(draw=sealed, actor=organiser)
    hidden = secrets_of(sealed)
    for user in (organiser, head):
        client = login(user)
        for page in PAGES:
            text = client.get(f"/ceremony/2026Q4/{page}", follow=True).content.decode()
            assert [word for word in hidden if word in text] == [], page
        words = Document(BytesIO(client.get("/ceremony/2026Q4/minutes.docx").content)).element.xml
        assert [word for word in hidden if word in words] == []
        assert [word for word in hidden if word in client.get("/desk/").content.decode()] == []
    assert not AuditEntry.objects.filter(action="打开密封结果").exists()


@pytest.mark.parametrize("paper", ["page", "minutes"])
def test_opening_is_put_on_record_and_shows_the_result(sealed, login, head, paper):
    page = login(head).post("/ceremony/2026Q4/open/", {"as": paper})
    for row in sealed.selections.all():
        assert row.name in page.content.decode()
    entry = AuditEntry.objects.get(action="打开密封结果")
    assert (entry.actor, entry.changes) == (head, {"as": paper})
    text = login(head).get("/ceremony/2026Q4/").content.decode()
    assert "严负责</li>" in text.replace("\u3000", "")


def test_the_word_file_with_the_list_is_opened_on_record_too(sealed, login, organiser):
    answer = login(organiser).post("/ceremony/2026Q4/open/", {"as": "docx"})
    words = Document(BytesIO(answer.content)).element.xml
    assert all(row.name in words for row in sealed.selections.all())
    assert AuditEntry.objects.filter(action="打开密封结果", actor=organiser).count() == 1


def test_an_open_result_needs_no_opening(drawn_draw, organiser):
    with pytest.raises(Refused, match="没有密封"):
        records.open_sealed(draw=drawn_draw, actor=organiser)


def test_sending_the_tasks_keeps_the_seal(sealed, login, organiser):
    page = login(organiser).get("/ceremony/2026Q4/")
    assert "下达任务，保持密封</button>" in page.content.decode()
    page = login(organiser).post("/ceremony/2026Q4/publish/", follow=True)
    assert [str(message) for message in page.context["messages"]] == ["任务已下达给执法人员，名单继续密封。"]
    draw = Draw.objects.get()
    assert (draw.state, draw.is_sealed) == ("published", True)


def test_the_freeze_form_hands_on_the_seal_and_its_date(login, organiser, draft, clock, settings):
    settings.ALLOW_SYSTEM_ENTROPY = True
    client = login(organiser)
    seen = client.get("/ceremony/2026Q4/").context["flight"].snapshot.fingerprint
    data = {"seen": seen, "system_on": "on", "disclosure": "sealed", "unseal_on": "2026-12-31"}
    client.post("/ceremony/2026Q4/freeze/", data)
    draw = Draw.objects.get()
    assert (draw.state, draw.disclosure, draw.unseal_on) == ("frozen", "sealed", datetime.date(2026, 12, 31))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ({"disclosure": "open", "unseal_on": "2026-12-31"}, "不用填解封日期"),
        ({"disclosure": "sealed", "unseal_on": "2026-10-08"}, "今天以后"),
        ({"disclosure": "half"}, "disclosure"),
    ],
)
def test_a_seal_that_does_not_fit_is_refused(clock, data, reason):
    dice = {"dice10_on": "on", "dice10_label": "20", "dice10_time": "2026-10-08T10:00"}
    form = FreezeForm(dice | data)
    assert not form.is_valid()
    assert reason in str(form.errors)


# --- what a freeze meets in a poor registry ------------------------------------------------------------------


def test_an_empty_class_warns_and_gives_none(draft):
    PollutionSource.objects.filter(category=Category.SPECIAL).update(is_active=False)
    flight = checks.preflight(draft)
    assert (flight.ready, flight.quotas[1].take) == (True, 0)
    assert "“特殊监管对象”没有参加抽签的单位，这一类本次抽 0 家。" in flight.warnings


def test_a_quarter_of_one_is_one(draft):
    others = PollutionSource.objects.filter(category=Category.KEY).order_by("number").values_list("pk")[1:]
    PollutionSource.objects.filter(pk__in=[pk for (pk,) in others]).update(is_active=False)
    assert [(quota.base, quota.take) for quota in checks.preflight(draft).quotas][0] == (1, 1)


def test_one_officer_alone_blocks(draft, officers, freeze):
    Officer.objects.exclude(pk=officers[0].pk).update(duty_state="leave")
    with pytest.raises(Refused, match="不足两名"):
        freeze(draft)


def test_everybody_recused_blocks(draft, officers, registry, freeze):
    Recusal.objects.bulk_create(
        Recusal(officer=officer, source=registry[0], reason="x") for officer in officers
    )
    flight = checks.preflight(draft)
    assert [(name, len(units)) for name, units in flight.recusals] == [("甲", 1), ("乙", 1), ("丙", 1)]
    with pytest.raises(Refused, match="不足两名"):
        freeze(draft)


def test_no_officer_and_no_unit_block_each_for_itself(draft, freeze):
    Officer.objects.update(duty_state="leave")
    PollutionSource.objects.update(is_active=False)
    assert len(checks.preflight(draft).blocks) == 2
    with pytest.raises(Refused):
        freeze(draft)


def test_possible_duplicates_are_listed_by_name_code_and_address(draft, registry):
    code = "91410481MA00000000"
    PollutionSource.objects.filter(pk__in=[registry[0].pk, registry[1].pk]).update(credit_code=code)
    PollutionSource.objects.filter(pk__in=[registry[1].pk, registry[2].pk]).update(address="工业路1号")
    PollutionSource.objects.filter(pk=registry[3].pk).update(name=registry[4].name)
    flight = checks.preflight(draft)
    assert [(g.kind, g.value, [n for n, _ in g.units]) for g in flight.duplicates] == [
        ("名称相同", "虚构5号化工厂", ["410481-0004", "410481-0005"]),
        ("统一社会信用代码相同", code, ["410481-0001", "410481-0002"]),
        ("地址相同", "院岭街道工业路1号", ["410481-0002", "410481-0003"]),
    ]
    assert flight.ready


def test_an_expired_certificate_of_an_officer_on_duty_is_warned_of(draft, officers, clock):
    Officer.objects.filter(pk=officers[2].pk).update(certificate_expiry="2026-10-07")
    assert "1 名在岗人员的执法证已过期，不能派出：请尽快换证。" in checks.preflight(draft).warnings


def test_the_page_shows_the_years_outlook(login, organiser, draft, plan):
    assert Plan.objects.count() == 1
    assert "照此全年共 24 家次" in login(organiser).get("/ceremony/2026Q4/").content.decode()
