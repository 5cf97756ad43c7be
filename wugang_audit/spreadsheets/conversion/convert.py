"""Turning a workbook of another format into .xlsx in a process of its own, and saying in words how that ended."""

import logging
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from ..errors import SAVE_AS, Unreadable
from ..xlsx import guard
from . import child

LONGEST = 60  # seconds on the clock, on a machine that does other work too
_BROKEN = (1, -signal.SIGSEGV, -signal.SIGBUS)  # exit statuses of a reader that failed on the file
_ROOT = Path(__file__).resolve().parents[3]
logger = logging.getLogger(__name__)
_SAID: dict[str, tuple[str, str]] = {
    child.PASSWORD: ("工作簿设了打开密码", "请在 Excel 或 WPS 中取消密码，保存后再上传"),
    child.LARGE: (
        "工作表太大，读不完：行列太多，或者离数据很远的地方有一格内容",
        "请把有数据的行和列复制到一个新工作簿里（只粘贴数值），存为 .xlsx 再上传；一次最多 10 万行",
    ),
    child.DAMAGED: ("文件已损坏或不完整，读不出来", f"{SAVE_AS}；打不开的请重新下载或复制"),
}


def as_xlsx(content: bytes) -> bytes:
    """Return the workbook as .xlsx: as it is, or converted if it is an .xls, .xlsb, .ods or .et, whatever its name.

    What is none of these is returned as it is too: `open_file` says what is wrong with it.

    :raises Unreadable: if it is one of these and cannot be read.
    """
    guard.check_size(content)
    kind = guard.other_workbook(content)
    if not kind:
        return content
    # The name says the format: left to guess it, the reader says of a password that it cannot guess.
    with tempfile.NamedTemporaryFile(suffix=f".{kind}") as source, tempfile.TemporaryFile() as sink:
        source.write(content)
        source.flush()
        status = _run(source.name, sink.fileno())
        sink.seek(0)
        written = sink.read()
    if status == 0:
        return written
    problem, fix = _SAID[_word(status, written)]
    raise Unreadable(problem, fix)


def _word(status: int, written: bytes) -> str:
    """Return why the child refused the file, or what it most likely died of."""
    if status == child.REFUSED:
        return next((word for word in _SAID if word.encode() == written), child.DAMAGED)
    if status in _BROKEN:
        logger.warning("the reader of other formats ended with %s", status)
        return child.DAMAGED
    return child.LARGE  # out of memory, CPU or time: the system ended it


def _run(source: str, sink: int) -> int:
    """Run the child and return its exit status, negative if a signal ended it."""
    environment = {"PYTHONPATH": str(_ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        return subprocess.run(  # noqa: S603 -- nothing in it comes from a user
            [sys.executable, "-m", child.__name__, source],
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.DEVNULL,
            env=environment | {name: os.environ[name] for name in ("LD_LIBRARY_PATH",) if name in os.environ},
            cwd=_ROOT,
            timeout=LONGEST,
            check=False,
        ).returncode
    except subprocess.TimeoutExpired:
        return -1
