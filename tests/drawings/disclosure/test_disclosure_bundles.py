"""The bundle of a draw at each step: what is public, and the verifier that finds it in order as far as it goes."""

import io
import zipfile

import pytest

from drawings.amendments import withdrawals
from drawings.protocol import verify


@pytest.fixture
def bundle_of(stranger):
    """Download the bundle as anybody does: file name -> bytes."""

    def download(draw):
        content = stranger.get(f"/draws/{draw.code}/bundle.zip").content
        with zipfile.ZipFile(io.BytesIO(content)) as bundle:
            return {name: bundle.read(name) for name in bundle.namelist()}

    return download


def test_each_state_has_a_bundle_that_verifies_as_far_as_it_goes(draw_in, bundle_of, stranger, state):
    draw = draw_in(state)
    if state == "draft":
        assert stranger.get(f"/draws/{draw.code}/bundle.zip").status_code == 404
        return
    report = verify.check(bundle_of(draw))
    assert [check for check in report if not check.ok] == []
    waiting = {check.what for check in report if check.level == "wait"}
    sealed = state.startswith("sealed") and state not in (
        "sealed-lifted",
        "sealed-void-drawn",
        "sealed-void-frozen",
    )
    assert ("没有 salt.txt" in waiting) == sealed


def test_from_the_frozen_files_and_the_numbers_anybody_computes_the_result_before_it_is_published(
    draw_in, bundle_of
):
    draw = draw_in("drawn")
    files = bundle_of(draw)
    assert "result.tsv" not in files
    names = ("commit.txt", "pool.tsv", "officers.tsv", "registers.tsv", "salt.txt", "entropy.txt")
    assert verify.draw(*(files[name].decode() for name in names)) == draw.file("result.tsv")


def test_a_bundle_with_withdrawn_names_verifies_and_says_how_many(draw_in, bundle_of):
    draw = draw_in("published")
    before = bundle_of(draw)
    withdrawals.withdraw(draw=draw, kind="officer", reason="期限已满", actor=None)
    files = bundle_of(draw)
    assert {name for name in files if files[name] != before[name]} == {"names.tsv", "log.tsv"}
    report = verify.check(files)
    assert [check for check in report if not check.ok] == []
    (note,) = (check for check in report if check.what == "已经撤下的名称（证明不受影响）")
    assert "3 个" in note.detail
    assert "撤下的名称与日志不符" not in {check.what for check in report}


def test_a_name_that_left_without_a_row_of_the_log_is_noticed_by_everybody(draw_in, bundle_of):
    files = bundle_of(draw_in("published"))
    files["names.tsv"] = b"".join(files["names.tsv"].splitlines(keepends=True)[:-1])
    (warning,) = (check for check in verify.check(files) if check.what == "撤下的名称与日志不符")
    assert "撤下 1 个，日志登记 0 个" in warning.detail
