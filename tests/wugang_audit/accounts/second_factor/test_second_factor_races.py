"""One code, at the same moment on two connections: it counts once."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from races import race

from wugang_audit.accounts.models import User
from wugang_audit.accounts.refused import Refused
from wugang_audit.accounts.second_factor import codes, reset, verbs
from wugang_audit.accounts.second_factor.models import FREE_TRIES, Authenticator, RecoveryCode
from wugang_audit.accounts.second_factor.verbs import give
from wugang_audit.audit.models import AuditEntry

pytestmark = pytest.mark.django_db(transaction=True)


def outcome(*actions):
    """Race the actions; say of each whether it went through or was refused in words."""

    def tell(action):
        def run():
            try:
                action()
            except Refused as refused:
                told.append(str(refused))
            else:
                told.append("")

        return run

    told = []
    assert race(*map(tell, actions)) == ["done"] * len(actions)
    return sorted(told)


def test_six_digits_let_one_of_two_in(organiser, enrol, app):
    enrol(organiser)
    shown = app(organiser)
    first, second = outcome(*[lambda: give(user=organiser, code=shown)] * 2)
    assert first == "" and "已经用过" in second


def test_a_recovery_code_lets_one_of_two_in(organiser, enrol):
    recovery = enrol(organiser)
    first, second = outcome(*[lambda: give(user=organiser, code=recovery[0])] * 2)
    assert first == "" and "已经用过" in second
    assert RecoveryCode.objects.count() == 9
    assert AuditEntry.objects.filter(action="使用恢复码").count() == 1


def test_wrong_codes_tried_at_once_are_all_counted_and_no_more_than_five_are_looked_at(organiser, enrol):
    enrol(organiser)
    told = outcome(*[lambda: give(user=organiser, code="000000")] * (FREE_TRIES + 3))
    assert sum(line.startswith("验证码不对") for line in told) == FREE_TRIES
    assert Authenticator.objects.get(user=organiser).failures == FREE_TRIES


def test_two_apps_confirmed_at_once_leave_one(organiser, clock):
    seeds = [codes.new_seed(), codes.new_seed()]

    def confirm(seed):
        user = User.objects.get(pk=organiser.pk)
        shown = codes.six_digits(seed, codes.current_step(clock.moment))
        return lambda: verbs.confirm(user=user, seed=seed, replaces="", code=shown)

    first, second = outcome(*map(confirm, seeds))
    assert first == "" and "刚刚在别处改过" in second
    assert (Authenticator.objects.count(), RecoveryCode.objects.count()) == (1, 10)


def test_a_code_and_a_reset_at_once_leave_no_authenticator(organiser, enrol, app):
    enrol(organiser)
    shown = app(organiser)
    user = User.objects.get(pk=organiser.pk)
    outcome(lambda: give(user=organiser, code=shown), lambda: reset(user))
    assert not Authenticator.objects.exists()
    assert User.objects.get(pk=organiser.pk).second_factor == ""


@pytest.mark.parametrize("verb", ["give", "renew", "reset"])
def test_who_changes_an_authenticator_holds_the_account_first(organiser, enrol, app, verb):
    """Else a code and a reset wait for each other now and then: too seldom for the race above to tell."""
    enrol(organiser)
    shown, user = app(organiser), User.objects.get(pk=organiser.pk)
    with CaptureQueriesContext(connection) as asked:
        reset(user) if verb == "reset" else getattr(verbs, verb)(user=user, code=shown)
    statements = [query["sql"] for query in asked]
    begun = [place for place, sql in enumerate(statements) if sql.startswith("BEGIN")]
    for place in begun:
        tables = [
            table
            for sql in statements[place + 1 :]
            for table in ("wugang_audit_user", "wugang_audit_authenticator")
            if f'FROM "{table}" ' in sql
        ]
        assert tables[:2] == ["wugang_audit_user", "wugang_audit_authenticator"]
