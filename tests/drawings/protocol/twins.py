"""Asks the browser's verifier, `verify.mjs`, many questions in one process of node."""

import base64
import json
import shutil
import subprocess
from pathlib import Path

from protocol_cases import failed

from drawings.protocol import verify

PROGRAM = Path(verify.__file__).with_name("verify.mjs")
DRIVER = Path(__file__).with_name("twin_driver.mjs")


def node() -> str:
    """The path of node; the tests that need it are marked `browser`, and then it must be there."""
    path = shutil.which("node")
    assert path, "these tests need node 20 or newer (Debian: apt-get install nodejs)"
    return path


def packed(files: dict[str, bytes] | bytes) -> dict[str, str] | str:
    if isinstance(files, bytes):
        return base64.b64encode(files).decode()
    return {name: base64.b64encode(data).decode() for name, data in files.items()}


def ask(cases: list[dict]) -> list:
    """The answers of verify.mjs, in the order of the cases ({"op": ..., "files": {name: bytes}, ...})."""
    lines = [
        json.dumps({**case, **{key: packed(case[key]) for key in ("files", "earlier") if key in case}}) + "\n"
        for case in cases
    ]
    done = subprocess.run([node(), DRIVER], input="".join(lines).encode(), capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(answers) == len(cases)
    return answers


def agree(cases) -> list[bool]:
    """Whether the bundles hold, after both verifiers were found to say the same of each."""
    answers = ask([{"op": "check", "files": files} for files in cases])
    theirs = [all(line["ok"] for line in answer) for answer in answers]
    ours = [not failed(files) for files in cases]
    assert [number for number, pair in enumerate(zip(ours, theirs, strict=True)) if pair[0] != pair[1]] == []
    return ours
