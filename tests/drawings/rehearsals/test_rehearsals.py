"""A rehearsal: the steps of a draw in their order, and no trace of it where draws are."""

import re

import pytest
from django.apps import apps

from drawings.ceremony import verbs as ceremony
from drawings.ceremony.preflight import checks
from drawings.models import Draw, Inspection, LogEntry, Rehearsal, Selection
from drawings.protocol import verify
from drawings.rehearsals import queries, verbs
from drawings.states import Refused
from sources.models import PollutionSource
from wugang_audit.audit.models import AuditEntry
from wugang_audit.staff.first_steps import steps_for

DICE = "31415926535897932384"


@pytest.fixture
def ready(plan, item, registry, officers):
    """What a rehearsal needs: a plan in force, units, officers."""
    return item


@pytest.fixture
def client(login, organiser):
    return login(organiser)


@pytest.fixture
def drawn_show():
    """Read the units of a show from its page: stratum, label with rank, name, team."""
    one = re.compile(
        r'<li data-unit data-stratum="(\w+)"><small>([^<]*)</small><b>([^<]*)</b><span data-team>([^<]*?)(?:（跨专业）)?</span></li>'
    )
    return one.findall


@pytest.fixture
def begun(ready, organiser):
    return verbs.start(year=2026, quarter=4, item=ready, actor=organiser)


@pytest.fixture
def frozen(begun, organiser):
    seen = queries.flight_of(begun).snapshot.fingerprint
    return verbs.freeze(rehearsal=begun, seen=seen, actor=organiser)


@pytest.fixture
def drawn(frozen, organiser):
    for _ in range(2):
        frozen = verbs.enter_value(rehearsal=frozen, value=DICE, actor=organiser)
    return frozen


def test_the_whole_rehearsal_by_the_pages(ready, client):
    page = client.post("/ceremony/rehearsals/", {"year": 2026, "quarter": 4, "item": ready.pk}, follow=True)
    url = page.redirect_chain[-1][0]
    text = page.content.decode()
    assert "这是演练，不是抽签" in text
    assert "将要抽取多少" in text
    seen = page.context["flight"].snapshot.fingerprint
    text = client.post(f"{url}freeze/", {"seen": seen}, follow=True).content.decode()
    assert "承诺值" in text
    assert "录入第一次" in text
    spaced = " ".join(DICE)
    text = client.post(f"{url}entry/", {"value": spaced}, follow=True).content.decode()
    assert "录入第二次并确认" in text
    text = client.post(f"{url}entry/", {"value": DICE}, follow=True).content.decode()
    assert "演练的结果" in text
    rehearsal = Rehearsal.objects.get()
    shown = queries.drawn_in(rehearsal)
    assert shown
    assert all(each.name in text and each.team[0] in text and len(each.team) == 2 for each in shown)
    assert "演练" in client.get("/ceremony/rehearsals/").content.decode()
    client.post(f"{url}delete/", follow=True)
    assert not Rehearsal.objects.exists()
    assert client.get(url).status_code == 404


def test_a_rehearsal_is_drawn_by_the_program_of_the_public(drawn):
    files = {name: text.encode() for name, text in drawn.files.items()}
    again = verify.draw_files(files)
    assert verify.result_text(again.commit.draw, again.rows) == drawn.files[verify.RESULT]
    quotas = {quota.code: quota.take for quota in queries.quotas_of(drawn)}
    assert sum(quotas.values()) == len(queries.drawn_in(drawn))


def test_the_result_is_folded_class_by_class_and_unfolded_when_asked_or_printed(drawn, client):
    url, shown = f"/ceremony/rehearsals/{drawn.pk}/", queries.drawn_in(drawn)
    text = client.get(url).content.decode()
    folds = re.findall(
        r'<details class="fold" data-print-open>\s*<summary><h3>(.*?)</h3>(.*?)</details>', text, re.S
    )
    labels = dict.fromkeys(each.label for each in shown)  # in the order of the result
    counts = [(label, sum(each.label == label for each in shown)) for label in labels]
    assert len(counts) > 1
    assert [head for head, _ in folds] == [f"{label}：抽中 {count} 家" for label, count in counts]
    for (label, _), (_, inside) in zip(counts, folds, strict=True):
        assert [each.name in inside for each in shown] == [each.label == label for each in shown]
    assert client.get(f"{url}?all").content.decode().count("data-print-open open>") == len(counts)


def test_the_screen_of_the_hall_is_tried_with_the_same_page_marked_as_a_rehearsal(drawn, client, drawn_show):
    url = f"/ceremony/rehearsals/{drawn.pk}/show/"
    assert url in client.get(f"/ceremony/rehearsals/{drawn.pk}/").content.decode()
    page = client.get(url)
    text = page.content.decode()
    assert drawn_show(text) == [
        (each.stratum, f"{each.label} {each.rank}", each.name, "、".join(each.team))
        for each in queries.drawn_in(drawn)
    ]
    rolled = page.context["names"]
    assert rolled.keys() >= {each.stratum for each in queries.drawn_in(drawn)} and all(rolled.values())
    shown = text[text.index("data-show>") :]  # what stays in sight when the screen is full
    assert shown.index("show-mark") < shown.index("data-unit") and "不是抽签：下面的单位没有被抽中" in shown
    assert "<i>演练</i>" in shown and 'class="show show--rehearsal rehearsal"' in text
    assert "<title>演练：" in text


def test_before_it_is_drawn_there_is_nothing_to_show(frozen, client):
    page = client.get(f"/ceremony/rehearsals/{frozen.pk}/show/", follow=True)
    assert page.redirect_chain[-1][0] == f"/ceremony/rehearsals/{frozen.pk}/"
    assert "没有什么可展示" in page.content.decode()


def test_the_page_of_a_real_draw_bears_no_mark_of_a_rehearsal(drawn_draw, client):
    text = client.get(f"/ceremony/{drawn_draw.code}/show/").content.decode()
    assert "演练" not in text and "show--rehearsal" not in text


def rows_of_everything():
    """Count the rows of all tables of draws, but for rehearsals."""
    models = [model for model in apps.get_app_config("drawings").get_models() if model is not Rehearsal]
    return {model._meta.label: model._base_manager.count() for model in models}


def test_nothing_of_it_stands_where_draws_are(ready, organiser, begun, stranger):
    before, pages = rows_of_everything(), ("/", "/draws/", "/log/", "/plans/2026/", "/results/")
    seen = queries.flight_of(begun).snapshot.fingerprint
    rehearsal = verbs.freeze(rehearsal=begun, seen=seen, actor=organiser)
    for _ in range(2):
        rehearsal = verbs.enter_value(rehearsal=rehearsal, value=DICE, actor=organiser)
    assert rows_of_everything() == before
    assert not (Draw.objects.exists() or Selection.objects.exists() or Inspection.objects.exists())
    commit = verify.digest(rehearsal.files[verify.COMMIT])
    assert not LogEntry.objects.filter(digest=commit).exists()
    for page in pages:
        assert "演练" not in stranger.get(page).content.decode(), page
    verbs.delete(rehearsal=rehearsal, actor=organiser)
    assert rows_of_everything() == before


def test_a_real_draw_afterwards_counts_no_rehearsal(drawn, draft, freeze, settings):
    settings.ALLOW_SYSTEM_ENTROPY = True
    freeze(draft)
    pool = verify.parse_pool(draft.file("pool.tsv")).units
    assert not [unit for unit in pool if unit.standing in ("again", "capped")]
    roster = verify.parse_officers(draft.file("officers.tsv")).officers
    assert {officer.load for officer in roster} == {0}
    assert draft.changes == {}


def test_the_trail_knows_who_rehearsed_and_who_deleted(drawn, organiser):
    verbs.delete(rehearsal=drawn, actor=organiser)
    actions = AuditEntry.objects.filter(action__contains="演练").order_by("index")
    assert [entry.action for entry in actions] == [
        "开始演练", "冻结演练名单", "第一次录入演练随机数", "完成演练", "删除演练"
    ]  # fmt: skip
    assert {entry.actor for entry in actions} == {organiser}
    assert str(drawn.title) in actions.last().target


def test_two_readings_that_differ_are_both_dropped(frozen, organiser):
    verbs.enter_value(rehearsal=frozen, value=DICE, actor=organiser)
    again = verbs.enter_value(rehearsal=frozen, value=DICE[::-1], actor=organiser)
    assert (again.first_value, again.drawn_at) == ("", None)
    assert AuditEntry.objects.filter(action="演练两次录入不一致").exists()


@pytest.mark.parametrize("value", ["123", "", DICE + "1", "x" * 20])
def test_what_no_twenty_throws_give_is_refused_beside_its_field(frozen, client, value):
    page = client.post(f"/ceremony/rehearsals/{frozen.pk}/entry/", {"value": value})
    assert page.context["form"].errors["value"]
    frozen.refresh_from_db()
    assert frozen.first_value == ""


def test_steps_out_of_turn_are_refused(begun, organiser):
    with pytest.raises(Refused):
        verbs.enter_value(rehearsal=begun, value=DICE, actor=organiser)
    seen = queries.flight_of(begun).snapshot.fingerprint
    verbs.freeze(rehearsal=begun, seen=seen, actor=organiser)
    with pytest.raises(Refused):
        verbs.freeze(rehearsal=begun, seen=seen, actor=organiser)
    verbs.delete(rehearsal=begun, actor=organiser)
    begun.pk = 1
    with pytest.raises(Refused):
        verbs.delete(rehearsal=begun, actor=organiser)


def test_a_registry_that_changed_since_the_look_is_not_frozen(begun, organiser):
    seen = queries.flight_of(begun).snapshot.fingerprint
    PollutionSource.objects.filter(pk=PollutionSource.objects.first().pk).update(is_active=False)
    with pytest.raises(Refused, match="有变动"):
        verbs.freeze(rehearsal=begun, seen=seen, actor=organiser)


def test_without_a_plan_the_page_says_so_and_nothing_is_frozen(item, registry, officers, client, organiser):
    begun = verbs.start(year=2031, quarter=4, item=item, actor=organiser)
    page = client.get(f"/ceremony/rehearsals/{begun.pk}/").content.decode()
    assert "计划还没有公布" in page
    assert "冻结名单（演练）" not in page
    with pytest.raises(Refused, match="计划还没有公布"):
        verbs.freeze(rehearsal=begun, seen=queries.flight_of(begun).snapshot.fingerprint, actor=organiser)


def test_while_a_draw_is_sealed_nobody_rehearses(draft, organiser, item, settings, login):
    settings.ALLOW_SYSTEM_ENTROPY = True
    begun = verbs.start(year=2026, quarter=4, item=item, actor=organiser)
    sources = [verify.Source("system", "os", "2026-10-08T09:00:00+08:00")]
    seen = checks.snapshot(draft).fingerprint
    ceremony.freeze(draw=draft, sources=sources, seen=seen, actor=organiser, disclosure="sealed")
    with pytest.raises(Refused, match="密封"):
        verbs.start(year=2026, quarter=4, item=item, actor=organiser)
    with pytest.raises(Refused, match="密封"):
        verbs.freeze(rehearsal=begun, seen="", actor=organiser)
    page = login(organiser).post("/ceremony/rehearsals/", {"year": 2026, "quarter": 4, "item": item.pk})
    assert "还在密封，演练的结果会透露它抽中了谁" in page.content.decode() and Rehearsal.objects.count() == 1


def test_the_head_reads_along_and_takes_no_step(frozen, head, login):
    client = login(head)
    page = client.get(f"/ceremony/rehearsals/{frozen.pk}/").content.decode()
    assert "由抽查组织者录入" in page
    assert "删除演练" not in page
    assert client.post(f"/ceremony/rehearsals/{frozen.pk}/delete/").status_code == 403


def test_the_step_of_the_path_stays_done_when_the_rehearsal_is_deleted(drawn, organiser):
    def state():
        return next(str(step.state) for step in steps_for(organiser) if step.title == "演练一次")

    assert state() == "done"
    verbs.delete(rehearsal=drawn, actor=organiser)
    assert state() == "done"


def test_what_changed_since_the_last_draw_is_left_to_the_next_draw(published_draw, item, organiser):
    PollutionSource.objects.filter(pk=PollutionSource.objects.first().pk).update(is_active=False)
    begun = verbs.start(year=2026, quarter=4, item=item, actor=organiser)
    flight = queries.flight_of(begun)
    assert (flight.blocks, flight.comparison) == ([], None)
    verbs.freeze(rehearsal=begun, seen=flight.snapshot.fingerprint, actor=organiser)
