"""What the freeze form proposes, what it folds away, and what it says beside the fields."""

import datetime

import pytest
from attack_cases import DICE, LOTTERY

from drawings.ceremony.freeze_form import FreezeForm, Preset
from drawings.models import EntropySource
from drawings.models.lotteries import check_times
from drawings.protocol import verify

CHINA = datetime.timezone(datetime.timedelta(hours=8))


def at(text):
    return datetime.datetime.fromisoformat(text).replace(tzinfo=CHINA)


def rest(form):
    return [row.switch.name for row in form.other_rows()]


def chosen(**data):
    """What the browser sends of a form: what is chosen, with its label and time."""
    return {
        f"{source}_{part}": value
        for source, (label, time) in data.items()
        for part, value in (("on", "on"), ("label", label), ("time", time))
    }


@pytest.mark.parametrize(
    ("now", "dice", "lottery", "known_at"),
    [
        ("2026-10-08 09:00", "2026-10-08 09:10", "ssq", "2026-10-08 21:15"),  # Thursday: of two at 21:15 the one of more bits
        ("2026-10-09 09:02", "2026-10-09 09:15", "fc3d", "2026-10-09 21:15"),  # Friday: no ssq
        ("2026-10-08 20:20", "2026-10-08 20:30", "ssq", "2026-10-08 21:15"),
        ("2026-10-08 20:26", "2026-10-08 20:40", "pl5", "2026-10-08 21:25"),  # 35 minutes are too short to throw and type
        ("2026-10-08 20:50", "2026-10-08 21:00", "fc3d", "2026-10-09 21:15"),
        ("2026-12-31 23:00", "2026-12-31 23:10", "fc3d", "2027-01-01 21:15"),
    ],
)  # fmt: skip
def test_dice_in_a_few_minutes_then_the_next_lottery(db, now, dice, lottery, known_at):
    preset = Preset.at(at(now))
    assert (preset.dice, preset.lottery) == (at(dice), lottery)
    assert preset.issues[lottery].known_at == at(known_at)


def test_the_issue_is_worked_out_from_the_last_one_named(outside_draw, clock):
    clock.moment = at("2026-10-11 09:00")  # Sunday; the draw named ssq 2026112 for Thursday
    form = FreezeForm()
    assert form.proposed == ("dice10", "ssq")
    assert (form["ssq_label"].value(), form["dice10_label"].value()) == ("2026113", "20")
    assert str(form["ssq_time"].value()) == "2026-10-11 21:15:00"
    assert "由本站登记过的期号推算" in form["ssq_label"].help_text
    assert "中国福彩网 www.cwl.gov.cn核对期号" in form["ssq_label"].help_text


def test_without_an_earlier_issue_the_time_is_proposed_and_the_number_asked_for(db, clock):
    form = FreezeForm()
    assert (form["ssq_label"].value(), str(form["ssq_time"].value())) == ("", "2026-10-08 21:15:00")
    assert "推算不出，请查好填写，例如 2026112" in form["ssq_label"].help_text
    typed = FreezeForm(chosen(dice10=("20", "2026-10-08T09:10"), ssq=("", "2026-10-08T21:15")))
    assert typed.errors == {"ssq_label": ["双色球：期号是 7 位数字，例如 2026112。"]}


def test_what_is_proposed_is_switched_on_and_everything_else_folded_away(db, clock):
    form = FreezeForm()
    assert [row.switch.name for row in form.proposed_rows()] == ["dice10_on", "ssq_on"]
    assert rest(form) == ["dice6_on", "pl5_on", "fc3d_on", "drand_on"]
    assert [form[f"{source}_on"].value() for source in ("dice10", "ssq", "pl5")] == [True, True, False]
    assert not form.has_other()


@pytest.mark.parametrize(
    "data",
    [
        chosen(dice10=("20", "2026-10-08T09:10"), pl5=("26261", "2026-10-08T21:25")),  # one there is chosen
        {"pl5_time": "morgen"} | chosen(dice10=("20", "2026-10-08T09:10")),  # or something is wrong there
    ],
)
def test_the_other_sources_are_open_where_they_must_be_seen(db, clock, data):
    assert FreezeForm(data).has_other()
    assert not FreezeForm(chosen(dice10=("20", "2026-10-08T09:10"))).has_other()


def test_all_of_the_proposal_can_be_changed(db, clock):
    form = FreezeForm(chosen(dice10=("39", "2026-10-08T15:30"), ssq=("2026113", "2026-10-11T21:15")))
    assert form.is_valid(), form.errors
    assert form.sources == [
        verify.Source("dice10", "39", "2026-10-08T15:30:00+08:00"),
        verify.Source("ssq", "2026113", "2026-10-11T21:15:00+08:00"),
    ]


@pytest.mark.parametrize(
    ("data", "errors"),
    [
        (chosen(dice10=("20", "2026-10-08T08:59")), {"dice10_time": "08:59 已经过去"}),
        (chosen(dice10=("19", "2026-10-08T09:10")), {"dice10_label": "至少要 64 比特"}),
        (chosen(ssq=("2025112", "2026-10-08T21:15"), dice10=("20", "2026-10-08T09:10")), {"ssq_label": "年份和开奖时间对不上"}),
        (chosen(ssq=("2026112", "2026-10-09T21:15"), dice10=("20", "2026-10-08T09:10")), {"ssq_time": "10月9日 21:15 不开奖"}),
        (chosen(ssq=("2026112", "2026-10-08T21:20"), dice10=("20", "2026-10-08T09:10")), {"ssq_time": "10月8日 21:20 不开奖"}),
        (chosen(ssq=("2026150", "2026-10-08T21:15"), dice10=("20", "2026-10-08T09:10")), {"ssq_label": "末三位在"}),
        (chosen(ssq=("2026112", "2026-10-08T21:15"), dice10=("20", "2026-10-08T21:30")), {"dice10_time": "彩票开奖之前"}),
        (chosen(ssq=("2026112", "2026-10-08T21:15"), fc3d=("2026261", "2026-10-08T21:15")), {"fc3d_time": "时间相同", None: "不够"}),
        (chosen(drand=(f"{verify.DRAND}/1000000", "2026-10-08T21:15")), {"drand_time": "2023-09-27 16:29:24 揭晓"}),
        (chosen(drand=(f"{'0' * 64}/1000000", "2026-10-08T21:15")), {"drand_label": "quicknet 的链指纹"}),
        (chosen(drand=("1000000", "2026-10-08T21:15")), {"drand_label": "斜线和轮次"}),
    ],
)  # fmt: skip
def test_each_fault_is_said_beside_its_field(db, clock, data, errors):
    form = FreezeForm(data)
    assert not form.is_valid()
    assert {name if name != "__all__" else None for name in form.errors} == set(errors)
    for name, said in errors.items():
        assert said in str(form.errors[name or "__all__"])


def test_the_proposed_round_of_the_beacon_is_known_at_its_own_time(db, clock):
    form = FreezeForm()
    label, time = form["drand_label"].value(), form["drand_time"].value()
    bound = FreezeForm(chosen(drand=(label, f"{time:%Y-%m-%dT%H:%M}")))
    assert bound.is_valid(), bound.errors
    assert time > form["ssq_time"].value()


def test_the_machines_own_numbers_stand_alone(db, clock, settings):
    settings.ALLOW_SYSTEM_ENTROPY = True
    both = FreezeForm({"system_on": "on"} | chosen(dice10=("20", "2026-10-08T09:10")))
    assert "只能单独使用" in str(both.errors["system_on"]) and both.has_other()
    assert FreezeForm({"system_on": "on"}).is_valid()


def test_under_an_earlier_seal_only_sealed_is_offered_and_no_earlier_day(sealed):
    form = FreezeForm(under=sealed)
    assert [value for value, _ in form.fields["disclosure"].choices] == ["sealed"]
    dice = chosen(dice10=("20", "2999-10-08T09:10"))
    opened = FreezeForm(dice | {"disclosure": "open"}, under=sealed)
    assert "还在密封，这次也必须密封" in str(opened.errors["disclosure"])
    dated = FreezeForm(dice | {"disclosure": "sealed", "unseal_on": "2999-12-31"}, under=sealed)
    assert "没有定解封日期" in str(dated.errors["unseal_on"])
    sealed.unseal_on = datetime.date(2999, 12, 31)
    early = FreezeForm(dice | {"disclosure": "sealed", "unseal_on": "2999-12-30"}, under=sealed)
    assert "2999-12-31 才解封" in str(early.errors["unseal_on"])
    fits = FreezeForm(dice | {"unseal_on": "2999-12-31"}, under=sealed)
    assert fits.is_valid(), fits.errors
    assert fits.choices()["disclosure"] == "sealed"


def test_the_last_issue_counts_whether_or_not_its_value_came(draft, freeze, clock):
    freeze(draft, DICE, LOTTERY)
    assert not EntropySource.objects.filter(accepted_at__isnull=False).exists()
    clock.moment = at("2026-10-09 09:00")
    assert FreezeForm()["ssq_label"].value() == "2026113"


@pytest.mark.parametrize(
    ("label", "time", "said"),
    [
        (
            "2026112",
            "2026-10-11T21:15",
            "第 2026112 期 2026-10-08 21:15 开奖",
        ),  # the issue itself, drawn on Thursday
        ("2026111", "2026-10-11T21:15", "第 2026112 期 2026-10-08 21:15 开奖"),  # one before it
        ("2025113", "2026-10-11T21:15", "年份和开奖时间对不上"),
        ("2026113", "2026-10-11T21:15", ""),
    ],
)
def test_an_old_issue_does_not_come_back_under_a_later_time(outside_draw, clock, label, time, said):
    clock.moment = at("2026-10-11 09:00")  # Sunday; the draw named ssq 2026112 for Thursday
    form = FreezeForm(chosen(dice10=("20", "2026-10-11T09:10"), ssq=(label, time)))
    assert form.is_valid() is not bool(said)
    assert set(form.errors) == ({"ssq_label"} if said else set())
    assert said in str(form.errors)


def test_an_issue_yet_to_be_drawn_serves_two_draws(draft, freeze, clock):
    freeze(draft, DICE, LOTTERY)
    same = FreezeForm(chosen(dice10=("20", "2026-10-08T09:10"), ssq=("2026112", "2026-10-08T21:15")))
    assert same.is_valid(), same.errors
    other_time = FreezeForm(chosen(dice10=("20", "2026-10-08T09:10"), ssq=("2026112", "2026-10-11T21:15")))
    assert "先后对不上" in str(other_time.errors["ssq_label"])


def test_a_lottery_that_has_moved_its_hour_is_set_and_then_counts(db, clock, settings):
    moved = chosen(dice10=("20", "2026-10-08T09:10"), pl5=("26261", "2026-10-08T20:30"))
    assert "pl5_time" in FreezeForm(moved).errors
    settings.LOTTERY_TIMES = {"pl5": "20:30"}
    form = FreezeForm(moved)
    assert form.is_valid(), form.errors
    assert form["pl5_on"].help_text == "排列5，每日 20:30 开奖。"


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ({"pl5": "21:30", "ssq": "00:00"}, []),
        ({"kl8": "21:30"}, ["没有 kl8 这种彩票"]),
        ({"pl5": "9点半", "ssq": "24:00"}, ["pl5 的开奖时间“9点半”看不懂", "ssq 的开奖时间“24:00”看不懂"]),
    ],
)
def test_a_setting_of_the_hours_that_means_nothing_is_said_before_the_site_starts(settings, setting, said):
    settings.LOTTERY_TIMES = setting
    faults = [str(fault.msg) for fault in check_times()]
    assert len(faults) == len(said) and all(part in fault for part, fault in zip(said, faults, strict=True))
