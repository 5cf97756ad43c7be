"""The minutes of a draw, and its result as the frozen files have it."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from django.utils import timezone

from wugang_audit.audit.models import AuditEntry

from ...models import ChangesConfirmed, Disclosure, Draw, EntropySource, LogEntry, Stratum
from ...models.draw import OFFICER_WITHDRAWN, UNIT_WITHDRAWN, ChangeCount
from ...models.entropy import label_in_words
from ...models.quota import Quota
from ...protocol import verify
from .. import queries


@dataclass(frozen=True)
class Drawn:
    """A drawn unit as the frozen files have it."""

    number: str
    name: str
    stratum: str
    label: str
    rank: int
    ticket: str
    team: tuple[str, ...]  # the lead first
    is_cross: bool


class Fact(NamedTuple):
    """Two texts that stand side by side: what it is, and what it comes to."""

    label: str
    value: str


class SourceLine(NamedTuple):
    """A source of randomness, in the words of the minutes."""

    title: str
    label: str
    known_at: str
    value: str
    typists: str


@dataclass(frozen=True)
class Minutes:
    """The minutes of a draw, for the page and for Word alike: rows of plain text."""

    title: str
    bureau: str
    facts: list[Fact]
    people: list[Fact]
    times: list[Fact]
    digests: list[Fact]
    sources: list[SourceLine]
    quotas: list[Quota]
    changes: list[ChangeCount]
    since: str  # code of the draw before; empty: there was none
    deposits: list[Fact]
    is_sealed: bool
    result: list[Drawn] | None = None  # None: not drawn yet, or sealed and not opened
    signatures: list[str] = field(default_factory=list)


def result_of(draw: Draw) -> list[Drawn]:
    """Read the result from its file, with the names as they stand today, without the later substitutes."""
    units, people = draw.names_of("unit"), draw.names_of("officer")
    return [
        Drawn(
            row.unit, units.get(row.unit, UNIT_WITHDRAWN), row.stratum, Stratum.label_of(row.stratum),
            row.rank, row.ticket, tuple(people.get(one, OFFICER_WITHDRAWN) for one in row.team),
            row.note == "cross",
        )
        for row in verify.parse_result(draw.file("result.tsv")).rows
    ]  # fmt: skip


def _clock(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%Y年%m月%d日 %H:%M:%S}"


def minutes_of(draw: Draw, *, opened: bool = False) -> Minutes:
    """Gather the minutes of a draw that is frozen or further.

    :param opened: whether the reader has just opened the sealed result, on record.
    """
    sources = list(draw.entropy.select_related("first_by", "accepted_by"))
    confirmed = list(draw.confirmations.select_related("by").order_by("at"))
    openings = list(queries.openings(draw).order_by("index"))
    digests = dict(draw.files.values_list("name", "digest"))
    last = LogEntry.objects.of_draw(draw.code).order_by("-index").first()
    show = draw.drawn_at is not None and (opened or not draw.is_sealed)
    sealed = f"密封，{draw.unseal_on:%Y年%m月%d日}自动解封" if draw.unseal_on else "密封，检查完成后解封"
    return Minutes(
        title=f"{draw.title}抽签记录",
        bureau=verify.parse_commit(draw.file(verify.COMMIT)).bureau,
        facts=[
            Fact("抽签编号", draw.code),
            Fact("抽查事项", draw.item.subject if draw.item else "—"),
            Fact("抽查计划", str(draw.plan or "—")),
            Fact("状态", draw.get_state_display()),
            Fact("结果公开", sealed if draw.disclosure == Disclosure.SEALED else "随即公开"),
        ],
        people=_people(draw, sources, confirmed, openings),
        times=_times(draw, sources, confirmed, openings),
        digests=[
            Fact("承诺值", draw.commit_digest),
            Fact("salt.txt", digests["salt.txt"]),
            Fact("entropy.txt", digests.get("entropy.txt", "—")),
            Fact("result.tsv", digests.get("result.tsv", "—")),
            Fact(f"日志第 {last.index} 条链值", last.chain),
        ],
        sources=[
            SourceLine(each.title, each.shown_label, _clock(each.known_at), each.value or "—", _typists(each))
            for each in sources
        ],
        quotas=draw.quotas(),
        changes=draw.change_counts(),
        since=draw.changes.get("since", ""),
        deposits=[
            Fact(each.get_kind_display(), f"{each.shown_where}（{_clock(each.at)}）")
            for each in draw.deposits.defer("file").prefetch_related("redactions")
        ],
        is_sealed=draw.is_sealed,
        result=result_of(draw) if show else None,
        signatures=[
            "抽查组织者",
            "录入人",
            "核对人",
            *(["见证人"] * max(2, len(draw.witnesses.splitlines()))),
        ],
    )


def _typists(entropy: EntropySource) -> str:
    people = (entropy.first_by, entropy.accepted_by)
    return "、".join(dict.fromkeys(person.full_name for person in people if person)) or "—"


def _people(
    draw: Draw,
    sources: list[EntropySource],
    confirmed: list[ChangesConfirmed],
    openings: list[AuditEntry],
) -> list[Fact]:
    typists = [p.full_name for each in sources for p in (each.first_by, each.accepted_by) if p]
    rows = [
        ("建立抽签", draw.created_by.full_name),
        ("冻结名单", draw.frozen_by.full_name if draw.frozen_by else ""),
        ("核对名录变动", "、".join(Counter(each.by.full_name for each in confirmed))),
        ("录入随机数", "、".join(Counter(typists))),
        ("公布", draw.published_by.full_name if draw.published_by else ""),
        ("打开密封结果", "、".join(Counter(each.actor_name for each in openings))),
        ("见证人", "；".join(draw.shown_witnesses())),
    ]
    return [Fact(role, names) for role, names in rows if names]


def _times(
    draw: Draw,
    sources: list[EntropySource],
    confirmed: list[ChangesConfirmed],
    openings: list[AuditEntry],
) -> list[Fact]:
    moments = [
        (draw.created_at, "建立抽签"),
        *((each.at, f"{each.by.full_name}核对确认名录变动") for each in confirmed),
        (draw.frozen_at, "冻结名单，公布承诺值"),
        *(
            (each.accepted_at, f"确认随机数：{each.title} {label_in_words(each.source, each.label)}".strip())
            for each in sources
        ),
        (draw.drawn_at, "算出结果"),
        (
            draw.published_at,
            "下达任务" + ("，保持密封" if draw.disclosure == Disclosure.SEALED else "，公布结果"),
        ),
        *((each.time, f"{each.actor_name}打开密封结果") for each in openings),
        (draw.unsealed_at, "解封"),
        (draw.voided_at, "作废"),
    ]
    # To the second: within one the order above holds (the freeze's moment has no fractions).
    known = [(moment.replace(microsecond=0), what) for moment, what in moments if moment is not None]
    return [Fact(_clock(moment), what) for moment, what in sorted(known, key=lambda pair: pair[0])]
