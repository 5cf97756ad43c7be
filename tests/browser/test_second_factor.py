"""The second factor in a real browser: first log-in with an app, a later one, and what is printed."""

import base64
import hmac
import re
import struct

import pytest
from playwright.sync_api import expect

from wugang_audit.accounts.second_factor import codes
from wugang_audit.accounts.second_factor.models import Authenticator

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def at_login(open_as, password, organiser):
    """A browser that has just given the organiser's password."""

    def do():
        page = open_as(None)
        page.goto(f"{page.base}/ceremony/")
        page.get_by_label("登录名").fill(organiser.username)
        page.get_by_label("密码").fill(password)
        page.get_by_role("button", name="登录").click()
        return page

    return do


def test_from_the_first_password_to_the_desk_and_in_again(at_login, organiser, look, clock):
    page = at_login()
    expect(page.get_by_role("heading", name="在手机上装一个验证器")).to_be_visible()
    look(page, "second-factor-set-up")
    page.get_by_role("button", name="装好了，下一步").click()
    image = page.locator("img.qr--scan")
    expect(image).to_be_visible()
    assert (
        image.evaluate("image => image.complete && image.naturalWidth") > 100
    )  # the policy lets it be drawn
    secret = page.locator(".secret code").inner_text()
    assert re.fullmatch(r"([A-Z2-7]{4}\s){7}[A-Z2-7]{4}", secret)
    look(page, "second-factor-scan")
    page.get_by_label("六位验证码").fill("000000")
    page.get_by_role("button", name="确认").click()
    expect(page.locator("#id_code_error")).to_contain_text("验证码不对")
    assert page.locator(".secret code").inner_text() == secret
    page.get_by_label("六位验证码").fill(shown_by_hand(secret, clock))
    page.get_by_role("button", name="确认").click()
    expect(page.locator("#recovery-codes li")).to_have_count(10)
    expect(page.get_by_role("button", name="打印")).to_be_visible()
    look(page, "second-factor-recovery-codes")
    page.get_by_role("link", name="已经收好，继续").click()
    page.wait_for_url("**/ceremony/")

    clock.move(minutes=5)
    page = at_login()
    field = page.get_by_label("六位验证码")
    expect(field).to_be_focused()
    look(page, "second-factor-code")
    seed = Authenticator.objects.get(user=organiser).seed
    field.fill(codes.six_digits(seed, codes.current_step(clock.moment)))
    field.press("Enter")
    page.wait_for_url("**/ceremony/")
    page.locator(".account summary").click()
    page.get_by_role("link", name="我的验证器").click()
    expect(page.get_by_text("还剩 10 个没有用过")).to_be_visible()
    look(page, "second-factor-own")


def shown_by_hand(secret, clock):
    """What an app shows whose owner typed the secret: computed from the page alone, as the standard says."""
    key = base64.b32decode("".join(secret.split()))
    digest = hmac.digest(key, struct.pack(">Q", int(clock.moment.timestamp()) // 30), "sha1")
    start = digest[-1] & 15
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"
