"""The house number of a home: what stands in an address that only a dwelling has (单元, 室, 户), or where somebody lives."""

import re
from collections.abc import Iterator

from .patterns import Kind, Span

# 10月30号6户 is a day and a number of households.
_N = r"(?<!月)(?<![0-9一二三四五六七八九十百])[0-9一二三四五六七八九十百]{1,4}"
_HOUSE = rf"(?:{_N}|(?<![A-Za-z])[A-Za-z])(?:号院|号楼|号|栋楼?|幢|座|弄|#楼?)(?:之[0-9一二三四五六])?[ ,-]?"
_FLOOR = rf"(?:{_N}[楼层] ?)?"
# Twelve households are no twelfth household.
_NOT_COUNTED = r"(?!内?(?:居民|村民|农户|养殖|群众|人家|住户|企业|商户))"
_ROOM = rf"{_N} ?[室户号]{_NOT_COUNTED}"
_SIDE = r"[东西南北中]{1,2}户"
# A number alone is a room where nothing is counted with it.
_ENDS = r"(?=$|[,;。、:()\n ]|业主|住户)"
# Where these stand before it, or nothing does, a row or a number of three or four digits is that of a home: in a store it is
# 货架3排5号, in a list of samples 2号302.
_PLACE = r"(?:(?<=[村庄寨湾沟街巷路道段院组住])|(?<=[小社]区)|(?<![A-Za-z0-9\u4e00-\u9fff〕\])#-]))"
_ADDRESS = re.compile(
    rf"(?:{_HOUSE}){{1,3}}(?:{_N} ?单元 ?{_FLOOR}(?:{_ROOM}|{_SIDE}|[0-9]{{3,4}}(?![0-9A-Za-z.]))?"
    rf"|{_FLOOR}(?:{_SIDE}|附?{_N} ?室))"
    rf"|{_N}-(?:{_N}-)?[0-9]{{3,4}} ?室(?![外内])"
    rf"|{_N}号(?:院|楼)? ?{_N} ?户{_NOT_COUNTED}"
    rf"|{_N} ?单元 ?{_FLOOR}(?:{_N} ?[室户]{_NOT_COUNTED}|{_SIDE})"
    rf"|{_PLACE}{_N}排{_N}号(?:院|{_ENDS})"
    rf"|{_N}号院 ?{_N}[楼层]{_ENDS}"
    rf"|{_PLACE}{_N}号[1-9][0-9]?(?:0[1-9]|1[0-9]){_ENDS}"
    rf"|{_HOUSE}[东西南北中]单元 ?{_FLOOR}(?:{_ROOM}|{_SIDE})"
    rf"|(?:(?<=[小苑]区)|(?<=家属院)|(?<=[公佳嘉]寓)|(?<=[花佳嘉][园苑])|(?<=新村))(?:{_N}(?:号楼|栋楼?|幢)[0-9]{{3,4}}|[0-9]{{1,2}}-[0-9]{{1,2}}-[0-9]{{3,4}}){_ENDS}"
)
# Where the words say that somebody lives there, the number of the house is enough.
_LIVES = re.compile(
    rf"(?:家庭住址|家庭地址|户籍所在地|户籍地址?|现住址|现住|住址|家住)[ 为是:在]{{0,3}}(?P<home>[^,;。\n]{{2,40}}?{_N}号)(?![0-9线])"
)
# In a village the group and the number of the house; 住建局 lives nowhere.
_VILLAGER = re.compile(
    rf"(?<![入居])住(?![建宿房户院])在?(?P<home>[^,;。\n]{{1,12}}[村组][^,;。\n]{{0,6}}?{_N}号){_ENDS}"
)


def addresses(text: str) -> Iterator[Span]:
    for match in _ADDRESS.finditer(text):
        yield Kind.ADDRESS, match.start(), match.end()
    for match in (*_LIVES.finditer(text), *_VILLAGER.finditer(text)):
        rest = _ADDRESS.match(text, match.end()) or _ADDRESS.search(
            text, match.start("home"), match.end() + 20
        )
        yield Kind.ADDRESS, match.start("home"), max(match.end(), rest.end() if rest else 0)
