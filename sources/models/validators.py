"""What a name, a number or a code must look like, here and in the public files."""

import re

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from stdnum.cn import uscc
from stdnum.exceptions import ValidationError as StdnumError

from wugang_audit.spreadsheets.name_characters import name_fault

# A validator searches: each pattern begins with \A, or it would only look at the end of what was typed.
validate_registry_id = RegexValidator(
    re.compile(r"\A(?!-\Z)[0-9A-Za-z_-]{1,55}\Z"),
    "只能用数字、英文字母、短横线和下划线，最多 55 个字符，中间不能有空格。",
)


validate_permit_number = RegexValidator(
    re.compile(r"\A[0-9A-HJ-NP-RTUWXY]{18}[0-9]{3}[A-Z]\Z"),
    "排污许可证编号应为 22 位：18 位统一社会信用代码 + 3 位数字 + 1 位大写字母。",
)


def validate_credit_code(value: str) -> None:
    """Check length, alphabet and check character of a unified social credit code (GB 32100-2015)."""
    try:
        normal = uscc.validate(value)
    except StdnumError:
        normal = None
    if normal != value:
        raise ValidationError("统一社会信用代码不符合 GB 32100-2015:应为 18 位大写代码，且校验码正确。")


def validate_name(value: str) -> None:
    """Check the form and the characters of a name as the draw's public files demand them."""
    if fault := name_fault(value):
        raise ValidationError(f"{fault.problem}：{fault.fix}。")


validate_industry_code = RegexValidator(
    re.compile(r"\A[0-9]{2,4}\Z"),
    "行业代码应为 4 位数字（GB/T 4754-2017 小类）；只知道大类或中类的，填 2 位或 3 位。",
)
