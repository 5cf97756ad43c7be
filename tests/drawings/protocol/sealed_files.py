"""Changes a bundle and makes its digests fit again, with nothing but hashlib: only the change itself is then at stake."""

import hashlib
from pathlib import Path

VECTORS = Path(__file__).resolve().parents[2] / "vectors"
FROZEN = {"pool": "pool.tsv", "officers": "officers.tsv", "registers": "registers.tsv"}
NO_CHAIN = "0" * 64


def vector(name: str) -> dict[str, bytes]:
    """The files of a vector, but for the one that `--extends` takes."""
    return {
        path.name: path.read_bytes() for path in sorted((VECTORS / name).iterdir()) if path.name != "earlier"
    }


def sha256(data: str | bytes) -> str:
    return hashlib.sha256(data.encode() if isinstance(data, str) else data).hexdigest()


def resealed(files: dict[str, bytes], **texts: str) -> dict[str, bytes]:
    """The frozen files, salt, commit and entropy with some of their texts changed (`pool=...`) and all digests made to fit."""
    parts = {key: files[f"{key}.{end}"].decode() for key, end in
             (("pool", "tsv"), ("officers", "tsv"), ("registers", "tsv"), ("salt", "txt"), ("commit", "txt"), ("entropy", "txt"))} | texts  # fmt: skip
    lines = parts["commit"].split("\n")
    for number, line in enumerate(lines):
        kind = line.split(" ")[0]
        if kind in FROZEN:
            lines[number] = f"{kind} {sha256(parts[kind])} {parts[kind].count(chr(10)) - 1}"
        if kind == "salt":
            lines[number] = f"salt {sha256(parts['salt'])}"
    commit = "\n".join(lines)
    values = parts["entropy"].split("\n")
    values[1] = f"commit {sha256(commit)}"
    sealed = {
        "commit.txt": commit,
        "salt.txt": parts["salt"],
        "entropy.txt": "\n".join(values),
        **{name: parts[key] for key, name in FROZEN.items()},
    }
    return {name: text.encode() for name, text in sealed.items()}


def log_rows(files: dict[str, bytes]) -> list[tuple[str, ...]]:
    """The rows of a log without index and chain: (time, kind, subject, digest)."""
    return [tuple(line.split("\t")[1:5]) for line in files["log.tsv"].decode().split("\n")[1:-1]]


def chained(rows) -> bytes:
    """A log of (time, kind, subject, digest) rows, sound in its index and its chain whatever else they say."""
    lines, chain = ["log/2"], NO_CHAIN
    for index, row in enumerate(rows, 1):
        text = "\t".join([str(index), *row])
        chain = sha256(f"{chain}\t{text}")
        lines.append(f"{text}\t{chain}")
    return ("\n".join(lines) + "\n").encode()
