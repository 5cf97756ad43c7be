"""The ONLY list of fields that leave the house, per kind of thing, and how much of a draw is open when.

The tuples in capitals name what is read from the database for the public: queries pass them to ``values(*...)``,
so that a column which is not here is never even fetched. Templates get only the frozen objects of `plain`, `plans`
and `aftermath`.
"""

from enum import IntEnum

from ..models import Draw as DrawRow
from ..models import Stratum
from ..states import DrawState

ITEM = ("subject", "target", "content", "kind", "method", "level", "basis", "rate", "frequency")
PLAN = (
    "year", "version", "title", "document_number", "basis", "general_reading", "fresh_first", "yearly_cap",
    "published_at",
)  # fmt: skip
RATE = ("stratum", "numerator", "denominator")
UNIT = (
    "number", "name", "credit_code", "class_today", "media", "industry_name", "speciality__name",
    "permit_class", "township",
)  # fmt: skip
UNIT_FOUND = ("number", "name", "township")
SEAL = ("disclosure", "unseal_on", "unsealed_at")
DRAW_AS_IT_IS = (
    "code", "state", "commit_digest", "frozen_at", "drawn_at", "published_at", "voided_at", "void_reason",
    "unseal_on", "unsealed_at",
)  # fmt: skip
DRAW = (*DRAW_AS_IT_IS, "year", "quarter", "disclosure", "item__subject", "uses_system", "uses_outside")
ENTROPY = ("source", "label", "known_at", "value", "accepted_at")
FILE = ("name", "digest")
SELECTION = ("pk", "source__number", "stratum", "rank", "ticket", "name", "is_cross", "replaces")
OFFICER = ("pk", "selection_id", "name", "is_lead")
RESULT = (
    "pk", "selection_id", "selection__draw__code", "selection__source__number", "selection__stratum",
    "selection__name", "item__subject", "visited_at", "outcome", "summary", "published_at",
)  # fmt: skip
FINDING = ("inspection_id", "point__name", "verdict")
CORRECTION = ("inspection_id", "text", "at")
LOG = ("index", "time", "kind", "subject", "digest", "chain")
DRAW_PAGE = (
    "plan__year",
    "plan__version",
    "plan__published_at",
    "changes",
    "witnesses",
)  # counted, never named
SUBSTITUTION = (
    "kind", "selection_id", "selection__name", "selection__source__number", "member_id", "member__name",
    "member__replacement__name", "unit__name", "unit__source__number", "reason", "evidence", "confirmed_at",
)  # fmt: skip
DEPOSIT = ("pk", "kind", "where", "at", "has_file")
REFUSED_VOID = ("reason", "refused_at")  # not the evidence: of a sealed draw it may name a unit
# What the inspected firm alone reads, at its secret address.
VISIT = (
    "selection_id", "selection__name", "selection__source__number", "selection__stratum", "item__subject",
    "item__content", "item__method", "item__basis", "state",
)  # fmt: skip
VISIT_OFFICER = ("name", "is_lead", "officer__certificate_number")


class Openness(IntEnum):
    """How much of a draw the public sees. A sealed draw stays at ENTROPY after it is published."""

    NOTHING = 0
    COMMIT = 1
    ENTROPY = 2
    ALL = 3


# The files of the protocol in the order of the bundle, what each is, and from when on it is public.
FILES = {
    "commit.txt": ("承诺文件：随机数产生之前公布的全部规则和摘要", Openness.COMMIT),
    "entropy.txt": ("随机数：事先点名的每个来源和它的数值", Openness.ENTROPY),
    "pool.tsv": ("冻结时的全部单位名册，含每家的类别和状态", Openness.ALL),
    "officers.tsv": ("冻结时可派出的执法人员", Openness.ALL),
    "result.tsv": ("结果：抽中的单位、签值和检查组", Openness.ALL),
    "verify.py": ("抽签和复算用的同一个程序", Openness.COMMIT),
    "verify.mjs": ("网页里复算用的程序，与上面的程序各写各的", Openness.COMMIT),
}
LOG_KINDS = {
    "commit": "公布承诺",
    "entropy": "录入随机数",
    "result": "算出结果",
    "publish": "公布（密封的：下达任务）",
    "unseal": "解除密封",
    "void": "作废",
    "substitute-unit": "替补单位",
    "substitute-officer": "替补人员",
    "finding": "公开检查结果",
    "correction": "更正",
}


def openness(state: str, drawn_at, is_sealed: bool = False) -> Openness:
    """A draft does not exist for the public; a void shows all that there was, for ever: it ends a seal too."""
    if state == DrawState.VOID:
        return Openness.ALL if drawn_at else Openness.COMMIT
    return {
        DrawState.FROZEN: Openness.COMMIT,
        DrawState.DRAWN: Openness.ENTROPY,
        DrawState.PUBLISHED: Openness.ENTROPY if is_sealed else Openness.ALL,
    }.get(state, Openness.NOTHING)


def openness_of(row: dict) -> Openness:
    """The same from a row with ``state``, ``drawn_at`` and the columns of SEAL."""
    return openness(row["state"], row["drawn_at"], DrawRow(**{name: row[name] for name in SEAL}).is_sealed)


def open_files(level: Openness) -> tuple[str, ...]:
    """Names of the files that are public at this level."""
    return tuple(name for name, (_, since) in FILES.items() if level >= since)


def stratum_label(code: str) -> str:
    return dict(Stratum.choices).get(code, code)
