"""The page /verify/ in a real browser: what a citizen is told about bundles of every kind, and the log that it remembers."""

import zipfile
from pathlib import Path

import pytest
from conftest import PHONE
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
VECTORS = Path(__file__).resolve().parents[1] / "vectors"
VERDICT = "[data-verify-verdict]"


@pytest.fixture
def bundle(tmp_path):
    """Make a bundle's zip of a vector, with some files changed or, where None, left out."""

    def make(name, **changes):
        files = {
            path.name: path.read_bytes() for path in (VECTORS / name).iterdir() if path.name != "earlier"
        }
        files |= {file.replace("_", "."): data for file, data in changes.items()}
        path = tmp_path / f"{name.replace('/', '-')}-{len(list(tmp_path.iterdir()))}.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for file, data in files.items():
                if data is not None:
                    archive.writestr(file, data)
        return path

    return make


@pytest.fixture
def page(open_as):
    page = open_as(None)
    page.goto(f"{page.base}/verify/")
    return page


def verified(page, files, look, title):
    """Check the files on the page; its verdict must have this look and this title."""
    page.set_input_files("[data-verify-files]", files)
    verdict = page.locator(VERDICT)
    expect(verdict).to_be_visible()  # it is hidden from the moment that files are chosen
    expect(verdict.locator("h3")).to_have_text(title)
    expect(verdict).to_have_class(f"note note--{look}")
    return verdict


def test_a_whole_draw_is_checked_with_its_substitutes(page, bundle, look):
    verdict = verified(page, bundle("draw2/005"), "ok", "✓ 验证通过")
    expect(verdict).to_contain_text("重新抽签，得出同样的单位、同样的执法人员")
    expect(verdict).to_contain_text("抽签以后的 6 次替补也重新算过，由谁替补与公布的一样")
    lines = page.locator("[data-verify-lines]")
    expect(lines).to_contain_text("由谁替补重新算出，逐行一致")
    expect(lines).to_contain_text("替补的单位和人员同样由随机数决定，申报的人挑不了。")
    assert lines.locator(".is-bad").count() == 0
    look(page, "verify-whole")


def test_a_draw_without_substitutes_says_that_there_are_none(page, bundle):
    verdict = verified(page, bundle("draw2/000"), "ok", "✓ 验证通过")
    expect(verdict).to_contain_text("公布的文件里没有替补。")


def test_a_draw_that_is_not_finished_is_checked_as_far_as_it_goes(page, bundle, look):
    title = "✓ 抽签还没有完成，到目前为止都对得上"
    verdict = verified(page, bundle("unfinished/frozen-under-seal"), "info", title)
    expect(verdict).to_contain_text("单位名单还没有公开：要等更早一次密封的抽签解封")
    expect(page.locator("[data-verify-unit]")).to_be_hidden()
    page.evaluate("localStorage.clear()")  # the vectors are of one bureau and have logs of their own
    verdict = verified(page, bundle("unfinished/one-value"), "info", title)
    expect(verdict).to_contain_text("还没有公布的：随机数还没有全部揭晓；结果还没有公布。")
    look(page, "verify-unfinished")


def test_before_the_draw_a_citizen_finds_his_unit_in_the_hat_with_its_odds(page, bundle, look):
    verified(page, bundle("unfinished/one-value"), "info", "✓ 抽签还没有完成，到目前为止都对得上")
    pool = (VECTORS / "unfinished/one-value/pool.tsv").read_text().split("\n")[1:-1]
    unit = next(row for row in (line.split("\t") for line in pool) if row[3] == "in")[0]
    page.get_by_label("单位编号或名称").fill(unit)
    page.get_by_role("button", name="查找").click()
    stand = page.locator("[data-verify-stand]")
    expect(stand).to_contain_text("在名单里，还没有抽签")
    expect(stand).to_contain_text("家里抽")
    assert stand.locator("pre").count() == 0
    look(page, "verify-hat")


def test_a_draw_that_was_called_off_says_so(page, bundle, look):
    verdict = verified(page, bundle("unfinished/void"), "warn", "抽签已作废，公布的文件对得上")
    expect(verdict).to_contain_text("公开日志第 5 条")
    look(page, "verify-void")


def test_withdrawn_names_are_no_fault_and_are_told(page, bundle, look):
    verdict = verified(page, bundle("draw2/009"), "warn", "✓ 验证通过，但请注意")
    expect(verdict).to_contain_text("没有 names.tsv，名称都已撤下：单位 20 个，执法人员 22 个")
    page.get_by_label("单位编号或名称").fill("410481")
    page.get_by_role("button", name="查找").click()
    page.locator("[data-verify-units] button").first.click()
    expect(page.locator("[data-verify-stand]")).to_contain_text("（名称已撤下）")
    look(page, "verify-withdrawn")


def test_findings_are_held_against_the_log_and_what_is_hidden_is_named(page, bundle, look):
    verdict = verified(page, bundle("findings/redacted"), "ok", "✓ 验证通过")
    expect(verdict).to_contain_text(
        "公开的检查结果与日志逐条对得上：检查结果 2 条，更正 2 条，依法隐去 4 处。"
    )
    expect(verdict).to_contain_text(
        "已依法隐去：单位 410481-766007 的检查情况，2031-05-20，依据 “《个人信息保护法》第四十七条”。"
    )
    look(page, "verify-findings")
    verdict = verified(page, bundle("bad/findings-altered"), "bad", "✕ 验证不通过")
    expect(verdict).to_contain_text("单位 410481-766007 的检查结果的指纹应为")


def test_a_bundle_without_its_findings_is_called_incomplete_and_not_passed(page, bundle, look):
    verdict = verified(page, bundle("incomplete/new"), "warn", "不完整：缺少检查结果文件，其余的对得上")
    expect(verdict).to_contain_text(
        "没有 findings.txt，检查结果没有核对：日志登记了本次抽签的检查结果 2 条，更正 2 条"
    )
    expect(verdict).to_contain_text("请重新下载完整的文件包")
    look(page, "verify-incomplete")


def test_a_draw_of_an_older_protocol_is_sent_to_the_program_that_lies_with_it(page, bundle, look):
    verdict = verified(page, bundle("bad/commit-draw1"), "warn", "这是旧规则 draw/1 的抽签，这里不能复算")
    expect(verdict).to_contain_text("请用和它放在一起的 verify.py 或 verify.mjs 复算")
    expect(page.locator("[data-verify-unit]")).to_be_hidden()
    look(page, "verify-draw1")


def test_what_does_not_hold_is_named_with_file_and_line(page, bundle, look):
    verdict = verified(page, bundle("bad/substitutes-outcome"), "bad", "✕ 验证不通过")
    expect(verdict).to_contain_text("substitutes.tsv 第 6 行")
    expect(verdict).to_contain_text("请保留这些文件，向公布它的单位询问")
    look(page, "verify-bad")
    verdict = verified(page, bundle("bad/unfinished-result"), "bad", "✕ 验证不通过")
    expect(verdict).to_contain_text("文件不齐")


def test_loose_files_are_as_good_as_the_zip(page):
    files = [path for path in (VECTORS / "draw2/005").iterdir() if path.name != "earlier"]
    verified(page, files, "ok", "✓ 验证通过")


def shortened(name, rows):
    """The log of a vector with its first rows alone: sound, and older."""
    lines = (VECTORS / name / "log.tsv").read_text().split("\n")
    return "\n".join([*lines[: rows + 1], ""]).encode()


def test_the_page_remembers_the_log_and_says_whether_the_next_one_extends_it(page, bundle, look):
    """The log of one bureau as it grows: first, longer, older again, and another one."""
    lines = page.locator("[data-verify-lines]")
    early = bundle("unfinished/frozen-open", log_tsv=shortened("unfinished/frozen-open", 3))
    verified(page, early, "warn", "✓ 抽签还没有完成，到目前为止都对得上")
    expect(lines).to_contain_text("第一次看到这个机关的日志")
    verified(page, early, "warn", "✓ 抽签还没有完成，到目前为止都对得上")
    expect(lines.locator(".is-ok").last).to_contain_text("上次 3 条，这次 3 条")

    page.reload()  # what it remembers outlives the page
    verdict = verified(page, bundle("draw2/000"), "bad", "✕ 公开日志对不上您上次看到的")
    expect(verdict).to_contain_text("两份日志里至少有一份不是真的")
    expect(lines.locator(".is-bad")).to_contain_text("上次 3 条，这次 7 条，上次有的这次不同")
    look(page, "verify-other-log")
    verified(page, early, "warn", "✓ 抽签还没有完成，到目前为止都对得上")  # the other was not remembered

    verified(page, bundle("draw2/000"), "bad", "✕ 公开日志对不上您上次看到的")
    page.get_by_role("button", name="改为记住这份日志").click()
    expect(page.locator(VERDICT)).to_contain_text("已改为记住这份日志")
    verified(page, bundle("draw2/000"), "ok", "✓ 验证通过")


def test_an_older_download_is_no_rewritten_log(page, bundle):
    verified(page, bundle("draw2/019"), "warn", "✓ 验证通过，但请注意")
    early = bundle("draw2/019", log_tsv=shortened("draw2/019", 15))
    verified(page, early, "ok", "✓ 验证通过")  # without its last row, nothing is pending
    expect(page.locator("[data-verify-lines]")).to_contain_text("这份日志比您上次看到的短")
    verified(page, bundle("draw2/019"), "warn", "✓ 验证通过，但请注意")
    expect(page.locator("[data-verify-lines] .is-ok").last).to_contain_text("上次 16 条，这次 16 条")


def test_a_bad_bundle_is_not_remembered(page, bundle):
    verified(page, bundle("bad/names-digest"), "bad", "✕ 验证不通过")
    verified(page, bundle("draw2/000"), "ok", "✓ 验证通过")
    expect(page.locator("[data-verify-lines]")).to_contain_text("第一次看到这个机关的日志")


def test_on_a_phone_the_page_reads_from_top_to_bottom(open_as, bundle, look):
    page = open_as(None, PHONE)
    page.goto(f"{page.base}/verify/")
    verified(page, bundle("draw2/018"), "warn", "✓ 验证通过，但请注意")
    look(page, "verify-many")
