"""The steps of a rehearsal: those of a draw, by the same pre-flight, the same files and the same program.

Nothing here writes to a draw, to the public log or to anybody's tasks; only the audit trail knows that it was.
"""

from django.db import transaction

from wugang_audit import clock
from wugang_audit.accounts.models import User
from wugang_audit.audit import trail

from ..ceremony.collector import no_collection
from ..ceremony.frozen_files import frozen_files
from ..ceremony.queries import seal_that_stands
from ..models import Disclosure, InspectionItem, Rehearsal
from ..models.rehearsal import DICE, THROWS
from ..protocol import verify
from ..states import Refused
from . import queries

NO_LOG = "0" * 64  # the head of an empty log: a rehearsal follows upon nothing


def start(*, year: int, quarter: int, item: InspectionItem, actor: User) -> Rehearsal:
    """Begin a rehearsal: nothing is fixed yet."""
    _refuse_under_seal()
    with transaction.atomic():
        rehearsal = Rehearsal.objects.create(year=year, quarter=quarter, item=item, created_by=actor)
        trail.record(actor, "开始演练", rehearsal)
    return rehearsal


def _refuse_under_seal() -> None:
    """What is rehearsed says who was drawn before (``again``, ``capped``): not while that is sealed."""
    if under := seal_that_stands():
        raise Refused(f"{under.title}还在密封，演练的结果会透露它抽中了谁：请等它解封以后再演练。")


def _locked(rehearsal: Rehearsal) -> Rehearsal:
    found = Rehearsal.objects.select_for_update(of=("self",)).filter(pk=rehearsal.pk).first()
    if found is None:
        raise Refused("这次演练刚刚被删除了。")
    return found


@no_collection()
@transaction.atomic
def freeze(*, rehearsal: Rehearsal, seen: str, actor: User) -> Rehearsal:
    """Fix the list as a draw would, in the rehearsal's own row.

    :param seen: fingerprint of the pre-flight that the organiser looked at.
    :raises Refused: when something blocks, or the registries have changed since.
    """
    rehearsal = _locked(rehearsal)
    if rehearsal.frozen_at:
        raise Refused("演练的名单已经冻结，请刷新页面。")
    _refuse_under_seal()
    flight = queries.flight_of(rehearsal)
    if flight.blocks:
        raise Refused("现在不能冻结：" + " ".join(flight.blocks))
    if flight.snapshot.fingerprint != seen:
        raise Refused("名录在您核对之后有变动，没有冻结。请重新核对下面的数字，再点冻结。")
    moment = clock.local_now().replace(microsecond=0)
    sources = [verify.Source(DICE, str(THROWS), moment.isoformat())]
    played = queries.played(rehearsal)
    frozen = frozen_files(played, flight, sources, previous=NO_LOG, disclosure=Disclosure.OPEN)
    kept = {name: text for name, text in frozen.texts.items() if name not in verify.PROGRAMS}
    rehearsal.files, rehearsal.frozen_at = kept | {verify.NAMES: frozen.names}, moment
    rehearsal.save(update_fields=["files", "frozen_at"])
    trail.record(actor, "冻结演练名单", rehearsal, {"units": len(flight.snapshot.units)})
    return rehearsal


@transaction.atomic
def enter_value(*, rehearsal: Rehearsal, value: str, actor: User) -> Rehearsal:
    """Type the dice: the first reading waits, an equal second one draws. One person may play both.

    Two readings that differ are both dropped, as in a draw: the returned rehearsal is without a first reading then.
    """
    rehearsal = _locked(rehearsal)
    if not rehearsal.frozen_at or rehearsal.drawn_at:
        raise Refused("演练现在不在录入随机数这一步，请刷新页面。")
    try:
        verify.check_value(DICE, str(THROWS), value)
    except verify.Invalid as fault:
        raise Refused(f"没有记录：{fault}") from None
    if not rehearsal.first_value:
        rehearsal.first_value = value
        rehearsal.save(update_fields=["first_value"])
        trail.record(actor, "第一次录入演练随机数", rehearsal)
    elif rehearsal.first_value != value:
        rehearsal.first_value = ""
        rehearsal.save(update_fields=["first_value"])
        trail.record(actor, "演练两次录入不一致", rehearsal)
    else:
        _compute(rehearsal, value)
        trail.record(actor, "完成演练", rehearsal, {"value": value})
    return rehearsal


@no_collection()
def _compute(rehearsal: Rehearsal, value: str) -> None:
    files = rehearsal.files
    commit = verify.digest(files[verify.COMMIT])
    entropy = verify.write_entropy(commit, [verify.Value(DICE, str(THROWS), value)])
    frozen = (verify.COMMIT, verify.POOL, verify.OFFICERS, verify.REGISTERS, verify.SALT)
    result = verify.draw(*(files[name] for name in frozen), entropy)
    rehearsal.files = files | {verify.ENTROPY: entropy, verify.RESULT: result}
    rehearsal.value, rehearsal.drawn_at = value, clock.now()
    rehearsal.save(update_fields=["files", "value", "drawn_at"])


@transaction.atomic
def delete(*, rehearsal: Rehearsal, actor: User) -> None:
    """Delete a rehearsal whole; that it was, and that it is gone, stays in the audit trail."""
    rehearsal = _locked(rehearsal)
    said = str(rehearsal)
    rehearsal.delete()
    trail.record(actor, "删除演练", said)
