"""How a column of a list of officers is recognised whose heading is none of the usual names: by parts, and by its cells."""

from types import MappingProxyType

from wugang_audit.spreadsheets.cell_types import Rule
from wugang_audit.spreadsheets.recognition import (
    UNTIL,
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

_CERTIFICATE = r"(?:行政|环境|环保|生态环境)*(?:执法|检查|监察)(?:资格)?证(?:件|书)?"
_OFFICE = r"(?:单位|部门|科室|中队|大队|支队|机构|股室|执法机构)"

is_certificate_number = holds(
    r"^(?![0-9]{4}-[0-9]{1,2}-)[A-Za-z\u4e00-\u9fff]{0,2}-?[0-9][0-9A-Za-z-]{6,17}$"
)
is_office = holds(r"^[\u4e00-\u9fff]{1,20}(?:大队|中队|支队|科|股|室|站|分局|局)$")


def recognition_of(rules: dict[str, Rule]) -> MappingProxyType[str, Recognition]:
    """Return how the columns are recognised.

    :param rules: {attribute: rule} of the registry.
    """
    return MappingProxyType({
        "name": Recognition(
            headed(
                r"(?:行政)?(?:执法|检查|监管|监察|抽查|持证)(?:人员?|员|人)(?:的)?(?:姓名|名字|名单|名称)?",
                r"(?:员工|职工|干部|本人|人员)(?:姓名|名字)",
            ),
            has_words,
        ),
        "certificate_number": Recognition(
            headed(
                rf"{_CERTIFICATE}(?:号码?|编号|编码)",
                r"(?:证件|持证|证书|证照)(?:号码?|编号|编码)",
                rf"{_CERTIFICATE}(?:名称(?:及|和|、)(?:号码?|编号|编码))?",
            ),
            holds(r"[0-9A-Za-z]{4}"),
            holds(r"[0-9A-Za-z]{6}"),
            # An identity number has 18 characters, a telephone number 11.
            lambda text: is_certificate_number(text) and not is_telephone(text) and len(text) < 18,
        ),
        "certificate_expiry": Recognition(
            headed(rf"(?:执法|行政执法)?(?:证件?|证书){UNTIL}", UNTIL, r"(?:发证)?有效(?:截止)?(?:日期|期)"),
            is_date,
            typical=is_expiry,
        ),
        "department": Recognition(
            headed(rf"(?:所在|所属|执法|工作)*(?:{_OFFICE}|科室中队)"),
            has_words,
            typical=is_office,
        ),
        "post": Recognition(headed(r"(?:行政|现任)?(?:职务|职级|职称|岗位|职位)(?:名称)?"), has_words),
        "specialities": Recognition(headed(r"(?:业务|专业|执法|擅长)(?:专长|特长|专业|方向)"), has_words),
        "duty_state": Recognition(
            headed(
                r"(?:目前|当前|人员|岗位|在岗|在职|工作|在编)*(?:状态|情况|状况)|是否(?:在编)?(?:在岗|在职)(?:在编)?"
            ),
            reads(rules["duty_state"]),
        ),
        "phone": Recognition(
            headed(
                r"(?:联系|本人|个人|移动|手机)*(?:电话|手机|号码|联系方式)(?:号码?)?",
                r"(?:办公|固定|单位)(?:室)?(?:电话|座机)(?:号码?)?",
            ),
            has_telephone,
            typical=is_telephone,
        ),
    })  # fmt: skip
