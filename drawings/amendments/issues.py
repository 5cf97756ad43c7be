"""The lottery issue that a declaration names: proposed from the calendar, and held against what this site knows already."""

import datetime

from django.utils import timezone

from ..models import Draw, Substitution
from ..models.lotteries import CALENDARS, Issue, is_drawing, known_issues, possible_numbers, propose, year_of
from ..models.substitutions import in_words
from ..protocol import verify
from ..states import Refused

# No pause of a lottery is as long: a time beyond would only hold up the reports that wait for it.
FARTHEST = datetime.timedelta(days=31)
TIME_TO_CONFIRM = datetime.timedelta(minutes=30)  # the second person has to confirm before the drawing


def proposed(draw: Draw, source: str) -> Issue | None:
    """Propose the issue for a declaration that is made now; None where the lottery has no calendar here."""
    after = timezone.now() + TIME_TO_CONFIRM
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
    if not is_drawing(source, known_at):
        raise Refused(f"{title}在 {in_words(known_at)} 不开奖：请照公布的开奖日和时刻填写，不能改动。")
    possible = possible_numbers(source, known_at)
    if int(label[-3:]) not in possible:
        low, high = possible[0], possible[-1]
        raise Refused(
            f"{title}第 {label} 期不会在 {in_words(known_at)} 开奖：按一年里的开奖日推算，那一期期号的末三位"
            f"在 {low:03d} 至 {high:03d} 之间。请核对期号和时间。"
        )


def remark(source: str, label: str, known_at: datetime.datetime) -> str:
    """Say to whoever confirms an issue what this site works out for its time, and whether it is the same."""
    if source not in CALENDARS:
        return ""
    expected = propose(source, known_at - datetime.timedelta(seconds=1))
    if expected is None or not expected.label:
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


def check_drawn(row: Substitution, issue: str) -> None:
    """Refuse a number that cannot be of the first issue drawn after the named one.

    :raises Refused: what is wrong with it, in Chinese.
    """
    title = verify.SOURCES[row.source].title
    try:
        verify.bits(row.source, issue)
    except verify.Invalid:
        raise Refused(f"没有记录：{title}期号的写法不对。") from None
    if issue < row.label:
        raise Refused(f"没有记录：第 {issue} 期在点名的第 {row.label} 期之前，不能代替它。")


def _row_above(draw: Draw) -> datetime.datetime | None:
    """Return when the issue of the draw's last confirmed declaration is drawn."""
    rows = Substitution.objects.confirmed().filter(draw=draw, known_at__isnull=False)
    return rows.order_by("-serial").values_list("known_at", flat=True).first()
