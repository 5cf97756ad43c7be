"""Substitutes: who steps in, declaration by declaration, and which declarations cannot take effect."""

import pytest
from plain_draw import H
from protocol_cases import SEALS, SSQ, bundle, drawn, failed, officer, texts, unit

from drawings.protocol import verify
from drawings.protocol.verify import Declaration, Invalid, Left, Source, Substitute, Team

TIME = "2026-10-08T22:00:00+08:00"
ISSUE = Source("pl5", "26282", "2026-10-09T21:15:00+08:00")
VALUE = "0 9 4 1 7"
BUREAU = [officer(f"a{n}", ("s",) if n < 4 else ("t",)) for n in range(6)]
FIRE = [officer(f"b{n}", ("s",), department="fire") for n in range(3)]
UNITS = [unit(f"u{n}", "key", "s", "in" if n < 4 else "again") for n in range(6)]
UNITS += [unit("v0", "special", "t"), unit("w0", "key", "s", "stopped"), unit("x0", "key", "s", "capped")]
TEAMS = (Team("bureau", 2, "cross"), Team("fire", 1, "cross"))
RULES = {"key": "1/3", "special": "1/1"}  # 3 of the key units, the one special unit


def files_of(substitutes="pl5", officers=(*BUREAU, *FIRE), units=UNITS, rules=RULES, **more):
    return bundle(units, officers, TEAMS, rules=rules, sources=SEALS, substitutes=substitutes, **more)


FILES = {"pl5": files_of(), "ssq": files_of("ssq"), "": files_of("")}


def standing(substitutes="pl5", **more) -> verify.Standing:
    return verify.Standing(*verify.draw_files(files_of(substitutes, **more) if more else FILES[substitutes]))


def ill(who, units, away=(), serial=1, source=ISSUE, time=TIME) -> Declaration:
    return Declaration(serial, time, "officer", who, "ill", tuple(units), tuple(away), source)


def closed(subject, away=(), serial=1, source=ISSUE, time=TIME) -> Declaration:
    return Declaration(serial, time, "unit", subject, "closed", (), tuple(away), source)


def first_team(there) -> tuple[str, list[str]]:
    """A drawn key unit and its team."""
    return next((one, list(team)) for one, team in there.teams.items() if one.startswith("u"))


def in_line(there, one, department, kx) -> list[str]:
    """The order of the department's officers for a unit of speciality `s`, by hand."""
    able = [who for who in there.officers.values() if who.department == department]
    able.sort(key=lambda who: ("s" not in who.specialities, H(f"{kx}s{one}|{who.officer}"), who.officer))
    return [who.officer for who in able]


def test_under_seed_the_keys_are_those_of_the_draw():
    there = standing("")
    one, team = first_team(there)
    line = [w for w in in_line(there, one, "bureau", H(f"team bureau {there.key}")) if w not in team]
    assert there.step(ill(team[0], [one], source=None), "") == f"{one}:{line[0]}"
    assert there.teams[one] == [line[0], *team[1:]]
    gone, others = next(iter(there.teams)), [u for u, t in verify.ranking(UNITS, "key", there.key)]
    following = next(u for u in others if u not in there.used)
    assert there.step(closed(gone, serial=2, source=None), "").startswith(f"{following}:")


def test_under_fresh_the_keys_are_made_of_the_serial_the_issue_and_its_value():
    there = standing()
    one, team = first_team(there)
    kt = H(f"team bureau {there.key}")
    kx = H(f"substitute 3 {kt} pl5 26282 {VALUE}")
    line = [who for who in in_line(there, one, "bureau", kx) if who not in team]
    assert there.step(ill(team[1], [one], serial=3), VALUE) == f"{one}:{line[0]}"
    assert there.teams[one] == [team[0], line[0], team[2]]


def test_a_substitute_unit_is_the_first_by_the_fresh_key_with_in_before_again():
    there = standing()
    gone, _ = first_team(there)
    ky = H(f"substitute 1 {H('select key ' + there.key)} pl5 26282 {VALUE}")
    able = [
        u for u in UNITS if u.stratum == "key" and u.standing in ("in", "again") and u.unit not in there.used
    ]
    able.sort(key=lambda u: (u.standing == "again", H(ky + u.unit), u.unit))
    lines = []
    for department, size in (("bureau", 2), ("fire", 1)):
        kx = H(f"substitute 1 {H(f'team {department} {there.key}')} pl5 26282 {VALUE}")
        lines += in_line(there, able[0].unit, department, kx)[:size]
    assert there.step(closed(gone), VALUE) == f"{able[0].unit}:{','.join(lines)}"
    assert gone not in there.teams and there.teams[able[0].unit] == lines


def test_whoever_gave_up_a_place_never_steps_in_there_again():
    there = standing()
    one, team = first_team(there)
    seen = []
    for serial in range(1, 5):
        who = there.teams[one][0]
        seen.append(who)
        there.step(ill(who, [one], serial=serial), VALUE)
        assert there.teams[one][0] not in seen
    who = there.teams[one][0]
    assert there.step(ill(who, [one], serial=5), VALUE) == f"{one}:-"
    assert there.teams[one] == [None, *team[1:]]


def test_whoever_left_an_open_place_behind_does_not_come_back_for_another():
    """Two of four stand in the team and two are away: the first place stays open, and he who left it stays away."""
    officers = [*BUREAU[:4], *FIRE]
    there = standing(officers=officers)
    one, team = first_team(there)
    rest = [who.officer for who in BUREAU[:4] if who.officer not in team]
    assert there.step(ill(team[0], [one], away=rest), VALUE) == f"{one}:-"
    assert there.able(one, "bureau") == set(rest)
    assert there.step(ill(team[1], [one], away=rest, serial=2), VALUE) == f"{one}:-"
    assert there.teams[one][:2] == [None, None]


def test_a_unit_that_nobody_follows_has_no_team_either():
    there = standing()
    assert there.step(closed("v0"), VALUE) == "-"
    assert "v0" not in there.teams
    with pytest.raises(Invalid, match="v0 已经被替补，没有检查组了"):
        there.step(closed("v0", serial=2), VALUE)
    with pytest.raises(Invalid, match="v0 已经被替补，没有检查组了"):
        there.step(ill("a0", ["v0"], serial=2), VALUE)


def test_a_team_that_nobody_is_left_for_is_open():
    there = standing()
    gone, _ = first_team(there)
    everybody = [who.officer for who in (*BUREAU, *FIRE)]
    outcome = there.step(closed(gone, away=everybody), VALUE)
    assert outcome.endswith(":-,-,-")
    assert there.teams[outcome.split(":")[0]] == [None, None, None]


def test_a_substitute_unit_can_be_substituted_and_never_comes_twice():
    there = standing()
    seen = set(there.teams)
    for serial in range(1, 4):
        gone = next(one for one in there.teams if one.startswith("u"))
        new = there.step(closed(gone, serial=serial), VALUE).split(":")[0]
        assert new not in seen
        seen.add(new)
    gone = next(one for one in there.teams if one.startswith("u"))
    assert there.step(closed(gone, serial=9), VALUE) == "-"
    assert {one for one in seen if one.startswith("u")} == {f"u{n}" for n in range(6)}


def test_an_officer_of_one_department_is_followed_by_one_of_his_own():
    there = standing()
    one, team = first_team(there)
    successor = there.step(ill(team[2], [one]), VALUE).split(":")[1]
    assert successor in {"b0", "b1", "b2"} - {team[2]}
    assert there.teams[one] == [*team[:2], successor]


def test_the_units_of_an_outcome_stand_in_the_order_of_the_department():
    there = standing()
    holding = {}
    for one, team in there.teams.items():
        for who in team[:2]:
            holding.setdefault(who, []).append(one)
    who, units = max(holding.items(), key=lambda pair: len(pair[1]))
    assert len(units) > 1
    kt = H(f"team bureau {there.key}")
    outcome = there.step(ill(who, sorted(units)), VALUE)
    assert [word.split(":")[0] for word in outcome.split(" ")] == sorted(
        units, key=lambda u: (H(f"{kt}u{u}"), u)
    )


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda one, team: ill(team[0], [one], time="2026-10-08T21:14:59+08:00"), "申报于北京时间 2026-10-08 21:14:59，早于抽签最后一个随机来源的时间"),
        (lambda one, team: ill(team[0], [one], source=None), "替补应由排列5决定，这里是抽签自己的种子"),
        (lambda one, team: ill(team[0], [one], source=Source("fc3d", "2026282", ISSUE.time)), "替补应由排列5决定，这里是福彩3D"),
        (lambda one, team: ill(team[0], [one], away=["zz"]), "也不能派的 zz 不在 officers.tsv 中"),
        (lambda one, team: ill("zz", [one]), "zz 不在 officers.tsv 中"),
        (lambda one, team: ill(team[0], ["zz"]), "zz 不在 pool.tsv 中"),
        (lambda one, team: ill(team[0], ["w0"]), "w0 没有被抽中，也不是替补的污染源"),
        (lambda one, team: ill(next(w.officer for w in BUREAU if w.officer not in team), [one]), " 的检查组里"),
        (lambda one, team: closed("zz"), "zz 不在 pool.tsv 中"),
        (lambda one, team: closed("x0"), "x0 没有被抽中，也不是替补的污染源"),
    ],
)  # fmt: skip
def test_a_declaration_that_cannot_take_effect_is_refused_and_changes_nothing(change, reason):
    there = standing()
    before = {one: list(team) for one, team in there.teams.items()}
    with pytest.raises(Invalid) as error:
        there.step(change(*first_team(there)), VALUE)
    assert reason in str(error.value)
    assert there.teams == before


def test_a_value_of_another_form_or_under_seed_is_refused():
    there = standing()
    one, team = first_team(there)
    with pytest.raises(Invalid, match="排列5的值应为"):
        there.step(ill(team[0], [one]), "09417")
    with pytest.raises(Invalid, match="替补由种子决定，不应有值"):
        seeded = standing("")
        one, team = first_team(seeded)
        seeded.step(ill(team[0], [one], source=None), VALUE)


def test_an_officer_gives_up_all_places_that_he_names_or_none():
    there = standing()
    one, team = first_team(there)
    with pytest.raises(Invalid, match=f"{team[0]} 不在 v0 的检查组里"):
        there.step(ill(team[0], [one, "v0"]), VALUE)
    assert there.teams[one] == team


def test_a_declaration_at_the_last_source_s_very_time_is_in_time():
    there = standing()
    one, team = first_team(there)
    assert there.step(ill(team[0], [one], time=SEALS[1].time), VALUE)


# ---- The places that `away` leaves to fewer than two ----


def test_each_place_says_how_many_could_step_in_and_how_many_but_for_away():
    there = standing()
    one, team = first_team(there)
    rest = [who.officer for who in BUREAU if who.officer not in team]
    assert there.left(ill(team[0], [one]), VALUE) == [Left(one, "bureau", 4, 4)]
    assert there.left(ill(team[0], [one], away=rest[:3]), VALUE) == [Left(one, "bureau", 1, 4)]
    assert there.left(ill(team[2], [one], away=rest), VALUE) == [Left(one, "fire", 2, 2)]


def test_a_unit_leaves_each_place_of_its_team_to_one_fewer():
    there = standing()
    gone, _ = first_team(there)
    new = there.next_unit(closed(gone), VALUE)
    away = ["a0", "a1", "a2", "a3", "b0", "b1", "b2"]
    assert there.left(closed(gone, away=away), VALUE) == [
        Left(new, "bureau", 2, 6),
        Left(new, "bureau", 1, 5),
        Left(new, "fire", 0, 3),
    ]
    assert there.left(closed("v0"), VALUE) == []


def substituted(*declarations) -> dict[str, bytes]:
    there, rows = standing(), []
    for one in declarations:
        rows.append(Substitute(one, VALUE, there.step(one, VALUE)))
    return {**drawn(FILES["pl5"]), "substitutes.tsv": verify.write_substitutes("2026Q4", rows).encode()}


def test_the_report_names_each_place_for_which_away_left_fewer_than_two():
    one, team = first_team(standing())
    rest = [who.officer for who in BUREAU if who.officer not in team]

    def named(files):
        assert failed(files) == []
        return [line.detail for line in verify.check(files) if line.what.startswith("申报“也不能派”的人之后")]

    assert named(substituted(ill(team[0], [one], away=rest[:2]))) == []
    assert named(substituted(ill(team[0], [one], away=rest[:3]))) == [
        f"第 1 次替补，{one} 的 bureau：原有 4 人，剩 1 人"
    ]
    assert named(substituted(ill(team[0], [one]), ill(team[1], [one], away=rest, serial=2))) == [
        f"第 2 次替补，{one} 的 bureau：原有 3 人，剩 0 人"
    ]


def test_a_place_that_few_could_take_anyway_is_not_blamed_on_away():
    there = standing(officers=[*BUREAU[:3], *FIRE])
    one, team = first_team(there)
    (place,) = there.left(ill(team[0], [one], away=[team[1]]), VALUE)
    assert (place.could, place.but_for_away) == (1, 1)


def test_the_report_does_not_name_a_place_that_nobody_was_left_for_without_away():
    there, declarations = standing(), []
    one, _ = first_team(there)
    for serial in range(1, 6):
        declarations.append(ill(there.teams[one][0], [one], serial=serial))
        there.step(declarations[-1], VALUE)
    assert there.teams[one][0] is None
    report = verify.check(substituted(*declarations))
    assert [line.level for line in report if not line.ok or line.what.startswith("申报“也不能派”")] == []


def test_substitutes_of_another_draw_are_refused():
    one, team = first_team(standing())
    files = substituted(ill(team[0], [one]))
    files["substitutes.tsv"] = files["substitutes.tsv"].replace(b"2026Q4", b"2026Q3", 1)
    assert failed(files)[0].detail == "substitutes.tsv 第 1 行：抽签编号是 2026Q3，commit.txt 是 2026Q4"
    with pytest.raises(Invalid, match="抽签编号是 2026Q3"):
        verify.substitute_files(files)


def test_the_files_of_a_draw_and_its_texts_give_one_result():
    assert verify.result_text("2026Q4", verify.draw_files(FILES["pl5"]).rows) == verify.draw(
        *texts(FILES["pl5"])
    )


def test_the_draws_own_issue_under_a_later_time_is_refused():
    """Its value is known when somebody is declared away, so that the friend who steps in could be chosen."""
    there = standing("ssq")
    one, team = first_team(there)
    later = "2026-10-09T21:15:00+08:00"
    own, following = (Source("ssq", label, later) for label in ("2026112", "2026113"))
    with pytest.raises(Invalid, match="双色球 2026112 是抽签自己的随机来源"):
        there.step(ill(team[0], [one], source=own), SSQ)
    assert there.step(ill(team[0], [one], source=following), SSQ)
