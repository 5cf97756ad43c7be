"""The attacks that draw/1 answers (the last table of the protocol), what stops each, and the tests that try it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Attack:
    wish: str
    answer: str
    tests: tuple[str, ...]  # "path below tests/drawings/::name of the test"


ATTACKS = (
    Attack(
        "多抽几次，挑一次满意的",
        "结果只由封存的文件和外部号码算出：号码不出来算不了，号码出来后只有一个结果。作废要两名组织者先后签字，写明原因，连同作废的结果永远留在抽签公开里。",
        (
            "test_attacks.py::test_a_second_freeze_or_draw_gives_nothing_new",
            "test_attacks.py::test_a_quarter_has_no_second_live_draw_to_choose_from",
            "test_attacks.py::test_a_result_that_did_not_suit_stays_public_after_the_void",
            "test_attacks.py::test_no_address_computes_anything_before_the_last_value",
        ),
    ),
    Attack(
        "抽签前改名册，把熟人拿掉",
        "名册的指纹在承诺值里，公布后改不了；与上一次抽签相比谁进、谁出、谁换了类别，冻结前要由第二个人核对，件数随承诺一起公布。",
        (
            "test_attacks.py::test_what_is_edited_after_the_freeze_changes_nothing",
            "test_attacks.py::test_what_is_edited_between_the_look_and_the_freeze_is_looked_at_again",
            "test_attacks.py::test_what_was_edited_since_the_last_draw_needs_a_second_person_and_is_counted_in_public",
        ),
    ),
    Attack(
        "把一家单位写两遍，让它更容易抽中",
        "名册里编号必须由小到大、不得重复，重复的文件复算时通不过。",
        (
            "test_attacks.py::test_a_unit_that_stands_twice_is_refused_or_pointed_out",
            "protocol/test_protocol_fairness.py::test_a_unit_that_stands_twice_in_the_registry_fails",
        ),
    ),
    Attack(
        "给单位挑一个吉利的编号",
        "签值由号码和编号一起算出，编号确定的时候号码还不存在。",
        (
            "test_attacks.py::test_an_id_that_was_lucky_under_another_key_is_drawn_no_more_often_than_others",
            "protocol/test_protocol_fairness.py::test_each_unit_that_may_be_drawn_has_the_chance_of_its_stratum",
        ),
    ),
    Attack(
        "临时换执法人员，或改专业、改回避、改任务数",
        "人员、专业、回避和已有任务数都在抽签前封存；任务数由以往的抽签算出，不由人填。",
        (
            "test_attacks.py::test_what_is_edited_after_the_freeze_changes_nothing",
            "test_attacks.py::test_loads_come_from_earlier_draws_and_from_nothing_else",
        ),
    ),
    Attack(
        "事后再选一个合适的随机数来源",
        "用哪些来源、哪一期，都写在承诺文件里；已经揭晓或者可能揭晓的来源不接受。",
        (
            "test_attacks.py::test_a_source_that_is_known_already_is_refused",
            "test_attacks.py::test_a_source_that_the_commit_does_not_name_gives_no_result",
            "test_attacks.py::test_a_draw_on_dice_is_not_turned_to_the_machine",
        ),
    ),
    Attack(
        "抽完换单位、换人",
        "结果的指纹当场写入日志；替补也按同一组号码的次序产生，不由人挑，原因和证据公开。数据库拒绝改动抽中的单位和检查组。",
        (
            "test_attacks_after.py::test_a_unit_swapped_in_the_database_is_found",
            "test_attacks_after.py::test_an_officer_swapped_in_the_database_is_found",
            "test_attacks_after.py::test_a_substitute_picked_by_hand_in_the_database_is_found",
            "test_attacks_after.py::test_a_substitute_follows_from_the_seed_and_nobody_is_asked_whom_he_wants",
            "test_appendonly.py::test_rows_can_be_neither_changed_nor_deleted",
        ),
    ),
    Attack(
        "编号不变，换成另一家企业的名字",
        "名称也封存在名册里，所有抽签页面只用封存的名称。",
        (
            "test_attacks.py::test_the_firm_behind_a_number_is_the_one_of_the_frozen_pool",
            "test_attacks_after.py::test_a_task_that_goes_elsewhere_under_the_old_name_is_found",
        ),
    ),
    Attack(
        "彩票开奖后，倒推一个骰子点数填进去",
        "骰子必须在开奖之前录入，两人录入一致，当即写进公开日志，此后不能更改。",
        (
            "test_attacks.py::test_dice_cannot_be_entered_to_suit_a_known_lottery",
            "test_attacks.py::test_dice_that_come_late_void_the_draw",
            "test_attacks.py::test_dice_after_a_lottery_are_not_frozen",
        ),
    ),
    Attack(
        "密封期间，用别处的公开名册推算抽中了谁",
        "计算要用到一串随名册一起封存的随机字符（盐），解封以前谁也算不出来；网页、网址、下载和日志都不透露。",
        (
            "test_attacks_after.py::test_under_seal_the_public_files_do_not_hold_the_salt",
            "test_attacks_after.py::test_under_seal_even_the_whole_registry_gives_neither_the_key_nor_a_way_to_try",
            "disclosure/test_disclosure_sealed.py::test_no_address_tells_which_units_a_sealed_draw_took",
            "disclosure/test_disclosure_sealed.py::test_pages_of_drawn_and_undrawn_units_are_alike_to_the_byte",
        ),
    ),
    Attack(
        "换掉已经公布的文件，或倒填日期",
        "日志一行扣一行，改一行，后面全对不上；最新链值印在每张公告上。数据库本身拒绝修改和删除。",
        (
            "test_attacks_after.py::test_a_published_file_that_was_replaced_is_found_by_everybody",
            "test_attacks_after.py::test_a_row_of_the_log_that_was_backdated_or_changed_breaks_the_chain",
            "test_attacks_after.py::test_a_log_written_anew_is_not_the_one_on_the_papers",
        ),
    ),
    Attack(
        "换掉复算程序，让它总说“通过”",
        "两个各写各的程序，指纹都在承诺文件里，并随文件一起下载；您还可以用别人写的程序复算。",
        (
            "test_attacks_after.py::test_a_verifier_that_was_swapped_is_not_the_committed_one",
            "test_attacks_after.py::test_the_bundle_carries_the_very_programs_that_the_commit_names",
        ),
    ),
)
