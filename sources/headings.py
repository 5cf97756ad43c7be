"""How a column of a list of units is recognised whose heading is none of the usual names: by parts, and by its cells."""

import re
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from wugang_audit.spreadsheets import coordinates
from wugang_audit.spreadsheets.cell_types import Adjusted, Rule, WordsRule, Wrong
from wugang_audit.spreadsheets.recognition import (
    UNTIL,
    Check,
    Recognition,
    has_telephone,
    has_words,
    headed,
    holds,
    is_date,
    is_expiry,
    is_telephone,
    reads,
)

from .places import PROVINCE_LATITUDES, PROVINCE_LONGITUDES, Bounds

# Whose name, address or telephone it is.
_UNIT = (
    r"(?:企业|单位|公司|工厂|厂|场|户|养殖场|养殖户|养殖|企事业单位|排污单位|用人单位|污染源|市场主体|主体|生产经营单位|"
    r"产废单位|持证单位|建设单位|经营单位|监管对象|检查对象|被检查单位|被检查对象|被检查企业|抽查对象|被?监管企业|"
    r"行政相对人|提供企业)"
)
_PERSON = r"(?:法定代表人|法人代表|法人|负责人|业主|场主|户主|老板|厂长|经营者|养殖户主)"
_ENVIRONMENT = r"(?:环保|环境)(?:负责人|专员|专干|联络员|联系人|管理人员|管理员)"
_CALL = r"(?:联系电话|联系方式|联系手机|固定电话|办公电话|移动电话|电话|手机|座机|固话)(?:号码?)?"
_KIND = r"(?:类别|类型|级别|等级|分类)"
# 村 alone is part of an address, no township.
_INDUSTRY = r"(?:国民经济|所属|所在|主要|主)*(?:行业|产业)(?:类别|类型|分类|名称)*"
_TOWNSHIP = r"(?:乡镇办|乡镇|镇乡|镇街|镇办|乡办|街办|街道办事处|街道办|街道|办事处|乡|镇)"

# A number of an identity card begins with a place and a date of birth.
is_credit_code = holds(
    r"(?i)^(?![1-8][0-9]{5}(?:19|20)[0-9]{2}[01][0-9][0-3][0-9])[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}$"
)
is_permit_number = holds(r"(?i)^[0-9A-HJ-NPQRTUWXY]{18}[0-9]{3}[A-Z]$")
is_township = holds(r"^[\u4e00-\u9fff]{1,7}(?<![城乡村])(?:镇|乡|街道|街道办|街道办事处|办事处)$")
is_person = holds(r"^(?!.*(?:公司|厂|场|站|院|店|矿|社|中心|学校|集团|部)$)[\u4e00-\u9fff·]{2,5}$")


def degrees_within(bounds: Bounds) -> Check:
    """Return a check for a coordinate of the province, which no round number is."""

    def check(text: str) -> bool:
        try:
            value = coordinates.degrees(text)
        except Wrong:
            return False
        value = value.value if isinstance(value, Adjusted) else value
        return value in bounds and re.search(r"[.°度]", text) is not None

    return check


def _of_words(rule: Rule, *headings: str) -> Recognition:
    return Recognition(headed(*headings), reads(rule), typical=reads(rule))


_STATE = holds(
    r"产|停|关闭|关停|在营|营业|运营|运行|拆除|在建|未建|拟建|正常|季节|闲置|注销|吊销|存续|在业|开业|迁出"
)
_WAYS = MappingProxyType(
    {
        "name": Recognition(
            headed(
                rf"{_UNIT}{{1,4}}(?:详细|规范)?(?:全称|名称|名)",
                rf"{_UNIT}|养殖户姓名",
                r"(?:业主|经营者|法人)(?:名称)?",
            ),
            has_words,
        ),
        "credit_code": Recognition(
            headed(
                r"(?:企业|单位)?(?:统一)?(?:社会)?(?:统一)?信用(?:统一)?(?:代码|编码|编号)(?:证)?(?:号码?|编号)?",
                r"(?:工商)?(?:营业)?执照(?:注册)?(?:号码?|编号|代码)|证照(?:号码?|编号)|组织机构代码|统一代码证?号?",
            ),
            holds(r"[0-9A-Za-z]{8}"),
            is_credit_code,
            is_credit_code,
        ),
        "permit_number": Recognition(
            headed(
                r"(?:固定污染源)?(?:国家)?(?:排污)?(?:许可|登记)(?:证书?|回执)?(?:证书)?(?:号码?|编号|编码|代码)",
                r"证书(?:号码?|编号)|排污许可证?|许可证",
            ),
            holds(r"[0-9A-Za-z]{8}"),
            is_permit_number,
            is_permit_number,
        ),
        "permit_expiry": Recognition(
            headed(rf"(?:排污)?(?:许可证?|证书|证件|登记)(?:的)?{UNTIL}", UNTIL, r"有效(?:截止)?日期"),
            is_date,
            typical=is_expiry,
        ),
        # 行业 above nothing but codes.
        "industry_code": Recognition(
            headed(_INDUSTRY),
            holds(r"[0-9]{2}"),
            holds(r"^[A-T]?[0-9]{4}$"),
            typical=holds(r"^[A-T][0-9]{4}$"),
        ),
        "industry_name": Recognition(
            headed(
                _INDUSTRY,
                r"养殖(?:种类|品种|类型|类别)|畜禽?种类?",
            ),
            has_words,
            typical=holds(
                r"^(?:[A-T]?[0-9]{2,4})?[\u4e00-\u9fff、，（）()]{1,30}(?:(?<!企)业|制造|加工|的饲养|铸造)(?:[0-9]{2,4})?$"
            ),
        ),
        "township": Recognition(
            headed(
                rf"(?:所属|所在|属地|管辖)?{_TOWNSHIP}{{1,3}}(?:名称)?",
                r"属地|(?:所属|所在|属)地|所属辖区|辖区|(?:所属|所在)区域",
            ),
            holds(r"[\u4e00-\u9fff]"),
            is_township,
            is_township,
        ),
        "address": Recognition(
            headed(
                r"(?:生产|实际|经营)+(?:经营)?(?:的)?(?:详细)?(?:地址|场所|地点)(?:地址)?|(?:厂|场|厂区|养殖场?|单位|企业|项目|公司)(?:详细|具体)?(?:地址|址|地点|位置|所在地)",
                r"(?:详细|具体|所在|地理)?(?:地址|位置|地点)",
                r"(?:注册|登记|通讯|住所|工商注册)(?:地址|地|所)?|住所(?:经营场所)?",
            ),
            has_words,
            typical=holds(
                r"^(?:.*(?:省|市|县|区|镇|乡|街道))?.{1,12}(?:村|路|街|大道|园区|集聚区|社区)[^\s]{1,15}$"
            ),
        ),
        "longitude": Recognition(
            headed(r"(?:地理|企业|单位|厂区|排放口|中心)*(?:坐标)?(?:经度|东经)(?:坐标)?"),
            typical=degrees_within(PROVINCE_LONGITUDES),
        ),
        "latitude": Recognition(
            headed(r"(?:地理|企业|单位|厂区|排放口|中心)*(?:坐标)?(?:纬度|北纬)(?:坐标)?"),
            typical=degrees_within(PROVINCE_LATITUDES),
        ),
        "legal_representative": Recognition(
            headed(
                r"(?:企业|单位|公司)?(?:法定代表人|法人代表|法人)(?:姓名|名字)?",
                rf"(?:企业|单位|主要|公司)?{_PERSON}(?:姓名|名字)?",
            ),
            has_words,
            is_person,
        ),
        "contact": Recognition(
            headed(
                rf"(?:企业|单位)?{_ENVIRONMENT}(?:姓名|名字)?",
                r"(?:企业|单位)?(?:联系人|联络员|联络人)(?:姓名|名字)?",
            ),
            has_words,
        ),
        "phone": Recognition(
            headed(
                rf"(?:企业|单位|公司)?{_CALL}",
                rf"(?:企业|单位)?(?:联系人|联络员|{_ENVIRONMENT}){_CALL}",
                rf"(?:企业|单位|主要|公司)?{_PERSON}{_CALL}",
            ),
            has_telephone,
            typical=is_telephone,
        ),
        "special_reason": Recognition(
            headed(r"(?:列入|列为|纳入)(?:特殊(?:监管)?(?:对象)?)?(?:的)?(?:原因|理由|事由)"), has_words
        ),
    }
)


def _class_ticks(rule: Rule) -> dict[str, tuple[str, str]]:
    """Return what a tick below 重点, 是否重点排污单位 and the like means: the class of these words."""
    ticks: dict[str, tuple[str, str]] = {}
    for each, value in rule.words.items() if isinstance(rule, WordsRule) else ():
        for heading in (each, f"是否{each}", f"是否为{each}", f"是否属于{each}"):
            ticks[heading] = (str(rule.write(value)), "")
    return ticks


_STATE_TICKS = {
    **{f"是否{each}": ("停产", "") for each in ("停产", "关停", "停业", "长期停产")},
    **{f"是否{each}": ("正常生产", "停产") for each in ("在产", "生产", "正常生产", "在生产", "营业", "正常运行")},
}  # fmt: skip


def _by_words(rules: dict[str, Rule]) -> dict[str, Recognition]:
    """Return how columns of fixed words are recognised: by these words."""
    return {
        "category": replace(
            _of_words(
                rules["category"],
                rf"(?:企业|单位|排污单位|污染源|监管|管控|管理|抽查|双随机|监管对象|对象|重点源|重点)*{_KIND}",
                r"重点/一般",
            ),
            ticks=_class_ticks(rules["category"]),
            unticked="一般排污单位",
        ),
        "media": _of_words(
            rules["media"],
            r"(?:环境|重点|监管|管控|污染|名录|排污单位|单位)*(?:要素)(?:类别|类型)?",
            r"(?:环境|重点|监管|管控|污染|名录|排污单位|单位)*(?:类别|类型)",
        ),
        "permit_class": Recognition(
            headed(rf"(?:排污)?(?:许可证?|登记)?(?:管理)?{_KIND}"),
            reads(rules["permit_class"]),
            typical=holds(r"^(?:重点|简化|登记)管理$"),
        ),
        "operating_state": Recognition(
            headed(
                r"(?:目前|当前|企业|单位|生产|经营|生产经营|运行|运营|登记|在产|开工|停产)*(?:状态|情况|状况|现状)",
                r"是否(?:停产|在产|生产|正常生产|关停)",
            ),
            _STATE,
            typical=reads(rules["operating_state"]),
            ticks=_STATE_TICKS,
        ),
    }


def recognition_of(rules: dict[str, Rule]) -> Mapping[str, Recognition]:
    """Return how the columns are recognised.

    :param rules: {attribute: rule} of the registry.
    """
    return {**_WAYS, **_by_words(rules)}
