"""What is kept between tests is the same again, and made anew where anything went before it otherwise."""

from contextlib import suppress

import pytest
from django.db import transaction

from wugang_audit.access.roles import Role
from wugang_audit.accounts.models import User

made = []


@pytest.fixture
def account(kept):
    """Make an account; a row stands in the list for each time that it was truly made."""

    def make():
        made.append(1)
        return User.objects.create_user(
            "kept", "a-password-of-the-tests", full_name="程留存", roles=[Role.HEAD]
        )

    return lambda name="account": kept(name, make)


@pytest.mark.parametrize("time", ["first", "second"])
def test_what_is_kept_is_made_once_and_is_whole_both_times(account, time):
    if time == "first":
        made.clear()
    user = account()
    assert made == [1]
    assert User.objects.get() == user and user.has_role(Role.HEAD)
    user.full_name = "改过"
    user.save()


@pytest.mark.parametrize("otherwise", ["", "a setting", "a statement", "the clock", "a patch", "a name"])
def test_it_is_made_anew_where_anything_went_otherwise(account, otherwise, settings, monkeypatch, request):
    if otherwise == "a setting":
        settings.SESSION_HOURS = 3
    if otherwise == "a statement":
        User.objects.filter(username="nobody").delete()
        User.objects.filter(username="nobody").update(full_name="")
    if otherwise == "the clock":
        request.getfixturevalue("clock").move(days=1)
    if otherwise == "a patch":
        monkeypatch.setattr(User, "of_this_test", 1, raising=False)
    made.clear()
    account("another" if otherwise == "a name" else "account")
    assert made == [1] * bool(otherwise)


@pytest.mark.parametrize("time", ["first", "second"])
def test_what_goes_on_from_it_changes_the_very_object_that_the_test_holds(account, kept, time):
    user = account()

    def rename():
        user.full_name = "改过"
        user.save()
        return [user]

    assert kept("renamed", rename)[0] is user
    assert user.full_name == User.objects.get().full_name == "改过"


@pytest.mark.parametrize("time", ["first", "second"])
def test_what_is_kept_within_another_is_part_of_it(account, kept, time):
    two = kept("two", lambda: [account(), User.objects.create(username="second")])
    assert list(User.objects.order_by("pk")) == two


@pytest.mark.parametrize("time", ["first", "second"])
def test_what_was_taken_back_in_part_is_made_anew(kept, time):
    def half():
        with suppress(ValueError), transaction.atomic():
            User.objects.create(username="taken back")
            raise ValueError
        return User.objects.create(username="stays")

    stays = kept("half", half)
    assert User.objects.get() == stays
