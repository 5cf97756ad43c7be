"""The published vectors: what both verifiers must give, and what both must refuse."""

import pytest
from plain_draw import PlainDraw
from protocol_cases import VECTORS, earlier, failed, folder, texts

from drawings.protocol import verify

DRAWS = sorted(path.name for path in (VECTORS / "draw2").iterdir())
SUBSTITUTED = [name for name in DRAWS if (VECTORS / "draw2" / name / "substitutes.tsv").exists()]
WITHOUT_FINDINGS = {"003", "004", "010", "011", "014"}  # the log has some, the folder has none
UNFINISHED = {  # folder: the files that it lacks
    "declared-sealed": ["salt.txt", "result.tsv"],
    "drawn-open": ["result.tsv"],
    "drawn-sealed": ["salt.txt", "result.tsv"],
    "frozen-open": ["entropy.txt", "result.tsv"],
    "frozen-sealed": ["salt.txt", "entropy.txt", "result.tsv"],
    "frozen-under-seal": ["pool.tsv", "officers.tsv", "salt.txt", "entropy.txt", "result.tsv"],
    "one-value": ["entropy.txt", "result.tsv"],
    "void": ["entropy.txt", "result.tsv"],
}
BAD = {  # folder: what its only failed check says
    "commit-base": "commit.txt 第 12 行：类别 key 的基数按规则是 4，承诺的是 5",
    "commit-bits": "commit.txt 第 20 行：公开的随机性只有 63.928 位，至少要 64 位",
    "commit-department-twice": "commit.txt 第 17 行：部门 market 出现了两次",
    "commit-dice-after-lottery": "commit.txt 第 19 行：骰子应排在彩票和信标之前",
    "commit-drand-chain": "commit.txt 第 19 行：drand 信标（drand）的期号或次数不对：“",
    "commit-drand-time": "commit.txt 第 19 行：drand 这一轮的时间不是北京时间 2026-10-13 14:06:30，相差 3 秒",
    "commit-draw1": "commit.txt 第 1 行：这是 draw/1 的抽签，请用与它同在一个文件夹（压缩包）里的 verify.py 或 verify.m",
    "commit-extra-line": "commit.txt 第 15 行：应为「team 部门 人数（1 至 9）cross 或 match」，实为 “note x”",
    "commit-fresh-dice": "commit.txt 第 17 行：替补不能由 “dice10” 决定，只能由彩票或信标",
    "commit-label": "commit.txt 第 19 行：双色球（ssq）的期号或次数不对：“026282”",
    "commit-leading-zero": "commit.txt 第 12 行：应为「stratum 类别 规则 基数 应抽」，实为 “stratum key 1/2 04 2”",
    "commit-line-missing": "commit.txt 第 11 行：应为「program 指纹 指纹」，实为 “stratum key 1/2 4 2”",
    "commit-line-order": "commit.txt 第 18 行：应为「entropy 来源 期号或次数 时间」，实为 “disclosure open”",
    "commit-line-twice": "commit.txt 第 5 行：应为「salt 指纹」，实为 “previous ",
    "commit-no-such-day": "commit.txt 第 9 行：没有这个日期或时刻：2026-02-30",
    "commit-offset": "commit.txt 第 19 行：时差不对：2026-10-09T21:15:00-15:00",
    "commit-register-missing": "registers.tsv 第 2 行：外部名册 city 没有在 commit.txt 中列出",
    "commit-register-order": "commit.txt 第 10 行：外部名册应由小到大且不重复，city 不能在 permits 之后",
    "commit-register-rows": "commit.txt 第 9 行：外部名册 city 的条目在 registers.tsv 中有 6 条，承诺的是 7 条",
    "commit-rows": "pool.tsv：有 12 行，承诺的是 13 行",
    "commit-rule": "commit.txt 第 12 行：抽取规则不对：“5/4”",
    "commit-source-twice": "commit.txt 第 20 行：来源 ssq 2026282 出现了两次",
    "commit-stratum-twice": "commit.txt 第 13 行：类别 key 出现了两次",
    "commit-system": "commit.txt 第 20 行：system 只能单独使用",
    "commit-take": "commit.txt 第 12 行：类别 key 的应抽数按规则是 2，承诺的是 3",
    "commit-team-size": "commit.txt 第 15 行：应为「team 部门 人数（1 至 9）cross 或 match」，实为 “team bureau 1",
    "commit-times": "commit.txt 第 19 行：随机来源的时间应由早到晚",
    "commit-times-as-text": "commit.txt 第 19 行：随机来源的时间应由早到晚",
    "commit-trailing-space": "commit.txt 第 20 行：应为「disclosure open 或 disclosure sealed」，实为 “disclosu",
    "commit-two-spaces": "commit.txt 第 2 行：机关名称不对：“平顶山市  生态环境局舞钢分局”，有两个连续的空格，请只留一个",
    "commit-unmatched": "commit.txt 第 9 行：外部名册 city 的没有对应污染源的条目在 registers.tsv 中有 2 条，承诺的是 1 条",
    "commit-upper-hex": "commit.txt 第 4 行：应为「previous 前一条日志的链值」，实为 “previous AAAAAAAAAAAAAAAAAA",
    "entropy-commit": "entropy.txt 第 2 行：应为「commit ",
    "entropy-missing": "entropy.txt 第 4 行：应为「ssq 2026282 」，实为 “”",
    "entropy-order": "entropy.txt 第 3 行：应为「dice10 39 」，实为 “ssq 2026282 11 13 14 20 27 31 09”",
    "entropy-red-twice": "entropy.txt 第 4 行：双色球的红球应由小到大且不重复，实为 “11 11 14 20 27 31 09”",
    "entropy-short": "entropy.txt 第 3 行：十面骰应为 39 次，实为 38 次",
    "entropy-two-spaces": "entropy.txt 第 4 行：双色球的值应为：六个红球 01-33 由小到大，再一个蓝球 01-16，实为 “ 11 13 14 20",
    "findings-all-dropped": "log.tsv 第 9 行：登记了检查结果 2027Q4/410481-979112，findings.txt 里却没有",
    "findings-altered": "log.tsv 第 10 行：410481-766007 的检查结果的指纹应为 ",
    "findings-by-halves": "findings.txt 第 8 行：facility 各行应由小到大且不重复",
    "findings-checklist": "findings.txt 第 2 行：检查项目 water/outlet 的检查表 water 没有写明版本",
    "findings-clause": "findings.txt 第 2 行：条款 “排污许可管理条例第十七条” 属于 general/other，记录里却没有这个检查项目",
    "findings-correction-alone": "findings.txt：410481-766007 有更正，却没有检查结果",
    "findings-correction-altered": "log.tsv 第 12 行：410481-766007 的第 3 次更正的指纹应为 ",
    "findings-correction-dropped": "log.tsv 第 12 行：登记了更正 2027Q4/410481-766007，findings.txt 里却没有",
    "findings-correction-early": "log.tsv 第 9 行：410481-766007 的第 1 次更正早于检查结果本身",
    "findings-correction-gap": "findings.txt：410481-766007 的更正缺少第 1 次",
    "findings-corrections-swapped": "log.tsv 第 11 行：410481-766007 的第 1 次更正的指纹应为 ",
    "findings-cr": "findings.txt 第 8 行：有回车符 CR，行尾只能是 LF",
    "findings-draw": "findings.txt 第 3 行：抽签编号应为 2027Q4，实为 2031Q2",
    "findings-dropped": "log.tsv 第 9 行：登记了检查结果 2027Q4/410481-979112，findings.txt 里却没有",
    "findings-facility-order": "findings.txt 第 22 行：facility 各行应由小到大且不重复",
    "findings-field-extra": "findings.txt 第 8 行：应有 2 栏，实有 3 栏",
    "findings-form": "findings.txt 第 2 行：没有这种记录：“finding/3”",
    "findings-head": "findings.txt 第 3 行：抽签编号应为 2031Q2，实为 2027Q4",
    "findings-limit": "findings.txt 第 20 行：限值不对：“6  9”，有两个连续的空格，请只留一个",
    "findings-line-extra": "findings.txt 第 9 行：应为 finding/2 的「summary」，实为 “outcome\\tordered”",
    "findings-line-missing": "findings.txt 第 5 行：应为 finding/2 的「visited」，实为 “checklist\\tgeneral\\t2”",
    "findings-line-order": "findings.txt 第 8 行：应为 finding/2 的「outcome」，实为 “measure\\torder\\t2031-05",
    "findings-no-limit": "findings.txt 第 2 行：没有限值，就不应写超标与否",
    "findings-not-drawn": "findings.txt：410481-050600 没有被抽中，也不是替补的污染源",
    "findings-old-altered": "log.tsv 第 9 行：410481-766007 的检查结果的指纹应为 ",
    "findings-old-point": "findings.txt 第 9 行：应为 finding/1 的「point 项目 结果」，由小到大，实为 “point air pass",
    "findings-old-two-spaces": "findings.txt 第 6 行：应为 finding/1 的「outcome」，实为 “outcome  clean”",
    "findings-point-twice": "findings.txt 第 12 行：point 各行应由小到大且不重复",
    "findings-redacted-never-logged": "log.tsv 第 13 行：抽签的隐去记录（作废理由）：上面没有登记过隐去的文字",
    "findings-redacted-nothing": "findings.txt：410481-766007 的更正缺少第 3 次",
    "findings-redacted-after-the-whole": "findings.txt：410481-766007 的隐去记录（检查情况）：没有它的 finding/2 记录",
    "findings-redacted-without-the-whole": "findings.txt：410481-766007 的隐去记录（检查情况）：没有它的 finding/2 记录",
    "findings-redacted-other": "findings.txt：410481-766007 的隐去记录（检查情况）：指纹与记录里的不同",
    "findings-redacted-twice": "findings.txt：410481-766007 的隐去记录（检查情况）出现了两次：已经隐去的不能再隐去",
    "findings-redacted-unknown": "findings.txt：410481-766007 的隐去记录（文字 note）：污染源没有「note」这种文字",
    "findings-redactions-left-out": "log.tsv 第 11 行：登记了隐去，却没有 findings.txt",
    "findings-redaction-dropped": "log.tsv 第 16 行：登记了隐去 2027Q4，findings.txt 里却没有",
    "findings-redaction-early": "log.tsv 第 9 行：410481-766007 的隐去记录（检查情况）：上面没有登记过隐去的文字",
    "findings-redaction-escape": "findings.txt 第 54 行：文字里的反斜杠、换行或制表符没有写成 \\\\、\\n、\\t：“一\\\\二\\n三\\r四”",
    "findings-redaction-reason": "findings.txt 第 8 行：文字不能为空",
    "findings-redaction-tab": "findings.txt 第 54 行：应有 2 栏，实有 3 栏",
    "findings-redaction-unlogged": "findings.txt：日志里没有登记 410481-766007 的隐去记录（检查情况）",
    "findings-serial": "findings.txt 第 27 行：序号不对：“01”",
    "findings-still-there": "findings.txt：410481-766007 的隐去记录（第 2 次更正）：说是隐去了，记录却还在",
    "findings-swapped": "findings.txt 第 8 行：各条记录应按污染源由小到大，先检查结果，再更正，再隐去，且不重复",
    "findings-twice": "findings.txt 第 24 行：各条记录应按污染源由小到大，先检查结果，再更正，再隐去，且不重复",
    "findings-unlogged": "findings.txt：日志里没有登记 410481-979112 的检查结果",
    "findings-unsalted": "log.tsv 第 25 行：410481-040056 的检查结果的指纹应为 ",
    "findings-value": "findings.txt 第 17 行：监测值不对：“061.5”",
    "findings-value-sign": "findings.txt 第 17 行：监测值不对：“-61.5”",
    "findings-visited": "findings.txt 第 5 行：没有这个日期或时刻：2031-02-30",
    "freeze-match": "pool.tsv：410481-066959 在部门 bureau 专业相符、可派的执法人员只有 1 名，应有 2 名（共 1 家如此）",
    "freeze-officers": "pool.tsv：410481-659919 在部门 bureau 可派的执法人员只有 1 名，应有 2 名（共 1 家如此）",
    "log-chain": "log.tsv 第 4 行：链值应为 ",
    "log-commit-late": "log.tsv 第 5 行：承诺登记于北京时间 2026-10-18 03:21:42，不早于第一个随机来源的时间（北京时间 2026-10-18",
    "log-commit-twice": "log.tsv 第 6 行：本次抽签此处应为 entropy 2026Q1/dice10，实为 commit 2026Q1",
    "log-declare-after": "log.tsv 第 11 行：替补 2027Q4/2 生效之前没有申报（declare）",
    "log-declare-other": "log.tsv 第 21 行：第 5 次替补的申报的指纹应为 ",
    "log-declare-time": "log.tsv 第 21 行：申报登记于北京时间 2026-10-21 00:48:22，substitutes.tsv 写的是北京时间 202",
    "log-declare-unsalted": "log.tsv 第 21 行：第 5 次替补的申报的指纹应为 ",
    "log-dice-after-lottery": "log.tsv 第 5 行：十面骰的值登记于北京时间 2026-10-12 21:15，不早于下一个来源的时间（北京时间 2026-10-1",
    "log-dice-late": "log.tsv 第 6 行：十面骰的值登记于北京时间 2026-10-18 04:22:42，比它的时间（北京时间 2026-10-18 03:2",
    "log-digest": "log.tsv 第 23 行：指纹应为 64 位小写十六进制的指纹，实为 “-”",
    "log-entropy-digest": "log.tsv 第 7 行：双色球的指纹应为 ",
    "log-entropy-early": "log.tsv 第 7 行：双色球的值登记于北京时间 2026-10-18 21:14:59，早于它的时间（北京时间 2026-10-18 21:",
    "log-index": "log.tsv 第 22 行：序号应为 21，实为 “22”",
    "log-kind": "log.tsv 第 23 行：没有这种日志：“substitute-unit”",
    "log-no-declare": "log.tsv 第 21 行：替补 2026Q1/5 生效之前没有申报（declare）",
    "log-no-result": "log.tsv 第 12 行：本次抽签此处应为 result 2026Q1，实为 declare 2026Q1/1",
    "log-order": "log.tsv 第 7 行：本次抽签此处应为 entropy 2026Q1/ssq，实为 result 2026Q1",
    "log-previous": "log.tsv 第 6 行：前一链值是 ",
    "log-result-digest": "log.tsv 第 8 行：结果的指纹应为 ",
    "log-rewritten": "log.tsv 的前 4 行与先前的检查点不同：树根是 njQF5auN8Kdo8PCYQp/FU+EZX07Lz4LE/W3CaRxX4X",
    "log-subject": "log.tsv 第 23 行：对象不对：“a  b”，有两个连续的空格，请只留一个",
    "log-substitute-dropped": "log.tsv 第 22 行：登记了替补 2026Q1/5，substitutes.tsv 里却没有",
    "log-substitute-early": "log.tsv 第 22 行：替补登记于北京时间 2026-10-21 21:14:59，早于它的来源的时间（北京时间 2026-10-21 21",
    "log-substitutes-missing": "log.tsv 第 16 行：登记了替补 2026Q1/1，substitutes.tsv 里却没有",
    "log-times": "log.tsv 第 23 行：时间早于上一行",
    "log-truncated": "log.tsv 里没有先前记下的链值 ",
    "names-character": "names.tsv 第 32 行：名称不对：“虚\\u3000构080厂”，第 2 个字符 U+3000 不能用，请改用普通空格，或删去",
    "names-digest": "names.tsv 第 32 行：410481-862080 的名称与冻结时的指纹不符：“伪造080厂”",
    "names-draw": "names.tsv 第 1 行：抽签编号是 2031Q1，commit.txt 是 2029Q4",
    "names-invisible": "names.tsv 第 32 行：名称不对：“虚\\u200b构080厂”，第 2 个字符 U+200B 不能用，它看不见，请删去",
    "names-kind": "names.tsv 第 32 行：没有这种名称：“units”",
    "names-long": "names.tsv 第 32 行：名称不对：“",
    "names-nfc": "names.tsv 第 32 行：名称不对：“Å虚构080厂”，第 1 个字符 「Å」（U+212B） 不是规范写法（NFC），整个名称请改",
    "names-nonce": "names.tsv 第 32 行：随机数应为 32 位小写十六进制，实为 “AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "names-order": "names.tsv 第 3 行：各行应由小到大且不重复，entry city/9141036889 不能在 entry city/91414",
    "names-space-at-end": "names.tsv 第 32 行：名称不对：“虚构080厂 ”，开头或末尾有空格，请删去",
    "names-twice": "names.tsv 第 33 行：各行应由小到大且不重复，unit 410481-862080 不能在 unit 410481-862080",
    "names-two-spaces": "names.tsv 第 32 行：名称不对：“虚  构080厂”，有两个连续的空格，请只留一个",
    "names-unknown": "names.tsv 第 33 行：污染源 nobody 不在名单里",
    "officers-department": "officers.tsv 第 9 行：部门 other 没有在 commit.txt 中列出",
    "officers-digest": "officers.tsv：指纹是 ",
    "officers-load": "officers.tsv 第 2 行：已有任务数不对：“00”",
    "officers-twice": "officers.tsv 第 10 行：编号应由小到大且不重复，5 不能在 5 之后",
    "pool-bom": "pool.tsv 第 1 行：开头有 BOM",
    "pool-cr": "pool.tsv 第 1 行：有回车符 CR，行尾只能是 LF",
    "pool-digest": "pool.tsv：指纹是 ",
    "pool-draw": "pool.tsv 第 1 行：抽签编号是 2031Q1，commit.txt 是 2029Q4",
    "pool-field": "pool.tsv 第 13 行：应有 6 栏，实有 7 栏",
    "pool-id-dash": "pool.tsv 第 13 行：编号不对：“-”",
    "pool-id-long": "pool.tsv 第 13 行：编号不对：“",
    "pool-list-empty": "pool.tsv 第 13 行：列表里的编号不对：“”",
    "pool-list-order": "pool.tsv 第 4 行：列表应由小到大且不重复：“410445748,410442869”",
    "pool-name": "pool.tsv 第 13 行：名称指纹应为 64 位小写十六进制的指纹，实为 “虚构080厂”",
    "pool-no-last-lf": "pool.tsv 第 13 行：最后一行没有换行符 LF",
    "pool-order": "pool.tsv 第 3 行：编号应由小到大且不重复，410481-006144 不能在 410481-043677 之后",
    "pool-standing": "pool.tsv 第 13 行：没有这种状态：“maybe”",
    "pool-stratum": "pool.tsv：类别 other 没有在 commit.txt 中列出",
    "pool-twice": "pool.tsv 第 14 行：编号应由小到大且不重复，410481-862080 不能在 410481-862080 之后",
    "pool-utf8": "pool.tsv 第 13 行：不是 UTF-8",
    "program": "verify.py：指纹是 ",
    "registers-both": "registers.tsv 第 3 行：city 9141447476 应当要么写明是哪一家污染源，要么写明不在名单里的理由",
    "registers-neither": "registers.tsv 第 2 行：city 9141036889 应当要么写明是哪一家污染源，要么写明不在名单里的理由",
    "registers-order": "registers.tsv 第 3 行：条目应由小到大且不重复，city 9141036889 不能在 city 9141447476 之后",
    "registers-unit": "registers.tsv 第 3 行：nobody 不在 pool.tsv 中",
    "result-departments": "result.tsv 第 2 行：重新计算为",
    "result-entropy": "result.tsv 第 2 行：重新计算为",
    "result-lead": "result.tsv 第 2 行：重新计算为",
    "result-note": "result.tsv 第 3 行：重新计算为",
    "result-order": "result.tsv 第 2 行：名次应为 1，实为 “2”",
    "result-short": "result.tsv 第 7 行：重新计算为",
    "salt-digest": "salt.txt：指纹是 ",
    "salt-draw": "salt.txt 第 1 行：抽签编号是 2031Q1，commit.txt 是 2029Q4",
    "salt-form": "salt.txt 第 1 行：应为「salt/2 抽签编号 32位小写十六进制」，实为 “salt/2 2029Q4 590D6A822F8",
    "substitutes-away": "substitutes.tsv 第 6 行：重新计算为",
    "substitutes-away-nobody": "substitutes.tsv 第 6 行：也不能派的 zz 不在 officers.tsv 中",
    "substitutes-before-draw": "substitutes.tsv 第 2 行：申报于北京时间 2026-10-18 21:14:59，早于抽签最后一个随机来源的时间（北京时间 2",
    "substitutes-counted-twice": "substitutes.tsv 第 5 行：重新计算为",
    "substitutes-kind": "substitutes.tsv 第 5 行：没有这种替补：“team”",
    "substitutes-late": "substitutes.tsv 第 6 行：申报于北京时间 2026-10-21 00:48:21，不早于福彩3D 2026294 的",
    "substitutes-no-row": "substitutes.tsv 第 1 行：后面没有任何替补",
    "substitutes-no-units": "substitutes.tsv 第 6 行：没有写明让出哪些污染源的位置",
    "substitutes-not-in-team": "substitutes.tsv 第 6 行：410451379 不在 410481-141052 的检查组里",
    "substitutes-order": "substitutes.tsv 第 2 行：重新计算为",
    "substitutes-outcome": "substitutes.tsv 第 6 行：重新计算为",
    "substitutes-serial": "substitutes.tsv 第 6 行：序号应为 5，实为 6",
    "substitutes-source": "substitutes.tsv 第 6 行：替补应由福彩3D决定，这里是排列5",
    "substitutes-sources": "substitutes.tsv 第 6 行：来源的时间早于上一行的来源",
    "substitutes-times": "substitutes.tsv 第 3 行：申报于北京时间 2026-10-18 22:48:20，早于上一行的北京时间 2026-10-18",
    "substitutes-twice-in-team": "substitutes.tsv 第 6 行：重新计算为",
    "substitutes-two-values": "substitutes.tsv 第 3 行：福彩3D 2026292 有两个值",
    "substitutes-unit-gone": "substitutes.tsv 第 6 行：410481-565329 已经被替补，没有检查组了",
    "substitutes-unit-not-drawn": "substitutes.tsv 第 6 行：410481-070498 没有被抽中，也不是替补的污染源",
    "substitutes-unit-twice": "substitutes.tsv 第 6 行：410481-565329 已经被替补，没有检查组了",
    "substitutes-value": "substitutes.tsv 第 6 行：福彩3D的值应为：三个数字，中间空一格，实为 “600”",
    "substitutes-value-under-seed": "substitutes.tsv 第 2 行：没有来源，值应为 -，实为 “1 2 3”",
    "texts-altered": "texts.tsv 第 5 行：410481-979112 的检查情况与记录里的指纹不符",
    "texts-cr": "texts.tsv 第 5 行：有回车符 CR，行尾只能是 LF",
    "texts-draw": "texts.tsv 第 1 行：抽签编号是 2031Q2，findings.txt 是 2027Q4",
    "texts-empty": "texts.tsv 第 5 行：文字不能为空",
    "texts-escape": "texts.tsv 第 4 行：文字里的反斜杠、换行或制表符没有写成 \\\\、\\n、\\t：“调取台账：\\n\\r排放口 DW001 超标，已",
    "texts-key": "texts.tsv 第 5 行：编号不对：“410481-979112/1”",
    "texts-kind": "texts.tsv 第 4 行：没有这种文字：“summaries”",
    "texts-missing": "texts.tsv：缺少 410481-979112 的检查情况，也没有隐去它的记录",
    "texts-nonce": "texts.tsv 第 5 行：410481-979112 的检查情况与记录里的指纹不符",
    "texts-nonce-form": "texts.tsv 第 5 行：随机数应为 32 位小写十六进制，实为 “AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA”",
    "texts-none": "texts.tsv：缺少 410481-766007/1 的更正内容，也没有隐去它的记录",
    "texts-of-old": "texts.tsv 第 2 行：410481-766007 的检查情况没有写着它的指纹的记录",
    "texts-order": "texts.tsv 第 3 行：各行应由小到大且不重复，correction 410481-766007/1 不能在 correction ",
    "texts-still-there": "texts.tsv 第 3 行：410481-766007 的检查情况已依法隐去，文字却还在",
    "texts-stranger": "texts.tsv 第 4 行：410481-979112/1 的更正内容没有写着它的指纹的记录",
    "texts-tab": "texts.tsv 第 4 行：应有 4 栏，实有 5 栏",
    "unfinished-findings-log": "log.tsv：没有这个文件，findings.txt 就无从核对",
    "unfinished-findings-result": "findings.txt：410481-766007 有记录，却没有 result.tsv，看不出是不是抽中的",
    "unfinished-findings-salt": "salt.txt：没有这个文件，findings.txt 就无从核对",
    "unfinished-names": "pool.tsv：没有这个文件，names.tsv 就无从核对",
    "unfinished-pool": "pool.tsv：没有这个文件，而 salt.txt 已经公布",
    "unfinished-registers": "registers.tsv：没有这个文件",
    "unfinished-result": "salt.txt：没有这个文件，result.tsv 就无从核对",
    "unfinished-substitutes": "result.tsv：没有这个文件，substitutes.tsv 就无从核对",
    "unfinished-texts": "findings.txt：没有这个文件，texts.tsv 就无从核对",
}


@pytest.mark.parametrize("name", DRAWS)
def test_a_vector_gives_its_result_byte_for_byte_and_passes_every_check(name):
    files = folder(f"draw2/{name}")
    assert verify.draw(*texts(files)).encode() == files["result.tsv"]
    assert failed(files, earlier(f"draw2/{name}")) == []
    end = "不完整：没有 findings.txt，检查结果没有核对，已有的全部通过"
    assert verify.verdict(verify.check(files)) == (end if name in WITHOUT_FINDINGS else "全部通过")


@pytest.mark.parametrize("name", SUBSTITUTED)
def test_a_vector_gives_its_substitutes_byte_for_byte(name):
    files = folder(f"draw2/{name}")
    lines = files["substitutes.tsv"].split(b"\n")
    blank = b"\n".join([lines[0], *(line.rpartition(b"\t")[0] + b"\t?" for line in lines[1:-1]), b""])
    assert verify.substitute_files({**files, "substitutes.tsv": blank}).encode() == files["substitutes.tsv"]


@pytest.mark.parametrize("name", DRAWS)
def test_the_plain_reading_of_the_protocol_gives_the_same_vectors(name):
    files = folder(f"draw2/{name}")
    plain = PlainDraw(*texts(files))
    assert plain.result.encode() == files["result.tsv"]
    if name in SUBSTITUTED:
        text = files["substitutes.tsv"].decode()
        assert plain.substitutes(text) == text


@pytest.mark.parametrize("name", UNFINISHED)
def test_an_unfinished_draw_holds_as_far_as_it_goes_and_says_what_is_missing(name):
    files = folder(f"unfinished/{name}")
    report = verify.check(files)
    assert [line for line in report if not line.ok] == []
    assert [line.what for line in report if line.level == "wait"] == [
        f"没有 {file}" for file in UNFINISHED[name]
    ]
    ends = "抽签已经作废" if name == "void" else "抽签还没有完成"
    assert verify.verdict(report) == f"{ends}，已有的全部通过"


@pytest.mark.parametrize("name", BAD)
def test_a_bad_vector_is_refused_for_its_reason_and_for_no_other(name):
    lines = failed(folder(f"bad/{name}"), earlier(f"bad/{name}"))
    (wrong,) = [line for line in lines if line.level == "fail"]
    assert wrong.detail.startswith(BAD[name])
    assert {line.level for line in lines} <= {"fail", "skip"}


def test_every_folder_of_vectors_has_its_reason_here():
    assert sorted(BAD) == sorted(path.name for path in (VECTORS / "bad").iterdir())
    assert sorted(UNFINISHED) == sorted(path.name for path in (VECTORS / "unfinished").iterdir())


@pytest.mark.parametrize(
    "name",
    [
        "pool-digest",
        "pool-draw",
        "commit-take",
        "commit-bits",
        "entropy-red-twice",
        "salt-digest",
        "freeze-match",
    ],
)
def test_no_result_is_computed_from_bad_files(name):
    with pytest.raises(verify.Invalid):
        verify.draw(*texts(folder(f"bad/{name}")))


@pytest.mark.parametrize("name", ["substitutes-late", "substitutes-not-in-team", "substitutes-serial"])
def test_no_substitutes_are_computed_from_a_declaration_that_cannot_take_effect(name):
    with pytest.raises(verify.Invalid):
        verify.substitute_files(folder(f"bad/{name}"))


def test_a_wrong_outcome_does_not_hinder_the_right_one_from_being_computed():
    files = folder("bad/substitutes-twice-in-team")
    assert verify.substitute_files(files).encode() != files["substitutes.tsv"]
