"""The published vectors: what both verifiers must give, and what both must refuse."""

import pytest
from plain_draw import plain_draw
from protocol_cases import VECTORS, bundle, drawn, failed, folder, logged, registry, texts

from drawings.protocol import verify

DRAWS = sorted(path.name for path in (VECTORS / "draw1").iterdir())
BAD = {  # folder: what its first failed check says
    "pool-changed": "pool.tsv：摘要是 ",
    "officers-changed": "officers.tsv：摘要是 ",
    "commit-changed": "entropy.txt 第 2 行：应为「commit ",
    "result-order": "result.tsv 第 2 行：名次应为 1，实为 '2'",
    "result-lead": "result.tsv 第 2 行：重新计算为 ",
    "result-short": "result.tsv 第 226 行：重新计算为 ",
    "result-salt": "result.tsv 第 1 行：重新计算为 ",
    "pool-order": "pool.tsv 第 3 行：编号应由小到大且不重复",
    "pool-twice": "pool.tsv 第 3 行：编号应由小到大且不重复",
    "pool-crlf": "pool.tsv 第 1 行：有回车符 CR",
    "pool-bom": "pool.tsv 第 1 行：开头有 BOM",
    "pool-no-last-lf": "pool.tsv 第 601 行：最后一行没有换行符 LF",
    "pool-stratum": "pool.tsv：类别 other 没有在 commit.txt 中列出",
    "pool-standing": "pool.tsv 第 2 行：没有这种状态：'maybe'",
    "pool-draw": "pool.tsv 第 1 行：抽查编号是 2031Q1，commit.txt 是 2027Q2",
    "commit-take": "commit.txt 第 8 行：类别 key 的应抽数按规则是 173，承诺的是 174",
    "commit-base": "commit.txt 第 8 行：类别 key 的基数按规则是 181，承诺的是 185",
    "commit-extra-line": "commit.txt 第 11 行：应为「team 2 ",
    # The times of this folder do ascend: it differs from draw1/004 in the day of ssq, so its result is another one.
    "commit-times": "result.tsv 第 2 行：重新计算为 ",
    "entropy-order": "entropy.txt 第 3 行：应为「dice10 39 」",
    "entropy-missing": "entropy.txt 第 4 行：应为「ssq 2026112 」",
    "entropy-red-twice": "entropy.txt 第 4 行：双色球的红球应由小到大且不重复",
    "entropy-digit": "result.tsv 第 2 行：重新计算为 ",
    "entropy-short": "entropy.txt 第 3 行：十面骰应为 39 次，实为 38 次",
    "entropy-bits": "commit.txt 第 14 行：公开的随机性只有 53.965 位",
}


@pytest.mark.parametrize("name", DRAWS)
def test_a_vector_gives_its_result_byte_for_byte_and_passes_every_check(name):
    files = folder(f"draw1/{name}")
    assert verify.draw(*texts(files)).encode() == files["result.tsv"]
    assert failed(files) == []


@pytest.mark.parametrize("name", DRAWS)
def test_the_plain_reading_of_the_protocol_gives_the_same_vectors(name):
    files = folder(f"draw1/{name}")
    assert plain_draw(*texts(files)).encode() == files["result.tsv"]


@pytest.mark.parametrize("name", BAD)
def test_a_bad_vector_is_refused_for_its_reason(name):
    first, *_ = failed(folder(f"bad/{name}"))
    assert first.level == "fail"
    assert first.detail.startswith(BAD[name])


def test_every_bad_vector_has_its_reason_here():
    assert sorted(BAD) == sorted(path.name for path in (VECTORS / "bad").iterdir())


@pytest.mark.parametrize(
    "name", ["pool-changed", "pool-draw", "commit-take", "entropy-bits", "entropy-red-twice"]
)
def test_no_result_is_computed_from_bad_files(name):
    with pytest.raises(verify.Invalid):
        verify.draw(*texts(folder(f"bad/{name}")))


@pytest.mark.parametrize("name", ["013", "016", "017"])
def test_a_vector_with_any_byte_flipped_fails(name):
    files = folder(f"draw1/{name}")
    for file, data in files.items():
        for place in range(0, len(data), 1 if len(data) < 700 else 7):
            for flip in (1, 0x20, 0x80)[place % 3 :][:1]:
                changed = data[:place] + bytes([data[place] ^ flip]) + data[place + 1 :]
                assert failed({**files, file: changed}), (file, place, flip)


def test_a_bundle_with_any_byte_of_its_log_flipped_fails():
    files = logged(drawn(bundle(*registry(3, 20, 6))))
    assert failed(files) == []
    for place, byte in enumerate(files["log.tsv"]):
        changed = files["log.tsv"][:place] + bytes([byte ^ 1]) + files["log.tsv"][place + 1 :]
        assert failed({**files, "log.tsv": changed}), place
