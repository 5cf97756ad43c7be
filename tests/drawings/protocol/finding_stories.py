"""Draws with findings, their records and log written word by word from the protocol.

It must never import verify.py: what its writers would get wrong, the vectors would then hold to be right.
"""

from typing import NamedTuple

from sealed_files import chained, log_rows, sha256, vector

KINDS = ("finding", "correction", "redaction")
SMALL, STEPPED, SEALED = "draw2/000", "draw2/003", "draw2/009"
ONE, TWO, NOT_DRAWN = "410481-766007", "410481-979112", "410481-050600"
STEPPED_IN, OF_SEALED = "410481-597971", "410481-040056"
LAW = "《个人信息保护法》第四十七条"
SUMMARY = "调取台账：\n\t排放口 DW001 超标，已责令改正。\\附件 2 份。"


class Told(NamedTuple):
    """What a record tells the log: its kind, its unit ("" for the draw itself), its document."""

    kind: str
    unit: str
    document: str


class Story(NamedTuple):
    """A draw's vector and what follows in it: records (text, what it tells) in their order, texts, and the log's order."""

    base: str
    records: tuple[tuple[str, Told], ...]
    texts: tuple[tuple[str, str, str], ...] = ()  # kind, key, text
    logged: tuple[Told, ...] | None = None  # where it is not that of the records
    is_text_file: bool = True


def one_line(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t")


def nonce(kind: str, key: str) -> str:
    return sha256(f"nonce {kind} {key}")[:32]


def fingerprint(kind: str, key: str, text: str) -> str:
    return sha256(f"{nonce(kind, key)} {text}")


def draw_of(base: str) -> str:
    return vector(base)["salt.txt"].decode().split(" ")[1]


def block(form: str, *lines: tuple[str, ...]) -> str:
    return "".join("\t".join(line) + "\n" for line in ((form,), *lines))


MIDDLE = (
    ("checklist", "general", "2"),
    ("checklist", "water", "5"),
    ("outcome", "ordered"),
    ("measure", "order", "2031-05-09"),
    ("measure", "urge", "-"),
    ("point", "general/permit", "pass"),
    ("point", "records", "absent"),
    ("point", "water/outlet", "fail"),
    ("clause", "general/permit", "排污许可管理条例第十七条"),
    ("clause", "water/outlet", "生态环境法典第一百七十四条"),
    ("clause", "water/outlet", "生态环境法典第五十三条"),
    ("reading", "DW001", "化学需氧量", "61.5", "mg/L", "50", "over"),
    ("reading", "DW001", "总汞", "0", "mg/L", "不得检出", "-"),
    ("reading", "DW001", "氨氮", "0.06", "mg/L", "-", "-"),
    ("reading", "DW001", "酸碱度", "7.2", "-", "6-9", "-"),
    ("facility", "TA001", "on"),
    ("facility", "应急池", "off"),
)
CLEAN = (("outcome", "clean"),)


def finding(base: str, unit: str, text: str, middle=CLEAN) -> tuple[str, Told]:
    """A record finding/2."""
    lines = (
        ("draw", draw_of(base)),
        ("unit", unit),
        ("visited", "2031-04-09"),
        *middle,
        ("summary", fingerprint("summary", unit, text)),
    )
    record = block("finding/2", *lines)
    return record, Told("finding", unit, record)


def old_finding(base: str, unit: str, summary: str = "生产正常。") -> tuple[str, Told]:
    """A record finding/1; a CR stands in the file as backslash r."""
    record = (
        f"finding/1\ndraw {draw_of(base)}\nunit {unit}\nvisited 2031-01-09\noutcome clean\nsummary {summary}\n"
        "point air pass\npoint water absent\n"
    )
    return record.replace("\r", "\\r"), Told("finding", unit, record)


def correction(base: str, unit: str, serial: int, text: str) -> tuple[str, Told]:
    digest = fingerprint("correction", f"{unit}/{serial}", text)
    lines = (("draw", draw_of(base)), ("unit", unit), ("serial", str(serial)), ("text", digest))
    record = block("correction/2", *lines)
    return record, Told("correction", unit, record)


def old_correction(base: str, unit: str, serial: int, text: str) -> tuple[str, Told]:
    lines = (("draw", draw_of(base)), ("unit", unit), ("serial", str(serial)), ("text", one_line(text)))
    return block("correction/1", *lines), Told("correction", unit, text)


def redaction(base: str, unit: str, word: str, of: str, reason: str = LAW) -> tuple[str, Told]:
    lines = (
        ("draw", draw_of(base)),
        ("unit", unit or "-"),
        ("text", word),
        ("of", of),
        ("on", "2031-05-20"),
        ("reason", one_line(reason)),
    )
    record = block("redaction/2", *lines)
    return record, Told("redaction", unit, record)


def salted(base: str, told: Told) -> str:
    """The digest in the log."""
    files = vector(base)
    is_sealed = files["commit.txt"].endswith(b"disclosure sealed\n")
    return sha256((files["salt.txt"].decode() if is_sealed else "") + told.document)


def row_of(base: str, told: Told, minute: int) -> tuple[str, str, str, str]:
    files = vector(base)
    salt, draw = files["salt.txt"].decode(), draw_of(base)
    unit = told.unit
    if unit and files["commit.txt"].endswith(b"disclosure sealed\n"):
        unit = sha256(f"{salt[:-1]} {unit}")
    time = f"2100-01-04T{9 + minute // 60:02d}:{minute % 60:02d}:00+08:00"
    return time, told.kind, f"{draw}/{unit}" if unit else draw, salted(base, told)


def files_of(story: Story) -> dict[str, bytes]:
    """The bundle; rows about findings that the base has under the draw's name are left out."""
    files, draw = vector(story.base), draw_of(story.base)
    before = [
        row
        for row in log_rows(files)
        if row[1] not in KINDS or not (row[2] == draw or row[2].startswith(f"{draw}/"))
    ]
    told = story.logged if story.logged is not None else tuple(each for _, each in story.records)
    after = [row_of(story.base, each, minute) for minute, each in enumerate(told)]
    files["log.tsv"] = chained([*before, *after])
    files["findings.txt"] = "".join([f"findings/2 {draw}\n", *(text for text, _ in story.records)]).encode()
    if story.is_text_file:
        rows = sorted(story.texts)
        lines = ["\t".join((kind, key, nonce(kind, key), one_line(text))) for kind, key, text in rows]
        files["texts.tsv"] = "".join(f"{line}\n" for line in [f"texts/2 {draw}", *lines]).encode()
    return files


def hidden_word(word: str, told: tuple[str, Told]) -> tuple[str, Told]:
    """The redaction of a record as a whole, by the digest that the log has of it."""
    base = next(
        base
        for base in (SMALL, STEPPED, SEALED)
        if f"\t{draw_of(base)}\n" in told[0] or f"draw {draw_of(base)}\n" in told[0]
    )
    return redaction(base, told[1].unit, word, salted(base, told[1]))


F1, F2 = finding(SMALL, ONE, SUMMARY, MIDDLE), finding(SMALL, TWO, "生产正常。")
C1, C2 = correction(SMALL, ONE, 1, "监测值应为 61.5。"), correction(SMALL, ONE, 2, "设施 TA001 当日停运。")
T1, T2 = ("summary", ONE, SUMMARY), ("summary", TWO, "生产正常。")
TC1, TC2 = (
    ("correction", f"{ONE}/1", "监测值应为 61.5。"),
    ("correction", f"{ONE}/2", "设施 TA001 当日停运。"),
)
OPEN = Story(SMALL, (F1, C1, C2, F2), (T1, T2, TC1, TC2), (F2[1], F1[1], C1[1], C2[1]))
R_SUMMARY = redaction(SMALL, ONE, "summary", fingerprint("summary", ONE, SUMMARY))
R_C1 = redaction(
    SMALL, ONE, "correction/1", fingerprint("correction", f"{ONE}/1", "监测值应为 61.5。"), "一\\二\n三\t四"
)
R_WITNESSES = redaction(SMALL, "", "witnesses", "-")
R_COMMIT = redaction(SMALL, "", "void", sha256(vector(SMALL)["commit.txt"]))
HIDDEN = Story(
    SMALL,
    (R_COMMIT, R_WITNESSES, F1, C1, C2, R_C1, R_SUMMARY, F2),
    (T2, TC2),
    (F1[1], C1[1], R_C1[1], F2[1], R_COMMIT[1], C2[1], R_SUMMARY[1], R_WITNESSES[1]),
)
R_F1 = hidden_word("finding", F1)
R_DEPOSIT, R_WITHDRAWAL = redaction(SMALL, "", "deposit/1", "-"), redaction(SMALL, "", "withdrawal/2", "-")
# First the summary, then all that was left of the finding; and two more texts of the draw.
BY_AND_BY = Story(
    SMALL,
    (R_DEPOSIT, R_WITHDRAWAL, C1, C2, R_SUMMARY, R_C1, R_F1, F2),
    (T2, TC2),
    (F1[1], C1[1], F2[1], R_SUMMARY[1], C2[1], R_DEPOSIT[1], R_C1[1], R_F1[1], R_WITHDRAWAL[1]),
)
O1, O2 = old_finding(SMALL, ONE), old_finding(SMALL, TWO, "一\t二 \\n 三 \\\\r finding/2\r")
OC1, OC2, OC3 = (
    old_correction(SMALL, ONE, serial, text) for serial, text in ((1, "其一"), (2, "其\n二\\"), (3, "其三"))
)
R_OC2, R_O2 = hidden_word("correction/2", OC2), hidden_word("finding", O2)
OLD = Story(SMALL, (O1, OC1, OC2, OC3, O2), is_text_file=False)
OLD_HIDDEN = Story(
    SMALL,
    (O1, OC1, OC3, R_OC2, R_O2),
    logged=(O1[1], OC1[1], O2[1], OC2[1], R_OC2[1], OC3[1], R_O2[1]),
    is_text_file=False,
)
S1, S2 = finding(SEALED, OF_SEALED, "生产正常。", MIDDLE), old_finding(SEALED, "410481-187170", "")
SC1, SC2 = correction(SEALED, OF_SEALED, 1, "x"), old_correction(SEALED, "410481-187170", 1, "y")
R_S1 = redaction(SEALED, OF_SEALED, "correction/1", fingerprint("correction", f"{OF_SEALED}/1", "x"))
R_SC2, R_SEALED = hidden_word("correction/1", SC2), redaction(SEALED, "", "evidence/3", "-")
UNSEALED = Story(
    SEALED,
    (R_SEALED, S1, SC1, R_S1, S2, R_SC2),
    (("summary", OF_SEALED, "生产正常。"),),
    (S1[1], S2[1], SC1[1], SC2[1], R_SC2[1], R_S1[1], R_SEALED[1]),
)
TEN = tuple(correction(STEPPED, STEPPED_IN, serial, f"第{serial}次") for serial in range(1, 11))
NAMES = (
    ("outcome", "x"),
    ("facility", "ﾟ", "on"),  # U+FF9F: below U+20BB7 by byte, above it where halves of characters are compared
    ("facility", "𠮷", "off"),
)
STEPPED_STORY = Story(
    STEPPED,
    (finding(STEPPED, STEPPED_IN, "𠮷ﾟ\u200b", NAMES), *TEN),
    (
        ("summary", STEPPED_IN, "𠮷ﾟ\u200b"),
        *(("correction", f"{STEPPED_IN}/{serial}", f"第{serial}次") for serial in range(1, 11)),
    ),
)
GOOD = {
    "none": Story(SMALL, (), is_text_file=False),
    "open": OPEN,
    "redacted": HIDDEN,
    "redacted-by-and-by": BY_AND_BY,
    "old": OLD,
    "old-redacted": OLD_HIDDEN,
    "sealed": UNSEALED,
    "stepped-in": STEPPED_STORY,
}
