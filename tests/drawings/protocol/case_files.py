"""A case file written by hand from the protocol, as a zip; it imports no writer of verify.py."""

import hashlib
import io
import zipfile

DRAW, UNIT = "2026Q4", "410481-0001"
PHOTO, OTHER = b"\xff\xd8photo", b"\xff\xd8other"
SHA, SHA2 = hashlib.sha256(PHOTO).hexdigest(), hashlib.sha256(OTHER).hexdigest()
PNG = b"\x89PNG signature"
RECORD = (
    f"record/1\ndraw\t{DRAW}\nunit\t{UNIT}\nname\t舞钢市某厂\nnonce\t0123456789abcdef0123456789abcdef\n"
    "team\tHN-001\tlead\nteam\tHN-002\tsecond\nvisited\t2026-10-09T09:30+08:00\nentry\tentered\n"
    "shown\t2026-10-09T09:32+08:00\nnotice\tgiven\nmet\t王某\t厂长\nchecklist\tgeneral\t2\n"
    "point\tgeneral/air\tpass\t-\npoint\tgeneral/water\tfail\t渗漏\n"
    + "".join(
        f"evidence\t{sha}\tphoto\t2026-10-09T09:41+08:00\tgeneral/water\t-\n" for sha in sorted((SHA, SHA2))
    )
    + "remark\t-\nstatement\t没有意见\n"
)


def sha256(text: str | bytes) -> str:
    return hashlib.sha256(text.encode() if isinstance(text, str) else text).hexdigest()


def signed(record: str = RECORD, image: bytes = PNG) -> str:
    of = sha256(record)
    rows = (
        ("frozen", "张某", "HN-001", "-", "2026-10-09T10:00:00+08:00", "-", of, "-", "-", "-"),
        ("object", "李某", "HN-002", "-", "2026-10-09T10:01:00+08:00", "-", of, "时间不对", "-", "-"),
        ("confirm", "李某", "HN-002", "-", "2026-10-09T10:05:00+08:00", "2026-10-09T10:04:58+08:00", of, "-", "-", "-"),
        ("drawn", "王某", "-", "厂长", "2026-10-09T10:10:00+08:00", "-", of, "-", "-", sha256(image)),
    )  # fmt: skip
    return f"signatures/1 {DRAW}\n" + "".join("\t".join(row) + "\n" for row in rows)


def supplement(serial: int = 1, record: str = RECORD) -> str:
    return (
        f"supplement/1\ndraw\t{DRAW}\nunit\t{UNIT}\nrecord\t{sha256(record)}\nserial\t{serial}\nby\tHN-001\n"
        "at\t2026-10-09T11:00:00+08:00\ntext\t没有渗漏\npoint\tgeneral/water\nverdict\tpass\ndecision\tconfirm\n"
        "decided_by\tHN-002\ndecided\t2026-10-09T11:05:00+08:00\nnote\t-\n"
    )


def put_right(was: str, now: str, serial: int = 2, decision: str = "confirm") -> str:
    """One in lines of the record, written as a text."""
    lines = "".join(f"{word}\t{line}\n" for word, line in (("was", was), ("now", now)) if line)
    old = supplement(serial).replace("supplement/1", "supplement/2").replace("confirm", decision)
    return old.replace("point\tgeneral/water\nverdict\tpass\n", lines)


FINDING = (
    f"finding/2\ndraw\t{DRAW}\nunit\t{UNIT}\nvisited\t2026-10-09\nchecklist\tgeneral\t2\noutcome\tclean\n"
    f"point\tgeneral/air\tpass\npoint\tgeneral/water\tpass\nsummary\t{'cd' * 32}\n"
)


def log(record: str = RECORD, finding: str = FINDING, salt: str = "", subject: str = "") -> str:
    """Three neighbouring rows; of the first one its chain value is taken as it stands."""
    subject = subject or f"{DRAW}/{UNIT}"
    lines, chain = [], "ab" * 32
    lines.append(("7", "2026-10-10T09:00:00+08:00", "audit", "audit/9", "cd" * 32, chain))
    for index, kind, text in ((8, "audit", record), (9, "finding", finding)):
        row = (str(index), "2026-10-10T09:00:00+08:00", kind, subject, sha256(salt + text))
        chain = sha256("\t".join((chain, *row)))
        lines.append((*row, chain))
    return "log-rows/1\n" + "".join("\t".join(line) + "\n" for line in lines)


OLD = RECORD.replace("渗漏", "渗水")  # a record that was set aside
GONE = b"\xff\xd8gone"
SHA3 = hashlib.sha256(GONE).hexdigest()


def earlier(record: str = OLD, by: str = "张某", because: str = "编号记错了") -> str:
    return f"earlier/1 {DRAW}\n1\t{sha256(record)}\t2026-10-09T09:58:00+08:00\t{by}\t{because}\n"


def opened_again(record: str = OLD) -> str:
    """Who stood by the record that was set aside: the one who froze it, and an objection."""
    rows = signed(record).splitlines()[:3]
    return "".join(f"{row}\n" for row in rows)


def removed(sha: str = SHA3, because: str = "拍到了无关的人") -> str:
    row = (sha, "photo", "2026-10-09T09:40+08:00", "-", "-", "2026-10-09T09:50:00+08:00", "张某", because)
    return f"removed/1 {DRAW}\n" + "\t".join(row) + "\n"


# A visit that was made before there were on-site records.
BARE = (
    f"visit/1\ndraw\t{DRAW}\nunit\t{UNIT}\nname\t舞钢市某厂\nteam\tHN-001\tlead\nteam\tHN-002\tsecond\n"
    "visited\t2026-10-09T09:30+08:00\noutcome\tclean\nchecklist\tgeneral\t2\npoint\tgeneral/air\tpass\t-\n"
    "point\tgeneral/water\tpass\t-\nsummary\t正常。\nsubmitted\t2026-10-09T17:00:00+08:00\nby\t张某\n"
)


def bare(**more: str | bytes | None) -> dict[str, bytes]:
    """All that the case of such a visit has."""
    own = {"record.txt": None, "signatures.tsv": None, "signature.png": None, "supplements/1.txt": None}
    own |= dict.fromkeys(SET_ASIDE) | {"visit.txt": BARE}
    return whole(
        **own
        | {f"evidence/{SHA}.jpg": None, f"evidence/{SHA}.copy.jpg": None, f"evidence/{SHA2}.jpg": None}
        | more
    )


SET_ASIDE = {
    "earlier.tsv": earlier(),
    "earlier/1/record.txt": OLD,
    "earlier/1/signatures.tsv": opened_again(),
    "removed.tsv": removed(),
    f"removed/{SHA3}.jpg": GONE,
    f"removed/{SHA3}.copy.jpg": b"\xff\xd8small",
}


def listed(files: dict[str, bytes]) -> dict[str, bytes]:
    """The files with their list of contents."""
    rows = [f"{path}\t{sha256(data)}\t{len(data)}\t某文件\n" for path, data in sorted(files.items())]
    return {"contents.tsv": (f"contents/1 {DRAW}\n" + "".join(rows)).encode(), **files}


def whole(**more: str | bytes | None) -> dict[str, bytes]:
    """All that a published case has; `more` replaces a file, or leaves it out (None), before the list is written."""
    files: dict[str, str | bytes | None] = {
        "record.txt": RECORD,
        "signatures.tsv": signed(),
        "signature.png": PNG,
        "supplements/1.txt": supplement(),
        f"evidence/{SHA}.jpg": PHOTO,
        f"evidence/{SHA}.copy.jpg": b"\xff\xd8small",
        f"evidence/{SHA2}.jpg": OTHER,
        "finding.txt": FINDING,
        "log.tsv": log(),
        **SET_ASIDE,
        **more,
    }
    return listed(
        {
            path: data.encode() if isinstance(data, str) else data
            for path, data in files.items()
            if data is not None
        }
    )


def packed(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()
