"""Which published texts the law may hide, and what the pages of redactions list."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.db.models import Q, QuerySet, prefetch_related_objects

from wugang_audit.accounts.models import User
from wugang_audit.privacy import says_nothing

from ..hidden_texts import said_in, words_of
from ..inspections.review.content import Entry, in_short
from ..inspections.review.queries import full_texts
from ..models import Draw, Inspection, Redaction
from ..models.draw import DrawQuerySet
from ..models.finding_record import NEW_FORM
from ..models.inspection import InspectionQuerySet
from ..models.redactions import RedactionQuerySet
from ..privacy_gate.queries import Mark, Subject, Text, marks_on, obstacles, said
from ..protocol import verify
from ..states import WITH_SUBSTITUTES, DrawState, InspectionState, Refused

Kind = Redaction.Text
UNKNOWN = "没有这段文字，请回到检查结果或抽签的页面重新选择。"


@dataclass(frozen=True)
class Hideable:
    """A published text: what a redaction of it would be, what it is called, and its words."""

    redaction: Redaction
    label: str
    words: str

    @property
    def target(self) -> str:
        return self.redaction.target


@dataclass(frozen=True)
class Repeat:
    """Another public text that says again what a redaction hides: hidden by itself alone, it keeps the words public."""

    text: Hideable
    unit: str  # whose it is; empty: a text of the draw itself, or of the result that is to be hidden
    piece: str  # the first words that both have
    asked: Redaction | None  # a request for it that waits for the head
    may_ask: bool  # who reads this may ask for it now

    @property
    def label(self) -> str:
        return f"{self.unit}：{self.text.label}" if self.unit else self.text.label

    @property
    def draw(self) -> Draw:
        return self.text.redaction.draw

    @property
    def inspection(self) -> int | None:
        """The inspection on whose page it can be asked for; None for a text of the draw itself."""
        about = self.text.redaction.about
        return about.pk if about else None


# The kinds that are on no public page and in no public file: of witnesses the public reads their number alone. What an
# older site hid of them stays hidden on its papers.
NEVER_PUBLIC = frozenset({Kind.WITNESSES})


# A law by its name and one of its articles: 《政府信息公开条例》第十五条, 个人信息保护法第47条.
_NAMES_LAW = re.compile(
    r"(?:》|法典?|条例|规定|办法|规则|细则|解释)[^，。；]{0,20}?第[一二三四五六七八九十百千零〇0-9０-９]{1,6}条"
)


def texts(reason: str) -> dict[str, Text]:
    """Return what of a redaction becomes public, for the search for personal data."""
    return {"legal_reason": Text(Redaction._meta.get_field("legal_reason").verbose_name, reason)}


def fault_of_reason(reason: str) -> str:
    """Say what is wrong with a legal reason: it says nothing, names no law, or has what looks like personal data; else empty."""
    if says_nothing(reason):
        return "法律理由只是同样的几个字：请写明依据哪部法律第几条，为什么。"
    if rest := obstacles(texts(reason)):
        return f"{said(rest)}。法律理由永远公开，以后也不能隐去：请删去，只写法律依据和原因。"
    if not _NAMES_LAW.search("".join(reason.split())):
        return "法律理由没有写哪部法律第几条，请写明，如：《个人信息保护法》第四十七条：本人要求删除。"
    return ""


def all_words(text: Hideable) -> list[str]:
    """Return all that would be hidden: of a result that goes as a whole, the notes of its points too."""
    row = text.redaction
    notes = (finding.note for finding in row.inspection.findings.all()) if row.text == Kind.FINDING else ()
    return [text.words, *notes]


def of_inspection(draw: Draw, inspection: Inspection) -> list[Hideable]:
    """Return the texts of a published inspection, hidden ones too.

    A record finding/1 holds its summary in clear: it can only be hidden as a whole.
    """
    found = []
    if inspection.record_form == NEW_FORM and inspection.summary:
        found.append(
            _text(
                draw,
                Kind.SUMMARY,
                "检查情况（结论和检查项目仍然公开）",
                inspection.summary,
                inspection=inspection,
            )
        )
    found.append(
        _text(
            draw, Kind.FINDING, "检查结果全文（结论、检查项目也不再公开）", inspection.summary, inspection=inspection
        )
    )  # fmt: skip
    for serial, row in enumerate(inspection.corrections.all(), 1):
        found.append(_text(draw, Kind.CORRECTION, f"第 {serial} 次更正", row.text, correction=row))
    prefetch_related_objects([inspection], "public_photos__evidence")  # no query where that is there
    for photo in inspection.public_photos.all():
        label = f"第 {photo.number} 张照片（连同说明）"
        found.append(_text(draw, Kind.PHOTO, label, photo.evidence.caption, photo=photo))
    return found


def of_draw(draw: Draw) -> list[Hideable]:
    """Return the draw's own texts as far as they are published, hidden ones too."""
    found = []
    if draw.state == DrawState.VOID:
        found.append(_text(draw, Kind.VOID, "作废原因里的事实和证据", draw.void_reason))
    if draw.state in WITH_SUBSTITUTES and draw.witnesses:
        found.append(_text(draw, Kind.WITNESSES, "见证人", draw.witnesses))
    if draw.state in WITH_SUBSTITUTES and not draw.is_sealed:
        for row in draw.substitutions.confirmed().of_units().order_by("serial"):
            label = f"第 {row.serial} 次替补的事实和证据"
            found.append(_text(draw, Kind.EVIDENCE, label, said_in(row), substitution=row))
    for serial, deposit in enumerate(draw.deposits.defer("file").order_by("pk"), 1):
        label = f"第 {serial} 处承诺值存放处（{deposit.get_kind_display()}）"
        found.append(_text(draw, Kind.DEPOSIT, label, deposit.where, deposit=deposit))
    for serial, gone in enumerate(draw.withdrawals.order_by("pk"), 1):
        label = f"第 {serial} 次撤下名称的原因（{gone.get_kind_display()}）"
        found.append(_text(draw, Kind.WITHDRAWAL, label, gone.reason, withdrawal=gone))
    return found


def still_public(draw: Draw, candidates: Iterable[Hideable]) -> list[Hideable]:
    """Return those of a draw's texts that the public reads, neither hidden nor asked for, nor in the way of each other."""
    rows = list(Redaction.objects.filter(draw=draw, refused_at__isnull=True))
    return [
        each
        for each in candidates
        if each.redaction.text not in NEVER_PUBLIC
        and not any(in_the_way(row, each.redaction) for row in rows)
    ]


def in_the_way(other: Redaction, row: Redaction) -> bool:
    """Say whether a redaction that was asked for or took effect leaves no room for another one of the same draw.

    Of one record nothing more can be hidden, with one exception: all the rest, once its summary is, where the program
    that lies in the draw's bundle knows of it.
    """
    if other.target == row.target:
        return True
    if row.photo and other.text == Kind.FINDING:
        return other.inspection_id == row.photo.inspection_id
    if row.inspection_id is None or other.inspection_id != row.inspection_id:
        return False
    is_the_rest = row.text == Kind.FINDING and other.text == Kind.SUMMARY and other.is_in_effect
    return not (is_the_rest and hides_the_rest_later(row.draw))


def hides_the_rest_later(draw: Draw) -> bool:
    """Say whether the verifiers of a draw's bundle accept a finding that is hidden after its summary was."""
    program = draw.files.filter(name=verify.PROGRAMS[0]).values_list("content", flat=True).first()
    return program is None or "\nHIDES_THE_REST_LATER = True\n" in program


def _text(draw: Draw, kind: Kind, label: str, words: str, **about: object) -> Hideable:
    redaction = Redaction(draw=draw, text=kind, **about)
    redaction.target = redaction.named
    return Hideable(redaction, label, words)


def found(draw: Draw, target: str) -> Hideable:
    """Return the published text that a target names in a draw.

    :raises Refused: there is none, or it is not public; the message says so.
    """
    kind, _, key = target.partition("/")
    if kind in (Kind.SUMMARY, Kind.FINDING, Kind.CORRECTION, Kind.PHOTO):
        field = {Kind.CORRECTION: "corrections", Kind.PHOTO: "public_photos"}.get(Kind(kind), "pk")
        rows = Inspection.objects.filter(selection__draw=draw).select_related(
            "selection__source", "selection__draw"
        )
        inspection = rows.filter(**{field: key}).first() if key.isdecimal() and len(key) < 19 else None
        if inspection is None:
            raise Refused(UNKNOWN)
        if draw.state != DrawState.PUBLISHED:
            raise Refused("这次抽签已作废，它的检查结果没有公开。")
        if inspection.state != InspectionState.PUBLISHED:
            raise Refused("检查结果还没有公开：请退回检查组修改，不用隐去。")
        candidates = of_inspection(draw, inspection)
    else:
        candidates = of_draw(draw)
    wanted = next((each for each in candidates if each.target == target), None)
    if wanted is None:
        raise Refused(UNKNOWN if kind not in Kind.values else _not_public(kind))
    return wanted


def _not_public(kind: str) -> str:
    return {
        Kind.VOID: "这次抽签没有作废，没有作废原因可以隐去。",
        Kind.WITNESSES: "没有登记见证人，或者结果还没有公布：公布以前，见证人名单可以直接修改。",
        Kind.EVIDENCE: "这份替补申报没有公开：没有确认，或者还在密封中。",
        Kind.DEPOSIT: "没有登记这一处存放。",
        Kind.WITHDRAWAL: "没有这一次撤下名称的记录。",
        Kind.SUMMARY: "这份检查结果是按旧格式公开的，只能整份隐去：请选“检查结果全文”。",
    }.get(Kind(kind), UNKNOWN)


def concerned(row: Redaction) -> InspectionQuerySet:
    """Return the inspections that a text is about; none for a text of the draw itself, but a substitute's evidence."""
    if row.substitution_id:
        return Inspection.objects.filter(selection__substitution_places__substitution=row.substitution_id)
    return Inspection.objects.filter(pk=row.about.pk if row.about else None)


def took_part(row: Redaction, user: User) -> bool:
    """Say whether the person had a hand in an inspection that the text is about: who went does not judge it."""
    return concerned(row).with_part_of(user).exists()


@dataclass(frozen=True)
class Line:
    """A redaction as reviewer and head read it."""

    row: Redaction
    unit: str  # empty: a text of the draw itself
    label: str
    words: str
    entries: list[Entry]  # of a result that goes as a whole: all of its report, the words above among it
    marks: list[Mark]
    repeats: list[Repeat]
    may_decide: bool


def lines(
    rows: Iterable[Redaction],
    user: User,
    *,
    heads: bool,
    repeats: Mapping[int, list[Repeat]] = MappingProxyType({}),
) -> list[Line]:
    """Read redactions for a page, each with the words that it hides.

    :param heads: the person may decide, where he neither asked nor took part.
    :param repeats: {primary key: the other public texts with the same words}, see `repeats.of_requests`.
    """
    rows = list(rows)
    marks = marks_on(Subject.REDACTION, {row.pk: texts(row.legal_reason) for row in rows})
    mine = to_decide(user).filter(pk__in=[row.pk for row in rows]) if heads else Redaction.objects.none()
    decidable = set(mine.values_list("pk", flat=True))
    reports = full_texts([row.inspection for row in rows if row.text == Kind.FINDING and row.inspection])
    return [
        Line(
            row,
            _unit(row),
            row.get_text_display(),
            words_of(row),
            in_short(reports[row.inspection_id]) if row.text == Kind.FINDING else [],
            marks[row.pk],
            repeats.get(row.pk, []),
            row.pk in decidable,
        )
        for row in rows
    ]


def _unit(row: Redaction) -> str:
    return row.about.selection.shown_name if row.about else ""


def listed() -> RedactionQuerySet:
    """Return all redactions, with what a line says of each."""
    about = (
        "inspection__selection",
        "correction__inspection__selection",
        "photo__inspection__selection",
        "photo__evidence",
        "substitution",
        "deposit",
        "withdrawal",
    )
    people = ("declared_by", "confirmed_by", "refused_by")
    return Redaction.objects.select_related("draw", *people, *about).defer("deposit__file")


def to_decide(user: User) -> QuerySet[Redaction]:
    """Return those that wait for a head, without those that this person asked for or has a part in."""
    mine = Inspection.objects.with_part_of(user).values("pk")
    own = (
        Q(declared_by=user)
        | Q(inspection__in=mine)
        | Q(correction__inspection__in=mine)
        | Q(photo__inspection__in=mine)
        | Q(substitution__places__selection__inspection__in=mine)
    )
    return Redaction.objects.waiting().exclude(pk__in=Redaction.objects.filter(own).values("pk"))


def draws_with_texts() -> DrawQuerySet:
    """Return the draws that may have published texts of their own, the latest first: all whose commit is public."""
    return Draw.objects.visible()
