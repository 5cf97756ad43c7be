"""Which roles one person may hold together: the table written out once more by hand, and the smallest staff."""

import itertools

import pytest

from wugang_audit.access import roles
from wugang_audit.access.roles import Role, conflict

ADM, SEC, AUD, ORG, REV, HEAD, OFF = (
    Role.ADMIN, Role.SECURITY, Role.AUDITOR, Role.ORGANISER, Role.REVIEWER, Role.HEAD, Role.OFFICER
)  # fmt: skip
# (one, other) -> a word that the reason must say; None: one person may hold both.
TABLE = {
    (ADM, SEC): "GB/T 22239",
    (ADM, AUD): "不能查自己",
    (ADM, ORG): "影响抽签",
    (ADM, REV): "自己审核",
    (ADM, HEAD): "没有人能批准",
    (ADM, OFF): "回避",
    (SEC, AUD): "不能查自己",
    (SEC, ORG): "第二个录入人",
    (SEC, REV): "自己审核",
    (SEC, HEAD): "自己批准",
    (SEC, OFF): "两个人的名义",
    (AUD, ORG): "监督抽签",
    (AUD, REV): "监督审核",
    (AUD, HEAD): "监督公开",
    (AUD, OFF): "监督检查",
    (ORG, REV): None,
    (ORG, HEAD): "监督抽签",
    (ORG, OFF): "被抽",
    (REV, HEAD): "两道关",
    (REV, OFF): None,
    (HEAD, OFF): "公开不了",
}


def test_the_table_considers_every_pair_of_roles():
    every = {frozenset(pair) for pair in itertools.combinations(Role, 2)}
    assert {frozenset(pair) for pair in TABLE} == set(roles.PAIRS) == every
    assert len(TABLE) == 21


@pytest.mark.parametrize(("one", "other"), TABLE)
def test_each_pair_is_allowed_or_excluded_with_its_reason(one, other):
    word = TABLE[one, other]
    said = conflict({one, other})
    assert said == conflict([other, one])
    if word is None:
        assert said is None
        assert roles.pair(one, other).why
    else:
        assert one.label in said and other.label in said and word in said


def test_reasons_are_not_copied():
    assert len({said.why for said in roles.PAIRS.values()}) == 21


def test_one_role_alone_conflicts_with_nothing():
    assert [conflict({role}) for role in Role] == [None] * 7
    assert conflict(set()) is None


def test_every_set_of_roles_is_refused_that_holds_an_excluded_pair():
    for size in range(2, 8):
        for held in itertools.combinations(Role, size):
            wrong = [pair for pair in TABLE if TABLE[pair] and set(pair) <= set(held)]
            assert bool(conflict(held)) == bool(wrong), held
            for one, other in wrong:
                label = {one.label, other.label}
                assert any(
                    label == set(part.split("：")[0].split("不能兼任")) for part in conflict(held).split(" ")
                )


def test_everybody_but_a_plain_officer_is_powerful():
    assert {ADM, SEC, AUD, ORG, REV, HEAD} == roles.POWERFUL
    assert set(roles.APPROVERS) == {ADM, SEC, HEAD}


def test_the_smallest_staff_is_nine_people_who_hold_nothing_excluded():
    posts = roles.SMALLEST_STAFF
    assert [(set(post.roles), post.people) for post in posts] == [
        ({SEC}, 1), ({ADM}, 1), ({HEAD}, 1), ({AUD}, 1), ({ORG, REV}, 1), ({ORG}, 1), ({OFF}, 3),
    ]  # fmt: skip
    assert sum(post.people for post in posts) == 9
    assert [post.labels for post in posts if conflict(post.roles)] == []
