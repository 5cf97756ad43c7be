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
            "ceremony/test_ceremony_freeze.py::test_a_second_freeze_changes_nothing_and_says_so",
            "ceremony/test_ceremony_races.py::test_the_last_value_drawn_twice_at_once_gives_one_result",
            "disclosure/test_disclosure_states.py::test_a_void_stays_with_its_reason_and_the_two_tries_name_each_other",
        ),
    ),
    Attack(
        "抽签前改名册，把熟人拿掉",
        "名册的指纹在承诺值里，公布后改不了；与上一次抽签相比谁进、谁出、谁换了类别，冻结前要由第二个人核对，件数随承诺一起公布。",
        (
            "ceremony/test_ceremony_freeze.py::test_a_registry_that_changed_after_the_preflight_is_looked_at_again",
            "disclosure/test_disclosure_files.py::test_the_verifier_of_the_bundle_fails_a_bundle_with_one_name_changed",
        ),
    ),
    Attack(
        "把一家单位写两遍，让它更容易抽中",
        "名册里编号必须由小到大、不得重复，重复的文件复算时通不过。",
        (
            "protocol/test_protocol_vectors.py::test_a_bad_vector_is_refused_for_its_reason",
            "protocol/test_protocol_fairness.py::test_a_unit_that_stands_twice_in_the_registry_fails",
        ),
    ),
    Attack(
        "给单位挑一个吉利的编号",
        "签值由号码和编号一起算出，编号确定的时候号码还不存在。",
        (
            "protocol/test_protocol_fairness.py::test_each_unit_that_may_be_drawn_has_the_chance_of_its_stratum",
        ),
    ),
    Attack(
        "临时换执法人员，或改专业、改回避、改任务数",
        "人员、专业、回避和已有任务数都在抽签前封存；任务数由以往的抽签算出，不由人填。",
        (
            "ceremony/test_ceremony_rules.py::test_loads_count_the_places_of_other_draws_of_the_same_quarter",
            "protocol/test_protocol_vectors.py::test_a_vector_with_any_byte_flipped_fails",
        ),
    ),
    Attack(
        "事后再选一个合适的随机数来源",
        "用哪些来源、哪一期，都写在承诺文件里；已经揭晓或者可能揭晓的来源不接受。",
        (
            "ceremony/test_ceremony_freeze.py::test_a_source_that_may_already_be_known_is_refused",
            "ceremony/test_ceremony_entropy.py::test_a_draw_on_dice_cannot_be_turned_to_system",
        ),
    ),
    Attack(
        "抽完换单位、换人",
        "结果的指纹当场写入日志；替补也按同一组号码的次序产生，不由人挑，原因和证据公开。数据库拒绝改动抽中的单位和检查组。",
        (
            "protocol/test_protocol_laws.py::test_substitutes_follow_the_order_of_their_stratum_and_their_own_key",
            "test_appendonly.py::test_rows_can_be_neither_changed_nor_deleted",
        ),
    ),
    Attack(
        "编号不变，换成另一家企业的名字",
        "名称也封存在名册里，所有抽签页面只用封存的名称。",
        ("disclosure/test_disclosure_leaks.py::test_names_of_a_draw_come_from_the_frozen_rows",),
    ),
    Attack(
        "彩票开奖后，倒推一个骰子点数填进去",
        "骰子必须在开奖之前录入，两人录入一致，当即写进公开日志，此后不能更改。",
        (
            "ceremony/test_ceremony_entropy.py::test_dice_are_too_late_once_the_lottery_is_known",
            "ceremony/test_ceremony_entropy.py::test_an_accepted_value_is_final",
        ),
    ),
    Attack(
        "密封期间，用别处的公开名册推算抽中了谁",
        "计算要用到一串随名册一起封存的随机字符（盐），解封以前谁也算不出来；网页、网址、下载和日志都不透露。",
        (
            "disclosure/test_disclosure_sealed.py::test_no_address_tells_which_units_a_sealed_draw_took",
            "disclosure/test_disclosure_sealed.py::test_pages_of_drawn_and_undrawn_units_are_alike_to_the_byte",
        ),
    ),
    Attack(
        "换掉已经公布的文件，或倒填日期",
        "日志一行扣一行，改一行，后面全对不上；最新链值印在每张公告上。数据库本身拒绝修改和删除。",
        (
            "disclosure/test_disclosure_log.py::test_a_changed_row_breaks_the_chain_where_it_stands",
            "protocol/test_protocol_vectors.py::test_a_bundle_with_any_byte_of_its_log_flipped_fails",
        ),
    ),
    Attack(
        "换掉复算程序，让它总说“通过”",
        "两个各写各的程序，指纹都在承诺文件里，并随文件一起下载；您还可以用别人写的程序复算。",
        ("protocol/test_twins_vectors.py::test_the_program_says_whether_it_is_the_committed_one",),
    ),
)
