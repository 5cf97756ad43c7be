"""PROTOCOL.md says what the verifiers do: its tables and its digests are held against the program and the vectors."""

import hashlib
import re
from pathlib import Path

from protocol_cases import VECTORS

from drawings.protocol import verify

TEXT = (Path(verify.__file__).parent / "PROTOCOL.md").read_text(encoding="utf-8")


def section(heading):
    """The text below a heading, up to the next one of any level."""
    return re.split(r"^#+ ", TEXT.split(f"# {heading}", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]


def test_the_text_counts_the_bits_of_each_source_as_the_verifier_does():
    rows = re.findall(r"^\| `(\w+)`.*\| (\d+)(?: each)? \|$", section("4. Random sources"), re.MULTILINE)
    assert {source: int(bits) for source, bits in rows} == {
        source: kind.thousandths for source, kind in verify.SOURCES.items()
    }


def test_the_text_names_the_kinds_of_the_log_the_standings_and_the_characters_that_the_verifier_knows():
    kinds = re.search(r"^Kinds: (.*?); no other", section("7.1 "), re.MULTILINE | re.DOTALL)[1]
    assert set(re.findall(r"`(\w+)`", kinds)) == verify.KINDS
    standings = re.search(r"^\| standing \|(.*)", section("3.2 "), re.MULTILINE)[1]
    assert set(re.findall(r"`(\w+)`", standings)) == set(verify.STANDINGS)
    spans = re.findall(r"[0-9A-F]+(?:-[0-9A-F]+)?(?=[,.])", section("11. ").split("included):")[1])
    assert spans == verify.CHARACTERS.split()


def test_the_name_in_the_example_has_the_digest_in_the_example():
    words, digest = re.search(r'H\("([^"]+)"\) =\s+`([0-9a-f]{64})`', section("3.5 ")).groups()
    assert hashlib.sha256(words.encode()).hexdigest() == digest
    assert words.replace(" ", "\u2192") in section("3.5 ")


def test_the_ticket_by_hand_is_the_one_in_the_vector():
    def digest(data):
        return hashlib.sha256(data).hexdigest()

    folder = VECTORS / "draw2" / "000"
    unit, ticket = (folder / "result.tsv").read_text(encoding="utf-8").splitlines()[1].split("\t")[2:4]
    seed = digest((folder / "entropy.txt").read_bytes() + (folder / "salt.txt").read_bytes())
    key = digest(f"select general {seed}".encode())
    said = section("10. A ticket by hand")
    assert re.findall(r"^[0-9a-f]{64}", said, re.MULTILINE) == [seed, key, ticket]
    assert f"${{S}}{unit}" in said
    others = re.findall(r"`([0-9a-f]{8})…`\s+for\s+`([0-9-]+)`", said)
    assert [digest(f"{key}{other}".encode())[:8] for _, other in others] == [start for start, _ in others]
    assert len(others) == 3
