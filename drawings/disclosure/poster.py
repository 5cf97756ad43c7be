"""A poster and a short text for each announcement of a draw (平舞环〔2024〕40号 三（三）: 宣传), for notice board and WeChat.

They say only what the draw's own page says to everybody: no unit, nobody's name, and of a sealed draw no more than that
it is sealed.
"""

from dataclasses import dataclass

import segno

from wugang_audit import clock
from wugang_audit.calendar.workdays import Due

from .. import deadlines, public_fields
from ..models import Draw, EntropySource
from ..states import DrawState
from . import frozen, objects
from .draws import DICE, commit_of, instead_of, public_draws


@dataclass(frozen=True)
class Poster:
    draw: objects.Draw
    heading: str
    take: int | None  # units to be drawn; None: the commit cannot be read
    sources: tuple[objects.Entropy, ...]
    instead: objects.Draw | None  # of a void draw: the one that stands in its place
    visit_by: Due | None
    is_past: bool  # that day is
    url: str  # of the draw's public page
    qr: str  # the same address, as a picture that stands in the page

    @property
    def is_announced(self) -> bool:
        return self.draw.state == DrawState.FROZEN

    @property
    def is_drawn(self) -> bool:
        return self.draw.state == DrawState.DRAWN

    @property
    def has_dice(self) -> bool:
        """Say whether a number is made where people can stand by."""
        return any(source.title in DICE for source in self.sources)


HEADINGS = {
    DrawState.FROZEN: "要抽签了，请大家监督",
    DrawState.DRAWN: "号码已经产生，人人可以核对",
    DrawState.PUBLISHED: "抽签结束，名单公开",
    DrawState.VOID: "这次抽签作废了",
}


def poster(code: str, url: str) -> Poster | None:
    """Return the poster of a draw that is announced, drawn, published or void; None for a draft and an unknown one.

    :param url: the public address of the draw's page, with the name of the site.
    """
    draw = next(iter(public_draws(lambda one: one.code == code)), None)
    if draw is None or draw.state not in HEADINGS:
        return None
    commit, quotas = commit_of(frozen.commit_text(code))
    sources = EntropySource.objects.filter(draw__code=code).values(*public_fields.ENTROPY)
    day = Draw.objects.filter(code=code).values_list("visit_by", flat=True).first()
    visit_by = deadlines.visit_by(day) if draw.state == DrawState.PUBLISHED else None
    return Poster(
        draw=draw,
        heading="抽签结束，密封到检查完成" if draw.is_closed else HEADINGS[DrawState(draw.state)],
        take=sum(quota.take for quota in quotas) if commit else None,
        sources=tuple(map(objects.entropy, sources)),
        instead=instead_of(draw, public_draws()),
        visit_by=visit_by,
        is_past=visit_by is not None and visit_by.day < clock.today(),
        url=url,
        qr=segno.make(url, error="m").svg_data_uri(scale=6, border=2),
    )
