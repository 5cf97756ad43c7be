"""The lottery issue that a declaration names: proposed from the calendar, and held against what this site knows already."""

import datetime
from itertools import islice

from django.utils import timezone

from wugang_audit import clock
from wugang_audit.accounts.models import User

from ..models import Draw, Substitution
from ..models.lotteries import (
    CALENDARS,
    CHINA,
    Issue,
    drawings_after,
    is_drawing,
    known_issues,
    nearest,
    next_issue,
    possible_numbers,
    propose,
    year_of,
)
from ..models.substitutions import in_words
from ..protocol import verify
from ..states import Refused

# No pause of a lottery is as long: a time beyond would only hold up the reports that wait for it.
FARTHEST = datetime.timedelta(days=31)
TIME_TO_CONFIRM = datetime.timedelta(minutes=30)  # the second person has to confirm before the drawing


def proposed(draw: Draw, source: str) -> Issue | None:
    """Propose the issue for a declaration that is made now; None where the lottery has no calendar here."""
    after = clock.now() + TIME_TO_CONFIRM
    if above := _row_above(draw):
        after = max(after, above - datetime.timedelta(seconds=1))
    return propose(source, after)


def check(draw: Draw, source: str, label: str, known_at: datetime.datetime, now: datetime.datetime) -> None:
    """Refuse an issue that may be known already, or that cannot be the one drawn at this time.

    :raises Refused: what is wrong with number or time, in Chinese.
    """
    title = verify.SOURCES[source].title
    try:
        verify.bits(source, label)
    except verify.Invalid:
        raise Refused(f"{title}期号的写法不对：请照彩票机构公布的期号填写数字。") from None
    if known_at.year < now.year - 1 or known_at > now + FARTHEST:
        raise Refused(f"开奖时间要在今后 {FARTHEST.days} 天以内：请点名下一期，核对日期。")
    if known_at <= now:
        raise Refused(
            f"{title}第 {label} 期在 {in_words(known_at)} 已经开奖，号码可能有人知道了，不能再用。请点名下一期。"
        )
    above = _row_above(draw)
    if above and known_at < above:
        raise Refused(f"前一份申报点名的期次 {in_words(above)} 开奖：请点名这一期，或者更晚的一期。")
    check_calendar(source, label, known_at)
    check_known(source, label, known_at)


def check_calendar(source: str, label: str, known_at: datetime.datetime) -> None:
    """Refuse a time at which the lottery is not drawn, and a number that it cannot have reached or has long passed.

    An issue whose value is known already could else be named under any time to come, in the same night.

    :param label: in the form of the source.
    :raises Refused: what does not go with the calendar, in Chinese.
    """
    if source not in CALENDARS:
        return
    title = verify.SOURCES[source].title
    if not label.startswith(year_of(source, known_at)):
        raise Refused(f"{title}第 {label} 期的年份和开奖时间对不上，请核对期号和时间。")
    check_time(source, known_at)
    possible = possible_numbers(source, known_at)
    if int(label[-3:]) not in possible:
        low, high = possible[0], possible[-1]
        raise Refused(
            f"{title}第 {label} 期不会在 {in_words(known_at)} 开奖：按一年里的开奖日推算，那一期期号的末三位"
            f"在 {low:03d} 至 {high:03d} 之间。请核对期号和时间。"
        )


def check_time(source: str, known_at: datetime.datetime) -> None:
    """Refuse a time at which the lottery is not drawn by its weekly calendar.

    :raises Refused: in Chinese.
    """
    if source in CALENDARS and not is_drawing(source, known_at):
        raise Refused(
            f"{verify.SOURCES[source].title}在 {in_words(known_at)} 不开奖：请照公布的开奖日和时刻填写。"
            "彩票机构改了开奖时刻的，先请系统管理员改设置。"
        )


def remark(source: str, label: str, known_at: datetime.datetime, known: list[Issue]) -> str:
    """Say to whoever confirms an issue what this site works out for its time, and whether it is the same.

    :param known: the issues of this lottery that the site knows, ascending in time.
    """
    if source not in CALENDARS:
        return ""
    before = known_at - datetime.timedelta(seconds=1)
    expected = next_issue(source, before, nearest(known, before))
    if not expected.label:
        return "本站没有登记过可以推算的期号，核对不了：请到彩票机构网站核对，确实是还没有开奖的这一期。"
    if expected.label == label:
        return "和本站由登记过的期号推算的一致。"
    return (
        f"本站由登记过的期号推算，这时开奖的是第 {expected.label} 期，和申报的不一致：可能已经开奖。"
        "请到彩票机构网站核对，不对的请驳回。"
    )


def check_known(source: str, label: str, known_at: datetime.datetime) -> None:
    """Refuse an issue whose number and time do not go with those that draws and declarations of this site have named.

    An issue that is drawn already cannot come back under a later time.

    :param label: in the form of the source.
    :raises Refused: the known issue that contradicts it, in Chinese.
    """
    title = verify.SOURCES[source].title
    for issue in known_issues(source, label):
        if issue.label != label and (issue.label < label) == (issue.known_at < known_at):
            continue
        if issue.label == label and issue.known_at == known_at:
            continue
        when = timezone.localtime(issue.known_at)
        raise Refused(
            f"本站登记过{title}第 {issue.label} 期 {when:%Y-%m-%d %H:%M} 开奖，和您填的第 {label} 期先后对不上。"
            "请核对期号和时间。"
        )


def check_drawn(row: Substitution, issue: str, actor: User) -> None:
    """Refuse a number that cannot be of the first issue drawn after the named one, or that is not drawn yet.

    That the named issue was never drawn is not for the declarer to say first: he could pass over what does not suit.

    :raises Refused: what is wrong with it, in Chinese.
    """
    title = verify.SOURCES[row.source].title
    try:
        verify.bits(row.source, issue)
    except verify.Invalid:
        raise Refused(f"没有记录：{title}期号的写法不对。") from None
    if issue < row.label:
        raise Refused(f"没有记录：第 {issue} 期在点名的第 {row.label} 期之前，不能代替它。")
    if issue == row.label or row.source not in CALENDARS:
        return
    if row.first_by_id is None and row.declared_by_id == actor.pk:
        raise Refused(
            "没有记录：点名的这一期没有开奖，不能由申报人第一个说。请另一个人核对后先录入，申报人可以第二个录入。"
        )
    earliest = _earliest(row, issue)
    if earliest > clock.now():
        raise Refused(
            f"没有记录：第 {issue} 期最早要到 {in_words(earliest)} 才开奖。"
            f"代替第 {row.label} 期的，须是它之后首先开奖的一期。"
        )


def _earliest(row: Substitution, issue: str) -> datetime.datetime:
    """Return when an issue after the named one is drawn at the earliest: pauses only put it off."""
    moment, number = row.known_at, int(issue[-3:])
    if issue[:-3] == row.label[:-3]:
        number -= int(row.label[-3:])
    else:  # its numbers begin again with the year
        year = row.known_at.astimezone(CHINA).year + int(issue[:-3]) - int(row.label[:-3])
        moment = datetime.datetime(year, 1, 1, tzinfo=CHINA)
    return next(islice(drawings_after(row.source, moment), max(number, 1) - 1, None))


def _row_above(draw: Draw) -> datetime.datetime | None:
    """Return when the issue of the draw's last confirmed declaration is drawn."""
    rows = Substitution.objects.confirmed().filter(draw=draw, known_at__isnull=False)
    return rows.order_by("-serial").values_list("known_at", flat=True).first()
