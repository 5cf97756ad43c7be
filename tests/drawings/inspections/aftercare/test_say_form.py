"""The form that anybody fills in: what keeps programs out of it, what is wrong with it, and that nothing typed is lost."""

import datetime

import pytest
from django.utils.html import strip_tags

from drawings.inspections.aftercare import say_views, stamp
from drawings.models import Objection, ObjectionSender
from wugang_audit.access.shared_buckets import SharedBuckets
from wugang_audit.calendar.shown import plain_moment

TEXT = "检查情况写的是 3 号炉，我们只有 1 号和 2 号炉，请更正。"


def fault(response):
    """What the page says of the form as a whole, which still holds what was typed."""
    form = response.context["form"]
    assert form["text"].value() == TEXT and form["name"].value() == "某代表"
    assert not Objection.objects.exists()
    return form.non_field_errors().as_text()


def test_without_scripts_the_form_is_taken_once_it_stood_open_for_half_a_minute(
    send, address, stranger, clock
):
    page = send(address, proof="")
    assert "30 秒" in fault(page)
    sent = page.context["form"].data
    clock.move(seconds=29)
    assert "30 秒" in fault(stranger.post(address, sent))
    clock.move(seconds=1)  # counted from when it was opened first
    assert stranger.post(address, sent).status_code == 302


@pytest.mark.parametrize("proof", ["1", "-1", "１２", "x" * 5000, "9" * 13])
def test_a_proof_that_is_none_counts_as_none(send, address, proof):
    assert "30 秒" in fault(send(address, proof=proof))


@pytest.mark.parametrize("word", ["", "x", "a.b:c", "字" * 5000])
def test_a_forged_stamp_is_not_taken_and_the_next_page_carries_a_true_one(
    send, address, word, stranger, clock
):
    page = send(address, stamp=word)
    assert "没有认出这个页面" in fault(page)
    clock.move(seconds=30)
    assert stranger.post(address, page.context["form"].data).status_code == 302


def test_a_page_of_yesterday_is_sent_once_more(send, address, clock, stranger):
    old = stranger.get(address).context["form"]["stamp"].value()
    clock.move(hours=13)
    assert "打开得太久" in fault(send(address, stamp=old))


def filled(client, address, **given):
    """A form as it is sent, with its proof."""
    word = client.get(address).context["form"]["stamp"].value()
    proof = next(str(number) for number in range(10**7) if stamp.holds(word, str(number)))
    sent = {"kind": "objection", "text": TEXT, "name": "某代表", "telephone": "13800001234", "stamp": word}
    return sent | {"proof": proof} | given


def test_the_same_form_sent_twice_is_one_objection_with_one_receipt(address, stranger):
    sent, receipts = filled(stranger, address), set()
    for _ in range(2):
        assert stranger.post(address, sent).status_code == 302
        page = stranger.get("/say/receipt/")
        receipts.add((page.context["row"].number, page.context["secret"]))
    assert len(receipts) == Objection.objects.count() == ObjectionSender.objects.count() == 1


def test_a_stamp_that_was_used_brings_nothing_else_in(address, stranger):
    sent = filled(stranger, address)
    stranger.post(address, sent)
    other = stranger.post(address, sent | {"text": TEXT + "另外。"})
    assert "已经提交过一次" in other.context["form"].non_field_errors().as_text()
    assert other.context["form"]["text"].value() == TEXT + "另外。"
    assert other.context["form"]["stamp"].value() != sent["stamp"]
    assert Objection.objects.count() == 1


def test_one_address_sends_so_many_and_waits_and_loses_nothing(
    address, stranger, settings, monkeypatch, clock
):
    settings.THROTTLE_BY_ADDRESS = True
    monkeypatch.setattr(stamp, "_buckets", SharedBuckets(clock=lambda: 0.0))
    for _ in range(stamp.WITHOUT_PROOF.burst):
        sent = filled(stranger, address, proof="")
        clock.move(seconds=30)
        assert stranger.post(address, sent).status_code == 302
    sent = filled(stranger, address, proof="")
    clock.move(seconds=30)
    page = stranger.post(address, sent)
    assert "请过 10 分钟再点" in page.context["form"].non_field_errors().as_text()
    assert page.context["form"]["text"].value() == TEXT
    assert stranger.post(address, filled(stranger, address)).status_code == 302  # with scripts it goes on


@pytest.mark.parametrize(
    ("given", "field", "why"),
    [
        ({"text": "不对"}, "text", "至少 10 个字"),
        ({"text": ""}, "text", "请写清哪一处不对"),
        ({"text": "字" * 2001}, "text", "最多 2000 个字"),
        ({"text": "请打我的电话 13812345678 说明情况。"}, "text", "像手机号码"),
        ({"name": ""}, "name", "请填写姓名"),
        ({"telephone": ""}, "telephone", "请填写电话"),
        ({"telephone": "打不通<b>"}, "telephone", "电话只写数字"),
        ({"email": "不是邮箱"}, "email", "不是邮箱地址"),
        ({"kind": "else"}, "kind", "没有这个选项"),
        ({"homepage": "https://example.com"}, "homepage", "请清空它"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(address, stranger, given, field, why):
    form = stranger.post(
        address, {"kind": "objection", "text": TEXT, "name": "甲", "telephone": "12345"} | given
    ).context["form"]
    assert why in form[field].errors.as_text()
    assert list(form.errors) == [field]
    assert not Objection.objects.exists()


def test_who_corrects_something_need_not_say_who_he_is(send, address):
    assert send(address, kind="mistake", name="", telephone="", email="").status_code == 302
    assert not ObjectionSender.objects.exists()


def test_a_receipt_is_shown_in_the_browser_that_sent_it_and_for_some_minutes(
    received, stranger, client, clock
):
    kept = stranger.cookies[say_views.COOKIE]
    assert kept["httponly"] and kept["path"] == "/say/receipt/" and kept["max-age"] == 600
    page = stranger.get("/say/receipt/")
    assert page.context["row"] == received
    until = plain_moment(clock() + datetime.timedelta(minutes=10))
    assert f"{until} 以前，在这个浏览器里再打开这一页还看得到查询码" in strip_tags(page.content.decode())
    assert "没有可以显示的回执" in client.get("/say/receipt/").content.decode()
    client.cookies[say_views.COOKIE] = kept.value + "x"
    assert "没有可以显示的回执" in client.get("/say/receipt/").content.decode()


def test_receipt_and_state_name_and_link_what_it_is_about(received, stranger):
    secret = stranger.get("/say/receipt/").context["secret"]
    draw, number = received.draw, received.unit.number
    for page in (
        stranger.get("/say/receipt/"),
        stranger.post("/say/follow/", {"number": received.number, "secret": secret}),
    ):
        text = page.content.decode()
        assert f'<a href="/units/{number}/">{received.unit.name}</a>' in text
        assert (
            f'<a href="/draws/{draw.code}/">{draw.title}</a>的<a href="/units/{number}/#{draw.code}">检查结果</a>'
            in text
        )


def test_an_unknown_number_and_a_wrong_secret_are_answered_alike(received, stranger, client):
    secret = stranger.get("/say/receipt/").context["secret"]
    answers = {
        client.post("/say/follow/", {"number": number, "secret": word}).context["form"].errors.as_text()
        for number, word in (
            (received.number, "ABCD-EFGH-JKMN-PQRS"),
            ("20261008-AAAAAA", secret),
            ("字" * 40, "二"),
        )
    }
    assert answers == {f"* __all__\n  * {say_views.UNKNOWN}"}
    shown = client.post("/say/follow/", {"number": f" {received.number.lower()} ", "secret": secret})
    assert shown.context["row"] == received
    assert secret not in received.secret_digest and "13800001234" not in shown.content.decode()


def test_who_guesses_receipts_is_told_to_wait(received, client, settings, monkeypatch):
    settings.THROTTLE_BY_ADDRESS = True
    monkeypatch.setattr(stamp, "_buckets", SharedBuckets(clock=lambda: 0.0))
    for _ in range(stamp.FOLLOW.burst):
        client.post("/say/follow/", {"number": received.number, "secret": "A"})
    page = client.post("/say/follow/", {"number": received.number, "secret": "A"})
    assert "查错的次数太多" in page.content.decode()
