"""What a name, a number or a code must look like, here and in the public files."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from stdnum.cn import uscc
from stdnum.exceptions import ValidationError as StdnumError

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
    """Check the form of a name as the draw's files demand it: NFC, no control or format characters."""
    if unicodedata.normalize("NFC", value) != value or value != value.strip():
        raise ValidationError("名称首尾不能有空格，且须为规范字符(NFC)。")
    if any(unicodedata.category(char) in ("Cc", "Cf", "Zl", "Zp") for char in value):
        raise ValidationError("名称中有换行、零宽字符等看不见的字符，请删去后重新输入。")


validate_industry_code = RegexValidator(
    re.compile(r"\A[0-9]{4}\Z"), "行业代码应为 4 位数字（GB/T 4754-2017 小类）。"
)
