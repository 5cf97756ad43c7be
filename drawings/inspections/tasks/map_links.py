"""Links that lead to a unit on an officer's telephone.

``geo:`` does nothing on an iPhone; the addresses of map services work everywhere and open the app where there is one
(高德 URI API, 百度地图 URI API). A page holds the links alone: nothing of the services is loaded, and nothing is sent before
somebody follows one. A link carries the place and never the name of the unit, which may be secret still.
"""

from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urlencode

from django import template

from sources.home import home
from sources.models import PollutionSource

register = template.Library()

PLACE = "检查地点"
AMAP, BAIDU = "https://uri.amap.com", "https://api.map.baidu.com"


class MapLink(NamedTuple):
    label: str
    url: str


@register.filter
def map_links(source: PollutionSource) -> list[MapLink]:
    """Return the links to a unit: by its coordinates (WGS 84) where the registry has them, else by its address."""
    return list(_links(source))


def _links(source: PollutionSource) -> Iterator[MapLink]:
    longitude, latitude = source.longitude, source.latitude
    if longitude is not None and latitude is not None:
        # The way there from where the telephone is; 百度's route asks for a start, so its link shows the place.
        place = {
            "to": f"{longitude},{latitude},{PLACE}",
            "mode": "car",
            "coordinate": "wgs84",
            "callnative": 1,
        }
        yield MapLink("高德地图", f"{AMAP}/navigation?{urlencode(place, safe=',')}")
        place = {"location": f"{latitude},{longitude}", "title": PLACE, "content": PLACE}
        place |= {"coord_type": "wgs84", "output": "html", "src": "webapp.inspections"}
        yield MapLink("百度地图", f"{BAIDU}/marker?{urlencode(place, safe=',')}")
    elif source.address:
        county = home().county
        address = f"{county}{source.township}{source.address}"
        yield MapLink("高德地图", f"{AMAP}/search?{urlencode({'keyword': address, 'callnative': 1})}")
        place = {"address": address, "output": "html", "src": "webapp.inspections"}
        yield MapLink("百度地图", f"{BAIDU}/geocoder?{urlencode(place)}")
