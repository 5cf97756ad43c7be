"""The ONLY list of fields that leave the house, per kind of thing, and how much of a draw is open when.

The tuples in capitals name what is read from the database for the public: queries pass them to ``values(*...)``,
so that a column which is not here is never even fetched. Templates get only the frozen objects of `plain`, `plans`
and `aftermath`.
"""

from ..models import Stratum

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


def stratum_label(code: str) -> str:
    return dict(Stratum.choices).get(code, code)
