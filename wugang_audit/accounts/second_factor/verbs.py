"""What changes a person's second factor: set up, give a code, make new recovery codes, remove, reset."""

from datetime import datetime

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import get_random_string

from ...access.roles import needs_second_factor
from ...audit import trail
from ..models import User
from ..refused import Refused
from . import codes
from .models import FREE_TRIES, Authenticator, RecoveryCode


def confirm(*, user: User, seed: str, replaces: str, code: str) -> list[str]:
    """Make the app that shows this code the person's authenticator, and return ten recovery codes, shown this once.

    :param replaces: `User.second_factor` when the app was shown its secret; whatever changed it since wins.
    :raises Refused: if the app shows another code, or another app was set up, or the old one reset, in between.
    """
    now = timezone.now()
    step = codes.step_shown(seed, codes.plain(code), now)
    if fault := _fault_of_step(step, now):
        raise Refused(fault)
    recovery = codes.new_recovery_codes()
    hashed = codes.hashed_all(recovery)  # slow, so before the transaction
    _keep(user, seed, replaces, step, hashed)
    return recovery


@transaction.atomic
def _keep(user: User, seed: str, replaces: str, step: int, hashed: list[str]) -> None:
    locked = User.objects.select_for_update().get(pk=user.pk)
    if locked.second_factor != replaces:
        raise Refused("这个账号的验证器刚刚在别处改过。请回到第一步，重新扫码。")
    Authenticator.objects.filter(user=user).delete()
    authenticator = Authenticator.objects.create(
        user=user, seed=seed, confirmed_at=timezone.now(), last_step=step
    )
    _store(authenticator, hashed)
    _name(user, get_random_string(22))
    trail.record(user, "更换验证器" if replaces else "启用验证器", user)


def _store(authenticator: Authenticator, hashed: list[str]) -> None:
    authenticator.recovery_codes.all().delete()
    RecoveryCode.objects.bulk_create(
        RecoveryCode(authenticator=authenticator, hashed=each) for each in hashed
    )


@transaction.atomic
def enrol_for_demo(user: User) -> None:
    """Give an account of a demonstration an authenticator that nobody holds: its pages show the codes themselves.

    On any other site they show none, so that such an account lets nobody in. Its recovery codes are thrown away.
    """
    hashed = codes.hashed_all(codes.new_recovery_codes(), iterations=1)
    _keep(user, codes.new_seed(), user.second_factor, 0, hashed)


def _name(user: User, second_factor: str) -> None:
    user.second_factor = second_factor
    user.save(update_fields=["second_factor"])


def give(*, user: User, code: str) -> int:
    """Check the six digits or the recovery code that a person gives; return how many recovery codes are left.

    A wrong code is counted also where many are tried at once: the row is locked from the count to the verdict.

    :raises Refused: if it is wrong, used, too old or from a wrong clock, or if too many wrong ones were given.
    """
    given, now = codes.plain(code), timezone.now()
    hashed = _hashed(user, given, now)
    with transaction.atomic():  # refusals are returned, not raised, so that what they count is kept
        authenticator = _locked(user)
        if authenticator is None:
            fault, left = "这个账号的验证器刚刚被重置，请重新登录，再设置一次。", 0
        else:
            fault = _judge(authenticator, given, hashed, now)
            left = authenticator.recovery_codes.count()
        if authenticator and not fault:
            if hashed:
                trail.record(user, "使用恢复码", user, {"还剩": left})
            trail.record(user, "通过验证码", user)  # 登录 is entered at the password, before the code
    if fault:
        raise Refused(fault)
    return left


def _locked(user: User) -> Authenticator | None:
    """Lock the account, then its authenticator, and return the latter, if there is one.

    Always in this order: an entry in the trail takes a share of the account's row, so that a code that held the
    authenticator alone and a reset that held the account alone would wait for each other.
    """
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    return Authenticator.objects.select_for_update().filter(user=user).first()


def _hashed(user: User, given: str, now: datetime) -> str:
    """Hash what looks like a recovery code: slow, so before the row is locked, and not at all while one has to wait."""
    if len(given) != codes.GROUPS * codes.GROUP:
        return ""
    example = RecoveryCode.objects.filter(authenticator__user=user).select_related("authenticator").first()
    if example is None or example.authenticator.seconds_to_wait(now):
        return ""
    return codes.hashed_like(given, example.hashed)


def _judge(authenticator: Authenticator, given: str, hashed: str, now: datetime) -> str:
    """Return in Chinese what is wrong with the code, or an empty text; count a wrong one, use up a right one."""
    if wait := authenticator.seconds_to_wait(now):
        return f"连续输错 {authenticator.failures} 次，请等{_duration(wait)}再试。"
    if len(given) == codes.GROUPS * codes.GROUP:
        used = hashed and authenticator.recovery_codes.filter(hashed=hashed).delete()[0]
        fault = "" if used else "这个恢复码不对，或者已经用过。每个恢复码只能用一次，请换一个没有划掉的。"
    else:
        fault = _use_digits(authenticator, given, now)
    if not fault:
        authenticator.failures, authenticator.failed_at = 0, None
        authenticator.save()
        return ""
    authenticator.failures, authenticator.failed_at = authenticator.failures + 1, now
    authenticator.save()
    if authenticator.failures >= FREE_TRIES:
        trail.record(
            authenticator.user, "验证码连续输错", authenticator.user, {"次数": authenticator.failures}
        )
        fault += f"已经连续输错 {authenticator.failures} 次，请等{_duration(authenticator.seconds_to_wait(now))}再试。"
    return fault


def _use_digits(authenticator: Authenticator, given: str, now: datetime) -> str:
    if not (len(given) == 6 and given.isascii() and given.isdigit()):
        return "验证码是六位数字，恢复码是十二个字母和数字，请照原样输入。"
    step = codes.step_shown(authenticator.seed, given, now)
    fault = _fault_of_step(step, now)
    if not fault and step <= authenticator.last_step and not settings.DEMO:
        # In a demonstration everybody uses the same accounts and is shown the same code.
        return "这个验证码已经用过了。请等验证器换出下一个（最多 30 秒），再输入。"
    if not fault:
        authenticator.last_step = step
    return fault


def _fault_of_step(step: int | None, now: datetime) -> str:
    if step is None:
        return "验证码不对。请看验证器现在显示的六位数字；如果马上要换，等换了再输入。"
    late = codes.current_step(now) - step
    if abs(late) <= codes.TOLERANCE or settings.DEMO:
        return ""  # a demonstration has filled the code in, on a page that may have been open for a while
    minutes = max(1, round(abs(late) * codes.STEP / 60))
    side, way = ("过期", "慢") if late > 0 else ("还没到时间", "快")
    return (
        f"这个验证码{side}，相差约 {minutes} 分钟。如果是验证器刚刚显示的，就是手机的时钟{way}了："
        "请在手机设置里打开“自动设置时间”，再输入新的验证码。"
    )


def _duration(seconds: int) -> str:
    return f" {seconds} 秒" if seconds < 100 else f"大约 {-(-seconds // 60)} 分钟"


def renew(*, user: User, code: str) -> list[str]:
    """Make ten new recovery codes against a code; the old ones are void from then on.

    :raises Refused: as `give` does.
    """
    give(user=user, code=code)
    recovery = codes.new_recovery_codes()
    hashed = codes.hashed_all(recovery)
    with transaction.atomic():
        authenticator = _locked(user)
        if authenticator is None:
            raise Refused("这个账号的验证器刚刚被重置，请重新登录，再设置一次。")
        _store(authenticator, hashed)
        trail.record(user, "重新生成恢复码", user)
    return recovery


def remove(*, user: User, code: str) -> None:
    """Let a person who may log in with the password alone do so again, against a code.

    :raises Refused: as `give` does, and if a role of the person needs the second factor.
    """
    if needs_second_factor(user.roles):
        raise Refused("您的角色登录时必须输入验证码，不能停用；换手机请用“换一部手机”。")
    give(user=user, code=code)
    with transaction.atomic():
        if authenticator := _locked(user):
            authenticator.delete()
        _name(user, "")
        trail.record(user, "停用验证器", user)


@transaction.atomic
def reset(user: User, *, actor: AbstractBaseUser | None = None) -> None:
    """Take a person's authenticator and recovery codes away: the phone is lost, and the codes too.

    Who must have a second factor sets up a new one after the next password; what open sessions had proved is void at once.
    Who may ask for this, and who approves it, is decided by the caller.

    :param actor: the account that acts, or None for the system itself.
    """
    if authenticator := _locked(user):
        authenticator.delete()
    _name(user, "")
    trail.record(actor, "重置验证器", user)
