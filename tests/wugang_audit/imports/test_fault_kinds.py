"""The sorts of faults that a person filters by: whole sentences, without what differs from cell to cell."""

import pytest
import workbooks

from sources.importer import SourceImporter
from wugang_audit.imports.fault_kinds import kind_of
from wugang_audit.spreadsheets.table import Fault


@pytest.mark.parametrize(
    ("problem", "kind"),
    [
        ("是旧的 15 位工商注册号", "是旧的 15 位工商注册号"), ("是旧的 9 位组织机构代码", "是旧的 9 位组织机构代码"),
        ("有 17 位，应为 18 位", "位数不对，应为 18 位"), ("有 201 个字，最多 200 个", "太长，最多 200 个"),
        ("与第3行“甲厂”、第4行“乙厂”的代码相同，名称却不同", "与别的行的代码相同，名称却不同"),
        ("与第3行“甲厂”等 12 行的代码相同，名称却不同", "与别的行的代码相同，名称却不同"),
        ("执法证号与第6、9行重复，而内容不同（C列“姓名”）", "执法证号与别的行重复，而内容不同"),
        ("校验码不对（若前 17 位无误，末位应是 N）", "校验码不对"), ("含有代码中不会出现的字符 I、O", "含有代码中不会出现的字符"),
        ("前 18 位与本单位的统一社会信用代码 91410481317593588N 不一致", "前 18 位与本单位的统一社会信用代码不一致"),
        ("不是 GB/T 4754-2017 中的行业（大类应为 01 至 97）", "不是 GB/T 4754-2017 中的行业"), ("超出 180 度，可能漏了小数点", "超出 180 度，可能漏了小数点"),
        ("年份 9999 不合理", "年份不合理"), ("是错误值 #REF!", "是错误值"), ("有不认识的写法：光、热", "有不认识的写法"), ("是不认识的写法", "有不认识的写法"), ("早于起始日 2028-07-01", "早于起始日"),
        ("污染源名录中没有“没有的厂”", "污染源名录中没有所写的单位"), ("叫“同名厂”的单位不止一家", "叫这个名称的单位不止一家"),
        ("第 3 个字“⺁”（U+2E81）不是通用的写法", "有一个字不是通用的写法"),
        ("只能有数字、英文字母、短横线和下划线，最多 55 个字符", "只能有数字、英文字母、短横线和下划线，最多 55 个字符"),
    ],
)  # fmt: skip
def test_a_sort_of_fault_is_a_whole_sentence(problem, kind):
    assert kind_of(Fault(problem, "", header="列")) == f"列：{kind}"


def test_faults_of_one_sort_in_a_list_have_one_name(specialities):
    codes = [
        "91410481317593588",
        "9141048131759358",
        "410481000012345",
        "410481000012346",
        "O1410481317593588N",
        "914104I1317593588N",
    ]
    rows = [{"单位名称": f"{n}厂", "统一社会信用代码": code} for n, code in enumerate(codes)]
    found = SourceImporter.preview(workbooks.of_dicts(rows), "x.xlsx")
    assert sorted({kind_of(fault) for fault in found.faults}) == [
        "统一社会信用代码：位数不对，应为 18 位", "统一社会信用代码：含有代码中不会出现的字符", "统一社会信用代码：是旧的 15 位工商注册号",
    ]  # fmt: skip
