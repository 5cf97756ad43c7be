"""The steps of a draw. Each is one transaction: it locks the draw, checks its state, writes, and leaves its trace.

A second click, or a second person at the same moment, finds the state already changed and is refused.
"""

import secrets
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from enforcers.models import Officer
from sources.models import PollutionSource
from wugang_audit import clock
from wugang_audit.accounts.models import User
from wugang_audit.audit import trail
from wugang_audit.registries import bulk_rows

from .. import deadlines, public_log
from ..models import (
    Disclosure,
    Draw,
    DrawFile,
    DrawNames,
    EntropySource,
    Inspection,
    InspectionItem,
    LogKind,
    Selection,
    TeamMember,
)
from ..models.entropy import SYSTEM, reading_digest
from ..models.plan_text import plan_subject
from ..models.quarters import quarter_code
from ..models.search_texts import keep_drawn
from ..models.substitutions import protocol_time
from ..protocol import verify
from ..readings import Reading, read
from ..states import DrawState, Refused, check_move
from . import queries
from .collector import no_collection
from .frozen_files import frozen_files
from .preflight.checks import Preflight, preflight


@transaction.atomic
def start(*, year: int, quarter: int, item: InspectionItem | None, actor: User) -> Draw:
    """Open a quarter's draw as a draft: nothing is fixed or shown to anybody yet."""
    tries = Draw.objects.filter(year=year, quarter=quarter)
    if tries.not_void().exists():
        raise Refused(f"{year} 年第 {quarter} 季度已经有一次抽签，请在列表里打开它。")
    number = tries.count() + 1
    code = quarter_code(year, quarter) + (f"-{number}" if number > 1 else "")
    try:
        with transaction.atomic():
            draw = Draw.objects.create(code=code, year=year, quarter=quarter, item=item, created_by=actor)
    except IntegrityError:  # somebody else opened it between the look and the write
        raise Refused(f"{year} 年第 {quarter} 季度的抽签刚刚由别人建立，请刷新列表。") from None
    trail.record(actor, "建立抽签", draw, {"code": code, "item": str(item)})
    return draw


def _locked(draw: Draw, wanted: DrawState) -> Draw:
    """Return the draw with its row locked, or refuse if its state may not become the wanted one."""
    draw = Draw.objects.select_for_update().get(pk=draw.pk)
    check_move(draw.state, wanted)
    return draw


def _keep(draw: Draw, name: str, text: str) -> DrawFile:
    return DrawFile.objects.create(draw=draw, name=name, content=text, digest=verify.digest(text))


@no_collection()
@transaction.atomic
def freeze(
    *,
    draw: Draw,
    sources: list[verify.Source],
    seen: str,
    actor: User,
    disclosure: str = Disclosure.OPEN,
    unseal_on: date | None = None,
    visit_by: date | None = None,
) -> Draw:
    """Fix the pool, the officers and the sources of randomness, and publish their digest.

    :param sources: what the commit names, in the order in which the values become known; for the source
        ``system`` the time is the moment of freezing, whatever is given.
    :param seen: fingerprint of the pre-flight that the organiser looked at.
    :param unseal_on: day on which the seal of a sealed draw falls by itself.
    :param visit_by: day on which the visits are due; the last working day of the quarter by default.
    :raises Refused: when something blocks, a source is already known, or the registries have changed since.
    """
    draw = _locked(draw, DrawState.FROZEN)
    flight = cleared(draw, seen, actor)
    previous = public_log.lock()
    moment = clock.local_now().replace(microsecond=0)
    sources = checked_sources(sources, moment)
    draw.under = under_which_seal(disclosure, unseal_on)
    frozen = frozen_files(draw, flight, sources, previous=previous, disclosure=disclosure)
    files = {name: _keep(draw, name, text) for name, text in frozen.texts.items()}
    DrawNames.objects.create(draw=draw, content=frozen.names)
    _name_sources(draw, sources)
    draw.state, draw.plan = DrawState.FROZEN, flight.plan
    draw.commit_digest, draw.frozen_at, draw.frozen_by = files["commit.txt"].digest, moment, actor
    draw.disclosure, draw.unseal_on = disclosure, unseal_on
    draw.visit_by = due_visits(draw, sources, visit_by)
    if found := flight.comparison:
        draw.changes = {"since": found.since.code, "counts": found.counts}
    draw.save(
        update_fields=[
            "state", "plan", "under", "commit_digest", "frozen_at", "frozen_by", "disclosure", "unseal_on", "changes",
            "visit_by",
        ]
    )  # fmt: skip
    public_log.append(LogKind.COMMIT, draw.code, draw.commit_digest)
    trail.record(actor, "冻结名单", draw, _fixed(draw, len(flight.snapshot.units)))
    public_log.anchor()
    return draw


def due_visits(draw: Draw, sources: list[verify.Source], visit_by: date | None) -> date:
    """Return the day on which the visits are due, or refuse one on which they cannot be."""
    known_on = timezone.localdate(max(datetime.fromisoformat(source.time) for source in sources))
    if visit_by is None:
        return deadlines.visit_by_default(draw, known_on).day
    if why := deadlines.why_not_visit_by(draw, visit_by, known_on):
        raise Refused(why)
    return visit_by


def under_which_seal(disclosure: str, unseal_on: date | None) -> Draw | None:
    """Return the latest earlier draw with a seal that stands, or refuse what would give its units away.

    What a later draw freezes says who was drawn before (``again``, ``capped``, loads): it is sealed itself, at least as long.
    """
    under = queries.seal_that_stands()
    if under is None:
        return None
    if disclosure != Disclosure.SEALED:
        raise Refused(
            f"{under.title}还在密封：这次的名单和已有任务数会透露它抽中了谁，所以这次也必须密封。请选“密封”，或等它解封以后再冻结。"
        )
    if unseal_on and under.unseal_on is None:
        raise Refused(f"{under.title}没有定解封日期，这次也不能定：请把解封日期留空。")
    if unseal_on and unseal_on < under.unseal_on:
        raise Refused(f"{under.title}到 {under.unseal_on:%Y-%m-%d} 才解封，这次不能更早：请改解封日期。")
    return under


def _fixed(draw: Draw, units: int) -> dict[str, Any]:
    """Say what a freeze has fixed; part of it stands nowhere else, so `verify_log` compares the draw with this."""
    return {
        "commit": draw.commit_digest,
        "frozen_at": protocol_time(draw.frozen_at),
        "units": units,
        "plan": plan_subject(draw.plan.year, draw.plan.version),
        "item": str(draw.item),
        "under": draw.under and draw.under.code,
        "unseal_on": draw.unseal_on and draw.unseal_on.isoformat(),
        "visit_by": draw.visit_by and draw.visit_by.isoformat(),
        "changes": draw.changes,
    }


def cleared(draw: Draw, seen: str, actor: User) -> Preflight:
    """Return the pre-flight of the registries as they stand, or refuse what may not be frozen, or not by this person."""
    flight = preflight(draw)
    if flight.blocks:
        raise Refused("现在不能冻结：" + " ".join(flight.blocks))
    if flight.snapshot.fingerprint != seen:
        raise Refused("名录在您核对之后有变动，没有冻结。请重新核对下面的数字，再点冻结。")
    if flight.confirmation and flight.confirmation.by_id == actor.pk:
        raise Refused("名录变动是您核对确认的，须由另一名抽查组织者冻结。")
    return flight


def _name_sources(draw: Draw, sources: list[verify.Source]) -> None:
    """Store the sources that the commit names, in their order."""
    EntropySource.objects.bulk_create(
        EntropySource(
            draw=draw,
            position=position,
            source=source.source,
            label=source.label,
            known_at=datetime.fromisoformat(source.time),
        )
        for position, source in enumerate(sources, 1)
    )


def checked_sources(sources: list[verify.Source], moment: datetime) -> list[verify.Source]:
    """Refuse a source that may already be known: it could be chosen to suit the registry."""
    checked = []
    for source in sources:
        if source.source == SYSTEM:
            if not settings.ALLOW_SYSTEM_ENTROPY:
                raise Refused("本站设置不允许使用系统随机数：请用骰子或彩票开奖号码。")
            source = source._replace(time=moment.isoformat())
        elif (known_at := datetime.fromisoformat(source.time)) <= moment:
            title = verify.SOURCES[source.source].title
            raise Refused(
                f"{title}的揭晓时间 {known_at:%Y-%m-%d %H:%M} 已经过去：必须选用冻结之后才揭晓的随机来源。"
            )
        checked.append(source)
    return checked


@transaction.atomic
def enter_value(*, entropy: EntropySource, value: str, actor: User) -> EntropySource:
    """Type the value of a source: the first reading waits, a second person's equal reading is accepted.

    The acceptance is final. With the last value the result is computed and stored in the same transaction.

    :param value: in the form of draw/2 (see `readings.normal_form`).
    :returns: the source; its `accepted_at` says whether this was the second reading.
    :raises Refused: wrong form, wrong turn, wrong time or person. Two readings that differ are both dropped and
        returned as a source without a first reading: that has to be kept, so it is no refusal.
    """
    draw = _locked(entropy.draw, DrawState.DRAWN)
    public_log.lock()  # one issue may serve two draws: its values are compared before either is accepted
    public_log.require_clock()  # a first reading leaves no row in the log, and its time counts too
    entropy = draw.next_source()
    _check_time(draw, entropy)
    if entropy.is_system:
        raise Refused("系统随机数由本机产生，不能手工录入。")
    found = read(entropy, draw=draw, source=entropy.source, label=entropy.label, value=value, actor=actor)
    if found is Reading.FIRST:
        digest = reading_digest(draw.salt_text, entropy.source, entropy.label, value)
        trail.record(actor, "第一次录入随机数", draw, {"source": str(entropy), "first": digest})
        return entropy
    if found is Reading.DIFFERENT:
        trail.record(actor, "两次录入不一致", draw, {"source": str(entropy)})
        return entropy
    _accept(draw, entropy, value, actor)
    return entropy


@transaction.atomic
def draw_from_system(*, draw: Draw, actor: User) -> Draw:
    """Take the random numbers from the operating system: for demonstrations and rehearsals alone."""
    draw = _locked(draw, DrawState.DRAWN)
    entropy = draw.next_source()
    if not entropy.is_system or not settings.ALLOW_SYSTEM_ENTROPY:
        raise Refused("这次抽签的随机来源不是系统随机数。")
    _accept(draw, entropy, secrets.token_hex(32), actor)
    return draw


def _check_time(draw: Draw, entropy: EntropySource) -> None:
    now = clock.now()
    if now < entropy.known_at:
        when = timezone.localtime(entropy.known_at)
        raise Refused(f"还没有到揭晓时间（{when:%m月%d日 %H:%M}），不能提前录入。")
    if reason := entropy.overdue(now):
        raise Refused(reason)


def _accept(draw: Draw, entropy: EntropySource, value: str, actor: User) -> None:
    entropy.value, entropy.accepted_by, entropy.accepted_at = value, actor, clock.now()
    entropy.save(update_fields=["value", "accepted_by", "accepted_at"])
    line = f"{entropy.source} {entropy.label} {value}"
    public_log.append(LogKind.ENTROPY, f"{draw.code}/{entropy.source}", verify.digest(line))
    trail.record(actor, "确认随机数", draw, {"source": str(entropy), "value": value})
    if draw.next_source() is None:
        _compute(draw, actor)


@no_collection()
def _compute(draw: Draw, actor: User) -> None:
    """Compute the result from the frozen files, and store it: no choice of anybody enters here."""
    values = [verify.Value(e.source, e.label, e.value) for e in draw.entropy.order_by("position")]
    entropy = verify.write_entropy(draw.commit_digest, values)
    files = dict(draw.files.exclude(name__in=verify.PROGRAMS).values_list("name", "content"))
    frozen = (
        files[name] for name in (verify.COMMIT, verify.POOL, verify.OFFICERS, verify.REGISTERS, verify.SALT)
    )
    text = verify.draw(*frozen, entropy)
    _keep(draw, verify.ENTROPY, entropy)
    result = _keep(draw, verify.RESULT, text)
    _store(draw, verify.parse_result(text).rows)
    draw.state, draw.drawn_at = DrawState.DRAWN, clock.now()
    draw.save(update_fields=["state", "drawn_at"])
    public_log.append(LogKind.RESULT, draw.code, result.digest)
    trail.record(actor, "抽取", draw, {"result": result.digest})


def _store(draw: Draw, rows: list[verify.Row]) -> None:
    """Write the drawn units, their teams and an inspection for each, with the names as ``names.tsv`` has them now."""
    unit_names, officer_names = draw.names_of("unit"), draw.names_of("officer")
    numbers = [row.unit for row in rows]
    sources = dict(PollutionSource.objects.filter(number__in=numbers).values_list("number", "pk"))
    people = dict(Officer.objects.values_list("certificate_number", "pk"))
    keys = bulk_rows.insert(
        Selection,
        ("draw", "source", "stratum", "rank", "ticket", "name", "is_cross"),
        [
            {
                "draw": draw.pk,
                "source": sources[row.unit],
                "stratum": row.stratum,
                "rank": row.rank,
                "ticket": row.ticket,
                "name": unit_names.get(row.unit, ""),
                "is_cross": row.note == "cross",
            }
            for row in rows
        ],
    )
    places = [
        {
            "selection": key,
            "officer": people[number],
            "name": officer_names.get(number, ""),
            "is_lead": place == 0,
        }
        for key, row in zip(keys, rows, strict=True)
        for place, number in enumerate(row.team)
    ]
    bulk_rows.insert(TeamMember, ("selection", "officer", "name", "is_lead"), places)
    tasks = [{"selection": key, "item": draw.item_id} for key in keys]
    bulk_rows.insert(Inspection, ("selection", "item"), tasks)
    keep_drawn(draw.selections.all())


@transaction.atomic
def publish(*, draw: Draw, actor: User) -> Draw:
    """Send the tasks to the officers, and open the result to everybody; of a sealed draw the seal stays."""
    draw = _locked(draw, DrawState.PUBLISHED)
    draw.state, draw.published_at, draw.published_by = DrawState.PUBLISHED, clock.now(), actor
    # A draw that an earlier version of the site froze has none yet.
    draw.visit_by = draw.visit_by or deadlines.visit_by_default(draw, clock.today()).day
    draw.save(update_fields=["state", "published_at", "published_by", "visit_by"])
    public_log.append(LogKind.PUBLISH, draw.code, draw.files.get(name="result.tsv").digest)
    trail.record(actor, "公布抽签结果", draw, {"visit_by": draw.visit_by.isoformat()})
    public_log.anchor()
    return draw
