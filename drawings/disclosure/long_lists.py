"""The rows of long public lists as HTML, each kind by one function: a county's draw has 500 units on one page.

A template takes 100 microseconds for such a row, most of them for addresses that differ in one number and for what it includes;
a function takes five. Everything that is not a word of ours goes through `escape`.
"""

import html
import re
from collections.abc import Iterable
from functools import lru_cache

from django import template
from django.utils.safestring import SafeString, mark_safe

from wugang_audit.calendar import shown

from ..states import Tag
from .findings import Result
from .hat_page import Listed
from .objects import Draw, Selected
from .paging import around
from .teams import Member
from .unit_draws import UnitDraw
from .waiting import NOT_PUBLIC, UNTOLD

register = template.Library()


_is_special = re.compile("[&<>\"']").search


def escape(text: str) -> str:
    """Escape a text as `html.escape` does: most names and numbers have nothing to be escaped, and that is seen at once."""
    return html.escape(text) if _is_special(text) else text


@register.simple_tag
def draw_address(code: str) -> str:
    """Return the address of a draw's page."""
    before, after = around("draw")
    return f"{before}{code}{after}"


@register.simple_tag
def tags_of(draw: Draw) -> SafeString:
    """Write how a draw stands (`_draw_tags.html`)."""
    return _written(draw.tags)


@lru_cache
def _written(tags: tuple[Tag, ...]) -> SafeString:
    written = " ".join(f'<span class="tag tag--{tag.tone}">{escape(tag.label)}</span>' for tag in tags)
    return mark_safe(written)  # noqa: S308 - escaped above


@register.simple_tag
def result_rows(results: Iterable[Result]) -> SafeString:
    """Write the rows of a list of results (`_results.html`)."""
    before, after = around("unit")
    of_draws: dict[str, str] = {}
    rows = []
    for result in results:
        code = result.draw.code
        if code not in of_draws:
            of_draws[code] = _draw_cell(result.draw)
        tag = f'tag--{result.tag.tone}">{escape(result.tag.label)}' if result.tag else 'tag--">'
        rows.append(f"""
      <tr>
        <th scope="row"><a href="{before}{escape(result.number)}{after}#{code}">{escape(result.name)}</a></th>
        <td data-label="抽签">{of_draws[code]}</td>
        <td data-label="类别">{escape(result.label)}</td>
        <td data-label="检查日期" class="nowrap">{shown.day(result.visited_on)}</td>
        <td data-label="检查组">{team_names(result.officers)}
</td>
        <td data-label="结论"><span class="tag {tag}</span>
</td>
      </tr>
      """)
    return mark_safe("".join(rows))  # noqa: S308 - escaped above


def _draw_cell(draw: Draw) -> str:
    before, after = around("draw")
    link = f'<a href="{before}{draw.code}{after}">{escape(draw.quarter)}</a>'
    if draw.is_rehearsal:
        return f'{link} <span class="tag tag--warn">演示</span>'
    return f'{link} <span class="tag tag--muted">仅骰子</span>' if draw.rests_on == "dice" else link


@register.simple_tag
def team_names(officers: Iterable[Member]) -> SafeString:
    """Write who goes, and who no longer does."""
    names = (
        f'<del>{escape(member.name)}</del><span class="visually-hidden">（已替补）</span>'
        if member.is_replaced
        else f"{escape(member.name)}（组长）"
        if member.is_lead
        else escape(member.name)
        for member in officers
    )
    return mark_safe("、".join(names))  # noqa: S308 - escaped above


@register.simple_tag
def row_not_drawn(row: UnitDraw) -> SafeString:
    """Write the row of a draw that did not take a unit (`_unit_draws.html`): of most draws there is such a one."""
    draw = row.draw
    dice = ' <span class="tag tag--muted">仅骰子</span>' if draw.rests_on == "dice" else ""
    return mark_safe(  # noqa: S308 - escaped here
        f'''<tr>
          <th scope="row"><a href="{draw_address(draw.code)}">{escape(draw.title)}</a> {tags_of(draw)}{dice}</th>
          <td data-label="类别">{escape(row.label) or "—"}</td>
          <td data-label="抽中没有">{escape(row.words)}</td>
          <td data-label="机会">{escape(row.odds) or "—"}</td>
          <td data-label="检查组">—</td>
          <td data-label="检查结果">—</td>
        </tr>'''
    )


@register.simple_tag
def drawn_rows(units: Iterable[Selected], draw: Draw) -> SafeString:
    """Write the rows of the drawn units of a class (`_draw_units.html`)."""
    before, after = around("unit")
    rows = []
    for unit in units:
        address = f"{before}{escape(unit.number)}{after}"
        link = f'<a href="{address}">{escape(unit.name)}</a>'
        if unit.is_replaced:
            link = f'<del>{link}</del> <a class="tag tag--muted" href="#substitutions">已替补</a>'
        crossed = ' <span class="tag tag--muted">跨专业</span>' if unit.is_cross else ""
        outcome = (
            f'<a href="{address}#{draw.code}">{escape(unit.outcome)}</a>'
            if unit.outcome
            else _not_there(unit, draw)
        )
        rows.append(f"""
        <tr id="unit-{escape(unit.number)}">
          <th scope="row">{unit.rank}. {link}<br><small class="muted">编码 {escape(unit.number)}</small></th>
          <td data-label="检查组">{team_names(unit.officers)}
{crossed}</td>
          <td data-label="签值"><details class="ticket" data-print-open><summary>{unit.ticket[:8]}…</summary>{unit.ticket}</details></td>
          <td data-label="检查结果">{outcome}</td>
        </tr>
        """)
    return mark_safe("".join(rows))  # noqa: S308 - escaped above


def _not_there(unit: Selected, draw: Draw) -> str:
    """Say what a result that is not there waits for, in the words of the unit's own page."""
    waits = unit.waits
    if draw.is_void or waits is None:
        return f'<span class="muted">{"抽签作废，没有检查" if draw.is_void else NOT_PUBLIC}</span>'
    if waits.reason:
        return f'<span class="muted">{escape(waits.reason)}</span>'
    own = f"（{waits.because}后的期限 {shown.day(waits.due.day)}）" if waits.because and waits.due else ""
    if waits.is_overdue:
        return f'<span class="tag tag--warn">{waits.word}</span> <span class="muted"><span class="nowrap">{UNTOLD}</span>{own}</span>'
    return f'<span class="muted">{waits.word}{own}</span>'


@register.simple_tag
def listed_units(units: Iterable[Listed]) -> SafeString:
    """Write the units of the pool that a folded list names (`_hat_listing.html`)."""
    return mark_safe(  # noqa: S308 - escaped here
        "".join(
            f'<li>{escape(unit.name)} <small class="muted">{escape(unit.number)}'
            f"{'　' + escape(unit.note) if unit.note else ''}</small></li>"
            for unit in units
        )
    )
