"""PROTOCOL.md says what the verifiers do: its tables and its digests are held against the program and the vectors."""

import hashlib
import re
from pathlib import Path

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


def test_the_name_in_the_example_has_the_digest_in_the_example():
    words, digest = re.search(r'H\("([^"]+)"\) =\s+`([0-9a-f]{64})`', section("3.5 ")).groups()
    assert hashlib.sha256(words.encode()).hexdigest() == digest
    assert words.replace(" ", "\u2192") in section("3.5 ")
