"""One word for one thing: what people read in pages, papers and the verifiers' messages keeps to the glossary."""

import re
from pathlib import Path

import pytest

from wugang_audit.imports.importer import importer_of

ROOT = Path(__file__).parents[1]
# A word that is out, and the one that stands for the thing.
OUT = {
    "封存": "冻结",
    "启封": "解封",
    "解除密封": "解封",
    "摘要": "指纹",
    "签号": "签值",
    "替换": "替补",
    "递补": "替补",
    "向上取整": "有小数进一",
    "登记册": "外部名册",
    "外部名单": "外部名册",
    "限期改正": "责令改正",
    # The four measures, in the words of the form, the conclusion, the figures and the report.
    "立案(查处|调查|处罚)": "立案",
    "移送(公安(?!机关|的)|司法|有关部门)": "移送",
    "局领导": "负责人",
    "日志链头": "日志链值",
    "(?<!外部)(?<!花)名册": "名录、单位名单、人员名单",  # 花名册: a clerk's own title for a sheet of staff
    "验证(本次|任何一次)?抽查": "验证抽签",
    "名录维护": "名录与账号",
    # Of what a registry lacks: 没有…… of a class or an industry, 没有填 of a field in a sentence or a filter, （空） of a value
    # that was or becomes nothing, — of an empty cell, 待补 of what an officer needs before he is sent.
    "类别待定|行业待定|未定类别|无类别": "没有监管类别、没有行业",
    '未填(?!写?")|没填|没有填写|没有写(原因|起止)': "没有填",  # in quotation marks: what clerks write into cells
    'default:"空"': "（空）",
    'empty_value_display = (?!"—")': "—",
    # Units are 在库, officers 在册, all else that can be put out of use 在用; of rows of any registry: 没有停用.
    # A registry's lists and its imports go by one name; 监管级别 is read as a clerk's own heading, and written nowhere.
    "执法人员回避(?!的原因)": "回避",
    '监管级别(?!", "分类")': "监管类别",
    "在册(参加|单位|污染源)|在库(的?执法)?人员|在册.?家": "单位在库，执法人员在册",
    "在用的登记|登记在用": "没有停用的登记",
}


def texts() -> list[Path]:
    rooms = ("drawings", "wugang_audit", "sources", "enforcers", "templates")
    files = (
        path for room in rooms for path in (ROOT / room).rglob("*") if path.suffix in (".html", ".mjs", ".py")
    )
    return sorted(path for path in files if "migrations" not in path.parts)


def hits(word: str, text: str) -> list[int]:
    return [number for number, line in enumerate(text.split("\n"), 1) if re.search(word, line)]


def test_there_is_something_to_walk():
    names = {path.relative_to(ROOT).as_posix() for path in texts()}
    assert {"drawings/protocol/verify.py", "drawings/protocol/verify.mjs", "templates/base.html"} <= names


@pytest.mark.parametrize("word", OUT)
def test_a_word_that_is_out_stands_nowhere(word):
    found = [
        f"{path.relative_to(ROOT).as_posix()}:{number}: write {OUT[word]}"
        for path in texts()
        for number in hits(word, path.read_text(encoding="utf-8"))
    ]
    assert found == []


@pytest.mark.parametrize("kind", ["absences", "trainings", "recusals", "credit", "permits"])
def test_a_registry_s_imports_go_by_the_name_of_its_list(kind):
    importer = importer_of(kind)
    assert importer.label == importer.model._meta.verbose_name


@pytest.mark.parametrize(
    ("word", "text", "lines"),
    [
        ("(?<!外部)(?<!花)名册", "单位名册\n外部名册\n执法人员花名册", [1]),
        ("封存", "冻结\n名单封存了", [2]),
        (
            '未填(?!写?")|没填|没有填写|没有写(原因|起止)',
            '"未填", "未填写"\n没有填原因\n未填所属机构\n没有写原因',
            [3, 4],
        ),
    ],
)
def test_the_walk_finds_what_is_out_and_leaves_what_is_right(word, text, lines):
    assert hits(word, text) == lines
