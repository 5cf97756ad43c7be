"""A draw with one rule of the protocol broken and all else made to fit, and the check of each verifier that must fail.

Beside the bad vectors: the rules that none of them breaks. In the order of PROTOCOL.md, whose sections the groups name.
"""

from collections.abc import Iterator
from typing import NamedTuple

from sealed_files import resealed
from small_draw import BASE, DRAWN, LISTS, changed, frozen

from drawings.protocol import verify

HEX, LONG = "ab" * 32, "x" * 56
CHECKS = {  # what is wrong: the check of verify.py that fails, and that of verify.mjs
    "commit": ("承诺文件 commit.txt 合乎格式", "承诺文件符合格式"),
    "bits": ("承诺文件 commit.txt 合乎格式", "随机数足够多，谁也凑不出想要的结果"),
    "stage": ("这一步该有的文件都在", "文件彼此配得上"),
    "pool": ("单位名单 pool.tsv 就是承诺的那一份", "单位名单文件符合格式"),
    "pool held": ("单位名单 pool.tsv 就是承诺的那一份", "单位名单文件与事先公布的指纹一致"),
    "officers": ("执法人员名单 officers.tsv 就是承诺的那一份", "执法人员名单文件符合格式"),
    "officers held": ("执法人员名单 officers.tsv 就是承诺的那一份", "执法人员名单文件与事先公布的指纹一致"),
    "registers": ("外部名册 registers.tsv 就是承诺的那一份", "外部名册文件符合格式"),
    "registers held": ("外部名册 registers.tsv 就是承诺的那一份", "外部名册文件与事先公布的指纹一致"),
    "salt": ("盐 salt.txt 就是承诺的那一份", "盐文件符合格式"),
    "salt held": ("盐 salt.txt 就是承诺的那一份", "盐与事先公布的指纹一致"),
    "stratum": ("各类的基数和应抽家数照规则算出", "单位名单文件符合格式"),
    "department": ("执法人员都属于承诺的部门", "执法人员名单文件符合格式"),
    "quota": ("各类的基数和应抽家数照规则算出", "按公布的比例重新算出应抽家数，一致"),
    "staff": ("可能抽到的每一家都有足够的执法人员", "每家可能抽中的单位都派得出足够的、不用回避的执法人员"),
    "declared": ("外部名册的条目数与承诺一致", "外部名册与承诺文件写的一致"),
    "entries": ("外部名册写明的单位都在单位名单里", "外部名册里每一条都有着落"),
    "names": ("名称文件 names.tsv 里的每个名称都是冻结时的那一个", "名称与冻结时的指纹逐个一致"),
    "entropy": ("随机数 entropy.txt 是为这份承诺产生的，来源和次序都对", "随机数的来源、次序和个数与事先点名的一致"),
    "entropy of": ("随机数 entropy.txt 是为这份承诺产生的，来源和次序都对", "随机数是为这份承诺文件产生的"),
    "units": ("重新抽取，结果与 result.tsv 一致", "用公布的随机数重新抽签，结果逐行一致"),
    "teams": ("重新抽取，结果与 result.tsv 一致", "每家的检查组重新算出，一致"),
    "declarations": ("替补 substitutes.tsv 与重新计算一致", "替补的申报符合规则"),
    "substitutes": ("替补 substitutes.tsv 与重新计算一致", "由谁替补重新算出，逐行一致"),
    "log": ("日志 log.tsv 首尾相接", "公开日志首尾相接，没有改动"),
    "draw in log": ("日志里本次抽签的各行齐全，次序、指纹和时间都对", "公开日志写着本次抽签的承诺、随机数、结果和替补"),
    "substitutes in log": ("日志里的申报和替补就是文件里的那些", "公开日志写着本次抽签的承诺、随机数、结果和替补"),
    "extends": ("log.tsv 接续先前记下的日志", "公开日志接着给出的旧记录写"),
    "program": ("随附的程序 verify.py 就是承诺的那一份", "随附的程序 verify.py 与事先公布的指纹一致"),
}  # fmt: skip


class Case(NamedTuple):
    """says: words of the reason in verify.py and in verify.mjs, where another rule has the same check."""

    name: str
    check: str
    files: dict[str, bytes]
    earlier: bytes | None = None
    says: tuple[str, str] = ("", "")


def only(files: dict[str, bytes], names=LISTS) -> dict[str, bytes]:
    return {name: files[name] for name in names}


# ---- 2 and 3. Words and forms, in every file where they occur ----

FORM_OF = {  # file: the check of its form
    "commit.txt": "commit", "pool.tsv": "pool", "officers.tsv": "officers", "registers.tsv": "registers",
    "names.tsv": "names", "salt.txt": "salt", "entropy.txt": "entropy", "result.tsv": "units",
    "substitutes.tsv": "declarations", "log.tsv": "log",
}  # fmt: skip
WRAPPINGS = {  # what stands around the rows of a file
    "a byte order mark": (r"\A", "\ufeff"),
    "a CR": (r"\n\Z", r"\r\n"),
    "no LF at the end": (r"\n\Z", ""),
    "an empty line more": (r"\n\Z", r"\n\n"),
    "another kind of file": (r"\A([a-z-]+)/2", r"\g<1>/3"),
    "a space behind the first line": (r"\A(.*)\n", r"\1 \n"),
}


def sealed(file: str, old: str, new: str) -> dict[str, bytes]:
    """The draw up to the changed file and no further, so that it alone is at stake."""
    if file in LISTS:
        return frozen(file, old, new)
    text = changed(BASE[file].decode(), old, new)
    if file == "salt.txt":
        return {**resealed(BASE, salt=text), "names.tsv": BASE["names.tsv"]}
    return {**(only(BASE, DRAWN) if file == "entropy.txt" else BASE), file: text.encode()}


def wrappings() -> Iterator[Case]:
    for file, check in FORM_OF.items():
        for name, (old, new) in WRAPPINGS.items():
            yield Case(f"{file}: {name}", check, sealed(file, old, new))
        if file not in ("commit.txt", "entropy.txt", "log.tsv"):
            yield Case(f"{file}: of another draw", check, sealed(file, "2026Q4", "2026Q3"))
    for file in ("pool.tsv", "officers.tsv", "registers.tsv", "names.tsv", "substitutes.tsv", "log.tsv"):
        for name, old, new in (
            ("a field too many", r"\n(.+)", r"\n\1\t-"),
            ("a field too few", r"\n(.+)\t.*", r"\n\1"),
        ):
            yield Case(f"{file}: {name}", FORM_OF[file], sealed(file, old, new))


# (what, check, file, what is replaced, by what): a draw before its first value
FORMS = [
    ("an id that is a dash", "officers", "officers.tsv", "^f3\t", "-\t"),
    ("an officer's id of 56 characters", "officers", "officers.tsv", "^f3\t", f"{LONG}\t"),
    ("a department with a dot", "officers", "officers.tsv", "^(f3\t)fire", r"\1f.e"),
    ("a speciality with a Chinese character", "officers", "officers.tsv", "s,t", "s,水"),
    ("a list that descends", "officers", "officers.tsv", "s,t", "t,s"),
    ("a list with one twice", "officers", "officers.tsv", "s,t", "s,s"),
    ("a list that ends with a comma", "officers", "officers.tsv", "s,t", "s,"),
    ("a list with a dash in it", "officers", "officers.tsv", "s,t", "-,s"),
    ("a list with a space", "officers", "officers.tsv", "s,t", "s, t"),
    ("an empty list", "officers", "officers.tsv", "s,t", ""),
    ("a load of 10^9", "officers", "officers.tsv", "\t0\t", "\t1000000000\t"),
    ("a load below nought", "officers", "officers.tsv", "\t0\t", "\t-1\t"),
    ("officers that descend", "officers", "officers.tsv", r"^(f1.*\n)(f2.*\n)", r"\2\1"),
    ("a name's digest in upper case", "officers", "officers.tsv", "(\t0\t).{64}", r"\1" + HEX.upper()),
    ("a name's digest of 63 digits", "pool", "pool.tsv", ".$", ""),
    ("a name's digest in upper case", "pool", "pool.tsv", "(in\t-\t).{64}", r"\1" + HEX.upper()),
    ("a unit's id with a space", "pool", "pool.tsv", "^u7", "u7 "),
    ("a unit's id of 56 characters", "pool", "pool.tsv", "^u7", LONG),
    ("an empty unit", "pool", "pool.tsv", "^u1", ""),
    ("a stratum that is a dash", "pool", "pool.tsv", "\tkey\t", "\t-\t"),
    ("a speciality that is empty", "pool", "pool.tsv", "\ts\t", "\t\t"),
    ("a standing in upper case", "pool", "pool.tsv", "\tin\t", "\tIN\t"),
    ("recusals that descend", "pool", "pool.tsv", "a1,f1", "f1,a1"),
    ("an officer recused twice", "pool", "pool.tsv", "a1,f1", "a1,a1"),
    ("a register that is a dash", "registers", "registers.tsv", "^city\t", "-\t"),
    ("a register's id of 56 characters", "registers", "registers.tsv", "^city-2", LONG),
    ("a key with a slash", "registers", "registers.tsv", "\tk1\t", "\tk/1\t"),
    ("a key that is empty", "registers", "registers.tsv", "\tk1\t", "\t\t"),
    ("a reason with a space", "registers", "registers.tsv", "closed", "closed down"),
    ("a reason of 56 characters", "registers", "registers.tsv", "closed", LONG),
    ("a unit that is no id", "registers", "registers.tsv", "\tu1\t", "\tu.1\t"),
    ("an entry twice", "registers", "registers.tsv", r"^(city\tk1.*\n)", r"\1\1"),
    ("a name's digest in upper case", "registers", "registers.tsv", "(closed\t).{64}", r"\1" + HEX.upper()),
    # 3.1 commit.txt, beside the bad vectors
    ("a bureau without a name", "commit", "commit.txt", "^bureau .*", "bureau "),
    ("a line of another word in place of the bureau's", "commit", "commit.txt", "^bureau ", "office "),
    ("a bureau of 201 characters", "commit", "commit.txt", "^bureau .*", "bureau " + "平" * 201),
    ("a draw that is a dash", "commit", "commit.txt", "^draw .*", "draw -"),
    ("two draws on a line", "commit", "commit.txt", "^draw .*", "draw 2026Q4 2026Q4"),
    ("a chain value of 63 digits", "commit", "commit.txt", "^previous 0", "previous "),
    ("a register without an entry", "declared", "commit.txt", r"^(register city 2)", r"register a 0 0 2026-10-01 空\n\1"),
    ("a register that is a dash", "commit", "commit.txt", "^register city ", "register - "),
    ("a register's id of 56 characters", "commit", "commit.txt", "^register city-2", f"register {LONG}"),
    ("a register twice", "commit", "commit.txt", r"^(register city .*\n)", r"\1\1"),
    ("a register of the year 1999", "commit", "commit.txt", "2026-10-01", "1999-12-31"),
    ("a register of the year 3000", "commit", "commit.txt", "2026-10-01", "3000-01-01"),
    ("a register of 29 February 2026", "commit", "commit.txt", "2026-10-01", "2026-02-29"),
    ("a date without noughts", "commit", "commit.txt", "2026-10-01", "2026-10-1"),
    ("a register without a name", "commit", "commit.txt", "2026-10-01 city 名册", "2026-10-01"),
    ("a register's name with two spaces", "commit", "commit.txt", "city 名册", "city  名册"),
    ("a register's name with a space at its end", "commit", "commit.txt", "city 名册$", "city 名册 "),
    ("a register's name with an invisible character", "commit", "commit.txt", "city 名册", "city\u200b名册"),
    ("a register's count with a leading nought", "commit", "commit.txt", "city 2 1", "city 02 1"),
    ("a program's digest in upper case", "commit", "commit.txt", "program -", f"program {HEX.upper()}"),
    ("one program alone", "commit", "commit.txt", "program - -", "program -"),
    ("a stratum that is a dash", "commit", "commit.txt", "stratum general", "stratum -"),
    ("a rule that divides by nought", "commit", "commit.txt", "key 1/2", "key 1/0"),
    ("a rule of officers that divides by nought", "commit", "commit.txt", r"officers\*1/4", "officers*1/0"),
    ("a rule that takes nobody", "commit", "commit.txt", "key 1/2", "key 0/2"),
    ("a rule with a leading nought", "commit", "commit.txt", "key 1/2", "key 01/2"),
    ("a rule without a divisor", "commit", "commit.txt", "key 1/2", "key 1"),
    ("a base of 10^9", "commit", "commit.txt", "1/2 3 2", "1/2 1000000000 2"),
    ("a team of nobody", "commit", "commit.txt", "team fire 1", "team fire 0"),
    ("a department that is a dash", "commit", "commit.txt", "team fire", "team -"),
    ("a filling of another word", "commit", "commit.txt", "1 cross", "1 any"),
    ("substitutes on the system", "commit", "commit.txt", "fresh pl5", "fresh system"),
    ("substitutes on dice", "commit", "commit.txt", "fresh pl5", "fresh dice6"),
    ("substitutes on an unknown source", "commit", "commit.txt", "fresh pl5", "fresh kuji"),
    ("substitutes on nothing", "commit", "commit.txt", "fresh pl5", "fresh"),
    ("substitutes of another word", "commit", "commit.txt", "substitutes fresh pl5", "substitutes any pl5"),
    ("seed and a source", "commit", "commit.txt", "substitutes fresh", "substitutes seed"),
    ("a disclosure of another word", "commit", "commit.txt", "disclosure open", "disclosure shut"),
    ("a stratum that nobody declares", "stratum", "commit.txt", r"^stratum general.*\n", ""),
    ("a department that nobody declares", "department", "commit.txt", r"^team fire.*\n", ""),
    ("a base that counts who is stopped", "quota", "commit.txt", r"1/4 3 1", "1/4 4 1"),
    ("a base that leaves out who is capped", "quota", "commit.txt", r"1/4 3 1", "1/4 2 1"),
    ("a take that rounds down", "quota", "commit.txt", "1/2 3 2", "1/2 3 1"),
    ("a take of the officers of all departments", "quota", "commit.txt", r"1/4 3 1", "1/4 3 2"),
    ("a take of more than may be drawn", "quota", "commit.txt", r"officers\*1/4 3 1", "1/1 3 3"),
    ("too few officers in the second department", "staff", "commit.txt", "team fire 1", "team fire 3"),
    ("too few that match in the first", "staff", "officers.tsv", r"(?s)s,t(.*?)s,t(.*?)s,t", r"t\1t\2t"),
    ("an entry of another register", "declared", "commit.txt", r"^register city-2.*\n", ""),
    ("an entry of a unit that is in no row", "entries", "registers.tsv", "\tu1\t", "\tu9\t"),
    ("entries of units alone, said to be none", "declared", "commit.txt", "city 2 1", "city 2 2"),
    # 4 sources
    ("no throw", "commit", "commit.txt", "dice10 39", "dice10 0"),
    ("a thousand throws", "commit", "commit.txt", "dice10 39", "dice10 1000"),
    ("throws with a leading nought", "commit", "commit.txt", "dice10 39", "dice10 039"),
    ("an issue of pl5 with seven digits", "commit", "commit.txt", "ssq 2026112", "pl5 2026112"),
    ("an issue of fc3d with five digits", "commit", "commit.txt", "ssq 2026112", "fc3d 26112"),
    ("an issue of ssq with eight digits", "commit", "commit.txt", "ssq 2026112", "ssq 20261120"),
    ("round nought", "commit", "commit.txt", "ssq 2026112.*", f"drand {verify.DRAND}/0 2023-08-23T23:09:24+08:00"),
    ("a round with a leading nought", "commit", "commit.txt", "ssq 2026112.*", f"drand {verify.DRAND}/01 2023-08-23T23:09:27+08:00"),
    ("a round a second late", "commit", "commit.txt", r"dice10 39(.*\n.*)ssq 2026112.*", rf"dice10 39\1drand {verify.DRAND}/40000000 2027-06-13T20:29:25+08:00"),
    ("a source of another word", "commit", "commit.txt", "ssq 2026112", "kuji 2026112"),
    ("a system of another word", "commit", "commit.txt", r"(?s)entropy dice10.*?\nentropy ssq 2026112", "entropy system me"),
    ("63.7 bits", "bits", "commit.txt", "dice10 39(.*\n.*)ssq 2026112", r"dice10 12\1ssq 2026112"),
    ("dice of six sides that make 63.6 bits", "bits", "commit.txt", r"(?s)dice10 39(.*?)\nentropy ssq[^\n]*", r"dice6 24\1"),
    ("a time of Z", "commit", "commit.txt", r"T15:30:00\+08:00", "T15:30:00Z"),
    ("a time without seconds", "commit", "commit.txt", r"T15:30:00\+08:00", "T15:30+08:00"),
    ("an hour of 24", "commit", "commit.txt", "T15:30:00", "T24:00:00"),
    ("a second of 60", "commit", "commit.txt", "T15:30:00", "T15:30:60"),
    ("an offset of 60 minutes", "commit", "commit.txt", r"T15:30:00\+08:00", "T15:30:00+07:60"),
    ("an offset of -15 hours", "commit", "commit.txt", r"2026-10-08T15:30:00\+08:00", "2026-10-07T15:30:00-15:00"),
    ("the year 1999", "commit", "commit.txt", "2026-10-08T15", "1999-10-08T15"),
    ("the year 3000", "commit", "commit.txt", "2026-10-08T21", "3000-10-08T21"),
    ("two sources at one instant", "commit", "commit.txt", r"T21:15:00\+08:00", "T16:30:00+09:00"),
    # 3.5 names.tsv
    ("an entry without its register", "names", "names.tsv", "city/k2", "k2"),
    ("an entry of another register", "names", "names.tsv", "city/k2", "city/k9"),
    ("an officer who is in no row", "names", "names.tsv", "f3", "f9"),
    ("a unit under the kind of officers", "names", "names.tsv", "^unit\tu1", "officer\tu1"),
    ("kinds that descend", "names", "names.tsv", r"(?s)\A([^\n]*\n)(entry.*?)(officer.*)\Z", r"\1\3\2"),
    ("a nonce of 31 digits", "names", "names.tsv", "(u7\t).", r"\1"),
    ("another nonce", "names", "names.tsv", "(u7\t).{32}", r"\1" + "0" * 32),
    ("another name of an entry", "names", "names.tsv", "虚构city/k2", "冒充city/k2"),
    ("another name of an officer", "names", "names.tsv", "虚构a1号", "冒充a1号"),
    ("an empty name", "names", "names.tsv", "(u7\t.{32}\t).*", r"\1"),
]  # fmt: skip


def lines_of_the_commit() -> Iterator[Case]:
    """Each line left out, standing twice, and before the one above it."""
    lines = BASE["commit.txt"].decode().split("\n")[:-1]
    many = ("register ", "stratum ", "team ", "entropy ")
    for number, line in enumerate(lines):
        word, rest = line.split(" ")[0], lines[:number] + lines[number + 1 :]
        for what, texts in (("no", rest), ("a second", [*lines[:number], line, *lines[number:]])):
            if not line.startswith(many):
                files = resealed(BASE, commit="\n".join([*texts, ""]))
                yield Case(f"{what} line {word}", "commit", {name: {**BASE, **files}[name] for name in LISTS})
        if number and word != lines[number - 1].split(" ")[0]:
            turned = [*lines[: number - 1], line, lines[number - 1], *lines[number + 1 :], ""]
            files = resealed(BASE, commit="\n".join(turned))
            yield Case(f"{word} a line early", "commit", {name: {**BASE, **files}[name] for name in LISTS})


def counts() -> Iterator[Case]:
    """What the commit says of a frozen file, and that alone, is not so; and no commit at all."""
    yield Case("no commit.txt", "commit", only(BASE, LISTS[1:4]))
    commit = BASE["commit.txt"].decode()
    for file, rows in (("pool", 7), ("officers", 7), ("registers", 3)):
        for what, check, old, new in (
            ("10^9 rows", "commit", rf"^({file} .*) {rows}$", r"\1 1000000000"),
            ("a row more than there is", f"{file} held", rf"^({file} .*) {rows}$", rf"\1 {rows + 1}"),
            ("another digest", f"{file} held", rf"^{file} ........", f"{file} 00000000"),
        ):
            text = changed(commit, old, new).encode()
            yield Case(f"commit.txt: {what} of {file}", check, {**only(BASE), "commit.txt": text})


ORDER = [  # entries ascend by (register, key) in their file, and as register + "/" + key among the names
    Case(
        "entries in the order of register + key", "registers",
        frozen("registers.tsv", r"(city\tk1.*\ncity\tk2.*\n)(city-2.*\n)", r"\2\1"),
        says=("条目应由小到大且不重复，city k1 不能在 city-2 k1 之后", "registers.tsv 第 3 行：city k1 没有从小到大排列"),
    ),
    Case(
        "names of entries in the order of (register, key)", "names",
        frozen("names.tsv", r"(entry\tcity-2.*\n)(entry\tcity/k1.*\nentry\tcity/k2.*\n)", r"\2\1"),
        says=("各行应由小到大且不重复，entry city-2/k1 不能在 entry city/k2 之后", "names.tsv 第 4 行：entry city-2/k1 没有从小到大排列"),
    ),
]  # fmt: skip


def cases() -> list[Case]:
    forms = [Case(f"{file}: {what}", check, frozen(file, old, new)) for what, check, file, old, new in FORMS]
    return [*wrappings(), *forms, *lines_of_the_commit(), *counts(), *ORDER]
