"""Where 64 bits begin: both verifiers refuse the last draw below, and accept the first one above.

The vectors break the rule by ten bits; a verifier that asked for 54 or for 63 would pass them.
"""

import pytest
from protocol_cases import bundle, registry, texts
from twins import ask

from drawings.protocol import verify

FILES = bundle(*registry(5, 30, 6))
BELOW = {  # source: throws, thousandths of a bit
    "dice10": (19, 63_099),
    "dice6": (24, 62_016),
}
ABOVE = {"dice10": (20, 66_420), "dice6": (25, 64_600)}


def thrown(source: str, times: int) -> dict[str, bytes]:
    """The same draw on so many throws of one kind of dice: commit and entropy agree in all else."""
    commit = FILES["commit.txt"].decode().replace("entropy dice10 39 ", f"entropy {source} {times} ")
    lines = [f"commit {verify.digest(commit)}", f"{source} {times} {'1' * times}"]
    entropy = "\n".join([FILES["entropy.txt"].decode().split("\n")[0], *lines, ""])
    return {**FILES, "commit.txt": commit.encode(), "entropy.txt": entropy.encode()}


@pytest.mark.parametrize("source", BELOW)
def test_the_last_number_of_throws_below_64_bits_is_refused_and_the_next_one_draws(source):
    (below, bits), (above, enough) = BELOW[source], ABOVE[source]
    assert (verify.bits(source, str(below)), verify.bits(source, str(above))) == (bits, enough)
    with pytest.raises(verify.Invalid, match=f"公开的随机性只有 {bits / 1000} 位，至少要 64 位"):
        verify.draw(*texts(thrown(source, below)))
    assert verify.draw(*texts(thrown(source, above))).startswith("result/2 ")


def test_two_sources_count_together_up_to_the_last_thousandth():
    """17 throws and a 福彩3D make 66.4; 16 and one make 63.1."""
    lottery = "entropy fc3d 2026261 2026-10-08T21:15:00+08:00\n"
    for times, bits in ((16, 63_101), (17, 66_422)):
        files = thrown("dice10", times)
        commit = files["commit.txt"].decode().replace("disclosure open", f"{lottery}disclosure open")
        assert sum(verify.bits(*pair) for pair in (("dice10", str(times)), ("fc3d", "2026261"))) == bits
        if bits < 64_000:
            with pytest.raises(verify.Invalid, match="至少要 64 位"):
                verify.parse_commit(commit)
        else:
            assert [source.source for source in verify.parse_commit(commit).sources] == ["dice10", "fc3d"]


@pytest.mark.browser
def test_the_verifier_in_javascript_draws_the_line_at_the_same_throw():
    numbers = [(source, times) for kinds in (BELOW, ABOVE) for source, (times, _) in kinds.items()]
    numbers += [("dice10", 18), ("dice10", 21), ("dice6", 23), ("dice6", 26)]
    answers = ask([{"op": "compute", "files": thrown(*each)} for each in numbers])
    assert ["result" in answer for answer in answers] == [False, False, True, True, False, True, False, True]
    ours = [verify.draw(*texts(thrown(*each))) for each in numbers if each[1] in (20, 25, 21, 26)]
    assert [answer["result"] for answer in answers if "result" in answer] == ours
