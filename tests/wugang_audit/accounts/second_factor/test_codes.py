"""Which codes are accepted, how often, and what a person is told of the others."""

import re

import pytest
from django.core.management import CommandError, call_command

from wugang_audit.accounts.models import User
from wugang_audit.accounts.refused import Refused
from wugang_audit.accounts.second_factor import codes, reset, verbs
from wugang_audit.accounts.second_factor.models import FREE_TRIES, Authenticator, RecoveryCode
from wugang_audit.accounts.second_factor.verbs import give
from wugang_audit.audit.models import AuditEntry

WRONG = "000000"


def refusal(user, code):
    with pytest.raises(Refused) as refused:
        give(user=user, code=code)
    return str(refused.value)


def entries(user):
    found = AuditEntry.objects.filter(target_key=f"wugang_audit.user:{user.pk}").order_by("index")
    return [(entry.actor_name, entry.action, entry.changes) for entry in found]


@pytest.fixture
def recovery(organiser, enrol):
    return enrol(organiser)


@pytest.mark.parametrize("seconds", [-30, 0, 30])
def test_the_codes_before_and_after_the_present_one_are_accepted(organiser, recovery, app, seconds):
    assert give(user=organiser, code=app(organiser, seconds)) == 10


@pytest.mark.parametrize(
    "seconds, words", [(-60, "已?过期.*约 1 分钟.*慢了"), (60, "还没到时间.*快了"), (-300, "约 5 分钟")]
)
def test_a_code_from_further_away_is_refused_and_the_phones_clock_suspected(
    organiser, recovery, app, seconds, words
):
    told = refusal(organiser, app(organiser, seconds))
    assert re.search(words, told) and "自动设置时间" in told


def test_a_code_of_half_an_hour_ago_is_just_wrong(organiser, recovery, app):
    assert refusal(organiser, app(organiser, -1800)).startswith("验证码不对")


def test_a_code_is_accepted_once(organiser, recovery, app, clock):
    shown, before = app(organiser), app(organiser, -30)
    give(user=organiser, code=shown)
    assert "已经用过" in refusal(organiser, shown)
    assert "已经用过" in refusal(organiser, before)  # nor an older one after it
    clock.move(seconds=30)
    give(user=organiser, code=app(organiser))


def test_the_code_that_set_the_app_up_does_not_log_in_too(organiser, clock):
    seed = codes.new_seed()
    shown = codes.six_digits(seed, codes.current_step(clock.moment))
    verbs.confirm(user=organiser, seed=seed, replaces="", code=shown)
    assert "已经用过" in refusal(organiser, shown)


@pytest.mark.parametrize("typed", ["{0} {1}", " {0}{1} ", "{0}-{1}"])
def test_a_code_may_be_typed_as_the_app_groups_it(organiser, recovery, app, typed):
    shown = app(organiser)
    give(user=organiser, code=typed.format(shown[:3], shown[3:]))


def test_full_width_figures_are_read(organiser, recovery, app):
    give(user=organiser, code="".join(chr(ord(figure) + 0xFEE0) for figure in app(organiser)))


@pytest.mark.parametrize(
    "typed", ["", "12345", "1234567", "12345a", "²²²²²²", "١٢٣٤٥٦", "\x00" * 6, "9" * 500]
)
def test_what_is_no_code_is_refused_in_words(organiser, recovery, typed):
    assert "六位数字" in refusal(organiser, typed)


def test_each_recovery_code_is_accepted_once(organiser, recovery):
    assert give(user=organiser, code=recovery[3]) == 9
    assert "已经用过" in refusal(organiser, recovery[3])
    assert give(user=organiser, code=recovery[4].lower().replace("-", " ")) == 8
    used = [entry for entry in entries(organiser) if entry[1] == "使用恢复码"]
    assert used == [("沈组织", "使用恢复码", {"还剩": 9}), ("沈组织", "使用恢复码", {"还剩": 8})]


def test_the_trail_says_that_a_code_was_right_and_nothing_of_a_wrong_one(organiser, recovery, app):
    refusal(organiser, WRONG)
    assert "通过验证码" not in [action for _, action, _ in entries(organiser)]
    give(user=organiser, code=app(organiser))
    assert entries(organiser)[-1] == ("沈组织", "通过验证码", {})
    give(user=organiser, code=recovery[0])
    assert [action for _, action, _ in entries(organiser)][-2:] == ["使用恢复码", "通过验证码"]


def test_anothers_recovery_code_is_worth_nothing(organiser, organiser2, enrol):
    enrol(organiser)
    foreign = enrol(organiser2)
    refusal(organiser, foreign[0])
    assert give(user=organiser2, code=foreign[0]) == 9


def test_neither_secret_nor_recovery_codes_are_stored(organiser, recovery, app):
    authenticator = Authenticator.objects.get(user=organiser)
    stored = f"{vars(authenticator)} {list(RecoveryCode.objects.values())} {User.objects.filter(pk=organiser.pk).values()}"
    secret = codes.typed_secret(authenticator.seed).replace(" ", "")
    for hidden in [secret, codes.secret_of(authenticator.seed).hex(), *recovery, *map(codes.plain, recovery)]:
        assert hidden not in stored


def test_another_secret_key_makes_other_codes_but_leaves_the_recovery_codes(
    organiser, recovery, app, settings
):
    shown = app(organiser)
    settings.SECRET_KEY = "another-key"
    assert refusal(organiser, shown).startswith("验证码不对")
    assert give(user=organiser, code=recovery[0]) == 9


def test_after_five_wrong_codes_in_a_row_even_the_right_one_waits_and_the_trail_knows(
    organiser, recovery, app, clock
):
    for _ in range(FREE_TRIES - 1):
        assert "请等" not in refusal(organiser, WRONG)
    assert "连续输错 5 次，请等 30 秒" in refusal(organiser, WRONG)
    assert "请等 30 秒" in refusal(organiser, app(organiser))
    assert "请等 30 秒" in refusal(organiser, recovery[0])
    assert Authenticator.objects.get(user=organiser).failures == FREE_TRIES  # waiting costs nothing more
    clock.move(seconds=30)
    assert "请等 60 秒" in refusal(organiser, WRONG)
    clock.move(seconds=60)
    give(user=organiser, code=app(organiser))
    assert Authenticator.objects.get(user=organiser).failures == 0
    failed = [entry for entry in entries(organiser) if entry[1] == "验证码连续输错"]
    assert [changes for _, _, changes in failed] == [{"次数": 5}, {"次数": 6}]


def test_while_one_has_to_wait_no_recovery_code_is_hashed(organiser, recovery, monkeypatch):
    for _ in range(FREE_TRIES):
        refusal(organiser, WRONG)
    monkeypatch.delattr(codes, "hashed_like")
    assert "请等 30 秒" in refusal(organiser, recovery[0])


def test_nobody_waits_longer_than_a_quarter_of_an_hour(organiser, recovery, clock):
    Authenticator.objects.filter(user=organiser).update(failures=400, failed_at=clock.moment)
    assert Authenticator.objects.get(user=organiser).seconds_to_wait(clock.moment) == 900


def test_new_recovery_codes_make_the_old_ones_void(organiser, recovery, app):
    fresh = verbs.renew(user=organiser, code=app(organiser))
    assert (len(set(fresh)), set(fresh) & set(recovery)) == (10, set())
    refusal(organiser, recovery[0])
    assert give(user=organiser, code=fresh[0]) == 9
    assert ("沈组织", "重新生成恢复码", {}) in entries(organiser)


def test_new_recovery_codes_want_a_code(organiser, recovery):
    with pytest.raises(Refused):
        verbs.renew(user=organiser, code=WRONG)
    assert give(user=organiser, code=recovery[0]) == 9


def test_a_new_app_makes_the_old_one_and_its_recovery_codes_void(organiser, recovery, enrol, app, clock):
    old, mark = app(organiser), organiser.second_factor
    enrol(organiser)
    refusal(organiser, old)
    refusal(organiser, recovery[0])
    assert User.objects.get(pk=organiser.pk).second_factor not in ("", mark)
    give(user=organiser, code=app(organiser))
    assert [action for _, action, _ in entries(organiser)][:2] == ["启用验证器", "更换验证器"]


def test_who_must_have_a_second_factor_cannot_remove_it(organiser, recovery, app):
    with pytest.raises(Refused, match="不能停用"):
        verbs.remove(user=organiser, code=app(organiser))
    assert Authenticator.objects.filter(user=organiser).exists()


def test_an_officer_may_remove_it_against_a_code(officers, enrol, app):
    user = officers[0].user
    enrol(user)
    with pytest.raises(Refused):
        verbs.remove(user=user, code=WRONG)
    verbs.remove(user=user, code=app(user))
    user = User.objects.get(pk=user.pk)
    assert (user.second_factor, Authenticator.objects.filter(user=user).exists()) == ("", False)
    assert entries(user)[-1][1] == "停用验证器"


def test_a_reset_takes_app_and_recovery_codes_away(organiser, recovery, app, security):
    shown = app(organiser)
    reset(organiser, actor=security)
    assert not Authenticator.objects.exists() and not RecoveryCode.objects.exists()
    for code in (shown, recovery[0]):
        assert "重置" in refusal(organiser, code)
    assert entries(organiser)[-1] == ("曹安全", "重置验证器", {})


def test_the_console_resets_in_the_name_of_the_system(organiser, recovery, capsys):
    call_command("reset_second_factor", "organiser")
    assert not Authenticator.objects.exists()
    assert entries(organiser)[-1] == ("系统", "重置验证器", {})
    assert "已重置" in capsys.readouterr().out
    with pytest.raises(CommandError, match="没有登录名为 nobody"):
        call_command("reset_second_factor", "nobody")
