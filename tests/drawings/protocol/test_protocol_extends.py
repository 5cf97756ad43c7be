"""`--extends`: the log goes on from an earlier log, chain value or checkpoint; the tree is that of RFC 6962."""

import base64
import hashlib

import pytest
from protocol_cases import chained, failed, folder

from drawings.protocol import verify

TIME = "2026-10-08T15:30:00+08:00"
LOG = chained([(TIME, "audit", f"audit/{number}", verify.digest(str(number))) for number in range(13)])
ROWS = verify.parse_log(LOG.decode())
LINES = LOG.decode().split("\n")[1:-1]


def plain_root(leaves: list[str]) -> bytes:
    """MTH of RFC 6962, section 2.1, as it stands there."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\0" + leaves[0].encode()).digest()
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\1" + plain_root(leaves[:k]) + plain_root(leaves[k:])).digest()


def checkpoint(size: int, root: bytes) -> bytes:
    return (
        f"site.example/log\n{size}\n{base64.b64encode(root).decode()}\n\n— site.example/log AAAA\n".encode()
    )


@pytest.mark.parametrize("size", range(14))
def test_the_root_is_that_of_rfc_6962(size):
    assert verify.merkle_root(LINES[:size]) == plain_root(LINES[:size])
    assert verify.check_extends(ROWS, checkpoint(size, plain_root(LINES[:size]))).startswith(
        f"检查点有 {size} 行"
    )


def test_roots_that_others_publish_for_the_leaves_of_a_well_known_test():
    """The inputs and roots of Certificate Transparency's own tests."""
    leaves = ["", "\0", "\x10", " !", "01", "@ABC", "PQRSTUVW", "`abcdefghijklmno"]
    roots = {
        1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    }
    assert {size: verify.merkle_root(leaves[:size]).hex() for size in roots} == roots


@pytest.mark.parametrize("count", [0, 1, 7, 13])
def test_an_earlier_log_is_extended(count):
    earlier = "\n".join(["log/2", *LINES[:count], ""])
    assert verify.check_extends(ROWS, earlier.encode()) == f"先前的日志有 {count} 行"


@pytest.mark.parametrize("index", [0, 6, 12])
@pytest.mark.parametrize("end", ["\n", ""])
def test_a_chain_value_that_the_log_had_is_extended(index, end):
    found = verify.check_extends(ROWS, (ROWS[index].chain + end).encode())
    assert found == f"先前的链值在第 {index + 2} 行"


def test_every_log_extends_the_empty_one():
    assert verify.check_extends(ROWS, verify.NO_CHAIN.encode()) == "先前的日志是空的"
    assert verify.check_extends([], checkpoint(0, plain_root([]))).startswith("检查点有 0 行")


OTHER = chained([(TIME, "audit", "audit/x", verify.digest("x")), *(row[1:5] for row in ROWS[1:])])


@pytest.mark.parametrize(
    ("earlier", "reason"),
    [
        (OTHER, "log.tsv 第 2 行：与先前记下的日志不同"),
        (OTHER.replace(b"audit/x", b"audit/y"), "log.tsv 第 2 行：链值应为 "),
        (verify.digest("x").encode(), "log.tsv 里没有先前记下的链值 "),
        (ROWS[0].chain.upper().encode(), "先前记下的文件应为日志、链值或检查点，认不出来"),
        (f"{ROWS[0].chain}\n\n".encode(), "先前记下的文件应为日志、链值或检查点，认不出来"),
        (checkpoint(13, plain_root(LINES[:12])), "log.tsv 的前 13 行与先前的检查点不同"),
        (checkpoint(12, plain_root(LINES)), "log.tsv 的前 12 行与先前的检查点不同"),
        (checkpoint(14, plain_root(LINES)), "log.tsv 只有 13 行，先前的检查点有 14 行"),
        (checkpoint(13, plain_root(LINES)).replace(b"13", b"013"), "先前记下的文件应为日志、链值或检查点"),
        (b"site.example/log\n13\n***\n\n", "检查点第 3 行应为 Base64 写的树根"),
        (b"", "先前记下的文件应为日志、链值或检查点，认不出来"),
        (b"\xff", "先前记下的文件不是 UTF-8"),
    ],
)
def test_what_the_log_does_not_extend_is_refused(earlier, reason):
    with pytest.raises(verify.Invalid) as error:
        verify.check_extends(ROWS, earlier)
    assert str(error.value).startswith(reason)


def test_a_log_that_was_cut_does_not_extend_the_longer_one():
    with pytest.raises(verify.Invalid, match="log.tsv 只有 12 行，先前记下的日志有 13 行"):
        verify.check_extends(ROWS[:12], LOG)
    with pytest.raises(verify.Invalid, match="log.tsv 里没有先前记下的链值"):
        verify.check_extends(ROWS[:12], ROWS[12].chain.encode())


def test_a_bundle_without_its_log_extends_nothing():
    files = {name: data for name, data in folder("draw2/005").items() if name != "log.tsv"}
    (line,) = failed(files, extends=verify.NO_CHAIN.encode())
    assert (line.what, line.detail) == (
        "log.tsv 接续先前记下的日志",
        "log.tsv：没有这个文件，看不出它接续什么",
    )
