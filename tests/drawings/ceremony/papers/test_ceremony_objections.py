"""A second person objects to what changed in the registries: then it is not frozen, until they change or he withdraws."""

import pytest
from django.db import IntegrityError
from pages import said
from races import race

from drawings.ceremony import queries, verbs
from drawings.ceremony.papers import verbs as records
from drawings.ceremony.preflight import changes, checks
from drawings.models import ChangesObjection, Draw
from drawings.protocol import verify
from drawings.states import DrawState, Refused
from wugang_audit.audit import trail
from wugang_audit.audit.models import AuditEntry
from wugang_audit.audit.trail import LOGINS
from wugang_audit.staff.desk import todos_of

SYSTEM = verify.Source("system", "os", "2026-10-08T09:00:00+08:00")
WHY = "1号化工厂仍在生产，停产登记没有依据"


@pytest.fixture
def changed(published_draw, item, organiser, registry):
    """A draft after a published draw, with one unit that was set to stopped since."""
    draw = verbs.start(year=2026, quarter=3, item=item, actor=organiser)
    stop(registry[0])
    return draw


def stop(unit):
    unit.operating_state = "stopped"
    unit.save()


def seen_of(draw):
    return changes.compare(draw, checks.snapshot(draw)).fingerprint


def object_to(draw, actor, reason=WHY):
    return records.object_to_changes(draw=draw, seen=seen_of(draw), reason=reason, actor=actor)


def confirm(draw, actor):
    return records.confirm_changes(draw=draw, seen=seen_of(draw), actor=actor)


def test_what_is_objected_to_is_not_frozen_and_the_page_says_who_and_why(changed, reviewer, freeze):
    object_to(changed, reviewer)
    with pytest.raises(Refused, match=f"秦审核于 .*提出异议：“{WHY}”"):
        freeze(changed)
    assert Draw.objects.get(pk=changed.pk).state == DrawState.DRAFT
    entry = AuditEntry.objects.get(action="对名录变动提出异议")
    read = {"since": "2026Q4", "counts": {"standing": 1}, "fingerprint": seen_of(changed), "reason": WHY}
    assert (entry.actor, entry.changes) == (reviewer, read)


def test_an_objection_stands_against_a_confirmation_that_came_before(changed, reviewer, head, freeze):
    confirm(changed, head)
    object_to(changed, reviewer)
    with pytest.raises(Refused, match="提出异议"):
        freeze(changed)
    records.withdraw_objection(draw=changed, actor=reviewer)
    freeze(changed)  # the confirmation stands as it did


def test_whoever_confirmed_may_think_better_of_it(changed, reviewer, freeze):
    confirm(changed, reviewer)
    object_to(changed, reviewer)
    with pytest.raises(Refused, match="提出异议"):
        freeze(changed)


def test_nobody_confirms_past_a_standing_objection(changed, reviewer, head):
    object_to(changed, reviewer)
    with pytest.raises(Refused, match="秦审核对名录变动提出了异议"):
        confirm(changed, head)


def test_no_later_change_lifts_it_not_even_of_the_unit_that_it_is_about(
    changed, registry, reviewer, head, freeze
):
    object_to(changed, reviewer)
    for unit, state in ((registry[1], "stopped"), (registry[0], "normal")):
        unit.operating_state = state
        unit.save()
        with pytest.raises(Refused, match="秦审核对名录变动提出了异议"):
            confirm(changed, head)
        with pytest.raises(Refused, match="提出异议"):
            freeze(changed)


def test_where_everything_is_as_it_was_nothing_is_left_to_object_to(
    changed, registry, organiser, reviewer, freeze
):
    object_to(changed, reviewer)
    registry[0].operating_state = "normal"
    registry[0].save()
    assert "2026年第3季度抽查：核对后冻结名单" in [line.label for line in todos_of(organiser)]
    freeze(changed)
    assert ChangesObjection.objects.get().withdrawn_at is None  # it stays on record as it was


def test_a_head_lifts_it_with_a_reason_that_is_kept(changed, reviewer, head, freeze):
    objection = object_to(changed, reviewer)
    records.lift_objection(objection=objection, because="现场已核实，确已停产", actor=head)
    entry = AuditEntry.objects.get(action="解除对名录变动的异议")
    assert (entry.actor, entry.changes["reason"], entry.changes["because"]) == (
        head,
        WHY,
        "现场已核实，确已停产",
    )
    with pytest.raises(Refused, match="还没有第二人核对确认"):
        freeze(changed)
    confirm(changed, head)
    with pytest.raises(Refused, match="已经撤回或解除"):
        records.lift_objection(objection=objection, because="再解除", actor=head)
    freeze(changed)


def test_nobody_lifts_his_own_or_one_to_a_draw_that_he_opened(changed, reviewer, head):
    objection = object_to(changed, head)
    with pytest.raises(Refused, match="请直接撤回"):
        records.lift_objection(objection=objection, because="不成立", actor=head)
    Draw.objects.filter(pk=changed.pk).update(created_by=reviewer)
    with pytest.raises(Refused, match="是您建立的"):
        records.lift_objection(objection=objection, because="不成立", actor=reviewer)
    objection.refresh_from_db()
    assert objection.withdrawn_at is None


@pytest.mark.parametrize(
    "wrong",
    [{"lifted_because": "没有人"}, {"by_head": True}, {"by_head": True, "lifted_because": "没有时间"}],
)
def test_no_row_is_lifted_without_who_when_and_why(changed, reviewer, head, wrong):
    row = object_to(changed, reviewer)
    if wrong.pop("by_head", False):
        row.lifted_by = head
    row.lifted_because = wrong.get("lifted_because", "")
    with pytest.raises(IntegrityError):
        row.save()


def test_only_the_same_person_withdraws_it_and_that_is_on_record(changed, reviewer, head, freeze):
    object_to(changed, reviewer)
    with pytest.raises(Refused, match="您没有提出异议"):
        records.withdraw_objection(draw=changed, actor=head)
    records.withdraw_objection(draw=changed, actor=reviewer)
    entry = AuditEntry.objects.get(action="撤回对名录变动的异议")
    assert (entry.actor, entry.changes["reason"]) == (reviewer, WHY)
    with pytest.raises(Refused, match="还没有第二人核对确认"):
        freeze(changed)
    confirm(changed, reviewer)
    freeze(changed)


def test_whoever_opened_the_draw_does_not_object_and_nobody_twice(changed, organiser, reviewer):
    with pytest.raises(Refused, match="须由另一个人"):
        object_to(changed, organiser)
    object_to(changed, reviewer)
    with pytest.raises(Refused, match="您的异议还在"):
        object_to(changed, reviewer)
    with pytest.raises(IntegrityError):
        ChangesObjection.objects.create(draw=changed, fingerprint=seen_of(changed), reason=WHY, by=reviewer)


def test_an_objection_to_what_was_seen_before_a_change_is_refused(changed, registry, reviewer):
    seen = seen_of(changed)
    stop(registry[1])
    with pytest.raises(Refused, match="刚刚又有变动"):
        records.object_to_changes(draw=changed, seen=seen, reason=WHY, actor=reviewer)
    assert not ChangesObjection.objects.exists()


def test_after_the_freeze_it_is_too_late(changed, reviewer, head, freeze):
    seen = seen_of(changed)
    confirm(changed, head)
    freeze(changed)
    with pytest.raises(Refused, match="已冻结"):
        records.object_to_changes(draw=changed, seen=seen, reason=WHY, actor=reviewer)


@pytest.mark.django_db(transaction=True)
def test_an_objection_and_a_freeze_at_once_leave_one_of_the_two(changed, reviewer, head, organiser, settings):
    settings.ALLOW_SYSTEM_ENTROPY = True
    confirm(changed, head)
    seen, read = checks.snapshot(changed).fingerprint, seen_of(changed)
    outcomes = race(
        lambda: records.object_to_changes(draw=changed, seen=read, reason=WHY, actor=reviewer),
        lambda: verbs.freeze(draw=changed, sources=[SYSTEM], seen=seen, actor=organiser),
    )
    assert outcomes == ["done", "refused"]
    frozen = Draw.objects.get(pk=changed.pk).state == DrawState.FROZEN
    assert frozen != ChangesObjection.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_one_person_objects_twice_at_once(changed, reviewer):
    seen = seen_of(changed)
    again = [lambda: records.object_to_changes(draw=changed, seen=seen, reason=WHY, actor=reviewer)] * 2
    assert race(*again) == ["done", "refused"]
    assert ChangesObjection.objects.count() == 1


# --- in the browser's words ------------------------------------------------------------------------------------
def test_a_second_person_objects_and_withdraws_on_the_page(changed, login, reviewer, organiser):
    page = "/ceremony/2026Q3/confirm/"
    client = login(reviewer)
    seen = client.get(page).context["found"].fingerprint
    empty = client.post("/ceremony/2026Q3/objection/", {"seen": seen, "reason": " "})
    assert "请写明异议" in str(empty.context["form"].errors["reason"])
    answer = client.post("/ceremony/2026Q3/objection/", {"seen": seen, "reason": WHY}, follow=True)
    assert (said(answer), answer.redirect_chain[-1][0]) == (
        ["异议已记下：撤回或解除以前不能冻结。"], page
    )  # fmt: skip
    assert not answer.context["may_confirm"]
    own = login(organiser).get("/ceremony/2026Q3/")
    assert WHY in own.content.decode() and not own.context["flight"].ready
    answer = client.post("/ceremony/2026Q3/objection/withdraw/", follow=True)
    assert said(answer) == ["异议已撤回，请重新核对确认。"]
    assert answer.context["may_confirm"] and "由本人撤回" in answer.content.decode()


def test_a_lifted_objection_and_its_reason_are_shown_to_all_who_decide(
    clock, changed, login, registry, reviewer, head, organiser
):
    objection = object_to(changed, reviewer)
    stop(registry[1])
    page = f"/ceremony/2026Q3/objection/{objection.pk}/lift/"
    text = login(head).get("/ceremony/2026Q3/confirm/").content.decode()
    assert WHY in text and "提出以后，名录又有改动" in text and page in text
    assert page not in login(reviewer).get("/ceremony/2026Q3/confirm/").content.decode()
    client = login(head)
    empty = client.post(page, {"because": " "})
    assert "请写明解除的理由" in empty.content.decode() and WHY in empty.content.decode()
    answer = client.post(page, {"because": "现场 已核实"}, follow=True)
    assert said(answer) == ["异议已解除，理由已记下。请重新核对确认。"]
    told = "由严负责解除：现场 已核实"
    for user, url in ((head, "/ceremony/2026Q3/confirm/"), (organiser, "/ceremony/2026Q3/")):
        text = login(user).get(url).content.decode()
        assert WHY in text and told in text, url
    confirm(changed, head)
    client = login(organiser)
    seen = client.get("/ceremony/2026Q3/").context["flight"].snapshot.fingerprint
    sent = {"dice10_on": "on", "dice10_label": "20", "dice10_time": "2026-10-08T09:10", "seen": seen}
    question = client.post("/ceremony/2026Q3/freeze/", sent)
    assert "确定冻结" in question.content.decode(), said(question)
    assert WHY in question.content.decode() and told in question.content.decode()
    client = login(head)
    again = client.post(page, {"because": "太晚"}, follow=True)
    assert "这条异议已经撤回或解除，不用再解除。" in said(again)


def test_back_to_the_last_hat_the_confirmers_page_still_tells_of_the_objection(
    changed, login, registry, reviewer
):
    object_to(changed, reviewer)
    registry[0].operating_state = "normal"
    registry[0].save()
    text = login(reviewer).get("/ceremony/2026Q3/confirm/").content.decode()
    assert "不用核对" in text and WHY in text


def test_an_outdated_objection_keeps_what_was_typed(changed, login, registry, reviewer):
    client = login(reviewer)
    seen = client.get("/ceremony/2026Q3/confirm/").context["found"].fingerprint
    stop(registry[1])
    page = client.post("/ceremony/2026Q3/objection/", {"seen": seen, "reason": WHY})
    assert (page.status_code, page.context["form"]["reason"].value()) == (200, WHY)
    assert "有变动" in str(page.context["form"].errors)


def test_an_objection_that_came_too_late_says_what_can_still_be_done(changed, login, reviewer, head, freeze):
    client = login(reviewer)
    seen = client.get("/ceremony/2026Q3/confirm/").context["found"].fingerprint
    confirm(changed, head)
    freeze(changed)
    page = client.post("/ceremony/2026Q3/objection/", {"seen": seen, "reason": WHY}, follow=True)
    assert any("已经冻结，不能再提异议" in each for each in said(page))


def test_the_desk_leaves_objected_changes_to_those_who_can_put_them_right(
    changed, reviewer, head, organiser2, registry
):
    def asks(user):
        return [line.label for line in todos_of(user) if "处变动" in line.label]

    told = ["2026年第3季度抽查：请核对名录的 1 处变动"]
    assert asks(head) == told
    object_to(changed, reviewer)
    assert asks(reviewer) == asks(head) == asks(organiser2) == []
    waits = "2026年第3季度抽查：名录变动有异议，还没有撤回或解除"
    assert [waits in [line.label for line in todos_of(user)] for user in (reviewer, head, organiser2)] == [
        True,
        True,
        False,
    ]
    assert "2026年第3季度抽查：名录变动有异议，处理后才能冻结" in [
        line.label for line in todos_of(organiser2)
    ]
    stop(registry[1])
    trail.record(reviewer, "修改污染源", registry[1])
    told = ["2026年第3季度抽查：请核对名录的 2 处变动"]
    assert asks(reviewer) == asks(head) == told  # to see whether it is met


def test_the_desk_compares_the_registries_once_for_each_state_of_the_trail(
    changed, admin, reviewer, head, registry, monkeypatch
):
    compared = []
    monkeypatch.setattr(queries, "snapshot", lambda draw: compared.append(draw) or checks.snapshot(draw))

    def asks():
        return [line.label for user in (reviewer, head) for line in todos_of(user) if "处变动" in line.label]

    assert asks() == ["2026年第3季度抽查：请核对名录的 1 处变动"] * 2
    trail.record(reviewer, LOGINS[0], "reviewer")
    assert asks() and len(compared) == 1
    stop(registry[1])
    trail.record(admin, "修改污染源", registry[1])
    assert asks() == ["2026年第3季度抽查：请核对名录的 2 处变动"] * 2
    assert len(compared) == 2
