"""Writes the vectors of findings: `python finding_vectors.py` in this folder. Like the stories, it never imports verify.py."""

from pathlib import Path

from finding_stories import (
    BY_AND_BY,
    C1,
    C2,
    F1,
    F2,
    GOOD,
    HIDDEN,
    LAW,
    NOT_DRAWN,
    O1,
    OC1,
    OC2,
    OC3,
    OLD,
    OLD_HIDDEN,
    ONE,
    OPEN,
    R_C1,
    R_DEPOSIT,
    R_F1,
    R_O2,
    R_OC2,
    R_SEALED,
    R_SUMMARY,
    R_WITHDRAWAL,
    R_WITNESSES,
    S1,
    SEALED,
    SMALL,
    STEPPED_STORY,
    SUMMARY,
    T1,
    T2,
    TC1,
    TC2,
    TWO,
    UNSEALED,
    Story,
    Told,
    draw_of,
    files_of,
    finding,
    fingerprint,
    nonce,
    salted,
)
from sealed_files import VECTORS, chained, log_rows, sha256, vector


def changed(story: Story, file: str, old: str, new: str) -> dict[str, bytes]:
    files = files_of(story)
    assert files[file].count(old.encode()) >= 1, (file, old)
    return {**files, file: files[file].replace(old.encode(), new.encode(), 1)}


def retold(story: Story, old: str, new: str) -> dict[str, bytes]:
    """The first record that holds `old` changed, and logged as it is then."""
    place = next(n for n, (text, _) in enumerate(story.records) if old in text)
    text, told = story.records[place]
    other = text.replace(old, new, 1)
    now = told._replace(document=other)
    records = (*story.records[:place], (other, now), *story.records[place + 1 :])
    logged = tuple(now if each == told else each for each in story.logged or (t for _, t in story.records))
    return files_of(story._replace(records=records, logged=logged))


def without(story: Story, *gone) -> Story:
    """The story without some records, of which the log still tells."""
    told = story.logged or tuple(each for _, each in story.records)
    return story._replace(records=tuple(each for each in story.records if each not in gone), logged=told)


def with_text(story: Story, *texts) -> dict[str, bytes]:
    return files_of(story._replace(texts=(*story.texts, *texts)))


def records(story: Story, *these, logged=None) -> dict[str, bytes]:
    return files_of(story._replace(records=these, logged=logged))


def unlogged(story: Story, *gone: Told) -> dict[str, bytes]:
    told = story.logged or tuple(each for _, each in story.records)
    return files_of(story._replace(logged=tuple(each for each in told if each not in gone)))


def no_findings(story: Story) -> dict[str, bytes]:
    """The story without its two files, as a bundle was before there were any, or as somebody would like it."""
    return {name: data for name, data in files_of(story).items() if name not in ("findings.txt", "texts.tsv")}


def incomplete_vectors() -> dict[str, dict[str, bytes]]:
    return {"old": no_findings(OLD), "new": no_findings(OPEN), "void": called_off(no_findings(OPEN))}


def called_off(files: dict[str, bytes]) -> dict[str, bytes]:
    """The draw void after its findings: what is missing weighs more."""
    rows = log_rows(files)
    time, draw = rows[-1][0], draw_of(SMALL)
    return {**files, "log.tsv": chained([*rows, (time, "void", draw, sha256("作废"))])}


def bad_vectors() -> dict[str, dict[str, bytes]]:
    """name -> files; each breaks one rule, and the log follows it where it is not the log that is wrong."""
    stray = finding(SMALL, NOT_DRAWN, "x")
    whole = files_of(OPEN)
    unsalted = files_of(UNSEALED)
    rows = log_rows(unsalted)
    place = next(n for n, row in enumerate(rows) if row[3] == salted(SEALED, S1[1]))
    rows[place] = (*rows[place][:3], sha256(S1[1].document))
    whole_first = (*(each for each in BY_AND_BY.logged if each != R_SUMMARY[1]), R_SUMMARY[1])
    early = (F1[1], R_SUMMARY[1], C1[1], C2[1], F2[1])
    return {
        "findings-altered": changed(OPEN, "findings.txt", "61.5", "41.5"),
        "findings-old-altered": changed(OLD, "findings.txt", "生产正常", "生产不正常"),
        "findings-correction-altered": changed(OLD, "findings.txt", "其三", "其四"),
        "findings-dropped": files_of(without(OPEN, F2)._replace(texts=(T1, TC1, TC2))),
        "findings-correction-dropped": files_of(without(OPEN, C2)._replace(texts=(T1, T2, TC1))),
        "findings-all-dropped": files_of(Story(SMALL, (), logged=OPEN.logged, is_text_file=False)),
        "findings-correction-gap": files_of(without(OPEN, C1)._replace(texts=(T1, T2, TC2))),
        "findings-redaction-dropped": files_of(without(HIDDEN, R_WITNESSES)),
        "findings-swapped": records(OPEN, F2, F1, C1, C2, logged=OPEN.logged),
        "findings-twice": records(OPEN, F1, F1, C1, C2, F2, logged=OPEN.logged),
        "findings-unlogged": unlogged(OPEN, F2[1]),
        "findings-redactions-left-out": no_findings(HIDDEN),
        "findings-redaction-unlogged": unlogged(HIDDEN, R_SUMMARY[1]),
        "findings-corrections-swapped": files_of(OPEN._replace(logged=(F1[1], F2[1], C2[1], C1[1]))),
        "findings-correction-early": files_of(OPEN._replace(logged=(C1[1], F1[1], C2[1], F2[1]))),
        "findings-redaction-early": records(HIDDEN._replace(texts=(T2, TC1, TC2)), F1, C1, C2, R_SUMMARY, F2, logged=(R_SUMMARY[1], F1[1], C1[1], C2[1], F2[1])),
        "findings-correction-alone": records(OPEN._replace(texts=(T2, TC1, TC2)), C1, C2, F2),
        "findings-not-drawn": files_of(OPEN._replace(records=(stray, *OPEN.records), texts=(*OPEN.texts, ("summary", NOT_DRAWN, "x")), logged=(stray[1], *OPEN.logged))),
        "findings-unsalted": {**unsalted, "log.tsv": chained(rows)},
        "findings-redacted-twice": records(HIDDEN._replace(texts=(T2, TC1, TC2)), F1, C1, C2, R_SUMMARY, R_SUMMARY, F2, logged=(*early, R_SUMMARY[1])),
        "findings-still-there": files_of(OLD_HIDDEN._replace(records=(O1, OC1, OC2, OC3, R_OC2, R_O2))),
        "findings-redacted-after-the-whole": records(BY_AND_BY, R_DEPOSIT, R_WITHDRAWAL, C1, C2, R_C1, R_F1, R_SUMMARY, F2, logged=whole_first),
        "findings-redacted-without-the-whole": records(BY_AND_BY, R_DEPOSIT, R_WITHDRAWAL, C1, C2, R_SUMMARY, R_C1, F2, logged=tuple(each for each in BY_AND_BY.logged if each != R_F1[1])),
        "findings-redacted-other": retold(HIDDEN, "of\t" + fingerprint("summary", ONE, SUMMARY), "of\t" + "0" * 64),
        "findings-redacted-nothing": retold(HIDDEN, "text\tsummary", "text\tcorrection/4"),
        "findings-redacted-unknown": retold(HIDDEN, "text\tsummary", "text\tnote"),
        "findings-redacted-never-logged": retold(HIDDEN, "of\t" + sha256(vector(SMALL)["commit.txt"]), "of\t" + "0" * 64),
        "findings-redaction-reason": retold(HIDDEN, LAW, ""),
        "findings-redaction-tab": retold(HIDDEN, "三\\t四", "三\t四"),
        "findings-redaction-escape": retold(HIDDEN, "三\\t四", "三\\r四"),
        "findings-clause": retold(OPEN, "clause\tgeneral/permit", "clause\tgeneral/other"),
        "findings-checklist": retold(OPEN, "checklist\twater\t5\n", ""),
        "findings-point-twice": retold(OPEN, "point\tgeneral/permit\tpass\n", "point\tgeneral/permit\tfail\npoint\tgeneral/permit\tpass\n"),
        "findings-facility-order": retold(OPEN, "facility\tTA001\ton\nfacility\t应急池\toff\n", "facility\t应急池\toff\nfacility\tTA001\ton\n"),
        "findings-line-order": retold(OPEN, "outcome\tordered\nmeasure\torder\t2031-05-09\n", "measure\torder\t2031-05-09\noutcome\tordered\n"),
        "findings-line-missing": retold(OPEN, "visited\t2031-04-09\n", ""),
        "findings-line-extra": retold(OPEN, "outcome\tordered\n", "outcome\tordered\noutcome\tordered\n"),
        "findings-field-extra": retold(OPEN, "outcome\tordered\n", "outcome\tordered\t\n"),
        "findings-value": retold(OPEN, "\t61.5\t", "\t061.5\t"),
        "findings-value-sign": retold(OPEN, "\t61.5\t", "\t-61.5\t"),
        "findings-limit": retold(OPEN, "6-9", "6  9"),
        "findings-no-limit": retold(OPEN, "0.06\tmg/L\t-\t-", "0.06\tmg/L\t-\twithin"),
        "findings-visited": retold(OPEN, "visited\t2031-04-09", "visited\t2031-02-30"),
        "findings-form": retold(OPEN, "finding/2\n", "finding/3\n"),
        "findings-draw": retold(OPEN, f"draw\t{draw_of(SMALL)}", "draw\t2031Q2"),
        "findings-head": changed(OPEN, "findings.txt", f"findings/2 {draw_of(SMALL)}", "findings/2 2031Q2"),
        "findings-cr": changed(OPEN, "findings.txt", "outcome\tordered\n", "outcome\tordered\r\n"),
        "findings-old-point": retold(OLD, "point air pass\npoint water absent\n", "point water absent\npoint air pass\n"),
        "findings-old-two-spaces": retold(OLD, "outcome clean", "outcome  clean"),
        "findings-by-halves": retold(STEPPED_STORY, "facility\tﾟ\ton\nfacility\t𠮷\toff\n", "facility\t𠮷\toff\nfacility\tﾟ\ton\n"),
        "findings-serial": retold(OPEN, "serial\t1", "serial\t01"),
        "texts-still-there": with_text(HIDDEN, T1),
        "texts-missing": files_of(OPEN._replace(texts=(T1, TC1, TC2))),
        "texts-none": {name: data for name, data in whole.items() if name != "texts.tsv"},
        "texts-altered": changed(OPEN, "texts.tsv", "生产正常", "生产不正常"),
        "texts-nonce": changed(OPEN, "texts.tsv", nonce("summary", TWO), "0" * 32),
        "texts-nonce-form": changed(OPEN, "texts.tsv", nonce("summary", TWO), "A" * 32),
        "texts-stranger": with_text(OPEN, ("correction", f"{TWO}/1", "x")),
        "texts-of-old": files_of(OLD._replace(texts=(("summary", ONE, "生产正常。"),), is_text_file=True)),
        "texts-order": changed(OPEN, "texts.tsv", *swapped(whole["texts.tsv"].decode())),
        "texts-kind": changed(OPEN, "texts.tsv", "summary\t", "summaries\t"),
        "texts-key": changed(OPEN, "texts.tsv", f"summary\t{TWO}", f"summary\t{TWO}/1"),
        "texts-tab": changed(OPEN, "texts.tsv", "\\t", "\t"),
        "texts-escape": changed(OPEN, "texts.tsv", "\\t", "\\r"),
        "texts-cr": changed(OPEN, "texts.tsv", "生产正常。\n", "生产正常。\r\n"),
        "texts-empty": changed(OPEN, "texts.tsv", "生产正常。\n", "\n"),
        "texts-draw": changed(OPEN, "texts.tsv", f"texts/2 {draw_of(SMALL)}", "texts/2 2031Q2"),
        "unfinished-findings-log": {name: data for name, data in whole.items() if name != "log.tsv"},
        "unfinished-findings-salt": {name: data for name, data in records(UNSEALED._replace(is_text_file=False), R_SEALED).items() if name not in ("salt.txt", "result.tsv", "substitutes.tsv")},
        "unfinished-findings-result": {name: data for name, data in whole.items() if name != "result.tsv"},
        "unfinished-texts": vector(SMALL) | {"texts.tsv": whole["texts.tsv"]},
    }  # fmt: skip


def swapped(text: str) -> tuple[str, str]:
    """The first two rows of a table, and the same in the other order."""
    first, second = text.split("\n")[1:3]
    return f"{first}\n{second}\n", f"{second}\n{first}\n"


def all_vectors() -> dict[str, dict[str, bytes]]:
    """Folder below the vectors -> files."""
    good = {f"findings/{name}": files_of(story) for name, story in GOOD.items()}
    incomplete = {f"incomplete/{name}": files for name, files in incomplete_vectors().items()}
    return good | incomplete | {f"bad/{name}": files for name, files in bad_vectors().items()}


def write(root: Path = VECTORS) -> None:
    for name, files in all_vectors().items():
        (root / name).mkdir(parents=True, exist_ok=True)
        for file, data in files.items():
            (root / name / file).write_bytes(data)


if __name__ == "__main__":
    write()
