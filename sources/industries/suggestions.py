"""What a text that names no industry may mean: ranked, for a person to choose from."""

import math
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache

from .table import Industry, every_name, fold, fold_loosely, formerly_named, industries, innermost, rows

MOST = 8
_LEAST = 0.2  # what is less alike is no help
# What nearly every name has: it must not make two names alike.
_COMMON = re.compile(r"制造|生产|加工|活动|服务|行业|企业|有限|公司|项目|业|类|厂|的")


@dataclass(frozen=True, slots=True)
class Candidate:
    """An industry that may be meant, how surely (0 to 1), and why, as people read it."""

    industry: Industry
    score: float
    why: str


def candidate(code: str, score: float, why: str) -> Candidate:
    return Candidate(industries()[innermost(code)], round(score, 3), why)


def ranked(found: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """Return the best of them, each industry once, best first."""
    best: dict[str, Candidate] = {}
    for each in found:
        kept = best.get(each.industry.code)
        if kept is None or kept.score < each.score:
            best[each.industry.code] = each
    order = sorted(best.values(), key=lambda each: (-each.score, each.industry.code))
    return tuple(order[:MOST])


@lru_cache(maxsize=4096)
def suggest(text: str) -> tuple[Candidate, ...]:
    """Return what a text may mean, best first; nothing if it is like no industry at all."""
    return ranked([*_everyday(text), *_formerly(text), *_alike(text)])


# --- everyday words --------------------------------------------------------------------------------------------
@cache
def _words() -> dict[str, tuple[str, ...]]:
    return {fold(word): tuple(codes.split()) for word, codes in rows("everyday_words.tsv")}


def _everyday(text: str) -> Iterable[Candidate]:
    text = fold(text)
    spots = {
        text[start:end]
        for start in range(len(text))
        for end in range(start + 2, min(len(text), start + 8) + 1)
    }
    found = [word for word in spots if word in _words()]
    for word in found:
        if any(word != other and word in other for other in found):
            continue  # 洗煤 says more than 煤
        score = 0.95 if fold_loosely(text) == word else 0.55 + 0.35 * len(word) / len(text)
        for place, code in enumerate(_words()[word]):
            yield candidate(code, score - 0.02 * place, f"“{word}”一般指这一行业")


def _formerly(text: str) -> Iterable[Candidate]:
    for entry in formerly_named(text):
        for place, code in enumerate(entry.now):
            yield candidate(code, 0.95 - 0.02 * place, f"2011 版的“{entry.name}”（{entry.code}）")


# --- names that are alike --------------------------------------------------------------------------------------
def _parts(name: str) -> set[str]:
    text = fold(name)
    text = _COMMON.sub("", text) or text
    return {text[at : at + 2] for at in range(len(text) - 1)} | set(text)


class _Index:
    """The pieces of all names, and how much each says: what few names have says more."""

    def __init__(self) -> None:
        self.entries = [(code, _parts(name)) for name, code in every_name() if not code.isalpha()]
        self.holding: dict[str, list[int]] = defaultdict(list)
        for place, (_, parts) in enumerate(self.entries):
            for part in parts:
                self.holding[part].append(place)
        total = len(self.entries)
        self.weight = {
            part: math.log(total / len(places)) * len(part) for part, places in self.holding.items()
        }
        self.none = math.log(total)  # of a piece that no name has
        self.whole = [sum(self.weight[part] for part in parts) for _, parts in self.entries]


@cache
def _index() -> _Index:
    return _Index()


def _alike(text: str) -> Iterable[Candidate]:
    index, parts = _index(), _parts(text)
    asked = sum(index.weight.get(part, index.none * len(part)) for part in parts)
    shared: dict[int, float] = defaultdict(float)
    for part in parts:
        for place in index.holding.get(part, ()):
            shared[place] += index.weight[part]
    for place, common in shared.items():
        score = 0.55 * common / asked + 0.35 * 2 * common / (asked + index.whole[place])
        if score >= _LEAST:
            yield candidate(index.entries[place][0], score, "名称相近")
