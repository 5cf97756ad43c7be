"""The county of this site by its name, as the bureau's own name and address tell it: 河南省, 平顶山市, 舞钢市."""

import functools
import re
from dataclasses import dataclass

from wugang_audit import bureau

_PLACE = re.compile(r"([\u4e00-\u9fff]{1,7}?)(省|自治区|自治州|地区|盟|市(?!场)|县(?!道)|区|旗)")
_BRANCH = re.compile(r"局([\u4e00-\u9fff]{2,6})分局$")  # 平顶山市生态环境局舞钢分局: that of 舞钢
_COUNTY_ENDINGS = "市县区旗"


@dataclass(frozen=True)
class Home:
    """The province, the city and the county, each empty if nothing tells it."""

    province: str = ""
    city: str = ""
    county: str = ""
    stem: str = ""  # of the county: 舞钢; empty if it is too short to tell it from other words

    @property
    def names(self) -> tuple[str, ...]:
        """All of them from the widest to the narrowest."""
        return tuple(each for each in ("中国", self.province, self.city, self.county) if each)

    @functools.cached_property
    def before_names(self) -> re.Pattern[str]:
        """What matches the places that stand before a name, line break and all.

        The county without what it is counts only behind its city: 舞钢 alone may begin the name of a firm.
        """
        province = rf"(?:{self.province})?" if self.province else ""
        county = rf"{self.county}(?!场)" if self.county else ""
        forms = []
        if self.city and self.stem:
            city = rf"{_short(self.city)}{self.city[-1]}?"
            whole = county or rf"{self.stem}[{_COUNTY_ENDINGS}]"
            forms.append(rf"(?:{_short(self.province)})?{city}(?:{whole}|{self.stem})")
        forms.append("".join(rf"(?:{each})?" for each in (self.city, county) if each))
        return re.compile(rf"\n(?:中国)?{province}(?:{'|'.join(forms)})")


def _short(place: str) -> str:
    """Return a place without what it is, if that leaves a name."""
    found = _PLACE.fullmatch(place)
    return found[1] if found and len(found[1]) > 1 else place


@functools.lru_cache(maxsize=8)
def home_of(name: str, address: str) -> Home:
    """Return where the bureau of this name and address is: the address says it, and what it leaves out the name."""
    places, branch = _places(name) | _places(address), _BRANCH.search(name)
    city, county = places.get("city", ""), places.get("county", "")
    if not county and not branch:
        city, county = "", city  # 舞钢市环境保护局
    stem = _short(county) if county else branch[1] if branch else ""
    return Home(
        places.get("province", ""),
        city,
        county,
        stem if len(stem) > 1 and stem != county else "",
    )


def _places(text: str) -> dict[str, str]:
    """Return what a text that begins with places tells: of two cities, one below the other, the second is the county."""
    found: dict[str, str] = {}
    at = 0
    while place := _PLACE.match(text, at):
        kind = place[2]
        if kind in ("省", "自治区") and not found:
            found["province"] = place[0]
        elif kind in ("自治州", "地区", "盟", "市") and "city" not in found:
            found["city"] = place[0]
        elif kind in _COUNTY_ENDINGS:
            found["county"] = place[0]
            break
        else:
            break
        at = place.end()
    return found


def home() -> Home:
    """Return where the bureau of this site is."""
    facts = bureau.current()
    return home_of(facts.name, facts.address)
