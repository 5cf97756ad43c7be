"""An entry of the trail in the words of who reads it: labels, values and states as people know them.

What the code records under a name such as ``state`` is said here in Chinese. Each app gives its own names in a module
``audit_words`` (`register`), so that the base knows none of them.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from django.apps import apps

from ..access.roles import Role

NOTHING = "（空）"
NONE_OF_THEM = "没有"
LISTED = 12  # of a long list of numbers so many are shown; the export has all
_DIGEST = re.compile(r"[0-9a-f]{64}")
_DONE = re.compile(r"(增加|修改|删除) ")  # how the admin begins the lines of rows that hang on an object

_labels: dict[str, str] = {}
_readers: dict[str, Callable[[str], str]] = {}
_values: dict[str, dict[str, str]] = {}
_kinds: dict[str, None] = {}
_lists: set[str] = set()


def register(
    labels: Mapping[str, str] | None = None,
    values: Mapping[str, Iterable[tuple[str, str]]] | None = None,
    kinds: Iterable[str] = (),
    readers: Mapping[str, Callable[[str], str]] | None = None,
    lists: Iterable[str] = (),
) -> None:
    """Say how the names in `changes` are read.

    :param labels: name -> Chinese label.
    :param values: name -> pairs of (what is stored, how it is read), such as the ``choices`` of an enumeration.
    :param readers: name -> what makes words of a value that has too many forms to list.
    :param lists: names under which a list of two is a list: any other is [old, new].
    :param kinds: models that entries are about, as ``app.model``, in the order of the filter.
    """
    _labels.update(labels or {})
    for name, pairs in (values or {}).items():
        _values.setdefault(name, {}).update((str(code), str(label)) for code, label in pairs)
    _readers.update(readers or {})
    _kinds.update(dict.fromkeys(kinds))
    _lists.update(lists)


@dataclass(frozen=True)
class Line:
    """One thing that changed. Where a value took the place of another, `before` is the former one."""

    label: str
    text: str
    before: str | None = None

    def __str__(self) -> str:
        return f"{self.label}：" + (self.text if self.before is None else f"{self.before} → {self.text}")


def lines(changes: Mapping[str, object]) -> list[Line]:
    """Return what an entry says that changed, in order.

    :param changes: the ``changes`` of an entry.
    """
    rest = dict(changes)
    found = []
    if {"before", "after"} <= rest.keys():
        found.append(Line("内容", _said("after", rest.pop("after")), _said("before", rest.pop("before"))))
    for name, value in rest.items():
        if is_pair(name, value):
            found.append(Line(label_of(name), _said(name, value[1]), _said(name, value[0])))
        else:
            found.append(Line(label_of(name), _said(name, value)))
    return found


def is_pair(name: str, value: object) -> bool:
    """Say whether a value is [old, new]: so changed fields are recorded, under their label or a known name."""
    if not isinstance(value, list) or len(value) != 2 or name in _lists:
        return False
    return not any(isinstance(each, str) and _DONE.match(each) for each in value)


def label_of(name: str) -> str:
    """Return the Chinese label of a name; a name that is Chinese already stays."""
    return _labels.get(name, name)


def _said(name: str, value: object) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if value == {} and name in _values:
        return NONE_OF_THEM
    if value is None or value == "" or value == [] or value == {}:
        return NOTHING
    if isinstance(value, dict):
        return "，".join(f"{_key(name, key)} {_said(key, each)}" for key, each in value.items())
    if isinstance(value, list):
        shown = "、".join(_said(name, each) for each in value[:LISTED])
        return shown + (f" 等 {len(value)} 项" if len(value) > LISTED else "")
    text = str(value)
    if label := _values.get(name, {}).get(text):
        return label
    if name in _readers:
        return _readers[name](text)
    return f"{text[:16]}…" if _DIGEST.fullmatch(text) else text


def _key(name: str, key: str) -> str:
    """A key of a mapping is a value of that name (``rates`` by stratum), else a name of its own."""
    return _values.get(name, {}).get(key) or label_of(key)


@dataclass(frozen=True)
class Kind:
    """A kind of object that entries are about."""

    code: str
    label: str


@cache
def kinds() -> tuple[Kind, ...]:
    """Return the kinds of object by which the trail can be filtered."""
    return tuple(Kind(code, str(apps.get_model(code)._meta.verbose_name)) for code in _kinds)


def kind_labels() -> Iterator[tuple[str, str]]:
    """Yield them as choices of a form."""
    yield "", "全部"
    yield from ((kind.code, kind.label) for kind in kinds())


register(
    labels={
        "username": "登录名",
        "roles": "角色",
        "role": "角色",
        "is_active": "启用",
        "reason": "原因",
        "count": "数量",
        "numbers": "编号",
        "codes": "编号",
        "keys": "涉及的行",
        "sha256": "文件指纹",
        "new": "新增",
        "changed": "修改",
        "unchanged": "无变化",
        "created": "新增",
        "deleted": "删除",
        "undone": "撤销的内容",
        "left_out": "有错未导入",
        "not_ticked": "未勾选",
        "moved_to": "转到",
        "corrected": "改后读取",
        "before": "原内容",
        "after": "新内容",
    },
    values={
        "roles": Role.choices,
        "role": Role.choices,
    },
    kinds=("wugang_audit.user", "wugang_audit.bureau", "wugang_audit.holidaynotice"),
    lists=("numbers", "codes", "keys", "roles", "refused", "officers", "people"),
)
